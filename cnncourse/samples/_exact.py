"""Trigonometry that gives the same bits on every machine.

NumPy's ``sin``, ``cos`` and ``arctan2`` come from the C library or from vector code, and their last
bit differs between processors. IEEE 754 fixes the result of ``+ - * /``, ``sqrt`` and ``floor``,
so the samples are drawn with those alone, and these polynomials stand in for the rest. Angles are
in turns (1.0 is a full circle). Arrays are float32; the error is below 1e-4, a tenth of what
a grey level shows.
"""

from __future__ import annotations

import numpy as np

SQRT3 = 1.7320508075688772
TAU = 6.283185307179586

# Taylor coefficients of sin(TAU * z) / z in z * z; for |z| <= 1/4 the rest is below 4e-6.
_SINE = (6.283185307179586, -41.341702240399755, 81.60524927607504, -76.70585975306136, 42.0586939)
# Abramowitz and Stegun, Handbook of Mathematical Functions, 4.4.49 (error below 1e-5 radians).
_ARCTAN = (0.9998660, -0.3302995, 0.1801410, -0.0851330, 0.0208351)


def _polynomial(x, coefficients):
    total = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        total = total * x + coefficient
    return total


def cos(turns):
    """Cosine of an array of angles in turns."""
    quarter = 0.25 - np.abs(turns - np.floor(turns + 0.5))
    return quarter * _polynomial(quarter * quarter, _SINE)


def sin(turns):
    """Sine of an array of angles in turns."""
    return cos(turns - 0.25)


def direction(turns: float) -> tuple[float, float]:
    """Cosine and sine of one angle in turns, as plain floats that never widen a float32 array."""
    return float(cos(turns)), float(sin(turns))


def angle(y, x):
    """Angle of the points (x, y) in turns, in [0, 1); 0 at the origin."""
    across, along = np.abs(y), np.abs(x)
    large = np.maximum(np.maximum(across, along), 1e-12)
    ratio = np.minimum(across, along) / large
    turn = ratio * _polynomial(ratio * ratio, _ARCTAN) * (1.0 / TAU)
    turn = np.where(across > along, 0.25 - turn, turn)
    turn = np.where(x < 0, 0.5 - turn, turn)
    turn = np.where(y < 0, 1.0 - turn, turn)
    return turn - np.floor(turn)


def clip01(x):
    """Limit an array to [0, 1]."""
    return np.minimum(np.maximum(x, 0.0), 1.0)


def smooth(x):
    """Rise from 0 to 1 on [0, 1] with level ends (3x^2 - 2x^3); limited outside."""
    x = clip01(x)
    return x * x * (3.0 - 2.0 * x)


def curve(x, knots_x: tuple[float, ...], knots_y: tuple[float, ...]):
    """Smooth line through the knots, level at each knot that is an extreme; ends go on level."""
    steps = [
        (right - left) / (end - start)
        for left, right, start, end in zip(knots_y, knots_y[1:], knots_x, knots_x[1:], strict=False)
    ]
    slopes = [0.0] * len(knots_x)
    for i in range(1, len(steps)):  # the harmonic mean of neighbours keeps it from overshooting
        a, b = steps[i - 1], steps[i]
        slopes[i] = 2.0 * a * b / (a + b) if a * b > 0 else 0.0
    result = np.full_like(x, knots_y[0])
    for i in range(len(steps)):
        width = knots_x[i + 1] - knots_x[i]
        t = clip01((x - knots_x[i]) * (1.0 / width))
        rise = knots_y[i + 1] - knots_y[i]
        s0, s1 = slopes[i] * width, slopes[i + 1] * width
        # The cubic Hermite piece, less its start; before and after the piece it stands still.
        result += t * (s0 + t * ((3.0 * rise - 2.0 * s0 - s1) + t * (s0 + s1 - 2.0 * rise)))
    return result
