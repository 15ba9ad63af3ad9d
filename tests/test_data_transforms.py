"""Transforms move pixels, boxes and masks together, eagerly and in a graph."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncourse import data


def example(height=20, width=30, box=(4, 6, 10, 15)):
    """Return a picture whose only bright pixels are those of the box, with box and mask."""
    left, top, right, bottom = box
    mask = np.zeros((height, width), bool)
    mask[top:bottom, left:right] = True
    image = np.where(mask[..., None], np.uint8(200), np.uint8(10)).repeat(3, axis=-1)
    return {
        "image": image,
        "label": np.int64(3),
        "boxes": np.array(box, np.float32),
        "masks": mask,
    }


def tight(mask):
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]


def in_graph(function, value):
    """Run `function` as `tf.data` runs it, with height and width unknown to the graph."""
    import tensorflow as tf

    signature = {
        key: tf.TensorSpec(
            {"image": (None, None, 3), "masks": (None, None)}.get(key, np.shape(part)),
            np.asarray(part).dtype,
        )
        for key, part in value.items()
    }
    stream = tf.data.Dataset.from_generator(lambda: iter([value]), output_signature=signature)
    return next(stream.map(function).as_numpy_iterator())


BOXES = st.tuples(st.integers(0, 20), st.integers(0, 12), st.integers(1, 9), st.integers(1, 7)).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
)


@given(box=BOXES)
@settings(max_examples=30, deadline=None)
def test_flip_moves_box_and_mask_and_is_its_own_inverse(box):
    before = example(box=box)
    after = data.flip(before)
    np.testing.assert_array_equal(after["image"], before["image"][:, ::-1])
    assert after["boxes"].numpy().tolist() == tight(after["masks"].numpy())
    back = data.flip(after)
    for key, part in before.items():
        np.testing.assert_array_equal(back[key], part)


def test_flip_known_box():
    # In a picture 30 wide, columns 4 to 10 become 20 to 26.
    assert data.flip(example())["boxes"].numpy().tolist() == [20, 6, 26, 15]


def test_flip_several_objects():
    several = example()
    several["boxes"] = np.array([[4, 6, 10, 15], [0, 0, 30, 20]], np.float32)
    several["masks"] = np.stack([several["masks"], np.ones((20, 30), bool)])
    flipped = data.flip(several)
    assert flipped["boxes"].numpy().tolist() == [[20, 6, 26, 15], [0, 0, 30, 20]]
    np.testing.assert_array_equal(flipped["masks"][0], several["masks"][0][:, ::-1])


def test_central_crop_takes_the_largest_square():
    square = data.central_crop(example())
    assert square["image"].shape == (20, 20, 3)
    # Five columns go on either side of a picture 30 wide.
    assert square["boxes"].numpy().tolist() == [0, 6, 5, 15]
    assert tight(square["masks"].numpy()) == [0, 6, 5, 15]


@pytest.mark.parametrize("shape", [(427, 640), (640, 427), (5, 4), (7, 7)])
def test_central_crop_is_square(shape):
    image = np.zeros((*shape, 3), np.uint8)
    side = min(shape)
    assert data.central_crop(image).shape == (side, side, 3)


@given(box=BOXES, seed=st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_random_crop_keeps_box_and_mask_together(box, seed):
    crop = data.random_crop(example(box=box), (12, 17), (seed, 1))
    assert crop["image"].shape == (12, 17, 3)
    mask = crop["masks"].numpy()
    np.testing.assert_array_equal(crop["image"].numpy()[..., 0] == 200, mask)
    left, top, right, bottom = crop["boxes"].numpy()
    assert 0 <= left <= right <= 17
    assert 0 <= top <= bottom <= 12
    if mask.any():
        assert [left, top, right, bottom] == tight(mask)
    else:
        assert (right - left) * (bottom - top) == 0


def test_random_crop_reaches_every_place_and_repeats():
    image = np.arange(4 * 5, dtype=np.uint8).reshape(4, 5, 1)
    corners = {int(data.random_crop(image, (3, 3), (seed, 0))[0, 0, 0]) for seed in range(60)}
    assert corners == {0, 1, 2, 5, 6, 7}
    first, second = (data.random_crop(image, (3, 3), (5, 0)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_random_flip_flips_about_half():
    image = np.arange(6, dtype=np.uint8).reshape(1, 6, 1)
    flipped = [int(data.random_flip(image, (seed, 0))[0, 0, 0]) == 5 for seed in range(200)]
    # 4 standard deviations of a fair coin thrown 200 times are 28.
    assert 72 <= sum(flipped) <= 128


def test_objects_that_a_crop_loses_are_dropped():
    several = {
        "image": np.zeros((20, 30, 3), np.uint8),
        "label": np.array([1, 2, 3]),
        "boxes": np.array([[0, 0, 4, 4], [10, 5, 20, 15], [26, 0, 30, 20]], np.float32),
        "masks": np.zeros((3, 20, 30), bool),
    }
    kept = data.central_crop(several)
    assert kept["label"].numpy().tolist() == [2]
    assert kept["boxes"].numpy().tolist() == [[5, 5, 15, 15]]
    assert kept["masks"].shape == (1, 20, 20)


def test_resize_scales_boxes_by_both_sides():
    half = data.resize(example(), (10, 60))
    assert half["image"].shape == (10, 60, 3)
    assert half["boxes"].numpy().tolist() == [8, 3, 20, 7.5]
    assert half["masks"].shape == (10, 60)


def test_resize_keeps_values_and_constant_pictures():
    image = np.full((9, 14, 3), 137, np.uint8)
    result = data.resize(image, (5, 21)).numpy()
    assert result.dtype == np.float32
    np.testing.assert_allclose(result, 137, atol=1e-3)


def test_crop_or_pad_cuts_one_side_and_pads_the_other():
    result = data.crop_or_pad(example(), (26, 20))
    assert result["image"].shape == (26, 20, 3)
    # Five columns cut on the left, three rows of zeros added above.
    assert result["boxes"].numpy().tolist() == [0, 9, 5, 18]
    assert tight(result["masks"].numpy()) == [0, 9, 5, 18]
    assert (result["image"].numpy()[:3] == 0).all()
    assert (result["image"].numpy()[-3:] == 0).all()


@pytest.mark.parametrize(("shape", "size"), [((7, 12), (9, 5)), ((8, 8), (5, 11)), ((3, 4), 4)])
def test_crop_or_pad_equals_tensorflow(shape, size):
    import tensorflow as tf

    image = np.random.default_rng(0).integers(0, 256, (*shape, 3)).astype(np.uint8)
    rows, columns = size if isinstance(size, tuple) else (size, size)
    ours = data.crop_or_pad(image, size)
    np.testing.assert_array_equal(ours, tf.image.resize_with_crop_or_pad(image, rows, columns))


def test_crop_and_resize_equals_slicing_and_resizing():
    image = np.random.default_rng(0).integers(0, 256, (20, 30, 3)).astype(np.uint8)
    ours = data.crop_and_resize(image, (3, 5, 23, 15), (8, 9))
    np.testing.assert_array_equal(ours, data.resize(image[5:15, 3:23], (8, 9)))


@pytest.mark.parametrize(
    "function",
    [
        lambda x: data.flip(x),
        lambda x: data.central_crop(x),
        lambda x: data.central_crop(x, (10, 12)),
        lambda x: data.crop_or_pad(x, (26, 20)),
        lambda x: data.resize(x, (10, 60)),
        lambda x: data.random_crop(x, (12, 17), (3, 4)),
        lambda x: data.random_flip(x, (3, 4)),
        lambda x: data.crop_and_resize(x, (1, 2, 21, 12), (8, 9)),
    ],
)
def test_the_graph_agrees(function):
    before = example()
    eager, graph = function(before), in_graph(function, before)
    assert set(eager) == set(graph) == set(before)
    for key in before:
        np.testing.assert_array_equal(eager[key], graph[key])


def test_a_picture_smaller_than_the_crop():
    small = np.zeros((9, 14, 3), np.uint8)
    for crop in (
        lambda x: data.central_crop(x, (10, 10)),
        lambda x: data.random_crop(x, (9, 15), (0, 0)),
    ):
        with pytest.raises(ValueError, match=r"argument `size`.*at most the picture's 9 x 14"):
            crop(small)
    with pytest.raises(Exception, match="smaller than the crop of 10 x 10 pixels"):
        in_graph(lambda x: data.central_crop(x, (10, 10)), example(9, 14, (0, 0, 2, 2)))


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((3, 5, 3, 9), "left < right"),
        ((3, 9, 8, 5), "top < bottom"),
        ((0, 0, 31, 9), "inside the picture of 30 x 20"),
        ((-1, 0, 9, 9), "at least 0"),
        ((0, 0, 9), "four integers"),
        ((0, 0, 9.5, 9), "an integer"),
    ],
)
def test_impossible_boxes(box, expected):
    with pytest.raises(ValueError, match=f"argument `box`.*{expected}"):
        data.crop_and_resize(np.zeros((20, 30, 3), np.uint8), box, 8)


def test_wrong_kinds():
    with pytest.raises(ValueError, match=r"argument `image`.*3 axes.*\(9, 14\)"):
        data.flip(np.zeros((9, 14), np.uint8))
    with pytest.raises(ValueError, match=r"argument `example`.*key 'image'"):
        data.flip({"picture": np.zeros((9, 14, 3))})
    with pytest.raises(ValueError, match="argument `size`"):
        data.resize(np.zeros((9, 14, 3)), 0)
