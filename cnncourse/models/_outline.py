"""A network as a few consecutive stages, read from the model itself."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any, NamedTuple

from cnncourse.layers import plain
from cnncourse.models import _labels
from cnncourse.models._build import build
from cnncourse.models._calls import Call, before, calls, outputs

KINDS = ("input", "conv", "pool", "dense", "block")
# What a group of layers between a fork and its join is called.
FORKS = {"+": "residual block", "×": "gated block"}


class Stage(NamedTuple):
    """A stretch of a network: one layer or block, or a run of equal ones.

    Attributes
    ----------
    name : str
        Of the first layer.
    kind : str
        "input", "conv", "pool", "dense", "block" or "other".
    label : str
        What it is, for a reader: "conv 3×3", "residual unit".
    shape : tuple of int
        Of its output without the batch axis: (H, W, C), or (units,).
    params : int
        Parameters of all its layers, trained or not. A layer used twice counts where it comes
        first.
    repeats : int
        How many layers or blocks follow each other here.
    source : str
        Empty on the way to the main output. On a side branch, such as an auxiliary head, the name
        of the stage on the main way that it starts from.
    """

    name: str
    kind: str
    label: str
    shape: tuple[int, ...]
    params: int
    repeats: int = 1
    source: str = ""


def outline(model: Any) -> list[Stage]:
    """Return a network's stages from the input to the output.

    Activations, normalisation, dropout, reshaping and padding belong to the layer next to them.
    Blocks of `cnncourse.layers` and models inside of the model are one stage each; so is what lies
    between a fork of the network and its join. Runs of alike convolutions or blocks are merged.

    Parameters
    ----------
    model : keras.Model, layers.Block or str
        A Functional or Sequential model whose sizes are known, a block that has been built, or a
        name of `names`, for the paper's network without memory for its weights.

    Returns
    -------
    list of Stage
        In the order of the network; side branches right after the stage that they start from.
        The parameters of all stages add up to those of the model.

    Raises
    ------
    ValueError
        If the model's layers or sizes aren't known, or there is no network of that name.

    Examples
    --------
    >>> for stage in outline("resnet18")[:4]:
    ...     print(stage.repeats, stage.label, stage.shape, stage.params)
    1 input (224, 224, 3) 0
    1 conv 7×7, stride 2 (112, 112, 64) 9664
    1 max pool 3×3, stride 2 (56, 56, 64) 0
    2 residual unit (56, 56, 64) 148480
    """
    if isinstance(model, str):
        return plain.without_weights(lambda: outline(build(model)))
    found = calls(model)
    main, *sides = outputs(found)
    way = before(found, main)
    branches = []  # of each side output its calls, and the last call before them
    known = set(way)
    for side in sides:
        branch = before(found, side) - known
        known |= branch
        before_it = {source for place in branch for source in found[place].sources} - branch
        branches.append((branch, max(before_it)))

    seen: set[int] = set()  # weights that have been counted
    forks = {start for _, start in branches}
    drafts = _drafts(found, sorted(way), forks, seen)
    owner = {place: number for number, draft in enumerate(drafts) for place in draft.places}
    heads: dict[int, list[Stage]] = {}
    for branch, start in branches:
        number = owner[start]
        owner |= dict.fromkeys(branch, number)
        name = drafts[number].stage.name
        stages = [
            draft.finish()._replace(source=name)
            for draft in _drafts(found, sorted(branch), set(), seen)
        ]
        heads.setdefault(number, []).extend(stages)
    return [
        stage
        for number, draft in enumerate(drafts)
        for stage in (draft.finish(), *heads.get(number, ()))
    ]


class _Draft(NamedTuple):
    stage: Stage
    places: tuple[int, ...]
    steps: str  # stride and dilation
    settings: tuple[Any, ...]  # of a block, but for its stride

    def finish(self) -> Stage:
        stage = self.stage
        return stage._replace(label=f"{stage.label}, {self.steps}" if self.steps else stage.label)

    def joined(self, other: _Draft) -> _Draft:
        """Return both as one, by the name and the label of the first."""
        params = self.stage.params + other.stage.params
        return self._replace(
            stage=self.stage._replace(params=params), places=self.places + other.places
        )

    def repeats(self, other: _Draft) -> bool:
        """Return whether `other` is the same once more; of blocks the first may be strided."""
        stage, after = self.stage, other.stage
        alike = (stage.label, stage.shape) == (after.label, after.shape)
        if stage.kind == after.kind == "block":
            return alike and self.settings == other.settings and not other.steps
        return stage.kind == after.kind == "conv" and alike and self.steps == other.steps


def _drafts(found: list[Call], places: list[int], forks: set[int], seen: set[int]) -> list[_Draft]:
    drafts: list[_Draft] = []
    ahead: list[int] = []  # layers that belong to the stage after them
    for group in _between_cuts(found, places):
        ends = found[group[-1]]
        if len(group) == 1 and _belongs_to_neighbour(found, ends):
            padding = hasattr(ends.layer, "padding")
            if padding or not drafts or drafts[-1].stage.kind == "input":
                ahead += group
            else:
                drafts[-1] = drafts[-1].joined(_draft(found, group, seen))
            continue
        draft = _draft(found, group, seen)
        if ahead:
            draft = draft.joined(_draft(found, ahead, seen))
            ahead = []
        if drafts and drafts[-1].repeats(draft) and not forks & set(drafts[-1].places):
            more = drafts[-1].joined(draft)
            stage = more.stage._replace(repeats=more.stage.repeats + 1)
            drafts[-1] = more._replace(stage=stage, steps=draft.steps)
        else:
            drafts.append(draft)
    if ahead:
        last = _draft(found, ahead, seen)
        drafts[-1:] = [drafts[-1].joined(last)] if drafts else [last]
    return drafts


def _between_cuts(found: list[Call], places: list[int]) -> Iterator[list[int]]:
    """Yield groups of calls; everything that flows passes through the last call of each."""
    position = {place: number for number, place in enumerate(places)}
    reach = [-1] * len(places)  # the furthest call that takes what comes before
    for number, place in enumerate(places):
        for source in found[place].sources:
            start = position.get(source, -1) + 1
            reach[start] = max(reach[start], number)
    group, furthest = [], 0
    for number, place in enumerate(places):
        furthest = max(furthest, reach[number])
        group.append(place)
        if furthest <= number:
            yield group
            group = []


def _belongs_to_neighbour(found: list[Call], call: Call) -> bool:
    """Return whether a layer has neither kernel nor window and keeps the number of values."""
    if _labels.kind(call.layer) not in ("norm", "activation", "join", "other"):
        return False
    if _labels.window(call.layer):
        return False
    kept = prod(call.shape) == prod(found[call.sources[0]].shape)
    return kept or hasattr(call.layer, "padding")


def _draft(found: list[Call], group: list[int], seen: set[int]) -> _Draft:
    params = 0
    for place in group:
        for weight in found[place].layer.weights:
            if id(weight) not in seen:
                seen.add(id(weight))
                params += prod(weight.shape)
    last = found[group[-1]]
    first, kind, label = found[group[0]].layer, _labels.kind(last.layer), _labels.label(last.layer)
    if len(group) > 1:
        kind, label = "block", FORKS.get(label, "parallel branches")
    kind = kind if kind in KINDS else "other"
    steps = _labels.steps(last.layer) if len(group) == 1 else ""
    settings = tuple(
        getattr(last.layer, name)
        for name in getattr(last.layer, "SETTINGS", ())
        if name not in ("stride", "first_relu")
    )
    stage = Stage(first.name, kind, label, last.shape, params)
    return _Draft(stage, tuple(group), steps, settings)
