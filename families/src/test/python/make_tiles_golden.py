"""Golden tiles and prompts of transformers' Pillow processors: what the families must give, byte for byte.

    python families/src/test/python/make_tiles_golden.py     (rewrites families/src/test/resources/tiles/*.json)

Needs the packages of training/requirements.txt. Pictures are made by a formula on both sides: channel c at (x, y) is
(x·x·(c+1) + y·(7−c)·3 + x·y) // 4 modulo 256.
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
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

OUT = Path(__file__).parents[1] / "resources" / "tiles"
SIZES = [(1, 1), (2, 1), (1, 300), (300, 1), (17, 900), (900, 17), (64, 64), (65, 64), (128, 128), (129, 127), (127, 385), (333, 257), (257, 333),
         (640, 480), (480, 641), (1000, 1000), (2000, 300), (511, 513), (99, 100), (777, 778)]
CONFIGS = {
    "idefics3": [
        (Idefics3ImageProcessorPil, {"size": {"longest_edge": 256}, "max_image_size": {"longest_edge": 64}, "do_image_splitting": True, "resample": 1}),
        (Idefics3ImageProcessorPil, {"size": {"longest_edge": 210}, "max_image_size": {"longest_edge": 70}, "do_image_splitting": True, "resample": 3}),
        (Idefics3ImageProcessorPil, {"size": {"longest_edge": 128}, "max_image_size": {"longest_edge": 64}, "do_image_splitting": False, "resample": 1}),
    ],
    "llava": [
        (CLIPImageProcessorPil, {"size": {"shortest_edge": 56}, "crop_size": {"height": 56, "width": 56}, "do_center_crop": True, "resample": 3}),
        (CLIPImageProcessorPil, {"size": {"shortest_edge": 60}, "crop_size": {"height": 56, "width": 57}, "do_center_crop": True, "resample": 2}),
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
            cases = [case(processor, size, family, "auto") for size in SIZES]
            if family == "idefics3":
                cases += [case(processor, size, family, "low", do_image_splitting=False) for size in SIZES]
                cases += [case(processor, size, family, "high", do_image_splitting=True) for size in SIZES]
            models.append({"preprocessor_config": settings, "cases": cases})
        document = {"made_by": "families/src/test/python/make_tiles_golden.py", "transformers": transformers.__version__, "pillow": PIL.__version__, "models": models}
        (OUT / f"{family}.json").write_text(json.dumps(document, indent=None, separators=(",", ":")) + "\n")
        print(family, sum(len(model["cases"]) for model in models), "cases")


if __name__ == "__main__":
    main()
