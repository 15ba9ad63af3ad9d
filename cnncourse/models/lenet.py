"""LeNet-5, as it was in 1998 and as it is built today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncourse import layers
from cnncourse.layers import plain
from cnncourse.models._architecture import Architecture, Network, Paper, Request

PAPER = Paper(
    authors="Y. LeCun, L. Bottou, Y. Bengio, P. Haffner",
    title="Gradient-based learning applied to document recognition",
    year=1998,
    link="doi:10.1109/5.726791",
)
MAPS = {"c1": 6, "c3": 16, "c5": 120, "f6": 84}

TABLE = {
    "lenet5": Architecture(
        title="LeNet-5, modern",
        paper=PAPER,
        numbers={**MAPS, "historic": False},
        family="lenet",
        input_shape=(32, 32, 1),
        classes=10,
        note="C3 sees all of S2; ReLU, max pooling and softmax instead of the paper's layers.",
    ),
    "lenet5_1998": Architecture(
        title="LeNet-5",
        paper=PAPER,
        numbers={**MAPS, "historic": True},
        family="lenet",
        input_shape=(32, 32, 1),
        classes=10,
        depth=7,
        note="The paper counts subsampling and output as layers. 0.95 % errors on MNIST.",
        scales=False,
    ),
}


def network(numbers: Mapping[str, Any], request: Request) -> Network:
    """Return LeNet-5's layers under the paper's names: C1, S2, C3, S4, C5, F6."""
    if numbers["historic"]:
        return _historic(numbers, request)
    c1, c3, c5, f6 = (request.scale(numbers[name]) for name in ("c1", "c3", "c5", "f6"))
    features = [
        plain.conv(c1, 5, padding="valid", name="c1"),
        plain.max_pool(2, 2, name="s2"),
        plain.conv(c3, 5, padding="valid", name="c3"),
        plain.max_pool(2, 2, name="s4"),
        plain.conv(c5, 5, padding="valid", name="c5"),
    ]
    top = [
        plain.flatten("flatten"),
        plain.dense(f6, "relu", initializer="he_normal", name="f6"),
        plain.dense(request.classes, name="logits"),
    ]
    return Network(features, top)


def _historic(numbers: Mapping[str, Any], request: Request) -> Network:
    def conv(filters: int, name: str) -> Any:
        squash, initializer = layers.scaled_tanh, "glorot_uniform"
        return plain.conv(filters, 5, 1, "valid", squash, initializer=initializer, name=name)

    features = [
        conv(numbers["c1"], "c1"),
        layers.TrainableSubsampling2D(2, name="s2"),
        layers.PartialConv2D(layers.LENET_C3, 5, layers.scaled_tanh, name="c3"),
        layers.TrainableSubsampling2D(2, name="s4"),
        conv(numbers["c5"], "c5"),
    ]
    codes = "digits" if request.classes == 10 else "random"
    top = [
        plain.flatten("flatten"),
        plain.dense(numbers["f6"], layers.scaled_tanh, name="f6"),
        layers.RBFOutput(request.classes, codes, name="distances"),
        plain.negative("logits"),
    ]
    return Network(features, top)
