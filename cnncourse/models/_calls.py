"""A Keras model as a list of calls: which layer is called on whose output."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from cnncourse import _checks
from cnncourse.layers import Block


class Call(NamedTuple):
    """A layer at one place of a network."""

    layer: Any
    sources: tuple[int, ...]  # the calls whose outputs it takes, by their number in the list
    shape: tuple[int, ...]  # of its output, without the batch axis


def graph_of(model: Any) -> Any:
    """Return the connected layers that `model` is made of, a block's or a model's own."""
    expected = (
        "a Functional or Sequential model whose input shape is known, or a block that has been "
        "built for one"
    )
    inside: Any = getattr(model, "graph", None) if isinstance(model, Block) else model
    try:
        connected = bool(inside.inputs and inside.outputs and inside.layers)
    except (AttributeError, ValueError):  # a Sequential without a shape has no `inputs`
        connected = False
    if not connected:
        _checks.fail("model", expected, model)
    return inside


def calls(model: Any) -> list[Call]:
    """Return the calls of `graph_of` a model, sources before those that use them."""
    graph = graph_of(model)
    found: list[Call] = []
    places: dict[int, int] = {}
    for tensor in graph.inputs:
        places[id(tensor)] = len(found)
        found.append(Call(tensor._keras_history.operation, (), _shape(tensor)))
    layers = getattr(graph, "operations", graph.layers)
    nodes = [(layer, node) for layer in layers for node in layer._inbound_nodes]
    waiting = [(layer, node) for layer, node in nodes if node.input_tensors]
    while True:
        # A layer that is called twice stands once in the list, perhaps before its second input.
        later = []
        for layer, node in waiting:
            incoming = [id(tensor) for tensor in node.input_tensors]
            if not places.keys() >= set(incoming):
                later.append((layer, node))
                continue
            places.update((id(tensor), len(found)) for tensor in node.output_tensors)
            sources = tuple(places[tensor] for tensor in incoming)
            found.append(Call(layer, sources, _shape(node.output_tensors[0])))
        if len(later) in (0, len(waiting)):
            break
        waiting = later
    ends = [places[id(tensor)] for tensor in graph.outputs]
    return _without_strangers(found, ends)


def outputs(found: list[Call]) -> list[int]:
    """Return the calls whose output no other call takes, the deepest first."""
    depths: list[int] = []
    for call in found:
        depths.append(1 + max((depths[source] for source in call.sources), default=0))
    used = {source for call in found for source in call.sources}
    ends = [place for place in range(len(found)) if place not in used]
    return sorted(ends, key=lambda place: -depths[place])


def before(found: list[Call], place: int) -> set[int]:
    """Return the calls that a call rests on, itself among them."""
    rests, waiting = set(), [place]
    while waiting:
        here = waiting.pop()
        if here not in rests:
            rests.add(here)
            waiting.extend(found[here].sources)
    return rests


def _without_strangers(found: list[Call], ends: Iterable[int]) -> list[Call]:
    """Return `found` without calls that another model made on the same tensors."""
    wanted = set().union(*(before(found, end) for end in ends))
    kept = sorted(wanted)
    numbers = {place: number for number, place in enumerate(kept)}
    return [
        found[place]._replace(sources=tuple(numbers[s] for s in found[place].sources))
        for place in kept
    ]


def _shape(tensor: Any) -> tuple[int, ...]:
    shape = tuple(tensor.shape[1:])
    if None in shape:
        _checks.fail("model", "a model whose sizes are known", tuple(tensor.shape))
    return shape
