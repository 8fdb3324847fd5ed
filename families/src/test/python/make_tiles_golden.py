"""Golden tiles and prompts of transformers' Pillow processors: what the families must give, byte for byte.

    python families/src/test/python/make_tiles_golden.py     (rewrites families/src/test/resources/tiles/*.json)

Needs the packages of training/requirements.txt. Pictures are made by a formula on both sides: channel c at (x, y) is
(x·x·(c+1) + y·(7−c)·3 + x·y) // 4 modulo 256. Prompts stand once for each grid, with one image token where there are
`image_seq_len` of them.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import PIL
import transformers
from PIL import Image
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil
from transformers.models.idefics3.processing_idefics3 import Idefics3Processor
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil
from transformers.models.smolvlm.processing_smolvlm import get_image_prompt_string

OUT = Path(__file__).parents[1] / "resources" / "tiles"
SIZES = [(1, 1), (2, 1), (1, 300), (300, 1), (17, 900), (900, 17), (64, 64), (65, 64), (128, 128), (129, 127), (127, 385), (333, 257), (257, 333),
         (640, 480), (480, 641), (1000, 1000), (2000, 300), (511, 513), (99, 100), (777, 778)]
FULL_SIZES = [(1, 5000), (5000, 1), (640, 480), (2049, 1537)]  # for the settings of published checkpoints
CONFIGS = {
    "idefics3": [
        (Idefics3ImageProcessorPil, {"size": {"longest_edge": 256}, "max_image_size": {"longest_edge": 64}, "do_image_splitting": True, "resample": 1}),
        (Idefics3ImageProcessorPil, {"size": {"longest_edge": 210}, "max_image_size": {"longest_edge": 70}, "do_image_splitting": True, "resample": 3}),
        (Idefics3ImageProcessorPil, {"size": {"longest_edge": 128}, "max_image_size": {"longest_edge": 64}, "do_image_splitting": False, "resample": 1}),
        (SmolVLMImageProcessorPil, {"size": {"longest_edge": 2048}, "max_image_size": {"longest_edge": 512}, "do_image_splitting": True, "resample": 1}),
        (Idefics3ImageProcessorPil, {"size": {"longest_edge": 1456}, "max_image_size": {"longest_edge": 364}, "do_image_splitting": True, "resample": 1}),
    ],
    "llava": [
        (CLIPImageProcessorPil, {"size": {"shortest_edge": 56}, "crop_size": {"height": 56, "width": 56}, "do_center_crop": True, "resample": 3}),
        (CLIPImageProcessorPil, {"size": {"shortest_edge": 60}, "crop_size": {"height": 56, "width": 57}, "do_center_crop": True, "resample": 2}),
        (CLIPImageProcessorPil, {"size": {"shortest_edge": 336}, "crop_size": {"height": 336, "width": 336}, "do_center_crop": True, "resample": 3}),
        (SiglipImageProcessorPil, {"size": {"height": 48, "width": 56}, "resample": 3}),
    ],
}


def picture(width, height):
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    return Image.fromarray(((x * x * (c + 1) + y * (7 - c) * 3 + x * y) // 4 % 256).astype(np.uint8))


def tiles(processor, image, family, **options):
    call = dict(do_rescale=False, do_normalize=False, return_tensors="np", **options)
    if family == "idefics3":
        out = processor(image, return_row_col_info=True, **call)
        return np.asarray(out["pixel_values"])[0], out["rows"][0][0], out["cols"][0][0]
    return np.asarray(processor(image, **call)["pixel_values"]), 0, 0


def prompt(rows, columns):
    """The text in place of one image: the same for both processors, or this fails."""
    text = get_image_prompt_string(rows, columns, 1, "<fake_token_around_image>", "<image>", "<global-img>")
    processor = Idefics3Processor.__new__(Idefics3Processor)
    processor.fake_image_token, processor.image_token, processor.global_image_tag = "<fake_token_around_image>", "<image>", "<global-img>"
    processor.image_seq_len = 1
    assert text == processor.replace_image_token({"rows": [[rows]], "cols": [[columns]]}, 0)
    return text


def sizes(settings):
    side = settings.get("max_image_size", settings["size"]).get("longest_edge", settings["size"].get("shortest_edge", 0))
    # The reference makes the whole enlarged picture: 1.7 GB for the longest ones at LLaVA's full size.
    return SIZES if side < 300 else [size for size in FULL_SIZES if side != 336 or max(size) < 5000]


def case(processor, size, family, detail, **options):
    pixels, rows, columns = tiles(processor, picture(*size), family, **options)
    hashes = [hashlib.sha256(np.ascontiguousarray(tile.transpose(1, 2, 0)).astype(np.uint8).tobytes()).hexdigest() for tile in pixels]
    return {"width": size[0], "height": size[1], "detail": detail, "rows": int(rows), "columns": int(columns), "sha256": hashes}


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for family, configs in CONFIGS.items():
        models = []
        for make, settings in configs:
            processor = make(**settings)
            cases = [case(processor, size, family, "auto") for size in sizes(settings)]
            if family == "idefics3":
                cases += [case(processor, size, family, "low", do_image_splitting=False) for size in sizes(settings)]
                cases += [case(processor, size, family, "high", do_image_splitting=True) for size in sizes(settings)]
            models.append({"preprocessor_config": settings, "cases": cases})
        document = {"made_by": "families/src/test/python/make_tiles_golden.py", "transformers": transformers.__version__, "pillow": PIL.__version__, "models": models}
        if family == "idefics3":
            grids = sorted({(c["rows"], c["columns"]) for model in models for c in model["cases"]})
            document["prompts"] = {f"{rows}x{columns}": prompt(rows, columns) for rows, columns in grids}
        (OUT / f"{family}.json").write_text(json.dumps(document, indent=None, separators=(",", ":")) + "\n")
        print(family, sum(len(model["cases"]) for model in models), "cases")


if __name__ == "__main__":
    main()
