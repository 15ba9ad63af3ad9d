"""Companion package of the course on convolutional networks.

Each module is one room with one subject:

- `arithmetic`: sizes, padding, receptive fields, parameters and costs on plain integers.
- `boxes`: formats, overlap, suppression and moves of boxes.
- `ops`: the operations of convolutional networks in NumPy, forward and backward.
- `metrics`: how good a detector is, by the three usual conventions, and what it gets wrong.
- `samples`: pictures and texts drawn from a seed, with exact boxes and masks.
- `data`: data sets by name, as a drawn sample or the real thing, and their pipelines.
- `layers`: blocks of the classic networks as Keras layers.
- `losses`: what networks that predict boxes are trained on.
- `models`: the classic networks themselves, from one table, with what they cost.
- `transfer`: a small pretrained network, features kept on disk, freezing, new heads.
- `detection`: a small detector with its targets, loss, training and decoding.
- `explain`: what a network looks at, as activations, filters and heat maps, and how true these are.
- `results`: what the studies of the book measured, over seeds.
- `viz`: figures from arrays, with alternative texts.
- `quiz`: questions whose answers are computed.
- `check`: exercises that answer with the smallest input that fails.
- `widgets`: interactive figures.

Importing the package loads none of them, nor any other library: ``cnncourse.ops`` comes when it
is first asked for.
"""

from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    from importlib import import_module
    from importlib.util import find_spec

    if name.startswith("_") or find_spec(f"{__name__}.{name}") is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    from pkgutil import iter_modules

    rooms = [module.name for module in iter_modules(__path__) if not module.name.startswith("_")]
    return sorted({*globals(), *rooms})
