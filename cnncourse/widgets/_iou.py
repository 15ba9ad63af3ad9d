"""Python side of the figure "iou": two boxes on a plane of cells, and what they share."""

from __future__ import annotations

from typing import Any

from cnncourse import _checks
from cnncourse.widgets._figure import Figure, Settings, Still

COLUMNS, ROWS = 16, 10
SIDES = ("left", "top", "right", "bottom")


def measured(a: list[int], b: list[int]) -> dict[str, Any]:
    """Return the boxes' intersection and hull, as boxes, and all areas in cells."""
    inner = [*map(max, a[:2], b[:2]), *map(min, a[2:], b[2:])]
    outer = [*map(min, a[:2], b[:2]), *map(max, a[2:], b[2:])]

    def area(box: list[int]) -> int:
        return max(box[2] - box[0], 0) * max(box[3] - box[1], 0)

    intersection = area(inner)
    union = area(a) + area(b) - intersection
    return {
        "inner": inner,
        "outer": outer,
        "intersection": intersection,
        "union": union,
        "hull": area(outer),
        "iou": intersection / union,
        "giou": intersection / union - (area(outer) - union) / area(outer),
    }


def check(settings: Settings) -> Settings:
    threshold = _checks.integer("threshold", settings["threshold"], 1)
    if threshold > 100:
        _checks.fail("threshold", "an integer from 1 to 100, in percent", settings["threshold"])
    return {
        "a": _box("a", settings["a"]),
        "b": _box("b", settings["b"]),
        "threshold": threshold,
    }


def _box(name: str, value: Any) -> list[int]:
    expected = (
        f"(left, top, right, bottom), integers from 0 to {COLUMNS} across and to {ROWS} down, "
        "with left < right and top < bottom"
    )
    if not isinstance(value, (tuple, list)) or len(value) != 4:
        _checks.fail(name, expected, value)
    left, top, right, bottom = box = [_checks.integer(name, side, 0) for side in value]
    if not (left < right <= COLUMNS and top < bottom <= ROWS):
        _checks.fail(name, expected, value)
    return box


def facts(settings: Settings) -> Settings:
    """Return what a goal can ask for."""
    found = measured(settings["a"], settings["b"])
    enough = 100 * found["intersection"] >= settings["threshold"] * found["union"]
    return {
        **{name: found[name] for name in ("iou", "giou", "intersection", "union", "hull")},
        "enough": "yes" if enough else "no",
    }


def still(settings: Settings) -> Still:
    found, known = measured(settings["a"], settings["b"]), facts(settings)
    cell = 40

    def rectangle(box: list[int], look: str) -> str:
        left, top, right, bottom = (cell * side for side in box)
        return (
            f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" '
            f'style="{look}"/>'
        )

    def outline(colour: str, more: str = "") -> str:
        return f"fill:var({colour});fill-opacity:.14;stroke:var({colour});stroke-width:3;{more}"

    def name(box: list[int], text: str, colour: str) -> str:
        return (
            f'<text x="{cell * box[0] + 8}" y="{cell * box[1] + 24}" font-size="20" '
            f'font-weight="650" style="fill:var({colour})">{text}</text>'
        )

    hull = "fill:none;stroke:var(--cnn-muted);stroke-width:2;stroke-dasharray:7 6"
    shared = "fill:var(--cnn-ink);fill-opacity:.3"
    svg = (
        f'<svg viewBox="-4 -4 {cell * COLUMNS + 8} {cell * ROWS + 8}" {{}}>'
        + rectangle([0, 0, COLUMNS, ROWS], "fill:none;stroke:var(--cnn-line);stroke-width:2")
        + rectangle(found["outer"], hull)
        + rectangle(settings["a"], outline("--cnn-accent"))
        + rectangle(settings["b"], outline("--cnn-warm", "stroke-dasharray:12 5"))
        + (rectangle(found["inner"], shared) if found["intersection"] else "")
        + name(settings["a"], "A", "--cnn-accent")
        + name(settings["b"], "B", "--cnn-warm")
        + "</svg>"
    )

    def told(box: list[int]) -> str:
        return f"from ({box[0]}, {box[1]}) to ({box[2]}, {box[3]})"

    alt = (
        f"Two boxes on a plane of {COLUMNS} by {ROWS} cells: A {told(settings['a'])} and B "
        f"{told(settings['b'])}. They share {found['intersection']} of the {found['union']} cells "
        f"that they cover together, so their IoU is {found['iou']:.3f}; their hull covers "
        f"{found['hull']} cells, so their GIoU is {found['giou']:.3f}."
    )
    verdict = "enough" if known["enough"] == "yes" else "not enough"
    caption = (
        f"<p>IoU = {found['intersection']} / {found['union']} = {found['iou']:.3f}, {verdict} "
        f"for a threshold of {settings['threshold'] / 100:g}.</p>"
    )
    return Still(svg, alt, caption)


def data(settings: Settings) -> dict[str, Any]:
    return {"plane": {"columns": COLUMNS, "rows": ROWS}}


FIGURE = Figure(
    title="Interactive figure: how much two boxes overlap",
    invitation="move and resize both boxes and see their IoU and GIoU change",
    defaults={"a": [2, 2, 9, 7], "b": [5, 4, 12, 9], "threshold": 50},
    check=check,
    facts=facts,
    still=still,
    data=data,
)
