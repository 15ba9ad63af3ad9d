"""AlexNet, with and without its two groups, and ZF Net."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncourse import layers
from cnncourse.layers import plain
from cnncourse.models._architecture import Architecture, Network, Paper, Request

ALEXNET = Paper(
    authors="A. Krizhevsky, I. Sutskever, G. Hinton",
    title="ImageNet classification with deep convolutional neural networks",
    year=2012,
    link="doi:10.1145/3065386",
)
ZFNET = Paper(
    authors="M. Zeiler, R. Fergus",
    title="Visualizing and understanding convolutional networks",
    year=2013,
    link="arXiv:1311.2901",
)

# kernel, stride and padding of the first two convolutions; of the pooling after each; its order
ALEXNET_STEM = {"first": (11, 4, "valid"), "second": (5, 1, "same"), "pool": "valid", "pad": 0}
ZFNET_STEM = {"first": (7, 2, "valid"), "second": (5, 2, "valid"), "pool": "same", "pad": 1}

TABLE = {
    "alexnet": Architecture(
        title="AlexNet",
        paper=ALEXNET,
        numbers={**ALEXNET_STEM, "groups": 2, "pool_first": False},
        family="alexnet",
        input_shape=(227, 227, 3),
        depth=8,
        top5_error=18.2,
        top5_source="Table 2, one network, ten crops",
        note="The paper says 224; only 227 gives its 55 × 55 maps. Five networks: 16.4 %; seven,"
        " pre-trained, won ILSVRC-2012 with 15.3 % on the test set (second: 26.2 %).",
    ),
    "alexnet_one_group": Architecture(
        title="AlexNet, one group",
        paper=ALEXNET,
        numbers={**ALEXNET_STEM, "groups": 1, "pool_first": False},
        family="alexnet",
        input_shape=(227, 227, 3),
        depth=8,
        note="Every filter sees all maps. The paper has no error for it.",
    ),
    "zfnet": Architecture(
        title="ZF Net",
        paper=ZFNET,
        numbers={**ZFNET_STEM, "groups": 1, "pool_first": True},
        family="alexnet",
        depth=8,
        top5_error=16.5,
        top5_source="Table 2, one network as per figure 3, ten crops",
        note="Six networks: 14.8 % on the test set of ILSVRC-2012.",
    ),
}


def network(numbers: Mapping[str, Any], request: Request) -> Network:
    """Return the layers: five convolutions, three poolings, two hidden dense layers."""
    groups = numbers["groups"]

    def conv(filters: int, window: tuple[int, int, str], name: str, grouped: bool = False) -> Any:
        filters = request.scale(filters, groups)
        return plain.conv(filters, *window, groups=groups if grouped else 1, name=name)

    def pool_and_norm(number: int) -> list[Any]:
        norm = layers.LocalResponseNormalization(name=f"norm{number}")
        pool = plain.max_pool(3, 2, numbers["pool"], name=f"pool{number}")
        return [pool, norm] if numbers["pool_first"] else [norm, pool]

    def hidden(name: str) -> list[Any]:
        units = request.scale(4096)
        dense = plain.dense(units, "relu", initializer="he_normal", name=name)
        return [dense, plain.dropout(0.5, name=f"{name}_dropout")]

    same = (3, 1, "same")
    features = [
        *([plain.pad(numbers["pad"], "pad")] if numbers["pad"] else []),
        conv(96, numbers["first"], "conv1"),
        *pool_and_norm(1),
        conv(256, numbers["second"], "conv2", grouped=True),
        *pool_and_norm(2),
        conv(384, same, "conv3"),
        conv(384, same, "conv4", grouped=True),
        conv(256, same, "conv5", grouped=True),
        plain.max_pool(3, 2, name="pool5"),
    ]
    logits = plain.dense(request.classes, name="logits")
    return Network(features, [plain.flatten("flatten"), *hidden("fc6"), *hidden("fc7"), logits])
