"""VGG: nothing but 3×3 convolutions and 2×2 poolings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncourse.layers import plain
from cnncourse.models._architecture import Architecture, Network, Paper, Request

PAPER = Paper(
    authors="K. Simonyan, A. Zisserman",
    title="Very deep convolutional networks for large-scale image recognition",
    year=2014,
    link="arXiv:1409.1556",
)
FILTERS = (64, 128, 256, 512, 512)


def _row(
    configuration: str, convs: tuple[int, ...], top5: float, scale: str, keras_style: bool
) -> Architecture:
    depth = sum(convs) + 3
    return Architecture(
        title=f"VGG-{depth}",
        paper=PAPER,
        numbers={"convs": convs},
        family="vgg",
        depth=depth,
        top5_error=top5,
        top5_source=f"Table 3, configuration {configuration}, whole image, {scale}",
        keras_style=keras_style,
    )


FIXED, JITTER = "trained at one scale", "trained at scales 256 to 512"
TABLE = {
    "vgg11": _row("A", (1, 1, 2, 2, 2), 10.4, FIXED, keras_style=False),
    "vgg13": _row("B", (2, 2, 2, 2, 2), 9.9, FIXED, keras_style=False),
    "vgg16": _row("D", (2, 2, 3, 3, 3), 8.1, JITTER, keras_style=True),
    "vgg19": _row("E", (2, 2, 4, 4, 4), 8.0, JITTER, keras_style=True),
}


def network(numbers: Mapping[str, Any], request: Request) -> Network:
    """Return the layers: five stages of convolutions, each halving the maps at its end."""
    features = []
    for stage, (filters, count) in enumerate(zip(FILTERS, numbers["convs"], strict=True), 1):
        for number in range(1, count + 1):
            features.append(plain.conv(request.scale(filters), 3, name=f"conv{stage}_{number}"))
        features.append(plain.max_pool(2, 2, name=f"pool{stage}"))
    top = [plain.flatten("flatten")]
    for name in ("fc6", "fc7"):
        units = request.scale(4096)
        top.append(plain.dense(units, "relu", initializer="he_normal", name=name))
        top.append(plain.dropout(0.5, name=f"{name}_dropout"))
    return Network(features, [*top, plain.dense(request.classes, name="logits")])
