"""Wrong versions of ``nms`` that the checker does not know by name."""

import numpy as np

from cnncourse import boxes as room


def _greedy(boxes, scores, iou_threshold, measure=room.iou):
    overlap, kept = measure(boxes, boxes), []
    for index in np.argsort(scores)[::-1].tolist():
        if not any(overlap[index, other] > iou_threshold for other in kept):
            kept.append(index)
    return kept


def keeps_one_box_only(boxes, scores, iou_threshold):
    return np.argsort(scores)[::-1][:1]


def at_most_two(boxes, scores, iou_threshold):
    return np.array(_greedy(boxes, scores, iou_threshold)[:2])


def drops_the_winners(boxes, scores, iou_threshold):
    kept = _greedy(boxes, scores, iou_threshold)
    gone = [index for index in np.argsort(scores)[::-1].tolist() if index not in kept]
    return np.array(gone or kept)


def threshold_always_a_half(boxes, scores, iou_threshold):
    return np.array(_greedy(boxes, scores, 0.5))


def overlap_by_generalised_iou(boxes, scores, iou_threshold):
    return np.array(_greedy(boxes, scores, iou_threshold, room.giou))


def overlap_of_the_smaller_box(boxes, scores, iou_threshold):
    def share(a, b):
        areas = room.area(a)
        return room.intersection(a, b) / np.minimum(areas[:, None], areas[None])

    return np.array(_greedy(boxes, scores, iou_threshold, share))


def returns_a_mask(boxes, scores, iou_threshold):
    mask = np.zeros(len(boxes), int)
    mask[_greedy(boxes, scores, iou_threshold)] = 1
    return mask


def any_overlap_at_all(boxes, scores, iou_threshold):
    return np.array(_greedy(boxes, scores, 0))


def rising_scores_in_the_answer(boxes, scores, iou_threshold):
    return np.array(_greedy(boxes, scores, iou_threshold)[::-1])


def drops_boxes_with_a_score_below_the_threshold(boxes, scores, iou_threshold):
    kept = _greedy(boxes, scores, iou_threshold)
    return np.array([index for index in kept if scores[index] >= 0.65] or kept[:1])


def larger_boxes_first(boxes, scores, iou_threshold):
    return np.array(_greedy(boxes, room.area(boxes) + np.asarray(scores), iou_threshold))
