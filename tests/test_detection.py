"""The detector: targets by hand, the loss against NumPy, and what a few steps of training do."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncourse import boxes, detection, samples

SIZE = (48, 80)  # height and width
CLASSES = 3


@st.composite
def scenes(draw):
    """Boxes of at least five pixels a side, so that each holds the middle of its cell."""
    count = draw(st.integers(0, 4))
    places, labels = [], []
    for _ in range(count):
        width, height = draw(st.integers(5, SIZE[1])), draw(st.integers(5, SIZE[0]))
        left = draw(st.integers(0, SIZE[1] - width))
        top = draw(st.integers(0, SIZE[0] - height))
        places.append([left, top, left + width, top + height])
        labels.append(draw(st.integers(0, CLASSES - 1)))
    return np.array(places, float).reshape(-1, 4), np.array(labels, int)


# --- targets -------------------------------------------------------------------------------------
def test_one_box_by_hand():
    # Centre (24, 16): column 6, row 4, whose middle is (26, 18).
    target = detection.encode([[[8, 4, 40, 28]]], [[1]], CLASSES, SIZE)
    assert target.shape == (1, 12, 20, CLASSES + 5)
    assert target.dtype == np.float32
    expected = [0, 1, 0, 18 / 80, 14 / 48, 14 / 80, 10 / 48, 1]
    assert np.allclose(target[0, 4, 6], expected)
    # One cell to the right and one down; a hill is 0.12 of the box's 32 by 24 pixels wide.
    right, below = np.exp(-((4 / 3.84) ** 2) / 2), np.exp(-((4 / 2.88) ** 2) / 2)
    assert np.allclose(target[0, 4, 7], [0, right, 0, 22 / 80, 14 / 48, 10 / 80, 10 / 48, right])
    assert np.allclose(target[0, 5, 6], [0, below, 0, 18 / 80, 18 / 48, 14 / 80, 6 / 48, below])
    # The hill is wider than high, as the box is: two cells on, it is above the foot one way only.
    assert target[0, 4, 8, 1] == pytest.approx(np.exp(-((8 / 3.84) ** 2) / 2))
    assert not target[0, 4, 8, CLASSES:].any()  # too far from the top to be taught the box
    assert target[0, 6, 6, 1] == pytest.approx(np.exp(-((8 / 2.88) ** 2) / 2))
    assert not target[0, :, 9].any()
    assert not target[..., 0].any()
    assert not target[..., 2].any()


@given(scenes())
def test_what_is_encoded_comes_back(scene):
    places, labels = scene
    centres = (places[:, :2] + places[:, 2:]) // 8
    apart = np.abs(centres[:, None] - centres[None]).max(-1) + 9 * np.eye(len(places))
    if (apart < 2).any():  # neighbouring peaks are one peak; see the next test
        return
    target = detection.encode([places], [labels], CLASSES, SIZE)
    (found,) = detection.decode(detection.as_outputs(target), min_score=0.9, iou_threshold=1.0)
    rows = np.column_stack([found.labels, found.boxes.round(3)])
    assert sorted(rows.tolist()) == sorted(np.column_stack([labels, places]).tolist())


def test_of_two_boxes_in_one_cell_the_smaller_is_taught():
    large, small = [0, 0, 40, 40], [14, 14, 26, 26]  # both centres at (20, 20)
    for given_boxes in ([large, small], [small, large]):
        target = detection.encode([given_boxes], [[0, 0]], CLASSES, SIZE)
        (found,) = detection.decode(detection.as_outputs(target), min_score=0.9)
        assert found.boxes.round(4).tolist() == [small]


def test_two_classes_share_a_centre_but_not_a_map():
    target = detection.encode([[[0, 0, 40, 40], [0, 0, 40, 40]]], [[0, 2]], CLASSES, SIZE)
    (found,) = detection.decode(detection.as_outputs(target), min_score=0.9)
    assert sorted(found.labels.tolist()) == [0, 2]


def test_images_without_objects_and_boxes_without_area_leave_no_mark():
    target = detection.encode([[], [[5, 5, 5, 9]]], [[], [1]], CLASSES, SIZE)
    assert target.shape == (2, 12, 20, 8)
    assert not target.any()
    for found in detection.decode(detection.as_outputs(target)):
        assert found.boxes.shape == (0, 4)


def test_a_box_smaller_than_a_cell_keeps_distances_at_nought_or_more():
    target = detection.encode([[[0, 0, 1, 1]]], [[0]], CLASSES, SIZE)
    assert np.allclose(target[0, 0, 0, CLASSES:], [2 / 80, 2 / 48, 0, 0, 1])


def test_nearly_no_flower_is_lost_by_writing_scenes_down_as_maps():
    drawn = samples.flower_scenes(60, seed=7, progress=False)
    target = detection.encode(drawn.boxes, drawn.labels, 5, (96, 96))
    found = detection.decode(detection.as_outputs(target), min_score=0.9, iou_threshold=1.0)
    kept = [
        (boxes.iou(places, each.boxes).max(axis=1, initial=0) > 0.95).sum()
        for places, each in zip(drawn.boxes, found, strict=True)
    ]
    assert sum(kept) > 0.97 * sum(map(len, drawn.boxes))


# --- mirroring -----------------------------------------------------------------------------------
@given(scenes())
def test_mirrored_targets_are_the_targets_of_mirrored_boxes(scene):
    places, labels = scene
    # A centre on the border between two cells belongs to the right one; mirrored, to the left one.
    if ((places[:, 0] + places[:, 2]) % 8 == 0).any():
        return
    # Of boxes with equal areas, which one a cell is taught depends on their order alone.
    target = detection.encode([places], [labels], CLASSES, SIZE)
    turned = detection.encode([boxes.flip(places, SIZE)], [labels], CLASSES, SIZE)
    picture = np.arange(np.prod(SIZE) * 3).reshape(1, *SIZE, 3)
    images, mirrored = detection.mirror(picture, target)
    assert np.array_equal(images, picture[:, :, ::-1])
    assert np.allclose(mirrored, turned, atol=1e-6)
    assert np.array_equal(detection.mirror(images, mirrored)[1], target)


# --- decoding ------------------------------------------------------------------------------------
def answer(shape=(1, 6, 10, 1), heat=-9.0, distance=0.1):
    cells = shape[:3]
    return np.concatenate([np.full(shape, heat), np.full((*cells, 4), distance)], axis=-1)


def test_a_peak_is_decoded_by_hand():
    outputs = answer()
    outputs[0, 2, 7] = [1.5, 0.05, 0.125, 0.2, 0.25]  # middle (30, 10) of an image of 24 x 40
    (found,) = detection.decode(outputs)
    assert np.allclose(found.boxes, [[28, 7, 38, 16]])
    assert found.labels.tolist() == [0]
    assert found.scores == pytest.approx([1 / (1 + np.exp(-1.5))])


def test_only_peaks_count_in_all_eight_directions():
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            outputs = answer()
            outputs[0, 3, 4, 0], outputs[0, 3 + down, 4 + across, 0] = 1, 2
            (found,) = detection.decode(outputs, iou_threshold=1.0)
            assert len(found.scores) == 1


def test_boxes_are_cut_off_at_the_edges_and_suppressed_by_class():
    outputs = answer((1, 6, 10, 2), distance=0.5)
    outputs[0, 2, 3, :2], outputs[0, 2, 6, :2] = [3, 2], [1, -9]
    (found,) = detection.decode(outputs)
    assert found.labels.tolist() == [0, 1]
    assert np.allclose(found.boxes, [[0, 0, 34, 22]] * 2)
    (found,) = detection.decode(outputs, iou_threshold=1.0)
    assert found.labels.tolist() == [0, 1, 0]
    assert (np.diff(found.scores) <= 0).all()


def test_limits_of_number_and_score():
    outputs = answer()
    outputs[0, [0, 2, 4], [0, 4, 8], 0] = [1, 3, 2]
    assert len(detection.decode(outputs)[0].scores) == 3
    assert detection.decode(outputs, most=2)[0].scores == pytest.approx(
        [1 / (1 + np.exp(-3)), 1 / (1 + np.exp(-2))]
    )
    assert len(detection.decode(outputs, min_score=0.8)[0].scores) == 2
    assert detection.decode(answer(heat=-1e4))[0].boxes.shape == (0, 4)


# --- the loss ------------------------------------------------------------------------------------
def reference_loss(target, outputs, box_weight):
    """Go from cell to cell, by the formulas as they are printed."""
    *_, classes = target[..., :-5].shape
    heat_sum = box_sum = tops = weights = 0.0
    for place in np.ndindex(target.shape[:-1]):
        for c in range(classes):
            y, p = float(target[place][c]), 1 / (1 + np.exp(-float(outputs[place][c])))
            if y == 1:
                heat_sum -= (1 - p) ** 2 * np.log(p)
                tops += 1
            else:
                heat_sum -= (1 - y) ** 4 * p**2 * np.log(1 - p)
        weight = float(target[place][-1])
        if weight:
            true, guess = (
                [-left, -top, right, bottom]
                for left, top, right, bottom in (
                    target[place][-5:-1].astype(float),
                    outputs[place][-4:].astype(float),
                )
            )
            box_sum += weight * (1 - boxes.giou([true], [guess])[0, 0])
            weights += weight
    return heat_sum / max(tops, 1) + box_weight * box_sum / max(weights, 1e-6)


@pytest.mark.parametrize("box_weight", [0.0, 2.0])
def test_the_loss_is_that_of_a_loop(box_weight):
    drawn = samples.flower_scenes(3, size=64, seed=3, progress=False)
    target = detection.encode(drawn.boxes, drawn.labels, 5, (64, 64))
    rng = np.random.default_rng(0)
    outputs = rng.normal(-1, 2, (3, 16, 16, 9)).astype(np.float32)
    outputs[..., -4:] = rng.uniform(0.02, 0.4, (3, 16, 16, 4))
    loss = detection.CentreLoss(box_weight)(target, outputs)
    assert float(loss) == pytest.approx(reference_loss(target, outputs, box_weight), rel=1e-4)


def test_the_loss_is_finite_where_nothing_is_there_and_where_it_is_surely_wrong():
    empty = detection.encode([[]], [[]], CLASSES, SIZE)
    target = detection.encode([[[8, 4, 40, 28]]], [[1]], CLASSES, SIZE)
    outputs = np.full((1, 12, 20, CLASSES + 4), 0.1, np.float32)
    for heat in (-200.0, 200.0):
        outputs[..., :CLASSES] = heat
        for truth in (empty, target):
            assert np.isfinite(float(detection.CentreLoss()(truth, outputs)))
    outputs[..., :CLASSES] = -200
    assert float(detection.CentreLoss()(empty, outputs)) == pytest.approx(0, abs=1e-6)


def test_each_of_four_sides_gets_a_gradient_where_boxes_differ():
    import tensorflow as tf

    true = tf.constant([[0.2, 0.2, 0.2, 0.2]])
    guess = tf.Variable([[0.1, 0.3, 0.05, 0.4]])
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(detection.giou_loss(true, guess))
    (gradient,) = tape.gradient(loss, [guess])
    assert np.sign(gradient.numpy()).tolist() == [[-1, 1, -1, 1]]


@given(
    st.lists(st.floats(0.015625, 1, width=32), min_size=8, max_size=8),
)
def test_giou_is_that_of_the_boxes_room(sides):
    true, guess = np.array(sides[:4], np.float32), np.array(sides[4:], np.float32)
    corners = [np.array([[-q[0], -q[1], q[2], q[3]]], float) for q in (true, guess)]
    assert float(detection.giou_loss(true, guess)) == pytest.approx(
        1 - boxes.giou(*corners)[0, 0], abs=3e-3
    )


def test_the_loss_is_written_down_and_made_again():
    loss = detection.CentreLoss(box_weight=0.5)
    again = keras.losses.deserialize(keras.losses.serialize(loss))
    assert isinstance(again, detection.CentreLoss)
    assert again.box_weight == 0.5


# --- the network and its training ----------------------------------------------------------------
def test_the_network_is_a_quarter_as_fine_as_its_images():
    keras.utils.set_random_seed(0)
    model = detection.detector(CLASSES, (32, 48, 3))
    outputs = model.predict(np.zeros((2, 32, 48, 3), np.uint8), verbose=0)
    assert outputs.shape == (2, 8, 12, CLASSES + 4)
    assert (outputs[..., CLASSES:] > 0).all()
    assert model.get_layer("heat").bias.numpy() == pytest.approx([-3] * CLASSES)


def test_fresh_weights_differ_from_the_shipped_ones_in_the_backbone():
    shipped, fresh = (
        detection.detector(2, (32, 32, 3), weights).get_layer("stem_conv").get_weights()[0]
        for weights in ("cnncourse", None)
    )
    assert not np.allclose(shipped, fresh)


def tiny():
    drawn = samples.flower_scenes(8, size=64, seed=2, progress=False)
    return drawn.images, detection.encode(drawn.boxes, drawn.labels, 5, (64, 64))


def test_training_lowers_the_loss_and_repeats_itself():
    images, targets = tiny()
    before = images.copy(), targets.copy()

    def losses():
        keras.utils.set_random_seed(1)
        model = detection.detector(5, (64, 64, 3))
        return detection.train(model, images, targets, epochs=4, seed=1, batch=4)

    first = losses()
    assert len(first) == 4
    assert first[-1] < 0.8 * first[0]
    assert losses() == pytest.approx(first, rel=1e-3)
    assert np.array_equal(images, before[0])
    assert np.array_equal(targets, before[1])


def test_each_epoch_shows_every_image_once_and_mirrors_some():
    from cnncourse.detection import _training

    images = np.arange(10)[:, None, None, None] + np.array([0.0, 0.25])[None, None, :, None]
    targets = np.zeros((10, 1, 2, 6))
    targets[..., 0] = [0, 1]
    batches = _training._Batches(images, targets, batch=4, seed=0, flip=True)
    orders, turned = [], 0
    for _ in range(3):
        rows = [batches[index] for index in range(len(batches))]
        assert [len(x) for x, _ in rows] == [4, 4, 2]
        seen = np.concatenate([x for x, _ in rows])[:, 0, :, 0]
        maps = np.concatenate([y for _, y in rows])[:, 0, :, 0]
        assert sorted(np.floor(seen.min(axis=1)).tolist()) == list(range(10))
        mirrored = seen[:, 0] > seen[:, 1]
        assert np.array_equal(mirrored, maps[:, 0] == 1)
        turned += mirrored.sum()
        orders.append(tuple(np.floor(seen[:, 0])))
        batches.on_epoch_end()
    assert 0 < turned < 30
    assert len(set(orders)) == 3
    still = _training._Batches(images, targets, batch=10, seed=0, flip=False)
    assert (still[0][0][:, 0, 0, 0] % 1 == 0).all()


# --- what is refused -----------------------------------------------------------------------------
GOOD = detection.encode([[[8, 4, 40, 28]]], [[1]], CLASSES, SIZE)
OUTPUTS = detection.as_outputs(GOOD)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: detection.encode([[[8, 4, 4, 28]]], [[1]], 3, SIZE), "left <= right"),
        (lambda: detection.encode([[[8, 4, 9, 28]]], [[3]], 3, SIZE), "classes from 0 to 2"),
        (lambda: detection.encode([[[8, 4, 9, 28]]], [[-1]], 3, SIZE), "classes from 0 to 2"),
        (lambda: detection.encode([[[8, 4, 9, 28]]], [[1.0]], 3, SIZE), "1 integers"),
        (lambda: detection.encode([[[8, 4, 9, 28]]], [[]], 3, SIZE), "1 integers"),
        (lambda: detection.encode([[]], [[], []], 3, SIZE), "each of 1 images"),
        (lambda: detection.encode([[]], [[]], 0, SIZE), "`classes`"),
        (lambda: detection.encode([[]], [[]], 3, (48, 78)), "multiples of 4"),
        (lambda: detection.decode(OUTPUTS[0]), "`outputs`"),
        (lambda: detection.decode(OUTPUTS[..., :4]), "`outputs`"),
        (lambda: detection.decode(-OUTPUTS), "distances of at least 0"),
        (lambda: detection.decode(OUTPUTS * np.nan), "finite logits"),
        (lambda: detection.decode(OUTPUTS, most=0), "`most`"),
        (lambda: detection.decode(OUTPUTS, min_score=2), "`min_score`"),
        (lambda: detection.decode(OUTPUTS, iou_threshold=-1), "`iou_threshold`"),
        (lambda: detection.as_outputs(GOOD[..., :5]), "`targets`"),
        (lambda: detection.mirror(GOOD[0], GOOD), "`images`"),
        (lambda: detection.CentreLoss(-1), "`box_weight`"),
        (lambda: detection.detector(0), "`classes`"),
        (lambda: detection.detector(2, (40, 64, 3)), "multiples of 16"),
        (lambda: detection.detector(2, (None, None, 3)), "multiples of 16"),
        (lambda: detection.detector(2, (64, 64, 1)), "`input_shape`"),
        (lambda: detection.detector(2, weights="imagenet"), "`weights`"),
        (lambda: detection.train(None, np.zeros((2, 8, 8, 3)), GOOD, 1), "each of 2 images"),
        (lambda: detection.train(None, np.zeros((1, 8, 8, 3)), GOOD, 0), "`epochs`"),
        (lambda: detection.train(None, np.zeros((1, 8, 8, 3)), GOOD, 1, rate=0), "`rate`"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
