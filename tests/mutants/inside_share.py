"""Wrong versions of ``inside_share`` that the checker does not know by name."""

import numpy as np


def _each(function):
    """Return a version for a batch from one for a single map."""
    return lambda heats, boxes: np.array(
        [function(heat, box) for heat, box in zip(heats, boxes, strict=True)]
    )


def _share(heat, left, top, right, bottom):
    heat = np.maximum(heat, 0)
    total = heat.sum()
    return float(heat[top:bottom, left:right].sum() / total) if total else 0.0


def one_row_too_few(heats, boxes):
    return _each(_one_row_too_few)(heats, boxes)


def _one_row_too_few(heat, box):
    left, top, right, bottom = box
    return _share(heat, left, top, right, max(bottom - 1, top))


def one_column_too_far_left(heats, boxes):
    return _each(_one_column_too_far_left)(heats, boxes)


def _one_column_too_far_left(heat, box):
    left, top, right, bottom = box
    return _share(heat, max(left - 1, 0), top, right, bottom)


def rows_only(heats, boxes):
    return _each(_rows_only)(heats, boxes)


def _rows_only(heat, box):
    return _share(heat, 0, box[1], heat.shape[1], box[3])


def columns_only(heats, boxes):
    return _each(_columns_only)(heats, boxes)


def _columns_only(heat, box):
    return _share(heat, box[0], 0, box[2], heat.shape[0])


def over_the_maximum(heats, boxes):
    return _each(_over_the_maximum)(heats, boxes)


def _over_the_maximum(heat, box):
    left, top, right, bottom = box
    heat = np.maximum(heat, 0)
    return float(heat[top:bottom, left:right].sum() / heat.max()) if heat.max() else 0.0


def squares(heats, boxes):
    return _each(_squares)(heats, boxes)


def _squares(heat, box):
    return _share(np.maximum(heat, 0) ** 2, *box)


def hot_pixels_counted(heats, boxes):
    return _each(_hot_pixels_counted)(heats, boxes)


def _hot_pixels_counted(heat, box):
    return _share((heat > 0).astype(float), *box)


def chance_when_there_is_nothing(heats, boxes):
    return _each(_chance_when_there_is_nothing)(heats, boxes)


def _chance_when_there_is_nothing(heat, box):
    left, top, right, bottom = box
    if np.maximum(heat, 0).sum() == 0:
        return (right - left) * (bottom - top) / heat.size
    return _share(heat, *box)


def shifted_to_zero(heats, boxes):
    return _each(_shifted_to_zero)(heats, boxes)


def _shifted_to_zero(heat, box):
    return _share(heat - heat.min(), *box)


def the_heat_of_all_maps_together(heats, boxes):
    heats = np.maximum(heats, 0)
    total = heats.sum()
    inside = [
        heat[top:bottom, left:right].sum()
        for heat, (left, top, right, bottom) in zip(heats, boxes, strict=True)
    ]
    return np.array(inside) / total if total else np.zeros(len(heats))


def the_first_box_for_all_maps(heats, boxes):
    return np.array([_share(heat, *boxes[0]) for heat in heats])


def whether_the_peak_is_inside(heats, boxes):
    return _each(_whether_the_peak_is_inside)(heats, boxes)


def _whether_the_peak_is_inside(heat, box):
    left, top, right, bottom = box
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    return float(top <= row < bottom and left <= column < right and heat.max() > 0)


def in_per_cent(heats, boxes):
    return _each(_in_per_cent)(heats, boxes)


def _in_per_cent(heat, box):
    return 100 * _share(heat, *box)


def one_whenever_anything_is_inside(heats, boxes):
    return _each(_one_whenever_anything_is_inside)(heats, boxes)


def _one_whenever_anything_is_inside(heat, box):
    return float(_share(heat, *box) > 0)
