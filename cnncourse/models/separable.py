"""Networks of depthwise separable convolutions: Xception and MobileNet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncourse import layers
from cnncourse.layers import plain
from cnncourse.models._architecture import Architecture, Network, Paper, Request

XCEPTION = Paper(
    authors="F. Chollet",
    title="Xception: deep learning with depthwise separable convolutions",
    year=2016,
    link="arXiv:1610.02357",
)
MOBILENET = Paper(
    authors="A. Howard, M. Zhu, B. Chen, D. Kalenichenko, W. Wang, T. Weyand, M. Andreetto, "
    "H. Adam",
    title="MobileNets: efficient convolutional neural networks for mobile vision applications",
    year=2017,
    link="arXiv:1704.04861",
)

TABLE = {
    "xception": Architecture(
        title="Xception",
        paper=XCEPTION,
        # filters and stride of the residual units (figure 5), between the stem and the exit
        numbers={
            "stem": (32, 64),
            "units": (
                *(((128, 128), 2), ((256, 256), 2), ((728, 728), 2)),
                *(((728, 728, 728), 1),) * 8,
                ((728, 1024), 2),
            ),
            "exit": (1536, 2048),
        },
        family="separable",
        input_shape=(299, 299, 3),
        depth=36,
        top5_error=5.5,
        top5_source="Table 1, one crop",
        note="The paper counts a separable convolution once and leaves the classes out.",
        keras_style=True,
    ),
    "mobilenet": Architecture(
        title="MobileNet",
        paper=MOBILENET,
        numbers={
            "stem": (32,),
            # filters and stride of the separable convolutions (table 1)
            "separable": (
                *((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)),
                *((512, 1),) * 5,
                *((1024, 2), (1024, 1)),
            ),
        },
        family="separable",
        depth=28,
        note="The paper reports top-1 accuracy alone: 70.6 %. `width` is its multiplier alpha.",
    ),
}


def network(numbers: Mapping[str, Any], request: Request) -> Network:
    """Return the layers of Xception or of MobileNet."""
    features = _xception(numbers, request) if "units" in numbers else _mobile(numbers, request)
    top = [plain.global_average("global_average")]
    if "units" in numbers:
        top.append(plain.dropout(0.5, "dropout"))
    return Network(features, [*top, plain.dense(request.classes, name="logits")])


def _xception(numbers: Mapping[str, Any], request: Request) -> list[Any]:
    features: list[Any] = []
    for number, (filters, stride) in enumerate(zip(numbers["stem"], (2, 1), strict=True), 1):
        features += _conv(request.scale(filters), stride, "valid", str(number))
    for number, (filters, stride) in enumerate(numbers["units"], 1):
        features.append(
            layers.XceptionUnit(
                tuple(request.scale(count) for count in filters),
                stride,
                first_relu=number > 1,
                name=f"unit{number}",
            )
        )
    for number, filters in enumerate(numbers["exit"], 1):
        features.append(
            layers.SeparableUnit(
                request.scale(filters),
                normalisation="end",
                activation="relu",
                name=f"separable{number}",
            )
        )
    return features


def _mobile(numbers: Mapping[str, Any], request: Request) -> list[Any]:
    features = _conv(request.scale(numbers["stem"][0]), 2, "same", "1")
    for number, (filters, stride) in enumerate(numbers["separable"], 1):
        features.append(
            layers.SeparableUnit(
                request.scale(filters),
                stride=stride,
                between="relu",
                activation="relu",
                normalisation="both",
                name=f"separable{number}",
            )
        )
    return features


def _conv(filters: int, stride: int, padding: str, number: str) -> list[Any]:
    return [
        plain.conv(filters, 3, stride, padding, activation=None, bias=False, name=f"conv{number}"),
        plain.batch_norm(f"norm{number}"),
        plain.activation("relu", f"relu{number}"),
    ]
