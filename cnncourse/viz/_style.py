"""The quiet style that all figures share: palette, font sizes, colour maps.

Nothing here touches Matplotlib's global settings: `styled` applies the style while one of our
functions runs and restores the reader's own settings afterwards.
"""

from __future__ import annotations

from typing import Any

from matplotlib import rc_context
from matplotlib.colors import LinearSegmentedColormap

INK = "#1d2433"
MUTED = "#5a6478"
PAPER = "#ffffff"
PANEL = "#f4f6fa"
LINE = "#d5dbe6"
ACCENT = "#2456c8"
WARM = "#b4460f"
GOOD = "#14703a"
BAD = "#b3261e"

# Blue and orange stay apart under every common colour-vision deficiency; the line styles of
# `curves` and the labels of `bars` carry the same information without colour.
SERIES = (ACCENT, WARM, GOOD, MUTED, "#7a3fb0", INK)

# Negative orange, zero white, positive blue, as in the interactive figures. Both ends are equally
# dark, so that a printout in grey still shows the strength.
DIVERGING = LinearSegmentedColormap.from_list(
    "cnn_diverging", ["#6e2703", WARM, "#f3b58f", PAPER, "#a9bff0", ACCENT, "#153784"]
)

# CSS pixels an inch. A figure 6.4 inches wide fills a text column of 640 px; on a phone of 390 px
# it shrinks to a bit over half, which leaves 12-point text at about 9 px.
CSS_DPI = 100
WIDTH = 6.4

STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 12,
    "axes.titlesize": 12,
    "axes.labelsize": 12,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "legend.fontsize": 11,
    "figure.dpi": CSS_DPI,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "legend.handlelength": 1.8,
    "legend.columnspacing": 1.2,
    "lines.linewidth": 2.2,
    "image.interpolation": "nearest",
    "mathtext.fontset": "dejavusans",
}

# `rc_context` works as a decorator too: every call enters and leaves it anew.
styled = rc_context(STYLE)
