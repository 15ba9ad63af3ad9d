"""Figures: each function draws the arrays it is given, averaged or sorted at most.

Every drawing function takes `ax` (and returns it) or makes a figure (and returns that), and takes
`alt`, the sentence that tells a reader who can't see the figure what it shows. The last expression
of a cell is ``viz.show(figure, alt=…)``: it renders the figure with its description and closes it.
"""

from cnncourse.viz._architecture import architecture
from cnncourse.viz._boxes import boxes
from cnncourse.viz._display import Shown, show
from cnncourse.viz._dots import dots, scatter
from cnncourse.viz._graph import graph
from cnncourse.viz._images import image, image_grid, side_by_side, window
from cnncourse.viz._layout import new_figure, subplots
from cnncourse.viz._maps import feature_maps, kernels, matrix
from cnncourse.viz._plots import bars, curves
from cnncourse.viz._style import ACCENT, BAD, DIVERGING, GOOD, INK, LINE, MUTED, PAPER, STYLE, WARM
from cnncourse.viz._training import confusion_matrix, history, misclassified

__all__ = [
    "ACCENT",
    "BAD",
    "DIVERGING",
    "GOOD",
    "INK",
    "LINE",
    "MUTED",
    "PAPER",
    "STYLE",
    "WARM",
    "Shown",
    "architecture",
    "bars",
    "boxes",
    "confusion_matrix",
    "curves",
    "dots",
    "feature_maps",
    "graph",
    "history",
    "image",
    "image_grid",
    "kernels",
    "matrix",
    "misclassified",
    "new_figure",
    "scatter",
    "show",
    "side_by_side",
    "subplots",
    "window",
]
