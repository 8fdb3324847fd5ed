"""Golden tiles and prompts of transformers' Pillow processors: what the families must give, byte for byte.

    python families/src/test/python/make_tiles_golden.py [FAMILY…]     (rewrites families/src/test/resources/tiles/*.json)

Needs the packages of training/requirements.txt. Pictures are made by a formula on both sides: channel c at (x, y) is
(x·x·(c+1) + y·(7−c)·3 + x·y) // 4 modulo 256. Prompts stand once for each grid, with one image token where there are
`image_seq_len` of them.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import PIL
import torch
import transformers
from PIL import Image
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.gemma3.image_processing_pil_gemma3 import Gemma3ImageProcessorPil
from transformers.models.gemma3.processing_gemma3 import Gemma3Processor
from transformers.models.idefics2.image_processing_pil_idefics2 import Idefics2ImageProcessorPil
from transformers.models.got_ocr2.image_processing_pil_got_ocr2 import GotOcr2ImageProcessorPil
from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil
from transformers.models.idefics3.processing_idefics3 import Idefics3Processor
from transformers.models.llava_next.image_processing_pil_llava_next import LlavaNextImageProcessorPil
from transformers.models.llava_next.modeling_llava_next import LlavaNextModel
from transformers.models.llava_next.processing_llava_next import LlavaNextProcessor
from transformers.models.llava_onevision.image_processing_pil_llava_onevision import LlavaOnevisionImageProcessorPil
from transformers.models.llava_onevision.modeling_llava_onevision import LlavaOnevisionModel
from transformers.models.llava_onevision.processing_llava_onevision import LlavaOnevisionProcessor
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil
from transformers.models.smolvlm.processing_smolvlm import get_image_prompt_string

OUT = Path(__file__).parents[1] / "resources" / "tiles"
SIZES = [(1, 1), (2, 1), (1, 300), (300, 1), (17, 900), (900, 17), (64, 64), (65, 64), (128, 128), (129, 127), (127, 385), (333, 257), (257, 333),
         (640, 480), (480, 641), (1000, 1000), (2000, 300), (511, 513), (99, 100), (777, 778)]
FULL_SIZES = [(1, 5000), (5000, 1), (640, 480), (2049, 1537)]  # for the settings of published checkpoints
CROPS = {"pan_and_scan_min_crop_size": 100, "pan_and_scan_max_num_crops": 4, "pan_and_scan_min_ratio_to_activate": 1.2}
CONFIGS = {
    "blip2": [
        (BlipImageProcessorPil, {"size": {"height": 56, "width": 56}, "resample": 3}),
        (BlipImageProcessorPil, {"size": {"height": 42, "width": 70}, "resample": 2}),
        (BlipImageProcessorPil, {"size": {"height": 224, "width": 224}, "resample": 3}),
    ],
    "gemma3": [
        (Gemma3ImageProcessorPil, {"size": {"height": 64, "width": 64}, "resample": 2, **CROPS}),
        (Gemma3ImageProcessorPil, {"size": {"height": 56, "width": 70}, "resample": 3, **CROPS, "pan_and_scan_min_crop_size": 17,
                                   "pan_and_scan_max_num_crops": 3, "pan_and_scan_min_ratio_to_activate": 1.5}),
        (Gemma3ImageProcessorPil, {"size": {"height": 896, "width": 896}, "resample": 2, **CROPS, "pan_and_scan_min_crop_size": 256}),
    ],
    "idefics2": [
        (Idefics2ImageProcessorPil, {"size": {"shortest_edge": 32, "longest_edge": 96}, "resample": 2}),
        (Idefics2ImageProcessorPil, {"size": {"shortest_edge": 50, "longest_edge": 141}, "do_image_splitting": True, "resample": 3}),
        (Idefics2ImageProcessorPil, {"size": {"shortest_edge": 378, "longest_edge": 980}, "do_image_splitting": True, "resample": 2}),
    ],
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
    "llava_next": [
        (LlavaNextImageProcessorPil, {"size": {"shortest_edge": 56}, "crop_size": {"height": 56, "width": 56}, "resample": 3,
                                      "image_grid_pinpoints": [[56, 112], [112, 56], [112, 112], [168, 56], [56, 168]]}),
        (LlavaNextImageProcessorPil, {"size": {"height": 48, "width": 48}, "crop_size": {"height": 48, "width": 48}, "resample": 2,
                                      "image_grid_pinpoints": [[48, 48], [48, 96], [192, 48], [144, 144], [96, 240]]}),
        (LlavaNextImageProcessorPil, {"size": {"shortest_edge": 336}, "crop_size": {"height": 336, "width": 336}, "resample": 3,
                                      "image_grid_pinpoints": [[336, 672], [672, 336], [672, 672], [1008, 336], [336, 1008]]}),
    ],
    "llava_onevision": [
        (LlavaOnevisionImageProcessorPil, {"size": {"height": 56, "width": 56}, "resample": 3, "image_mean": [0.5, 0.5, 0.5],
                                           "image_grid_pinpoints": [[56 * rows, 56 * columns] for rows in range(1, 5) for columns in range(1, 5)]}),
        (LlavaOnevisionImageProcessorPil, {"size": {"height": 48, "width": 48}, "resample": 2, "image_mean": [0.48145466, 0.4578275, 0.40821073],
                                           "image_grid_pinpoints": [[48, 96], [288, 48], [96, 96], [144, 240]]}),
        (LlavaOnevisionImageProcessorPil, {"size": {"height": 384, "width": 384}, "resample": 3, "image_mean": [0.5, 0.5, 0.5],
                                           "image_grid_pinpoints": [[384 * rows, 384 * columns] for rows in range(1, 7) for columns in range(1, 7)]}),
    ],
    "internvl": [
        (GotOcr2ImageProcessorPil, {"size": {"height": 56, "width": 56}, "resample": 3, "min_patches": 1, "max_patches": 12}),
        (GotOcr2ImageProcessorPil, {"size": {"height": 48, "width": 48}, "resample": 2, "min_patches": 2, "max_patches": 5}),
        (GotOcr2ImageProcessorPil, {"size": {"height": 448, "width": 448}, "resample": 3, "min_patches": 1, "max_patches": 12}),
    ],
}
# Families whose tiles are woven: tile → patch, which gives a tile's tokens; how much of a grid is left as it is; who weaves.
PATCHES = {"llava_next": {56: 14, 48: 16, 336: 14}, "llava_onevision": {56: 14, 48: 16, 384: 14}}
RATIOS = {56: "anyres_max_3", 48: "anyres_max_9", 336: "anyres_max_9", 384: "anyres_max_9"}
WEAVERS = {"llava_next": LlavaNextModel, "llava_onevision": LlavaOnevisionModel}


def picture(width, height):
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    return Image.fromarray(((x * x * (c + 1) + y * (7 - c) * 3 + x * y) // 4 % 256).astype(np.uint8))


def tiles(processor, image, family, **options):
    call = dict(do_rescale=False, do_normalize=False, return_tensors="np", **options)
    if family == "idefics3":
        out = processor(image, return_row_col_info=True, **call)
        return np.asarray(out["pixel_values"])[0], out["rows"][0][0], out["cols"][0][0]
    if family == "idefics2":  # not padded to one size
        found = processor(image, **call | {"return_tensors": None}, do_pad=False)["pixel_values"][0]
        return found, 1, len(found) - 1
    out = processor(image, **call)
    pixels = np.asarray(out["pixel_values"])
    pixels = pixels.reshape(-1, *pixels.shape[-3:])
    return (pixels, 1, len(pixels) - 1) if family == "gemma3" else (pixels, 0, 0)


def prompt(rows, columns):
    """The text in place of one image: the same for both processors, or this fails."""
    text = get_image_prompt_string(rows, columns, 1, "<fake_token_around_image>", "<image>", "<global-img>")
    processor = Idefics3Processor.__new__(Idefics3Processor)
    processor.fake_image_token, processor.image_token, processor.global_image_tag = "<fake_token_around_image>", "<image>", "<global-img>"
    processor.image_seq_len = 1
    assert text == processor.replace_image_token({"rows": [[rows]], "cols": [[columns]]}, 0)
    return text


def anyres_tokens(processor, size, family, tile, side):
    """What the reference's processor expands one image token into, class token aside."""
    counter = (LlavaNextProcessor if family == "llava_next" else LlavaOnevisionProcessor).__new__(
        LlavaNextProcessor if family == "llava_next" else LlavaOnevisionProcessor)
    counter.image_processor, counter.patch_size, counter.num_additional_image_tokens = processor, PATCHES[family][tile], 0
    counter.num_image_tokens, counter.vision_aspect_ratio = side * side, RATIOS[tile]
    return counter._get_number_of_features(size[1], size[0], tile, tile)


