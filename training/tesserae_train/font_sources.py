"""The fonts that words are drawn with: packages by licence, those trained on apart from those only measured on."""

DEBIAN_TRAINING = {
    "OFL-1.1": """allerta anonymous-pro arapey averia-sans-gwf averia-serif-gwf b612 cabin cantarell cardo cmu comfortaa
        comic-neue courier-prime croscore crosextra-carlito dosis ebgaramond essays1743 eurofurence fantasque-sans firacode
        gnutypewriter inconsolata inter junction junicode karla lato league-mono league-spartan liberation linuxlibertine manrope
        monofur mononoki national-park noto-core noto-mono oldstandard opendin oxygen play quattrocento quicksand routed-gothic sil-andika
        sil-charis sil-gentium-basic sora vollkorn yanone-kaffeesatz gfs-artemisia gfs-didot gfs-neohellenic jura""",
    "OFL-1.1 or MIT": "monoid hermit",
    "Apache-2.0": "clear-sans crosextra-caladea jetbrains-mono open-sans roboto-unhinted",
    "GPL-2+ with font exception": """adf-accanthis adf-baskervald adf-berenis adf-gillius adf-libris adf-romande adf-switzera adf-tribun
        adf-universalis osifont""",
    "GPL-3, with font exception where its copyright file says so": "beteckna freefont-ttf tiresias",
    "MIT": "agave fanwood lindenhill",
    "BSD-3-Clause": "3270 go",
    "Bitstream Vera": "dejavu-core hack",
    "public domain": "goudybookletter ocr-b prociono tuffy",
    "GUST font licence": "lmodern texgyre",
    "ParaType free font licence": "paratype",
    "CC-BY-3.0 and Bitstream Vera": "opendyslexic",
}
NPM_TRAINING = {
    "OFL-1.1": """alegreya@0.4.2 archivo@0.4.2 asap@0.4.3 atkinson-hyperlegible@0.4.1 barlow@0.4.1 dm-mono@0.4.2 domine@0.4.2 exo-2@0.4.2
        figtree@0.4.1 fira-sans@0.4.1 frank-ruhl-libre@0.4.1 fredoka@0.4.1 hind@0.4.1 kanit@0.4.1 lexend@0.4.1 libre-baskerville@0.4.3
        montserrat@0.4.2 mulish@0.4.2 oswald@0.4.2 outfit@0.4.3 patrick-hand@0.4.1 playfair-display@0.4.2 poppins@0.4.1 pt-serif@0.4.1
        raleway@0.4.2 red-hat-display@0.4.1 roboto-mono@0.4.2 rubik@0.4.2 saira@0.4.2 share-tech-mono@0.4.1 spectral@0.4.1""",
    "Apache-2.0": "special-elite@0.4.1",
    "UFL-1.0": "ubuntu@0.4.1",
}
NPM_HELD_OUT = {
    "OFL-1.1": """bitter@0.4.2 crimson-pro@0.4.2 ibm-plex-mono@0.4.1 ibm-plex-sans@0.4.1 lora@0.4.2 m-plus-rounded-1c@0.4.4 merriweather@0.4.2
        nunito@0.4.2 source-code-pro@0.4.1 source-sans-3@0.4.1 source-serif-4@0.4.1 space-mono@0.4.2 titillium-web@0.4.1
        varela-round@0.4.1 work-sans@0.4.2 zilla-slab@0.4.1""",
}
"""Ordinary serif, sans, mono, slab and rounded families: measured on, never trained on."""


def debian() -> dict[str, str]:
    """{package: licence}"""
    return {f"fonts-{name}": f"{licence}: fonts" for licence, names in DEBIAN_TRAINING.items() for name in names.split()}


def npm() -> dict[str, str]:
    """{package@version: licence}"""
    kinds = ((NPM_TRAINING, "font"), (NPM_HELD_OUT, "font; measured on, never trained on"))
    return {f"@expo-google-fonts/{name}": f"{licence}: {use}" for table, use in kinds
            for licence, names in table.items() for name in names.split()}


def folders(table: dict[str, str], prefix: str) -> list[str]:
    """Names of the folders that the packages of a table are unpacked into."""
    return [prefix + name.split("@")[0] for names in table.values() for name in names.split()]
