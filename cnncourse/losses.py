"""What a network that predicts boxes is trained on: overlaps of `boxes` in Keras, with gradients.

Boxes come as centre x, centre y, width, height along the last axis (``cxcywh``), in any one unit.
A width or height below 0, which a network can predict, counts as 0. As in `boxes`, a box without
area overlaps with nothing.
"""

from __future__ import annotations

from typing import Any

import keras

from cnncourse import _checks


def iou(y_true: Any, y_pred: Any) -> Any:
    """Return the intersection over union of each predicted box with its true one.

    Given to ``compile`` as a metric, Keras shows its mean.

    Parameters
    ----------
    y_true, y_pred : tensor of shape (..., 4)
        ``cxcywh``.

    Returns
    -------
    tensor of shape (...)
        float32 from 0 to 1.

    See Also
    --------
    cnncourse.boxes.iou : the same in NumPy, for ``xyxy``.

    Examples
    --------
    >>> overlap = iou([[1.0, 1, 2, 2]], [[2.0, 2, 2, 2]])
    >>> round(float(overlap[0]), 4)  # 1/7
    0.1429
    """
    shared, union, _ = _areas(y_true, y_pred)
    return keras.ops.divide_no_nan(shared, union)


def giou(y_true: Any, y_pred: Any) -> Any:
    """Return the generalised IoU: IoU minus the share of the hull that neither box fills.

    Unlike IoU it has a gradient where boxes don't touch.

    Parameters
    ----------
    y_true, y_pred : tensor of shape (..., 4)
        ``cxcywh``.

    Returns
    -------
    tensor of shape (...)
        float32 from -1 to 1.

    References
    ----------
    H. Rezatofighi et al., "Generalized Intersection over Union", CVPR 2019, algorithm 1.
    https://doi.org/10.1109/CVPR.2019.00075

    Examples
    --------
    >>> apart = giou([[0.5, 0.5, 1, 1]], [[3.5, 0.5, 1, 1]])  # of the hull, a half is empty
    >>> float(apart[0])
    -0.5
    """
    shared, union, hull = _areas(y_true, y_pred)
    empty = keras.ops.divide_no_nan(keras.ops.relu(hull - union), hull)
    return keras.ops.divide_no_nan(shared, union) - empty


_OVERLAPS = {"iou": iou, "giou": giou}


@keras.saving.register_keras_serializable(package="cnncourse")
class BoxLoss(keras.losses.Loss):
    """One minus an overlap, plus a share of the mean absolute error where it is wanted.

    Parameters
    ----------
    overlap : {"giou", "iou"}
        Which overlap.
    l1 : float
        At least 0: what the mean absolute error of the four numbers is multiplied by. It pulls
        where the overlap hardly changes, as in DETR.
    name : str
        As Keras prints it.
    **options
        Those of every Keras loss, such as `reduction`.

    Raises
    ------
    ValueError
        If an argument is unknown or out of its range.

    References
    ----------
    N. Carion et al., "End-to-End Object Detection with Transformers", ECCV 2020, section 3.1.
    https://doi.org/10.1007/978-3-030-58452-8_13

    Examples
    --------
    >>> float(BoxLoss("giou")([[0.5, 0.5, 1, 1]], [[3.5, 0.5, 1, 1]]))
    1.5
    """

    def __init__(
        self, overlap: str = "giou", l1: float = 0.0, name: str = "box_loss", **options: Any
    ) -> None:
        super().__init__(name=name, **options)
        self.overlap = _checks.choice("overlap", overlap, tuple(_OVERLAPS))
        self.l1 = _checks.number("l1", l1, 0)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one loss a box."""
        loss = 1 - _OVERLAPS[self.overlap](y_true, y_pred)
        if self.l1:
            loss += self.l1 * keras.ops.mean(keras.ops.abs(y_true - y_pred), axis=-1)
        return loss

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, as Keras' savers want them."""
        return {**super().get_config(), "overlap": self.overlap, "l1": self.l1}


def _areas(y_true: Any, y_pred: Any) -> tuple[Any, Any, Any]:
    """Return what both boxes share, what they cover together, and the area of their hull."""
    a, b = (keras.ops.convert_to_tensor(boxes, "float32") for boxes in (y_true, y_pred))
    sides = [keras.ops.relu(boxes[..., 2:]) for boxes in (a, b)]
    begin_a, begin_b = a[..., :2] - sides[0] / 2, b[..., :2] - sides[1] / 2
    end_a, end_b = begin_a + sides[0], begin_b + sides[1]
    inner = keras.ops.minimum(end_a, end_b) - keras.ops.maximum(begin_a, begin_b)
    outer = keras.ops.maximum(end_a, end_b) - keras.ops.minimum(begin_a, begin_b)
    shared = keras.ops.prod(keras.ops.relu(inner), axis=-1)
    union = sum(keras.ops.prod(side, axis=-1) for side in sides) - shared
    return shared, union, keras.ops.prod(outer, axis=-1)