def woven(processor, size, family, tile, side, tiles):
    """What the reference makes of embeddings of width 1: token k of tile t is ((131 t + 17 k) mod 257) / 16; the newline is -1."""
    values = torch.tensor([[[(131 * tile + 17 * token) % 257 / 16] for token in range(side * side)] for tile in range(tiles)])
    vision = SimpleNamespace(image_size=tile, patch_size=PATCHES[family][tile])
    model = SimpleNamespace(config=SimpleNamespace(vision_config=vision, image_grid_pinpoints=processor.image_grid_pinpoints))
    further = {"vision_feature_select_strategy": "full"} if family == "llava_next" else {"vision_aspect_ratio": RATIOS[tile]}
    packed = WEAVERS[family].pack_image_features(model, [values], [(size[1], size[0])], image_newline=torch.tensor([-1.0]), **further)[0][0]
    return base64.b64encode(packed.numpy().astype("<f4").tobytes()).decode()


def anyres_cases(processor, settings, family):
    """`low` of LLaVA-NeXT is the overview alone, with a newline: what the reference's pack_image_features makes of one tile. `low` of
    OneVision is what it makes of each of several pictures."""
    tile = processor.size.height or processor.size.shortest_edge
    side = tile // PATCHES[family][tile]
    cases = []
    for size in sizes(settings):
        full = case(processor, size, family, "auto") | {"image_tokens": anyres_tokens(processor, size, family, tile, side)}
        if tile < 300:
            full["woven"] = woven(processor, size, family, tile, side, len(full["sha256"]))
        one = {"image_tokens": side * side + 1}
        if family == "llava_next":
            few = [full | one | {"detail": "low", "sha256": full["sha256"][:1], "woven": None}]
        else:
            pair = [picture(*size), picture(*size)]
            square = np.asarray(processor([pair], do_rescale=False, do_normalize=False, return_tensors="np")["pixel_values"])[0]
            several = full | one | {"pictures": 2, "sha256": hashes(square), "woven": None}
            few = [several, several | {"detail": "low", "pictures": 1}, full | {"detail": "high", "pictures": 3}]
        cases += [full, full | {"detail": "high"}, *few]
    return [{key: value for key, value in case.items() if value is not None} for case in cases]
