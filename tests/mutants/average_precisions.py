"""Wrong versions of ``average_precisions`` that the checker does not know by name."""

import numpy as np

from cnncourse.metrics import average_precision


def _curve(hits, objects):
    found = np.cumsum(np.asarray(hits, float))
    return found / objects, found / np.arange(1, len(found) + 1)


def _both(recall, precision):
    return np.array([average_precision(recall, precision, m) for m in ("voc07", "voc10")])


def coco_in_place_of_eleven(hits, objects):
    recall, precision = _curve(hits, objects)
    return np.array([average_precision(recall, precision, m) for m in ("coco", "voc10")])


def coco_in_place_of_all(hits, objects):
    recall, precision = _curve(hits, objects)
    return np.array([average_precision(recall, precision, m) for m in ("voc07", "coco")])


def worst_detection_first(hits, objects):
    return _both(*_curve(hits[::-1], objects))


def precision_of_all_detections(hits, objects):
    return np.full(2, _curve(hits, objects)[1][-1])


def final_recall(hits, objects):
    return np.full(2, _curve(hits, objects)[0][-1])


def the_mean_of_both(hits, objects):
    return np.full(2, _both(*_curve(hits, objects)).mean())


def a_precision_of_one_before_the_first(hits, objects):
    recall, precision = _curve(hits, objects)
    return _both(np.append(0, recall), np.append(1, precision))


def the_last_detection_left_out(hits, objects):
    return _both(*_curve([*hits[:-1], 0], objects))


def percent(hits, objects):
    return 100 * _both(*_curve(hits, objects))


def counts_from_nought(hits, objects):
    found = np.cumsum(np.asarray(hits, float))
    precision = np.minimum(found / np.maximum(np.arange(len(found)), 1), 1)
    return _both(found / objects, precision)


def one_object_more(hits, objects):
    return _both(*_curve(hits, objects + 1))


def a_level_has_to_be_passed(hits, objects):
    recall, precision = _curve(hits, objects)
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0)
    at = best[np.searchsorted(recall, np.arange(11) / 10, side="right")]
    return np.array([at.mean(), _both(recall, precision)[1]])
