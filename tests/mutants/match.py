"""Wrong versions of ``match`` that the checker does not know by name."""

import itertools

import numpy as np

from cnncourse import boxes as room


def _greedy(objects, detections, scores, iou_threshold, order=None, measure=room.iou):
    overlap = measure(detections, objects)
    found, left = np.full(len(overlap), -1), set(range(overlap.shape[1]))
    order = np.argsort(scores)[::-1] if order is None else order
    for index in order:
        possible = [g for g in sorted(left) if overlap[index, g] >= iou_threshold]
        if possible:
            found[index] = max(possible, key=lambda g: overlap[index, g])
            left.discard(found[index])
    return found


def ones_for_hits(objects, detections, scores, iou_threshold):
    return (_greedy(objects, detections, scores, iou_threshold) >= 0).astype(int)


def the_least_sure_first(objects, detections, scores, iou_threshold):
    return _greedy(objects, detections, scores, iou_threshold, np.argsort(scores))


def no_threshold(objects, detections, scores, iou_threshold):
    return _greedy(objects, detections, scores, 1e-9)


def threshold_always_a_half(objects, detections, scores, iou_threshold):
    return _greedy(objects, detections, scores, 0.5)


def detections_of_each_object(objects, detections, scores, iou_threshold):
    found = _greedy(objects, detections, scores, iou_threshold)
    answer = np.full(len(objects), -1)
    for index, target in enumerate(found):
        if target >= 0:
            answer[target] = index
    return answer


def a_false_positive_is_nought(objects, detections, scores, iou_threshold):
    return np.maximum(_greedy(objects, detections, scores, iou_threshold), 0)


def counts_objects_from_one(objects, detections, scores, iou_threshold):
    found = _greedy(objects, detections, scores, iou_threshold)
    return np.where(found >= 0, found + 1, -1)


def only_one_match_an_image(objects, detections, scores, iou_threshold):
    found = _greedy(objects, detections, scores, iou_threshold)
    best = int(np.argmax(np.where(found >= 0, scores, -1)))
    return np.where(np.arange(len(found)) == best, found, -1)


def overlap_of_the_detection_alone(objects, detections, scores, iou_threshold):
    def share(a, b):
        return room.intersection(a, b) / room.area(a)[:, None]

    return _greedy(objects, detections, scores, iou_threshold, measure=share)


def best_pairs_first(objects, detections, scores, iou_threshold):
    overlap = room.iou(detections, objects)
    found = np.full(len(overlap), -1)
    while overlap.max() >= iou_threshold:
        index, target = np.unravel_index(np.argmax(overlap), overlap.shape)
        found[index] = target
        overlap[index], overlap[:, target] = -1, -1
    return found


def the_worst_that_fits(objects, detections, scores, iou_threshold):
    return _greedy(
        objects, detections, scores, iou_threshold,
        measure=lambda a, b: np.where(room.iou(a, b) >= iou_threshold, 2 - room.iou(a, b), 0),
    )  # fmt: skip


def a_taken_object_blocks_the_next_detection_too(objects, detections, scores, iou_threshold):
    found = _greedy(objects, detections, scores, iou_threshold)
    order = np.argsort(scores)[::-1]
    for before, after in itertools.pairwise(order):
        if found[before] >= 0:
            found[after] = -1
    return found
