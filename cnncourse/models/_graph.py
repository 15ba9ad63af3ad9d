"""A block or a network as nodes and edges, read from the model itself."""

from __future__ import annotations

from typing import Any, NamedTuple

from cnncourse import _checks
from cnncourse.models import _labels
from cnncourse.models._calls import calls


class Node(NamedTuple):
    """A layer at one place of a network.

    Attributes
    ----------
    name : str
        Of the layer; the further calls of a layer that is called several times have " (2)" and
        so on behind it, and layers of an opened block the block's name and "/" before it.
    kind : str
        "input", "conv", "pool", "dense", "block", "norm", "activation", "join" or "other".
    label : str
        What it is, for a reader: "conv 3×3, 64"; of a join its sign, "+", "×" or "concat".
    note : str
        Its stride, and the activation inside of it: "stride 2, ReLU"; often empty.
    shape : tuple of int
        Of its output, without the batch axis.
    """

    name: str
    kind: str
    label: str
    note: str
    shape: tuple[int, ...]


class Graph(NamedTuple):
    """Nodes, sources before what takes their output, and edges as pairs of their names."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...]


def graph(model: Any, expand: bool = False) -> Graph:
    """Return the layers of a block or a model and what flows between them.

    Parameters
    ----------
    model : layers.Block or keras.Model
        A block that has been built for an input shape, or a Functional or Sequential model whose
        sizes are known.
    expand : bool
        Whether blocks and models inside of it are opened.

    Returns
    -------
    Graph
        ``nodes`` and ``edges``, for ``viz.graph``.

    Raises
    ------
    ValueError
        If the model's layers or sizes aren't known.

    Examples
    --------
    >>> from cnncourse.layers import SqueezeExcite
    >>> block = SqueezeExcite(ratio=4)
    >>> block.build((None, 14, 10, 64))
    >>> for node in graph(block).nodes[1:4]:
    ...     print(node.label, node.note, node.shape)
    global average  (1, 1, 64)
    dense, 16 ReLU (1, 1, 16)
    dense, 64 sigmoid (1, 1, 64)
    >>> graph(block).edges[-2:]
    (('inputs', 'scale'), ('excite', 'scale'))
    """
    nodes: list[Node] = []
    edges: list[tuple[str, str]] = []
    _read(model, _checks.flag("expand", expand), "", (), nodes, edges)
    return Graph(tuple(nodes), tuple(edges))


def _read(
    model: Any,
    expand: bool,
    prefix: str,
    entries: tuple[str, ...],
    nodes: list[Node],
    edges: list[tuple[str, str]],
) -> str:
    """Add the layers of a model behind its `entries`; return the name of the last one."""
    names: list[str] = []  # of the node that stands for each call
    waiting = list(entries)
    for call in calls(model):
        layer, sources = call.layer, [names[source] for source in call.sources]
        if not sources and waiting:
            names.append(waiting.pop(0))
            continue
        name = prefix + layer.name
        times = 1 + sum(node.name.partition(" (")[0] == name for node in nodes)
        name = name if times == 1 else f"{name} ({times})"
        inner = _labels.inside(layer)
        if expand and inner is not None:
            names.append(_read(inner, expand, f"{name}/", tuple(sources), nodes, edges))
            continue
        nodes.append(_node(name, call.shape, layer))
        edges.extend((source, name) for source in sources)
        names.append(name)
    return names[-1]


def _node(name: str, shape: tuple[int, ...], layer: Any) -> Node:
    kind = _labels.kind(layer)
    label = _labels.label(layer)
    notes = [_labels.steps(layer)]
    if kind in ("conv", "dense"):
        label = f"{label}, {shape[-1]}"
        notes.append(_labels.activation(layer))
    return Node(name, kind, label, ", ".join(note for note in notes if note), shape)