def gemma3_prompt(crops):
    processor = Gemma3Processor.__new__(Gemma3Processor)
    processor.full_image_sequence = "\n\n<start_of_image><image><end_of_image>\n\n"
    return processor.replace_image_token({"num_crops": [crops]}, 0)


def idefics2_prompt(tiles):
    around = "<fake_token_around_image>"
    return (f"{around}<image>{around}" * tiles).replace(around * 2, around)


def sizes(settings):
    if settings["size"].get("height", 0) > 800 or settings["size"].get("shortest_edge") == 378:
        return FULL_SIZES
    side = settings.get("max_image_size", settings["size"]).get("longest_edge", settings["size"].get("shortest_edge", 0))
    # The reference makes the whole enlarged picture: 1.7 GB for the longest ones at LLaVA's full size.
    side = side or settings["size"]["height"]
    return SIZES if side < 300 else [size for size in FULL_SIZES if side not in (336, 384) or max(size) < 5000]


def hashes(tiles):
    return [hashlib.sha256(np.ascontiguousarray(tile.transpose(1, 2, 0)).astype(np.uint8).tobytes()).hexdigest() for tile in tiles]


def case(processor, size, family, detail, **options):
    pixels, rows, columns = tiles(processor, picture(*size), family, **options)
    return {"width": size[0], "height": size[1], "detail": detail, "rows": int(rows), "columns": int(columns), "sha256": hashes(pixels)}


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for family in sys.argv[1:] or CONFIGS:
        configs, models = CONFIGS[family], []
        for make, settings in configs:
            processor = make(**settings)
            if family in PATCHES:
                tile = processor.size.height or processor.size.shortest_edge
                models.append({"preprocessor_config": settings, "config": {"vision_aspect_ratio": RATIOS[tile]},
                               "tokens_per_tile": (tile // PATCHES[family][tile]) ** 2 + 1, "cases": anyres_cases(processor, settings, family)})
                continue
            if family == "internvl":
                cases = [case(processor, size, family, "auto", crop_to_patches=True) for size in sizes(settings)]
                cases += [case(processor, size, family, "low", crop_to_patches=False) for size in sizes(settings)]
                models.append({"preprocessor_config": settings, "cases": cases + [case | {"detail": "high"} for case in cases if case["detail"] == "auto"]})
                continue
            takes = [size for size in sizes(settings) if family != "idefics2" or min(size) > 1 or not settings.get("do_image_splitting")]
            cases = [case(processor, size, family, "auto") for size in takes]
            if family == "idefics3":
                cases += [case(processor, size, family, "low", do_image_splitting=False) for size in sizes(settings)]
                cases += [case(processor, size, family, "high", do_image_splitting=True) for size in sizes(settings)]
            if family == "gemma3":
                cases += [case(processor, size, family, "low", do_pan_and_scan=False) for size in sizes(settings)]
                cases += [case(processor, size, family, "high", do_pan_and_scan=True) for size in sizes(settings)]
            if family == "idefics2":
                whole = [size for size in sizes(settings) if min(size) > 1]  # of a side of one pixel there are no halves
                cases += [case(processor, size, family, "low", do_image_splitting=False) for size in sizes(settings)]
                cases += [case(processor, size, family, "high", do_image_splitting=True) for size in whole]
            models.append({"preprocessor_config": settings, "cases": cases})
        document = {"made_by": "families/src/test/python/make_tiles_golden.py", "transformers": transformers.__version__, "pillow": PIL.__version__, "models": models}
        if family == "idefics3":
            grids = sorted({(c["rows"], c["columns"]) for model in models for c in model["cases"]})
            document["prompts"] = {f"{rows}x{columns}": prompt(rows, columns) for rows, columns in grids}
        if family == "idefics2":
            document["prompts"] = {f"1x{crops}": idefics2_prompt(crops + 1) for crops in (0, 4)}
        if family == "gemma3":
            document["prompts"] = {f"1x{crops}": gemma3_prompt(crops) for crops in range(5)}
        (OUT / f"{family}.json").write_text(json.dumps(document, indent=None, separators=(",", ":")) + "\n")
        print(family, sum(len(model["cases"]) for model in models), "cases")


if __name__ == "__main__":
    main()
