"""Python side of the figure "arithmetic": two rulers, and which cell feeds which."""

from __future__ import annotations

from typing import Any

from cnncourse import _checks, arithmetic
from cnncourse.widgets._figure import Figure, Settings, Still

OPERATIONS = ("convolution", "pooling", "transposed")
LIMITS = {"size": 12, "kernel": 5, "stride": 4, "dilation": 3}
LONGEST_TRANSPOSED = 6


def check(settings: Settings) -> Settings:
    operation = _checks.choice("operation", settings["operation"], OPERATIONS)
    checked: Settings = {
        "operation": operation,
        "padding": _checks.choice("padding", settings["padding"], _checks.PADDINGS),
    }
    for name, limit in LIMITS.items():
        if name == "size" and operation == "transposed":
            limit = LONGEST_TRANSPOSED
        checked[name] = _checks.integer(name, settings[name], 1)
        if checked[name] > limit:
            _checks.fail(name, f"an integer from 1 to {limit}", checked[name])
    if operation == "pooling" and checked["dilation"] > 1:
        _checks.fail("dilation", "1, because Keras' pooling has no dilation", checked["dilation"])
    extra = settings["output_padding"]
    if extra is not None and operation != "transposed":
        _checks.fail("output_padding", "None, except for operation 'transposed'", extra)
    checked["output_padding"] = extra
    size = _output_size(checked)  # checks output_padding, and that there is an output
    if operation == "transposed" and _backward_size(checked, size) != checked["size"]:
        _checks.fail("output_padding", "at least 1, because the kernel's reach is even", extra)
    checked["output"] = _checks.integer("output", settings["output"], 0)
    if checked["output"] >= size:
        _checks.fail("output", f"an integer from 0 to {size - 1}", checked["output"])
    return checked


def _axis(settings: Settings) -> dict[str, Any]:
    names = ["size", "kernel", "stride", "padding", "dilation"]
    if settings["operation"] == "transposed":
        names.append("output_padding")
    return {name: settings[name] for name in names}


def _output_size(settings: Settings) -> int:
    if settings["operation"] == "transposed":
        return arithmetic.conv_transpose_output_size(**_axis(settings))
    return arithmetic.conv_output_size(**_axis(settings))


def _backward_size(settings: Settings, output_size: int) -> int:
    axis = _axis(settings) | {"size": output_size}
    del axis["output_padding"]
    return arithmetic.conv_output_size(**axis)


def _ends(settings: Settings) -> tuple[int, int]:
    """Return the padding, or what a transposed convolution cuts off, as (before, after)."""
    axis = _axis(settings)
    if settings["operation"] == "transposed":
        del axis["output_padding"]
        axis["size"] = _output_size(settings)
    return arithmetic.padding_amounts(**axis)


def _feeding(settings: Settings, output: int) -> list[int]:
    if settings["operation"] == "transposed":
        return list(arithmetic.conv_transpose_window(output, **_axis(settings)))
    return list(arithmetic.window(output, **_axis(settings)))


def facts(settings: Settings) -> Settings:
    before, after = _ends(settings)
    names = ("operation", "size", "kernel", "stride", "padding", "dilation", "output_padding")
    return {
        **{name: settings[name] for name in names},
        "output_size": _output_size(settings),
        "before": before,
        "after": after,
    }


def still(settings: Settings) -> Still:
    size, outputs = settings["size"], _output_size(settings)
    before, after = _ends(settings)
    transposed = settings["operation"] == "transposed"
    reach = arithmetic.kernel_reach(settings["kernel"], settings["dilation"])
    many, few = (outputs, size) if transposed else (size, outputs)
    span = max(before + many + after, (few - 1) * settings["stride"] + reach)
    cell = 704 / max(span, 12)

    def place(ruler: str, index: int) -> float:
        """Return where a cell begins; the longer ruler counts the cells."""
        if (ruler == "outputs") == transposed:
            return (before + index) * cell
        return (index * settings["stride"] + (reach - 1) / 2) * cell

    def box(x: float, y: int, text: str, css: str, ink: str) -> str:
        return (
            f'<rect x="{x + 1:.1f}" y="{y}" width="{cell - 2:.1f}" height="44" rx="5" '
            f'style="{css}"/><text x="{x + cell / 2:.1f}" y="{y + 27}" text-anchor="middle" '
            f'font-size="{min(16, cell * 0.6):.1f}" style="fill:var(--cnn-{ink})">{text}</text>'
        )

    plain = "fill:var(--cnn-panel);stroke:var(--cnn-muted)"
    ghost = "fill:none;stroke:var(--cnn-muted);stroke-dasharray:4 3"
    partner = "fill:var(--cnn-panel);stroke:var(--cnn-accent);stroke-width:3"
    chosen = "fill:var(--cnn-accent)"
    y_of = {"inputs": 2, "outputs": 142}
    parts: list[str] = []
    lit = _feeding(settings, settings["output"])
    for output in range(outputs):
        for at in _feeding(settings, output):
            x1 = place("inputs", at) + cell / 2
            x2 = place("outputs", output) + cell / 2
            tint, width = ("accent", 2.5) if output == settings["output"] else ("line", 1.2)
            line = (
                f'<path d="M{x1:.1f} 48L{x2:.1f} 140" fill="none" stroke-width="{width}" '
                f'style="stroke:var(--cnn-{tint})"/>'
            )
            parts.insert(0, line) if tint == "line" else parts.append(line)
    for i in range(size):
        css = partner if i in lit else plain
        parts.append(box(place("inputs", i), y_of["inputs"], str(i), css, "ink"))
    for o in range(outputs):
        css, ink = (chosen, "accent-ink") if o == settings["output"] else (plain, "ink")
        parts.append(box(place("outputs", o), y_of["outputs"], str(o), css, ink))
    long_ruler = "outputs" if transposed else "inputs"
    sign = {"convolution": "0", "pooling": "–", "transposed": "×"}[settings["operation"]]
    for at in [*range(-before, 0), *range(many, many + after)]:
        parts.append(box(place(long_ruler, at), y_of[long_ruler], sign, ghost, "muted"))

    svg = f'<svg viewBox="-2 0 708 190" {{}}>{"".join(parts)}</svg>'
    real = [str(at) for at in lit if 0 <= at < size]
    fed = f"inputs {', '.join(real)}" if real else "no input"
    kind = {"transposed": "transposed convolution"}.get(
        settings["operation"], settings["operation"]
    )
    alt = (
        f"A {kind} with kernel {settings['kernel']}, stride {settings['stride']}, "
        f"dilation {settings['dilation']} and {settings['padding']} padding makes {outputs} "
        f"outputs of {size} inputs. Output {settings['output']} is connected to {fed}"
        f"{' and to padding' if len(real) < len(lit) else ''}."
    )
    return Still(svg, alt, f"<p>Inputs above, outputs below. {alt}</p>")


FIGURE = Figure(
    title="Interactive figure: which inputs feed which output",
    invitation="change every number, and point at a cell to see what it is connected to",
    defaults={
        "operation": "convolution",
        "size": 10,
        "kernel": 3,
        "stride": 1,
        "padding": "valid",
        "dilation": 1,
        "output_padding": None,
        "output": 0,
    },
    check=check,
    facts=facts,
    still=still,
)
