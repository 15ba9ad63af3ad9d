"""Names of boxes, each where it hides no other name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

GAP, HALO = 3, 1.6  # points: between name and edge, and around a name


class BoxLabel(Annotation):
    """The name of a box, beside one of its corners.

    How long a name is in pixels of the image is known only when the figure is drawn. So it looks
    for its place then: the one that least overlaps the title and the names that came before, and
    least leaves the axes to a side or the figure. Of equals, the one named first in `_places`.
    """

    def __init__(self, axes: Axes, text: str, corners: Sequence[float], **style: Any) -> None:
        left, top, _, _ = self.corners = tuple(corners)
        super().__init__(
            text, (left, top), (0, 0), textcoords="offset points", annotation_clip=False, **style
        )
        # It fits into the room that there is; making more would shrink the image.
        self.set_in_layout(False)
        axes.add_artist(self)
        self.set_clip_on(False)

    def draw(self, renderer: Any) -> None:
        """Find the place and draw."""
        axes = self.axes
        assert axes is not None
        earlier = axes.texts[: axes.texts.index(self)]
        taken = [_seen(other, renderer) for other in (axes.title, *earlier)]
        sides, ends = axes.get_window_extent(renderer), axes.figure.bbox
        room = Bbox.from_extents(sides.x0, ends.y0, sides.x1, ends.y1)
        halo = renderer.points_to_pixels(HALO)

        def cost(place: tuple[float, float, float, str, str]) -> int:
            self._move(*place)
            here = self.get_window_extent(renderer).padded(halo)
            lost = _area(here) - _shared(here, room)
            # Whole pixels: sums of areas differ in their last digits, which must decide nothing.
            return round(lost + sum(_shared(here, each) for each in taken))

        self._move(*min(self._places(), key=cost))
        super().draw(renderer)

    def _places(self) -> list[tuple[float, float, float, str, str]]:
        """Return x, y, points upwards, and alignments: above, below, then inside the box."""
        left, top, right, bottom = self.corners
        rows = [
            (top, GAP, "bottom"),
            (bottom, -GAP, "top"),
            (top, -GAP, "top"),
            (bottom, GAP, "bottom"),
        ]
        ends = [(left, "left"), (right, "right")]
        return [(x, y, up, aligned, stands) for y, up, stands in rows for x, aligned in ends]

    def _move(self, x: float, y: float, up: float, aligned: str, stands: str) -> None:
        self.xy = (x, y)
        self.set(position=(0, up), horizontalalignment=aligned, verticalalignment=stands)


def _seen(text: Text, renderer: Any) -> Bbox:
    """Return where a text is, less the empty lines at its end, which keep room for names."""
    words, box = text.get_text(), text.get_window_extent(renderer)
    if not words.strip():
        return Bbox.null()
    share = len(words.rstrip().split("\n")) / len(words.split("\n"))
    return Bbox.from_extents(box.x0, box.y1 - share * box.height, box.x1, box.y1)


def _area(box: Bbox) -> float:
    return box.width * box.height


def _shared(one: Bbox, other: Bbox) -> float:
    both = Bbox.intersection(one, other)
    return _area(both) if both else 0.0
