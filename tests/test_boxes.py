"""Boxes against exact fractions, loops and TensorFlow, and by what must hold of any box."""

import doctest
import itertools
import math
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncourse import boxes
from cnncourse.boxes import _formats, _moves, _overlap, _suppression

SIZE = (96, 160)  # height, width


def whole_boxes(rng, count, largest=12):
    """Boxes on a small grid, so that ties, touching boxes, points and lines are common."""
    corners = rng.integers(0, largest + 1, (count, 2, 2))
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)


def any_boxes(rng, count):
    corners = rng.normal(0, 50, (count, 2, 2))
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)


coordinate = st.floats(-1e4, 1e4, allow_subnormal=False)


@st.composite
def box_arrays(draw, at_most=5):
    corners = draw(st.lists(st.tuples(*[coordinate] * 4), max_size=at_most))
    array = np.array(corners, float).reshape(-1, 2, 2)
    return np.concatenate([array.min(axis=1), array.max(axis=1)], axis=1)


def exact_iou(a, b):
    """The definition, in fractions."""
    a, b = [Fraction(v) for v in a.tolist()], [Fraction(v) for v in b.tolist()]
    width = max(min(a[2], b[2]) - max(a[0], b[0]), Fraction(0))
    height = max(min(a[3], b[3]) - max(a[1], b[1]), Fraction(0))
    areas = [(c[2] - c[0]) * (c[3] - c[1]) for c in (a, b)]
    union = sum(areas) - width * height
    return width * height / union if union else Fraction(0)


# --- overlap ---------------------------------------------------------------------------------


def test_the_overlap_everybody_can_check():
    assert boxes.iou([[0, 0, 2, 2]], [[1, 1, 3, 3]]).tolist() == [[1 / 7]]


def test_iou_of_whole_numbers_equals_fractions_to_the_last_bit():
    rng = np.random.default_rng(0)
    a, b = whole_boxes(rng, 60, 5), whole_boxes(rng, 45, 5)
    expected = [[float(exact_iou(one, other)) for other in b] for one in a]
    assert boxes.iou(a, b).tolist() == expected
    assert {0.0, 1.0} <= {value for row in expected for value in row}


def test_iou_of_any_numbers_equals_fractions():
    rng = np.random.default_rng(1)
    a, b = any_boxes(rng, 40), any_boxes(rng, 30)
    expected = [[float(exact_iou(one, other)) for other in b] for one in a]
    np.testing.assert_allclose(boxes.iou(a, b), expected, rtol=1e-13, atol=0)


@given(box_arrays(), box_arrays())
def test_what_holds_of_any_overlap(a, b):
    overlap, generalised = boxes.iou(a, b), boxes.giou(a, b)
    distance, complete = boxes.diou(a, b), boxes.ciou(a, b)
    for measured in (overlap, generalised, distance, complete):
        assert measured.shape == (len(a), len(b))
        assert np.isfinite(measured).all()
    assert (overlap >= 0).all()
    assert (overlap <= 1).all()
    assert (generalised <= overlap).all()
    assert (distance <= overlap).all()
    assert (complete <= distance).all()
    assert (generalised >= -1).all()
    assert (distance >= -1 - 1e-12).all()
    for measure in (boxes.iou, boxes.giou, boxes.diou, boxes.ciou, boxes.intersection):
        np.testing.assert_allclose(measure(b, a).T, measure(a, b), rtol=1e-12, atol=1e-12)
    has_area = boxes.area(a) > 1e-200
    for measure in (boxes.iou, boxes.giou, boxes.diou, boxes.ciou):
        np.testing.assert_array_equal(measure(a[has_area], a[has_area], paired=True), 1)


@pytest.mark.parametrize("measure", ["iou", "giou", "diou", "ciou", "intersection"])
def test_paired_is_the_diagonal(measure):
    rng = np.random.default_rng(2)
    a, b = any_boxes(rng, 9), any_boxes(rng, 9)
    function = getattr(boxes, measure)
    np.testing.assert_array_equal(function(a, b, paired=True), np.diagonal(function(a, b)))


