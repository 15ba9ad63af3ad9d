"""Residual networks: the first version, with pre-activation, and with squeeze-and-excitation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncourse import layers
from cnncourse.layers import plain
from cnncourse.models._architecture import Architecture, Network, Paper, Request
from cnncourse.models.inception import SENET

RESNET = Paper(
    authors="K. He, X. Zhang, S. Ren, J. Sun",
    title="Deep residual learning for image recognition",
    year=2015,
    link="arXiv:1512.03385",
)
PREACTIVATION = Paper(
    authors="K. He, X. Zhang, S. Ren, J. Sun",
    title="Identity mappings in deep residual networks",
    year=2016,
    link="arXiv:1603.05027",
)
FILTERS = (64, 128, 256, 512)
EPSILON, KERAS_EPSILON = 1e-5, 1.001e-5

# Table 1 of the paper: units in the four stages, and whether they are bottlenecks
DEPTHS = {
    18: ((2, 2, 2, 2), False),
    34: ((3, 4, 6, 3), False),
    50: ((3, 4, 6, 3), True),
    101: ((3, 4, 23, 3), True),
    152: ((3, 8, 36, 3), True),
}
TOP5 = {  # per cent; a depth that is missing has no published number
    "plain": ({34: 7.46, 50: 6.71, 101: 6.05, 152: 5.71}, "Table 3, option B, ten crops"),
    "preactivation": ({152: 5.5}, "Table 5, one crop of 320 × 320"),
    "se": ({50: 6.62, 101: 6.07, 152: 5.73}, "Table 2, one crop of 224 × 224"),
}
NOTES = {
    "plain": "Six networks of different depths: 3.57 % on the test set, which won ILSVRC-2015.",
    "preactivation": "Every unit starts with normalisation and ReLU, the first one too.",
    "se": "An ensemble with SENet-154 had 2.251 % on the test set and won ILSVRC-2017.",
}


def _row(kind: str, prefix: str, paper: Paper, depth: int) -> Architecture:
    units, bottleneck = DEPTHS[depth]
    errors, source = TOP5[kind]
    return Architecture(
        title=f"{prefix}ResNet-{depth}",
        paper=paper,
        numbers={"units": units, "bottleneck": bottleneck, "kind": kind},
        family="resnet",
        depth=depth,
        top5_error=errors.get(depth),
        top5_source=source if depth in errors else "",
        note=NOTES[kind],
        keras_style=kind == "plain" and depth in (50, 101, 152),
    )


TABLE = {
    **{f"resnet{depth}": _row("plain", "", RESNET, depth) for depth in DEPTHS},
    **{
        f"preact_resnet{depth}": _row("preactivation", "Pre-activation ", PREACTIVATION, depth)
        for depth in DEPTHS
    },
    **{f"se_resnet{depth}": _row("se", "SE-", SENET, depth) for depth in DEPTHS},
}


def network(numbers: Mapping[str, Any], request: Request) -> Network:
    """Return the layers: a stem, four stages of residual units, the mean and the classes."""
    preactivation = numbers["kind"] == "preactivation"
    unit = layers.SEResidualUnit if numbers["kind"] == "se" else layers.ResidualUnit
    keras_style = request.style == "keras"
    options: dict[str, Any] = {
        "bias": keras_style,
        "epsilon": KERAS_EPSILON if keras_style else EPSILON,
    }

    features = _stem(request, options, keras_style, normalised=not preactivation)
    for stage, (filters, count) in enumerate(zip(FILTERS, numbers["units"], strict=True)):
        for number in range(count):
            features.append(
                unit(
                    request.scale(filters),
                    stride=2 if stage > 0 and number == 0 else 1,
                    bottleneck=numbers["bottleneck"],
                    preactivation=preactivation,
                    name=f"conv{stage + 2}_{number + 1}",
                    **options,
                )
            )
    if preactivation:
        features.append(plain.batch_norm("norm", options["epsilon"]))
        features.append(plain.activation("relu", "relu"))
    average = plain.global_average("global_average")
    return Network(features, [average, plain.dense(request.classes, name="logits")])


def _stem(
    request: Request, options: Mapping[str, Any], keras_style: bool, normalised: bool
) -> list[Any]:
    padding = "valid" if keras_style else "same"
    conv = plain.conv(
        request.scale(64), 7, 2, padding, activation=None, bias=options["bias"], name="conv1"
    )
    norm = [plain.batch_norm("norm1", options["epsilon"]), plain.activation("relu", "relu1")]
    return [
        *([plain.pad(3, "pad1")] if keras_style else []),
        conv,
        *(norm if normalised else []),
        *([plain.pad(1, "pad2")] if keras_style else []),
        plain.max_pool(3, 2, padding, name="pool1"),
    ]
