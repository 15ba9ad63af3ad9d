"""Python side of the figure "receptive_field": a stack of layers, and what one output sees."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from cnncourse import _checks, arithmetic
from cnncourse.widgets._figure import Figure, Settings, Still

KINDS = ("conv", "pool")
LIMITS = {"kernel": 11, "stride": 4, "dilation": 4}
LONGEST, MOST = 256, 20  # inputs, layers
PLAIN = {"kind": "conv", "kernel": 3, "stride": 1, "dilation": 1, "padding": "valid"}

Layer = dict[str, Any]


def _conv(kernel: int, stride: int = 1, padding: str = "valid", dilation: int = 1) -> Layer:
    return {
        "kind": "conv",
        "kernel": kernel,
        "stride": stride,
        "dilation": dilation,
        "padding": padding,
    }


def _pool(size: int, stride: int = 2) -> Layer:
    return PLAIN | {"kind": "pool", "kernel": size, "stride": stride}


SAME = _conv(3, padding="same")
PRESETS: dict[str, dict[str, Any]] = {
    "three_3x3": {"label": "three 3×3", "size": 15, "layers": [_conv(3)] * 3},
    "one_7x7": {"label": "one 7×7", "size": 15, "layers": [_conv(7)]},
    "dilated": {
        "label": "three 3×3, dilation 1, 2, 4",
        "size": 31,
        "layers": [_conv(3, dilation=dilation) for dilation in (1, 2, 4)],
    },
    "lenet5": {
        "label": "LeNet-5",
        "size": 32,
        "layers": [_conv(5), _pool(2), _conv(5), _pool(2), _conv(5)],
    },
    "alexnet": {
        "label": "AlexNet",
        "size": 227,
        "layers": [
            *(_conv(11, 4), _pool(3), _conv(5, padding="same"), _pool(3)),
            *(SAME, SAME, SAME, _pool(3)),
        ],
    },
    "vgg16": {
        "label": "VGG-16",
        "size": 224,
        "layers": [layer for count in (2, 2, 3, 3, 3) for layer in [*[SAME] * count, _pool(2)]],
    },
}


def check(settings: Settings) -> Settings:
    given = settings["layers"]
    if isinstance(given, str):
        entry = PRESETS[_checks.choice("layers", given, PRESETS)]
        layers, size = entry["layers"], entry["size"]
    else:
        layers, size = _layers(given), 32
    if settings["size"] is not None:
        size = _checks.integer("size", settings["size"], 1)
        if size > LONGEST:
            _checks.fail("size", f"an integer from 1 to {LONGEST}", size)
    outputs = _sizes(size, layers)[-1]  # checks that every layer has an output
    output = (outputs - 1) // 2 if settings["output"] is None else settings["output"]
    output = _checks.integer("output", output, 0)
    if output >= outputs:
        _checks.fail("output", f"an integer from 0 to {outputs - 1}", output)
    preset = given if isinstance(given, str) and size == PRESETS[given]["size"] else None
    return {
        "layers": [dict(layer) for layer in layers],
        "preset": preset,
        "size": size,
        "output": output,
    }


def _layers(given: Any) -> list[Layer]:
    expected = f"one of {', '.join(map(repr, PRESETS))}, or at most {MOST} dicts such as {PLAIN}"
    if not isinstance(given, (list, tuple)) or len(given) > MOST:
        _checks.fail("layers", expected, given)
    layers = []
    for layer in given:
        if not isinstance(layer, dict) or not layer.keys() <= PLAIN.keys():
            _checks.fail("layers", expected, layer)
        if layer.get("kind") == "pool":
            layer = {"kernel": 2, "stride": layer.get("kernel", 2), **layer}
        layer = PLAIN | layer
        checked: Layer = {
            "kind": _checks.choice("kind", layer["kind"], KINDS),
            "padding": _checks.choice("padding", layer["padding"], _checks.PADDINGS),
        }
        for name, limit in LIMITS.items():
            checked[name] = _checks.integer(name, layer[name], 1)
            if checked[name] > limit:
                _checks.fail(name, f"an integer from 1 to {limit}", layer[name])
        if checked["kind"] == "pool" and checked["dilation"] > 1:
            expected = "1, because Keras' pooling has no dilation"
            _checks.fail("dilation", expected, checked["dilation"])
        layers.append(checked)
    return layers


def _axis(layer: Layer) -> Layer:
    return {name: value for name, value in layer.items() if name != "kind"}


def _sizes(size: int, layers: Sequence[Layer]) -> list[int]:
    sizes = [size]
    for layer in layers:
        sizes.append(arithmetic.conv_output_size(sizes[-1], **_axis(layer)))
    return sizes


def numbers(settings: Settings) -> list[tuple[int, int, int]]:
    """Return for the input and for every layer: size, jump and start of its field."""
    layers, sizes = settings["layers"], _sizes(settings["size"], settings["layers"])
    found, jump, start = [(1, 1, 0)], 1, 0
    for number, (layer, size) in enumerate(zip(layers, sizes, strict=False), 1):
        start -= arithmetic.padding_amounts(size, **_axis(layer))[0] * jump
        jump *= layer["stride"]
        field = arithmetic.receptive_field(
            (each["kernel"], each["stride"], each["dilation"]) for each in layers[:number]
        )
        found.append((field, jump, start))
    return found


def seen(settings: Settings) -> list[set[int]]:
    """Return for the input and for every layer the cells that reach the chosen output."""
    layers, sizes = settings["layers"], _sizes(settings["size"], settings["layers"])
    levels = [{settings["output"]}]
    for layer, size, above in reversed(list(zip(layers, sizes, sizes[1:], strict=False))):
        real = [cell for cell in levels[0] if 0 <= cell < above]
        windows = (arithmetic.window(cell, size, **_axis(layer)) for cell in real)
        levels.insert(0, {cell for window in windows for cell in window})
    return levels


def facts(settings: Settings) -> Settings:
    """Return what a goal can ask for."""
    field, jump, start = numbers(settings)[-1]
    convs = [layer for layer in settings["layers"] if layer["kind"] == "conv"]
    return {
        "layers": len(settings["layers"]),
        "size": settings["size"],
        "output_size": _sizes(settings["size"], settings["layers"])[-1],
        "receptive_field": field,
        "jump": jump,
        "start": start,
        "weights": sum(layer["kernel"] ** 2 for layer in convs),
    }


def told(layer: Layer) -> str:
    """Return a layer in words: "conv 3, stride 2"."""
    text = f"{layer['kind']} {layer['kernel']}"
    if layer["stride"] > 1:
        text += f", stride {layer['stride']}"
    if layer["dilation"] > 1:
        text += f", dilation {layer['dilation']}"
    return text


def still(settings: Settings) -> Still:
    sizes, fields, cells = (
        _sizes(settings["size"], settings["layers"]),
        numbers(settings),
        seen(settings),
    )
    known = facts(settings)
    names = ["input", *map(told, settings["layers"])]
    row, bar = 40, 16
    padding = -min(start for *_, start in fields)
    scale = 460 / (settings["size"] + 2 * padding)
    zero = scale * padding

    def centre(level: int, cell: float) -> float:
        field, jump, start = fields[level]
        return zero + scale * (start + cell * jump + field / 2)

    parts = []
    edges: list[tuple[float, float, int]] = []
    for level, (name, size, lit) in enumerate(zip(names, sizes, cells, strict=True)):
        y, half = row * level + 2, scale * fields[level][1] / 2
        left, right = centre(level, 0) - half, centre(level, size - 1) + half
        first, last = centre(level, min(lit)) - half, centre(level, max(lit)) + half
        edges.append((first, last, y))
        parts.append(
            f'<rect x="{left:.1f}" y="{y}" width="{right - left:.1f}" height="{bar}" '
            'style="fill:var(--cnn-panel);stroke:var(--cnn-muted)"/>'
            f'<rect x="{first:.1f}" y="{y}" width="{last - first:.1f}" height="{bar}" '
            'style="fill:var(--cnn-accent)"/>'
            f'<text x="476" y="{y + 13}" font-size="15" style="fill:var(--cnn-ink)">'
            f"{name}: {size}</text>"
        )
    for (x1, x2, y), (x3, x4, below) in pairwise(edges):
        parts.insert(
            0,
            f'<path d="M{x1:.1f} {y + bar}L{x2:.1f} {y + bar}L{x4:.1f} {below}L{x3:.1f} {below}Z" '
            'style="fill:var(--cnn-accent);opacity:.2"/>',
        )
    svg = f'<svg viewBox="-2 0 708 {row * len(names)}" {{}}>{"".join(parts)}</svg>'
    real = [cell for cell in cells[0] if 0 <= cell < settings["size"]]
    through = "; ".join(names[1:]) or "no layer"
    alt = (
        f"A stack of {known['layers']} layers ({through}) over {settings['size']} inputs in a row. "
        f"Output {settings['output']} of {known['output_size']} sees {known['receptive_field']} "
        f"cells of the input, padding included: {_between(real)}."
    )
    caption = (
        f"<p>Receptive field {known['receptive_field']}; neighbouring outputs start "
        f"{known['jump']} inputs apart.</p>"
    )
    return Still(svg, alt, caption)


def _between(cells: list[int]) -> str:
    return f"from input {min(cells)} to input {max(cells)}" if cells else "padding alone"


def data(settings: Settings) -> dict[str, Any]:
    return {"presets": PRESETS}


FIGURE = Figure(
    title="Interactive figure: how far an output sees",
    invitation="stack layers, choose an output and watch its receptive field grow",
    defaults={"layers": "three_3x3", "size": None, "output": None},
    check=check,
    facts=facts,
    still=still,
    data=data,
)
