"""What a detector's answers cost: focal loss on the heat, generalised IoU on the boxes."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from cnncourse import _checks, losses

SIDES = 4
TINY = 1e-6


def giou_loss(true: Any, predicted: Any) -> Any:
    """Return ``1 - GIoU`` of boxes that are written as distances from one common point.

    Parameters
    ----------
    true, predicted : tensor of shape (…, 4)
        Left, top, right and bottom, all at least 0, so that both boxes hold the point. Width and
        height may be in different units: only ratios of areas count.

    Returns
    -------
    tensor of shape (…)
        0 for equal boxes, below 2. Boxes that share a point also have a hull, so that unlike the
        IoU alone it has a gradient for each side, whichever of the two lies farther out.

    References
    ----------
    H. Rezatofighi et al., "Generalized Intersection over Union", CVPR 2019.
    https://doi.org/10.1109/CVPR.2019.00075

    Examples
    --------
    >>> loss = giou_loss([[1.0, 1.0, 1.0, 1.0]], [[1.0, 1.0, 0.0, 1.0]])  # half of a square
    >>> loss.numpy().round(3)
    array([0.5], dtype=float32)
    """
    return 1 - losses.giou(_around_the_point(true), _around_the_point(predicted))


def _around_the_point(distances: Any) -> Any:
    """Return distances to four sides as ``cxcywh``, the point being the origin."""
    near, far = ops.split(ops.convert_to_tensor(distances), 2, axis=-1)
    return ops.concatenate([(far - near) / 2, near + far], axis=-1)


@keras.saving.register_keras_serializable(package="cnncourse")
class CentreLoss(keras.losses.Loss):
    """Focal loss on the hills of heat, and generalised IoU on the boxes around their tops.

    The tops (heat of exactly 1) are the positives: each costs ``-(1 - p)² log p``. All other cells
    are negatives, ``-(1 - heat)⁴ p² log(1 - p)``: those on a hill count less, the less the nearer
    the top they are. Both sums are divided by the number of tops. The boxes add `box_weight` times
    the mean of `giou_loss`, weighted by what `encode` put last.

    Parameters
    ----------
    box_weight : float
        At least 0.
    name : str

    Raises
    ------
    ValueError
        If `box_weight` is out of its range.

    References
    ----------
    T.-Y. Lin et al., "Focal Loss for Dense Object Detection", ICCV 2017, arXiv:1708.02002; H. Law
    and J. Deng, "CornerNet: Detecting Objects as Paired Keypoints", ECCV 2018, arXiv:1808.01244,
    equation 1 (the form for hills).

    Examples
    --------
    >>> from cnncourse import detection
    >>> target = detection.encode([[[8, 4, 40, 28]]], [[1]], classes=2, size=(32, 48))
    >>> known = detection.as_outputs(target).astype("float32")
    >>> unsure = known * [0, 0, 1, 1, 1, 1]  # every heat is 1/2
    >>> loss = CentreLoss()
    >>> bool(loss(target, known) < 0.2 < 10 < loss(target, unsure))
    True
    """

    def __init__(self, box_weight: float = 2.0, name: str = "centre_loss", **kwargs: Any):
        super().__init__(name=name, **kwargs)
        self.box_weight = _checks.number("box_weight", box_weight, 0)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of a batch: targets (…, classes + 5), outputs (…, classes + 4)."""
        heat, sides, weight = (
            y_true[..., : -SIDES - 1],
            y_true[..., -SIDES - 1 : -1],
            y_true[..., -1],
        )
        logits, predicted = y_pred[..., :-SIDES], y_pred[..., -SIDES:]
        probability = ops.sigmoid(logits)
        top = ops.cast(heat > 1 - 1e-4, y_pred.dtype)
        # softplus(-z) is -log p and softplus(z) is -log(1 - p), without a logarithm of 0.
        found = top * (1 - probability) ** 2 * ops.softplus(-logits)
        false = (1 - top) * (1 - heat) ** 4 * probability**2 * ops.softplus(logits)
        heat_loss = ops.sum(found + false) / ops.maximum(ops.sum(top), 1.0)
        box_loss = ops.sum(weight * giou_loss(sides, predicted)) / (ops.sum(weight) + TINY)
        return heat_loss + self.box_weight * box_loss

    def get_config(self) -> dict[str, Any]:
        """Return what makes the same loss again."""
        return {**super().get_config(), "box_weight": self.box_weight}
