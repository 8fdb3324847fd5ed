"""Golden tiles of transformers' Pillow processor of the Qwen-VL line, whose pictures keep their size.

    python families/src/test/python/make_native_tiles_golden.py     (rewrites families/src/test/resources/tiles/qwen2-vl.json)

Needs the packages of training/requirements.txt. Pictures and hashes as in make_tiles_golden.py; `rows` and `columns` count tokens.
The processor gives flat patches, which are put together again here.
"""

import hashlib
import json

import numpy as np
import PIL
import transformers
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

from make_tiles_golden import FULL_SIZES, OUT, SIZES, picture

THIN = [(3400, 17), (13, 2600), (1, 200), (200, 1), (400, 2)]  # as thin as they may be
LOW_TOKENS = 64
CONFIGS = [
    {"patch_size": 4, "merge_size": 2, "temporal_patch_size": 2, "min_pixels": 256, "max_pixels": 8192},
    {"patch_size": 7, "merge_size": 3, "temporal_patch_size": 2, "size": {"shortest_edge": 5000, "longest_edge": 70000}, "resample": 2},
    {"patch_size": 14, "merge_size": 2, "temporal_patch_size": 2, "min_pixels": 3136, "max_pixels": 12845056},  # Qwen2-VL, Qwen2.5-VL
    {"patch_size": 16, "merge_size": 2, "temporal_patch_size": 2, "size": {"shortest_edge": 65536, "longest_edge": 16777216}},  # Qwen3-VL
]


def case(processor, settings, shape, detail, **options):
    out = processor(picture(*shape), do_rescale=False, do_normalize=False, return_tensors="np", **options)
    (_, rows, columns), = out["image_grid_thw"].tolist()
    patch, merge, frames = (settings[key] for key in ("patch_size", "merge_size", "temporal_patch_size"))
    blocks = out["pixel_values"].reshape(rows // merge, columns // merge, merge, merge, 3, frames, patch, patch)
    assert (blocks[..., 0, :, :] == blocks[..., 1, :, :]).all()  # a picture is two equal frames
    tile = blocks[..., 0, :, :].transpose(0, 2, 5, 1, 3, 6, 4).reshape(rows * patch, columns * patch, 3)
    assert (tile == tile.astype(np.uint8)).all()
    return {"width": shape[0], "height": shape[1], "detail": detail, "rows": rows // merge, "columns": columns // merge,
            "sha256": [hashlib.sha256(np.ascontiguousarray(tile.astype(np.uint8)).tobytes()).hexdigest()]}


def main():
    models = []
    for settings in CONFIGS:
        processor = Qwen2VLImageProcessorPil(**settings)
        wanted = SIZES if settings["patch_size"] < 14 else FULL_SIZES
        sizes = [size for size in wanted + THIN if max(size) <= 200 * min(size)]
        low = LOW_TOKENS * (settings["patch_size"] * settings["merge_size"]) ** 2
        bounds = {edge: min(processor.size[edge], low) for edge in ("shortest_edge", "longest_edge")}
        cases = [case(processor, settings, size, "auto") for size in sizes] + [case(processor, settings, size, "low", size=bounds) for size in sizes]
        models.append({"preprocessor_config": settings, "cases": cases})
    document = {"made_by": "families/src/test/python/make_native_tiles_golden.py", "transformers": transformers.__version__, "pillow": PIL.__version__,
                "models": models}
    (OUT / "qwen2-vl.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
    print(sum(len(model["cases"]) for model in models), "cases")


if __name__ == "__main__":
    main()
