"""Network in network, GoogLeNet with and without its auxiliary heads, and SE-Inception."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncourse import layers
from cnncourse.layers import plain
from cnncourse.models._architecture import (
    AUXILIARY_WEIGHT,
    Architecture,
    Network,
    Paper,
    Request,
)

NIN = Paper(
    authors="M. Lin, Q. Chen, S. Yan",
    title="Network in network",
    year=2013,
    link="arXiv:1312.4400",
)
GOOGLENET = Paper(
    authors="C. Szegedy, W. Liu, Y. Jia, P. Sermanet, S. Reed, D. Anguelov, D. Erhan, "
    "V. Vanhoucke, A. Rabinovich",
    title="Going deeper with convolutions",
    year=2014,
    link="arXiv:1409.4842",
)
SENET = Paper(
    authors="J. Hu, L. Shen, S. Albanie, G. Sun, E. Wu",
    title="Squeeze-and-excitation networks",
    year=2017,
    link="arXiv:1709.01507",
)

# Table 1 of the paper: 1×1, (3×3 reduce, 3×3), (5×5 reduce, 5×5), pool proj; a pool between groups
MODULES = {
    "3a": (64, (96, 128), (16, 32), 32),
    "3b": (128, (128, 192), (32, 96), 64),
    "4a": (192, (96, 208), (16, 48), 64),
    "4b": (160, (112, 224), (24, 64), 64),
    "4c": (128, (128, 256), (24, 64), 64),
    "4d": (112, (144, 288), (32, 64), 64),
    "4e": (256, (160, 320), (32, 128), 128),
    "5a": (256, (160, 320), (32, 128), 128),
    "5b": (384, (192, 384), (48, 128), 128),
}
POOL_BEFORE = ("4a", "5a")
EXITS = {"4a": "auxiliary_1", "4d": "auxiliary_2"}

TABLE = {
    "nin": Architecture(
        title="Network in network",
        paper=NIN,
        # filters, kernel and 1×1 filters of each mlpconv; the last 1×1 layer has one map a class
        numbers={
            "mlpconvs": ((192, 5, (160, 96)), (192, 5, (192, 192)), (192, 3, (192,))),
        },
        family="inception",
        input_shape=(32, 32, 3),
        classes=10,
        note="The network for CIFAR-10, with the filters of the authors' published settings: "
        "8.81 % errors there with augmentation, 10.41 % without.",
    ),
    "googlenet": Architecture(
        title="GoogLeNet",
        paper=GOOGLENET,
        numbers={"modules": MODULES, "exits": {}, "squeeze": False},
        family="inception",
        depth=22,
        top5_error=10.07,
        top5_source="Table 3, one network, one crop",
        note="Seven networks, 144 crops: 6.67 %, which won ILSVRC-2014.",
    ),
    "googlenet_aux": Architecture(
        title="GoogLeNet with auxiliary heads",
        paper=GOOGLENET,
        numbers={"modules": MODULES, "exits": EXITS, "squeeze": False},
        family="inception",
        depth=22,
        top5_error=10.07,
        top5_source="Table 3, one network, one crop",
        note="As trained; at inference the heads are left out.",
        loss_weights={"main": 1.0, **dict.fromkeys(EXITS.values(), AUXILIARY_WEIGHT)},
    ),
    "se_inception": Architecture(
        title="SE-Inception",
        paper=SENET,
        numbers={"modules": MODULES, "exits": {}, "squeeze": True},
        family="inception",
        note="GoogLeNet with the paper's SE-Inception module (figure 2). The paper's own "
        "measurement is for SE-BN-Inception: 7.14 % top-5 against 7.89 % without SE.",
    ),
}


def network(numbers: Mapping[str, Any], request: Request) -> Network:
    """Return the layers of a network in network or of a GoogLeNet."""
    if "mlpconvs" in numbers:
        return _network_in_network(numbers, request)
    kind = layers.SEInception if numbers["squeeze"] else layers.Inception
    features = [
        plain.conv(request.scale(64), 7, 2, name="conv1"),
        plain.max_pool(3, 2, "same", name="pool1"),
        layers.LocalResponseNormalization(name="norm1"),
        plain.conv(request.scale(64), 1, name="conv2_reduce"),
        plain.conv(request.scale(192), 3, name="conv2"),
        layers.LocalResponseNormalization(name="norm2"),
        plain.max_pool(3, 2, "same", name="pool2"),
    ]
    for name, (one, three, five, pool) in numbers["modules"].items():
        if name in POOL_BEFORE:
            features.append(plain.max_pool(3, 2, "same", name=f"pool{int(name[0]) - 1}"))
        scaled = [tuple(request.scale(filters) for filters in pair) for pair in (three, five)]
        sizes: Any = (request.scale(one), *scaled, request.scale(pool))
        features.append(kind(*sizes, name=f"inception_{name}"))
    top = [
        plain.global_average("global_average"),
        plain.dropout(0.4, "dropout"),
        plain.dense(request.classes, name="logits"),
    ]
    exits = {
        f"inception_{module}": layers.AuxiliaryHead(
            request.classes,
            request.scale(128),
            request.scale(1024),
            activation=request.activation,
            name=name,
        )
        for module, name in numbers["exits"].items()
    }
    return Network(features, top, exits)


def _network_in_network(numbers: Mapping[str, Any], request: Request) -> Network:
    blocks = [
        layers.MlpConv(
            request.scale(filters),
            kernel,
            tuple(request.scale(count) for count in hidden),
            name=f"mlpconv{number}",
        )
        for number, (filters, kernel, hidden) in enumerate(numbers["mlpconvs"], 1)
    ]
    features = [
        blocks[0],
        plain.max_pool(3, 2, "same", name="pool1"),
        plain.dropout(0.5, "dropout1"),
        blocks[1],
        plain.average_pool(3, 2, "same", name="pool2"),
        plain.dropout(0.5, "dropout2"),
        blocks[2],
    ]
    top = [plain.conv(request.classes, 1, name="class_maps"), plain.global_average("logits")]
    return Network(features, top)
