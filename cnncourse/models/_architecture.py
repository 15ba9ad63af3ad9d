"""What a row of the table of architectures holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

# GoogLeNet's paper, section 6: "the losses of the auxiliary classifiers were weighted by 0.3".
AUXILIARY_WEIGHT = 0.3


@dataclass(frozen=True)
class Paper:
    """Where a network comes from."""

    authors: str
    title: str
    year: int
    link: str  # "arXiv:…" or "doi:…"


@dataclass(frozen=True)
class Architecture:
    """A row of the table: a network in numbers, and what its paper says about it.

    Attributes
    ----------
    title : str
        The network's name in prose.
    paper : Paper
        Authors, title, year and link.
    numbers : mapping
        What the family's function makes the network of.
    family : str
        Which family: "lenet", "alexnet", "vgg", "inception", "resnet" or "separable".
    input_shape : (height, width, channels)
        The paper's.
    classes : int
        The paper's.
    depth : int or None
        Layers with weights as the paper counts them; None where it doesn't.
    top5_error : float or None
        Per cent on ImageNet's validation set (ILSVRC-2012) by a single network, as published;
        None where the paper has no such number.
    top5_source : str
        Which table, and how the images were cropped.
    note : str
        What else the paper reports, or where this network differs from it.
    loss_weights : mapping or None
        By output, for networks with several.
    scales : bool
        Whether `width` may be other than 1.
    keras_style : bool
        Whether ``style="keras"`` makes the variant of `keras.applications`.
    """

    title: str
    paper: Paper
    numbers: Mapping[str, Any]
    family: str
    input_shape: tuple[int, int, int] = (224, 224, 3)
    classes: int = 1000
    depth: int | None = None
    top5_error: float | None = None
    top5_source: str = ""
    note: str = ""
    loss_weights: Mapping[str, float] | None = None
    scales: bool = True
    keras_style: bool = False


class Network(NamedTuple):
    """A network's layers, not yet connected."""

    features: list[Any]  # up to the last feature maps
    top: list[Any]  # from there to the logits
    exits: Mapping[str, Any] = {}  # heads by the name of the layer that they start from


@dataclass(frozen=True)
class Request:
    """How large and in which style a network is wanted."""

    classes: int
    width: float = 1.0
    style: str = "paper"
    activation: str = "softmax"

    def scale(self, channels: int, multiple: int = 1) -> int:
        """Return `channels` times the width, rounded to a multiple, which is also the least."""
        return max(multiple, round(channels * self.width / multiple) * multiple)


Family = Callable[[Mapping[str, Any], Request], Network]
