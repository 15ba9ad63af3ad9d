"""Answers are computed: a small language of calls, evaluated without ``eval``.

An expression in a bank is one of

===============================  ==============================================================
``7``, ``0.5``, ``true``,        itself; a list's entries are expressions
``"same"``, ``[3, 5]``
``$name``                        a number of the variant, or a value computed under ``let``
``{call: F, with: {…}}``         the result of ``F``, a function of `CALLABLES`
``{item: [array, 0]}``           an entry; for more axes ``{item: [array, [0, 2]]}``
``{sum: [a, b, …]}``             their sum
``{product: [a, b, …]}``         their product
``{quotient: [a, b]}``           ``a / b``
``{equal: [a, b]}``              whether they are equal, entry for entry
``{flipped: kernel}``            a two-axis array turned by 180°
``{full: [shape, value]}``       an array that holds one value
``{batch: image}``               an H W image as a batch, 1 H W 1
``{image: batch}``               the H W image of a batch of one with one channel
===============================  ==============================================================

Nothing else: what needs more belongs into a tested function of the package.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

# Functions of pure arithmetic only, with no effect but their result.
CALLABLES = frozenset(
    {
        "arithmetic.conv_macs",
        "arithmetic.conv_output_size",
        "arithmetic.conv_params",
        "arithmetic.conv_transpose_output_size",
        "arithmetic.dense_params",
        "arithmetic.kernel_reach",
        "arithmetic.receptive_field",
        "arithmetic.same_padding",
        "arithmetic.separable_conv_macs",
        "arithmetic.separable_conv_params",
        "boxes.area",
        "boxes.convert",
        "boxes.decode_sqrt",
        "boxes.flip",
        "boxes.giou",
        "boxes.intersection",
        "boxes.iou",
        "boxes.nms",
        "metrics.average_precision",
        "metrics.match_detections",
        "ops.avg_pool2d",
        "ops.conv2d",
        "ops.conv2d_transpose",
        "ops.correlate2d",
        "ops.cross_entropy",
        "ops.depth_max_pool",
        "ops.global_avg_pool2d",
        "ops.local_response_norm",
        "ops.max_pool2d",
        "ops.max_pool2d_backward",
        "ops.translate",
    }
)


class ExpressionError(ValueError):
    """An expression that can't be evaluated: what was expected, and what came."""

    def __init__(self, expected: str, received: Any):
        super().__init__(expected)
        self.expected = expected
        self.received = received


def evaluate(expression: Any, values: Mapping[str, Any]) -> Any:
    """Return the value of `expression`, with `values` for its ``$names``.

    Returns
    -------
    int, float, bool, str, tuple or ndarray
        NumPy scalars come back as Python's, lists as tuples.

    Raises
    ------
    ExpressionError
        If the expression is malformed, calls what is not in `CALLABLES`, or its call fails.
    """
    if isinstance(expression, str) and expression.startswith("$"):
        if expression[1:] not in values:
            raise ExpressionError(
                "one of the names " + ", ".join(f"${name}" for name in values), expression
            )
        return values[expression[1:]]
    if isinstance(expression, list):
        return tuple(evaluate(entry, values) for entry in expression)
    if isinstance(expression, dict):
        return _plain(_evaluate_mapping(expression, values))
    return expression


def _evaluate_mapping(expression: dict[str, Any], values: Mapping[str, Any]) -> Any:
    if "call" in expression:
        return _call(expression, values)
    if len(expression) != 1 or next(iter(expression)) not in _COMBINATORS:
        raise ExpressionError("a `call` or one of " + ", ".join(_COMBINATORS), expression)
    ((name, operand),) = expression.items()
    arguments = evaluate(operand, values)
    try:
        return _COMBINATORS[name](arguments)
    except (TypeError, ValueError, IndexError, ZeroDivisionError) as error:
        raise ExpressionError(f"operands that `{name}` can take ({error})", expression) from error


def _call(expression: dict[str, Any], values: Mapping[str, Any]) -> Any:
    name = expression["call"]
    if not isinstance(name, str) or name not in CALLABLES:
        raise ExpressionError("a call to one of " + ", ".join(sorted(CALLABLES)), name)
    arguments = expression.get("with")
    if not isinstance(arguments, dict) or expression.keys() != {"call", "with"}:
        raise ExpressionError("the two fields `call` and `with`, a mapping", expression)
    room, function = name.split(".")
    evaluated = {key: evaluate(argument, values) for key, argument in arguments.items()}
    try:
        return getattr(importlib.import_module(f"cnncourse.{room}"), function)(**evaluated)
    except (TypeError, ValueError) as error:
        raise ExpressionError(f"arguments that `{name}` takes ({error})", evaluated) from error


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (list, tuple)):
        return tuple(_plain(entry) for entry in value)
    return value


def _item(operands: Any) -> Any:
    values, index = operands
    return np.asarray(values)[index]


def _quotient(operands: Any) -> float:
    dividend, divisor = operands
    return dividend / divisor


def _equal(operands: Any) -> bool:
    first, second = (np.asarray(operand) for operand in operands)
    return first.shape == second.shape and bool(np.all(first == second))


def _full(operands: Any) -> np.ndarray:
    shape, value = operands
    return np.full(shape, value, dtype=float)


_COMBINATORS: dict[str, Callable[[Any], Any]] = {
    "item": _item,
    "sum": sum,
    "product": math.prod,
    "quotient": _quotient,
    "equal": _equal,
    "flipped": lambda kernel: np.asarray(kernel)[::-1, ::-1],
    "full": _full,
    "batch": lambda image: np.asarray(image)[np.newaxis, :, :, np.newaxis],
    "image": lambda batch: np.asarray(batch)[0, :, :, 0],
}
