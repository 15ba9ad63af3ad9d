"""From a figure to a picture that carries its description."""

from __future__ import annotations

import base64
import io
import sys
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from PIL import Image

from cnncourse import _checks
from cnncourse.viz._style import CSS_DPI, styled

SHORTEST_ALT = 40


def describe(target: Figure | Axes, alt: str | None) -> Any:
    """Attach `alt` to the figure of `target` (``None`` keeps what is there); return `target`."""
    if alt is not None:
        if not isinstance(alt, str) or len(alt.strip()) < SHORTEST_ALT:
            _checks.fail(
                "alt",
                f"a sentence of at least {SHORTEST_ALT} characters that states the finding",
                alt,
            )
        # A figure's label is free for its owner; pyplot alone uses it, as a window title.
        _figure_of(target).set_label(" ".join(alt.split()))
    return target


def _figure_of(target: Figure | Axes) -> Figure:
    figure = target.get_figure(root=True) if isinstance(target, Axes) else target
    if not isinstance(figure, Figure):
        _checks.fail("figure", "a Matplotlib figure or axes", target)
    return figure


class Shown:
    """A rendered figure: the last expression of a cell.

    Attributes
    ----------
    png : bytes
        The picture, at twice the resolution of its CSS size.
    alt : str
        The description that screen readers read.
    width, height : int
        Size in CSS pixels.
    """

    def __init__(self, png: bytes, alt: str, width: int, height: int) -> None:
        self.png, self.alt, self.width, self.height = png, alt, width, height

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        data = {"image/png": base64.b64encode(self.png).decode("ascii"), "text/plain": self.alt}
        metadata = {"image/png": {"alt": self.alt, "width": self.width, "height": self.height}}
        return data, metadata

    def __repr__(self) -> str:
        return self.alt


def _render(figure: Figure) -> bytes:
    raw = io.BytesIO()
    figure.savefig(raw, format="png", dpi=2 * CSS_DPI)
    picture = Image.open(raw).convert("RGB")
    drawn = figure.findobj(AxesImage)
    if drawn and all(np.asarray(image.get_array()).ndim == 3 for image in drawn):
        # 256 colours quarter the size of photos and leave no trace at this scale; a colour scale
        # beside them would lose its steps.
        picture = picture.quantize(256, method=Image.Quantize.MEDIANCUT)
    # Pillow writes neither a date nor a name: the same page gives the same bytes.
    small = io.BytesIO()
    picture.save(small, format="PNG", optimize=True)
    return small.getvalue()


@styled
def show(figure: Figure | Axes, alt: str | None = None) -> Shown:
    """Render `figure` with its description, and close it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure or matplotlib.axes.Axes
        What to show; axes stand for the whole figure they lie in.
    alt : str, optional
        What the figure shows, in a sentence that states the finding. Not needed where the drawing
        function was given one.

    Returns
    -------
    Shown
        Displays as a PNG at twice its CSS size, with `alt` in the output's metadata.

    Raises
    ------
    ValueError
        If `figure` is neither a figure nor axes, or no description of at least 40 characters is
        at hand.

    Examples
    --------
    >>> import numpy as np
    >>> from cnncourse import viz
    >>> figure = viz.bars([3, 1], ["convolution", "dense"], unit="weights")
    >>> viz.show(figure, alt="Two bars: the convolution has three weights, the dense layer one.")
    Two bars: the convolution has three weights, the dense layer one.
    """
    target = _figure_of(figure)
    describe(target, str(target.get_label()) if alt is None else alt)
    png = _render(target)
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        # Otherwise the notebook would show a figure made by pyplot a second time.
        pyplot.close(target)
    width, height = (round(inches * CSS_DPI) for inches in target.get_size_inches())
    return Shown(png, str(target.get_label()), width, height)
