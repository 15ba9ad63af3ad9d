"""Boxes: their formats, how much they overlap, which to keep, and how they move with an image.

Boxes come as arrays of shape (N, 4), in ``xyxy`` unless told otherwise: left, top, right, bottom,
with ``left <= right`` and ``top <= bottom``. Right and bottom are *one past* the last pixel, so a
box of one pixel has an area of 1. Everything is computed and returned in float64.

What is decided once, for every function here:

- **No boxes** (``[]`` or shape (0, 4)) are welcome; so is a result without any.
- **A box without area** (a point or a line) is a box. It overlaps with nothing: its IoU is 0 with
  everything, itself included.
- **NaN, infinities, inverted boxes** (right before left, bottom above top, a negative width) and
  coordinates beyond ±1e150, whose areas would overflow, raise a ``ValueError`` that names the row.
- **Bools, strings, complex numbers and objects** are no coordinates, and raise too.
"""

from cnncourse.boxes._formats import FORMATS, area, convert, decode_sqrt, encode_sqrt
from cnncourse.boxes._moves import clip, crop, flip
from cnncourse.boxes._overlap import ciou, diou, giou, intersection, iou
from cnncourse.boxes._suppression import nms, soft_nms

__all__ = [
    "FORMATS",
    "area",
    "ciou",
    "clip",
    "convert",
    "crop",
    "decode_sqrt",
    "diou",
    "encode_sqrt",
    "flip",
    "giou",
    "intersection",
    "iou",
    "nms",
    "soft_nms",
]