@pytest.mark.parametrize(
    ("a", "b", "giou", "diou"),
    [
        # Worked by hand. Hull 9, union 7, centres √2 apart, diagonal² 18.
        ([0, 0, 2, 2], [1, 1, 3, 3], 1 / 7 - 2 / 9, 1 / 7 - 2 / 18),
        # One inside the other: the hull is the larger one. Centres (2, 1) and (1, 1).
        ([0, 0, 4, 2], [0, 0, 2, 2], 1 / 2, 1 / 2 - 1 / 20),
        # Apart: the hull is 6 by 1, the boxes fill 2 of it; centres 5 apart, diagonal² 37.
        ([0, 0, 1, 1], [5, 0, 6, 1], -4 / 6, -25 / 37),
        # Corners touch: the hull of 5 by 3 holds 2 by 1 and 3 by 2.
        ([0, 0, 2, 1], [2, 1, 5, 3], -7 / 15, -(2.5**2 + 1.5**2) / 34),
        # Two points: an empty union in a hull of 2 by 3.
        ([0, 0, 0, 0], [2, 3, 2, 3], -1, -1),
        # Two points on a line: a hull without area.
        ([0, 0, 0, 0], [2, 0, 2, 0], 0, -1),
        # The same point twice.
        ([1, 1, 1, 1], [1, 1, 1, 1], 0, 0),
    ],
)
def test_distances_by_hand(a, b, giou, diou):
    assert boxes.giou([a], [b])[0, 0] == pytest.approx(giou, abs=1e-15)
    assert boxes.diou([a], [b])[0, 0] == pytest.approx(diou, abs=1e-15)


def test_ciou_by_hand():
    # 4 by 2 and 2 by 4 on the same centre: they share 4 of 12, distance 0.
    v = 4 / math.pi**2 * (math.atan(2) - math.atan(1 / 2)) ** 2
    expected = 1 / 3 - v * v / (1 - 1 / 3 + v)
    assert boxes.ciou([[0, 1, 4, 3]], [[1, 0, 3, 4]])[0, 0] == pytest.approx(expected, abs=1e-15)
    # A point counts as a square, a flat line doesn't.
    assert boxes.ciou([[1, 1, 1, 1]], [[0, 0, 2, 2]])[0, 0] == 0
    v = 4 / math.pi**2 * (math.pi / 4) ** 2
    assert boxes.ciou([[0, 1, 2, 1]], [[0, 0, 2, 2]])[0, 0] == pytest.approx(-v * v / (1 + v))


@pytest.mark.parametrize("flat", [[1, 1, 1, 1], [0, 1, 4, 1], [2, 0, 2, 9]])
def test_a_box_without_area_overlaps_with_nothing(flat):
    assert boxes.area([flat]).tolist() == [0]
    assert boxes.iou([flat], [flat, [0, 0, 4, 9]]).tolist() == [[0, 0]]
    assert boxes.intersection([flat], [[0, 0, 4, 9]]).tolist() == [[0]]


def test_areas_by_hand():
    assert boxes.area([[1, 2, 4, 7], [-3, -2, -1, 0.5]]).tolist() == [15, 5]


# --- formats ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("xyxy", [16, 24, 48, 72]),
        ("xywh", [16, 24, 32, 48]),
        ("cxcywh", [32, 48, 32, 48]),
        ("rel_xyxy", [0.1, 0.25, 0.3, 0.75]),
        ("rel_xywh", [0.1, 0.25, 0.2, 0.5]),
        ("rel_cxcywh", [0.2, 0.5, 0.2, 0.5]),
    ],
)
def test_one_box_in_every_format(name, written):
    for target, expected in [("xyxy", [16, 24, 48, 72]), ("rel_xywh", [0.1, 0.25, 0.2, 0.5])]:
        answer = boxes.convert([written], name, target, SIZE)
        np.testing.assert_allclose(answer, [expected], rtol=1e-14)


@given(box_arrays())
def test_every_conversion_goes_there_and_back(corners):
    for source, target in itertools.product(boxes.FORMATS, repeat=2):
        first = boxes.convert(corners, "xyxy", source, SIZE)
        other = boxes.convert(first, source, target, SIZE)
        assert other.shape == first.shape
        if source == target:
            np.testing.assert_array_equal(first, other)
        back = boxes.convert(other, target, source, SIZE)
        np.testing.assert_allclose(back, first, rtol=0, atol=1e-11)
        np.testing.assert_allclose(boxes.convert(other, target, "xyxy", SIZE), corners, atol=1e-11)


@pytest.mark.parametrize("source", ["xyxy", "xywh", "cxcywh"])
@pytest.mark.parametrize("target", ["xyxy", "xywh", "cxcywh"])
def test_pixel_formats_need_no_size_and_whole_numbers_return_exactly(source, target):
    corners = whole_boxes(np.random.default_rng(3), 50)
    first = boxes.convert(corners, "xyxy", source)
    np.testing.assert_array_equal(
        boxes.convert(boxes.convert(first, source, target), target, source), first
    )


@given(box_arrays())
def test_roots_go_there_and_back(corners):
    encoded = boxes.encode_sqrt(corners, SIZE)
    np.testing.assert_allclose(boxes.decode_sqrt(encoded, SIZE), corners, rtol=0, atol=1e-10)


def test_roots_by_hand():
    # Centre (32, 48) of 160 by 96; 40 of 160 and 24 of 96 are a quarter each: root 1/2.
    written = boxes.encode_sqrt([[12, 36, 52, 60]], SIZE)
    np.testing.assert_allclose(written, [[0.2, 0.5, 0.5, 0.5]], rtol=1e-15)
    negative = boxes.decode_sqrt([[0.5, 0.5, -0.3, 0.5]], SIZE)
    np.testing.assert_allclose(negative, [[80, 36, 80, 60]], rtol=1e-15)


# --- suppression -----------------------------------------------------------------------------


def slow_nms(corners, scores, threshold):
    """The definition: best first, one comparison at a time."""
    kept = []
    for index in sorted(range(len(scores)), key=lambda i: (-scores[i], i)):
        if all(exact_iou(corners[index], corners[other]) <= threshold for other in kept):
            kept.append(index)
    return kept


@pytest.mark.parametrize("threshold", [0.0, 0.25, 0.5, 1.0])
def test_nms_equals_its_definition_with_ties(threshold):
    rng = np.random.default_rng(4)
    for count in (0, 1, 2, 40):
        corners, scores = whole_boxes(rng, count), rng.integers(0, 6, count) / 8
        kept = boxes.nms(corners, scores, threshold)
        assert kept.tolist() == slow_nms(corners, scores, Fraction(threshold))
        assert kept.dtype == np.int64


@pytest.mark.parametrize("count", [1, 7, 127, 128, 129, 700])
@pytest.mark.parametrize("threshold", [0.1, 0.5, 0.75])
def test_nms_equals_tensorflow(count, threshold):
    import tensorflow as tf

    rng = np.random.default_rng(count)
    centres, sides = rng.uniform(0, 100, (count // 6 + 1, 2)), rng.uniform(8, 40, (count, 2))
    centres = centres[rng.integers(len(centres), size=count)] + rng.normal(0, 4, (count, 2))
    corners = np.concatenate([centres - sides / 2, centres + sides / 2], axis=1).astype("float32")
    scores = (rng.integers(0, count, count) / count).astype("float32")  # many are equal
    expected = tf.image.non_max_suppression(corners[:, [1, 0, 3, 2]], scores, count, threshold)
    kept = boxes.nms(corners, scores, threshold)
    assert kept.tolist() == expected.numpy().tolist()
    assert (np.diff(scores[kept]) <= 0).all()
    assert count < 127 or len(kept) < count


@given(box_arrays(8), st.sampled_from([0.0, 0.3, 0.5, 1.0]))
def test_what_holds_of_any_suppression(corners, threshold):
    scores = np.linspace(0.9, 0.1, len(corners))
    kept = boxes.nms(corners, scores, threshold)
    overlap = boxes.iou(corners, corners)
    among = overlap[np.ix_(kept, kept)]
    assert (among[~np.eye(len(kept), dtype=bool)] <= threshold).all()
    for index in set(range(len(corners))) - set(kept.tolist()):
        assert (overlap[index, kept[kept < index]] > threshold).any()


def test_classes_leave_each_other_alone():
    rng = np.random.default_rng(5)
    corners, scores = whole_boxes(rng, 60), rng.permutation(60) / 60
    classes = rng.integers(-1, 3, 60)
    kept = boxes.nms(corners, scores, 0.3, classes=classes)
    assert (np.diff(scores[kept]) < 0).all()
    for one in range(-1, 3):
        mine = np.flatnonzero(classes == one)
        alone = mine[boxes.nms(corners[mine], scores[mine], 0.3)]
        assert kept[classes[kept] == one].tolist() == alone.tolist()
    assert len(kept) > len(boxes.nms(corners, scores, 0.3))
    assert boxes.nms([], [], 0.5, classes=[]).shape == (0,)


@pytest.mark.parametrize("sigma", [0.2, 0.5])
def test_soft_nms_equals_tensorflow(sigma):
    import tensorflow as tf

    rng = np.random.default_rng(6)
    corners = any_boxes(rng, 80).astype("float32")
    scores = rng.uniform(0.05, 1, 80).astype("float32")
    # TensorFlow's sigma stands for exp(-iou² / (2 sigma)).
    expected, new = tf.raw_ops.NonMaxSuppressionV5(
        boxes=corners[:, [1, 0, 3, 2]], scores=scores, max_output_size=80, iou_threshold=1.0,
        score_threshold=0.1, soft_nms_sigma=sigma / 2,
    )[:2]  # fmt: skip
    indices, ours = boxes.soft_nms(corners, scores, sigma, score_threshold=0.1)
    assert indices.tolist() == expected.numpy().tolist()
    np.testing.assert_allclose(ours, new, rtol=1e-5)
    assert 10 < len(indices) < 80


def test_soft_nms_by_hand():
    stacked = [[0, 0, 4, 4], [0, 0, 4, 2], [0, 0, 4, 1]]  # IoU 1/2, 1/4, and 1/2 of the last two
    indices, new = boxes.soft_nms(stacked, [0.5, 0.9, 0.8], iou_threshold=0.5)
    # 1 halves both others; 2 (0.4) lowers nothing, since 0 and 2 share a quarter.
    assert indices.tolist() == [1, 2, 0]
    np.testing.assert_allclose(new, [0.9, 0.4, 0.25])
    indices, new = boxes.soft_nms(stacked, [0.5, 0.9, 0.8], sigma=0.5)
    factor, quarter = math.exp(-0.5), math.exp(-0.125)
    assert indices.tolist() == [1, 2, 0]
    np.testing.assert_allclose(new, [0.9, 0.8 * factor, 0.5 * factor * quarter])
    assert boxes.soft_nms(stacked, [0.5, 0.5, 0.5])[0][0] == 0  # the first of equals
    assert [len(part) for part in boxes.soft_nms([], [])] == [0, 0]


# --- moves -----------------------------------------------------------------------------------


def painted(corners, size=SIZE):
    """One bool picture a box, True on its pixels."""
    height, width = size
    rows, columns = np.arange(height)[:, None], np.arange(width)
    return np.array(
        [
            (columns >= left) & (columns < right) & (rows >= top) & (rows < bottom)
            for left, top, right, bottom in corners
        ]
    ).reshape(-1, height, width)


def bounds(masks):
    found = []
    for mask in masks:
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        found.append([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])
    return np.array(found, float).reshape(-1, 4)


def pixel_boxes(rng, count, size=SIZE, outside=0):
    height, width = size
    left = rng.integers(-outside, width - 4, count)
    top = rng.integers(-outside, height - 4, count)
    return np.stack(
        [left, top, left + rng.integers(2, 50, count), top + rng.integers(2, 40, count)], axis=1
    )


def test_boxes_move_as_their_pixels_do():
    corners = boxes.clip(pixel_boxes(np.random.default_rng(7), 40), SIZE)
    masks = painted(corners)
    np.testing.assert_array_equal(boxes.flip(corners, SIZE), bounds(masks[:, :, ::-1]))
    np.testing.assert_array_equal(boxes.flip(corners, SIZE, "vertical"), bounds(masks[:, ::-1]))
    window = [30, 10, 110, 70]
    parts = masks[:, 10:70, 30:110]
    moved, kept = boxes.crop(corners, window)
    assert kept.tolist() == np.flatnonzero(parts.any(axis=(1, 2))).tolist()
    np.testing.assert_array_equal(moved, bounds(parts[kept]))
    shares = parts.sum(axis=(1, 2)) / masks.sum(axis=(1, 2))
    half, kept = boxes.crop(corners, window, min_visible=0.5)
    assert kept.tolist() == np.flatnonzero(shares >= 0.5).tolist()
    np.testing.assert_array_equal(half, bounds(parts[kept]))
    assert 0 < len(kept) < (shares > 0).sum() < 40


def test_clipping_keeps_what_is_inside():
    corners = pixel_boxes(np.random.default_rng(8), 60, outside=60)
    clipped = boxes.clip(corners, SIZE)
    masks = painted(corners)
    np.testing.assert_array_equal(boxes.area(clipped), masks.sum(axis=(1, 2)))
    seen = masks.any(axis=(1, 2))
    np.testing.assert_array_equal(clipped[seen], bounds(masks[seen]))
    assert 0 < seen.sum() < 60
    np.testing.assert_array_equal(boxes.clip(clipped, SIZE), clipped)


@given(box_arrays(), st.sampled_from(["horizontal", "vertical"]))
def test_two_flips_are_none(corners, direction):
    twice = boxes.flip(boxes.flip(corners, SIZE, direction), SIZE, direction)
    np.testing.assert_allclose(twice, corners, rtol=0, atol=1e-11)
    np.testing.assert_allclose(boxes.area(twice), boxes.area(corners), rtol=1e-6, atol=1e-6)


def test_cropping_drops_what_had_no_area():
    moved, kept = boxes.crop([[5, 5, 5, 5], [4, 5, 9, 5], [4, 4, 9, 9]], [0, 0, 20, 10])
    assert kept.tolist() == [2]
    assert moved.tolist() == [[4, 4, 9, 9]]
    assert [part.shape for part in boxes.crop([], [0, 0, 2, 3])] == [(0, 4), (0,)]


# --- what is no box --------------------------------------------------------------------------

CALLS = {
    "area": boxes.area,
    "iou": lambda bad: boxes.iou(bad, [[0, 0, 1, 1]]),
    "iou, second": lambda bad: boxes.iou([[0, 0, 1, 1]], bad),
    "giou": lambda bad: boxes.giou(bad, bad),
    "diou": lambda bad: boxes.diou(bad, bad),
    "ciou": lambda bad: boxes.ciou(bad, bad),
    "intersection": lambda bad: boxes.intersection(bad, bad),
    "convert": lambda bad: boxes.convert(bad, "xyxy", "xywh"),
    "encode_sqrt": lambda bad: boxes.encode_sqrt(bad, SIZE),
    "clip": lambda bad: boxes.clip(bad, SIZE),
    "flip": lambda bad: boxes.flip(bad, SIZE),
    "crop": lambda bad: boxes.crop(bad, [0, 0, 5, 5]),
    "nms": lambda bad: boxes.nms(bad, [0.5] * len(bad), 0.5),
    "soft_nms": lambda bad: boxes.soft_nms(bad, [0.5] * len(bad)),
}
NO_BOXES = {
    "NaN": [[0, 0, math.nan, 1]],
    "infinite": [[0, 0, 1, 1], [-math.inf, 0, 1, 1]],
    "inverted": [[0, 0, 1, 1], [2, 0, 1, 1]],
    "upside down": [[0, 5, 1, 1]],
    "huge": [[0, 0, 1e200, 1]],
    "one flat box": [0, 0, 1, 1],
    "five columns": [[0, 0, 1, 1, 0.9]],
    "three axes": [[[0, 0, 1, 1]]],
    "ragged": [[0, 0, 1, 1], [0, 0, 1]],
    "text": [["0", "0", "1", "1"]],
    "bools": [[False, False, True, True]],
    "complex": [[0, 0, 1j, 1]],
    "objects": [[None, 0, 1, 1]],
}


@pytest.mark.parametrize("what", NO_BOXES)
@pytest.mark.parametrize("call", CALLS)
def test_what_is_no_box_is_refused(call, what):
    with pytest.raises(ValueError, match=r"Invalid value for argument `(boxes|a|b)`: expected"):
        CALLS[call](NO_BOXES[what])


@pytest.mark.parametrize("nothing", [[], np.zeros((0, 4)), np.zeros((0, 4), np.int32)])
@pytest.mark.parametrize("call", CALLS)
def test_no_boxes_are_welcome(call, nothing):
    answer = CALLS[call](nothing)
    for part in answer if isinstance(answer, tuple) else (answer,):
        assert part.size == 0


@given(st.lists(st.lists(st.floats(allow_subnormal=False), min_size=4, max_size=4), max_size=4))
def test_any_numbers_are_boxes_or_refused(rows):
    for name, call in CALLS.items():
        try:
            answer = call(rows)
        except ValueError as error:
            if "Invalid value for argument" not in str(error):
                raise
            continue
        parts = answer if isinstance(answer, tuple) else (answer,)
        assert all(np.isfinite(part).all() for part in parts), name


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: boxes.area([[0, 0, 1, 1], [4, 0, 2, 1]]), "left <= right and top <= bottom; "
         "received [4.0, 0.0, 2.0, 1.0] in row 1."),
        (lambda: boxes.convert([[0, 0, -1, 1]], "xywh", "xyxy"), "a width and a height of"),
        (lambda: boxes.convert([[0, 0, 1, 1]], "xyxy", "yxyx"), "one of 'xyxy', 'xywh', 'cxcywh'"),
        (lambda: boxes.convert([[0, 0, 1, 1]], "xyxy", "rel_xyxy"), "the image's (height, width)"),
        (lambda: boxes.convert([[0, 0, 1, 1]], "xyxy", "rel_xyxy", 5), "`size`: expected"),
        (lambda: boxes.clip([[0, 0, 1, 1]], (0, 5)), "`size`: expected a finite number between 1"),
        (lambda: boxes.clip([[0, 0, 1, 1]], (math.nan, 5)), "`size`"),
        (lambda: boxes.flip([[0, 0, 1, 1]], SIZE, "sideways"), "`direction`"),
        (lambda: boxes.crop([[0, 0, 1, 1]], [0, 0, 0, 4]), "a part with an area"),
        (lambda: boxes.crop([[0, 0, 1, 1]], [0, 0, 4, 4], 1.5), "`min_visible`"),
        (lambda: boxes.crop([[0, 0, 1, 1]], [0, 0, 4]), "`window`"),
        (lambda: boxes.decode_sqrt([[0, 0, math.nan, 1]], SIZE), "`values`"),
        (lambda: boxes.decode_sqrt([[0, 0, 1e80, 1]], SIZE), "`values`"),
        (lambda: boxes.iou([[0, 0, 1, 1]], [], paired=True), "1 boxes, one for each in `a`"),
        (lambda: boxes.iou([], [], paired=1), "True or False"),
        (lambda: boxes.nms([[0, 0, 1, 1]], [], 0.5), "one number for each of the 1 boxes"),
        (lambda: boxes.nms([[0, 0, 1, 1]], [math.nan], 0.5), "`scores`: expected finite"),
        (lambda: boxes.nms([[0, 0, 1, 1]], [0.5], 1.5), "`iou_threshold`"),
        (lambda: boxes.nms([[0, 0, 1, 1]], [0.5], math.nan), "`iou_threshold`"),
        (lambda: boxes.nms([[0, 0, 1, 1]], [0.5], 0.5, classes=[1, 2]), "`classes`"),
        (lambda: boxes.soft_nms([[0, 0, 1, 1]], [-0.5]), "numbers of at least 0"),
        (lambda: boxes.soft_nms([[0, 0, 1, 1]], [0.5], sigma=0), "a number above 0"),
        (lambda: boxes.soft_nms([[0, 0, 1, 1]], [0.5], score_threshold=-1), "`score_threshold`"),
        (lambda: boxes.soft_nms([[0, 0, 1, 1]], [0.5], iou_threshold=2), "`iou_threshold`"),
    ],
)  # fmt: skip
def test_bad_calls_say_what_was_expected(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


@pytest.mark.parametrize("module", [_formats, _moves, _overlap, _suppression])
def test_examples_run(module):
    results = doctest.testmod(module, extraglobs={"np": np})
    assert results.attempted > 3
    assert results.failed == 0
