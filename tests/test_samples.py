"""Image sets: boxes, masks, balance, prefixes, sizes, bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncourse import samples
from cnncourse.samples import _dice
from cnncourse.samples._canvas import hsv, noise, shrink, tight_box, visible
from cnncourse.samples._species import PAINTERS
from tests.mutants import samples as mutants

# Name, settings of a small draw, classes, smallest size.
SIZED = {
    "flowers": ({"size": 64}, 5, 64),
    "flower_scenes": ({"size": 64}, 5, 64),
    "shapes": ({"size": 32}, 16, 24),
    "textures": ({"size": 32}, 14, 24),
    "source_task": ({"size": 32}, 30, 24),
    "emblems": ({"size": 32}, 160, 24),
    "garden": ({"size": 32}, 55, 24),
}
SETS = {"garments": ({}, 10, None), **SIZED, "reviews": ({"length": 60}, 2, None)}
WITH_MASKS = ("flowers", "shapes", "emblems")


def draw(name, count, seed=0, **settings):
    return getattr(samples, name)(count, seed=seed, progress=False, **(SETS[name][0] | settings))


@pytest.fixture(scope="module")
def drawn():
    """Return every set, two draws' worth of each class."""
    return {name: draw(name, 2 * SETS[name][1] + 3) for name in SETS}


def slow_box(mask):
    """Loop over every pixel and keep the extremes: the obvious oracle."""
    ys = [y for y in range(mask.shape[0]) for x in range(mask.shape[1]) if mask[y, x]]
    xs = [x for y in range(mask.shape[0]) for x in range(mask.shape[1]) if mask[y, x]]
    return [min(xs), min(ys), max(xs) + 1, max(ys) + 1]


# --- what comes back ---------------------------------------------------------------------------


def test_class_names_have_the_order_of_the_real_sets(drawn):
    assert drawn["garments"].class_names == (
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
        "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    )  # fmt: skip
    tfds_order = ("dandelion", "daisy", "tulips", "sunflowers", "roses")
    assert drawn["flowers"].class_names == drawn["flower_scenes"].class_names == tfds_order
    painters = [painter.__name__ for painter in PAINTERS]
    assert painters == ["dandelion", "daisy", "tulip", "sunflower", "rose"]
    both = drawn["shapes"].class_names + drawn["textures"].class_names
    assert drawn["source_task"].class_names == both
    assert len(set(both)) == 30


def test_an_emblem_is_named_by_its_outline_and_its_fill(drawn):
    """The label is ten times the outline's number plus the fill's."""
    names = drawn["emblems"].class_names
    assert len(set(names)) == 160
    outlines = [name.replace("_", " ") for name in drawn["shapes"].class_names]
    patterns = [name.replace("_", " ") for name in drawn["textures"].class_names]
    assert list(names[::10]) == outlines
    fills = [name.removeprefix("disc of ") for name in names[1:10]]
    assert set(fills) < set(patterns)
    for label, name in enumerate(names):
        outline, _, fill = name.partition(" of ")
        assert outlines.index(outline) == label // 10
        assert (fills.index(fill) + 1 if fill else 0) == label % 10


def test_an_emblem_shows_its_fill():
    """Checks have edges inside, a plain fill has none; the rim of the mask is left out."""
    got = samples.emblems(640, size=64, seed=3, progress=False)
    edges = {0: [], 2: []}  # plain and checks
    for image, mask, label in zip(got.images, got.masks, got.labels, strict=True):
        if label % 10 in edges:
            steps = np.abs(np.diff(image.astype(float), axis=1)).sum(axis=2)
            inside = (
                mask[:, 1:]
                & mask[:, :-1]
                & np.roll(mask, 3, 1)[:, 1:]
                & np.roll(mask, -3, 1)[:, 1:]
            )
            if inside.any():
                edges[label % 10].append(np.percentile(steps[inside], 90))
    assert np.median(edges[2]) > 1.5 * np.median(edges[0])


def test_a_garden_holds_every_plan_and_seven_forms(drawn):
    names = drawn["garden"].class_names
    assert len(set(names)) == 55
    assert names[0] == "few round petals, bare"
    plans = {tuple(name.replace(" petals,", "").split()) for name in names[:48]}
    for position, number in enumerate((4, 4, 3)):
        assert len({plan[position] for plan in plans}) == number
    assert set(names[48:]) == {
        "globe", "umbel", "pinwheel", "bell", "spike", "thistle", "slipper"
    }  # fmt: skip


def test_the_colours_of_a_garden_say_nothing_about_its_kinds():
    """Nearest mean colour of the kinds tells them apart no better than chance would."""
    got = samples.garden(55 * 20, size=32, seed=1, progress=False)
    colour = got.images[:, 8:24, 8:24].mean(axis=(1, 2))
    old, new = slice(None, 55 * 10), slice(55 * 10, None)
    means = np.stack([colour[old][got.labels[old] == kind].mean(axis=0) for kind in range(55)])
    guesses = ((colour[new, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    assert (guesses == got.labels[new]).mean() < 0.06  # chance: 1 / 55, about 0.02


@pytest.mark.parametrize("name", [name for name in SETS if name != "reviews"])
def test_images_are_uint8_of_the_right_shape_and_show_something(drawn, name):
    images = drawn[name].images
    size = SETS[name][0].get("size", 28)
    shape = (size, size) if name == "garments" else (size, size, 3)
    assert images.dtype == np.uint8
    assert images.shape == (len(drawn[name]), *shape)
    spread = images.reshape(len(images), -1).std(axis=1)
    assert spread.min() > 4  # no blank picture
    assert len({image.tobytes() for image in images}) == len(images)  # no picture twice


def test_garments_are_white_on_black(drawn):
    images = drawn["garments"].images
    corners = images[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert (corners == 0).mean() > 0.9
    assert ((images > 30).mean(axis=(1, 2)) > 0.05).all()


@pytest.mark.parametrize("name", [name for name in SETS if name != "flower_scenes"])
def test_labels_are_int64_classes(drawn, name):
    labels = drawn[name].labels
    assert labels.dtype == np.int64
    assert labels.shape == (len(drawn[name]),)
    assert set(labels.tolist()) == set(range(SETS[name][1]))


def test_samples_are_frozen(drawn):
    with pytest.raises(AttributeError):
        drawn["flowers"].labels = None


@pytest.mark.parametrize("name", SETS)
def test_nothing_asked_nothing_drawn(name):
    empty = draw(name, 0)
    assert len(empty) == 0
    assert len(empty.labels) == 0


# --- boxes and masks -----------------------------------------------------------------------------


def check_tight(box_of):
    """Hold a box function to the slow oracle on masks that are not symmetric in any way."""
    rng = np.random.default_rng(5)
    for _ in range(60):
        mask = np.zeros((11, 17), bool)
        top, left = rng.integers(0, 9), rng.integers(0, 14)
        mask[top : top + rng.integers(1, 4), left : left + rng.integers(1, 7)] = True
        mask[rng.integers(0, 11), rng.integers(0, 17)] = True  # a thin outlier
        np.testing.assert_array_equal(box_of(mask), slow_box(mask))


def test_tight_box_equals_the_oracle():
    check_tight(tight_box)


@pytest.mark.parametrize("wrong", mutants.BOXES, ids=lambda f: f.__name__)
def test_wrong_boxes_are_caught(wrong):
    with pytest.raises(AssertionError):
        check_tight(wrong)


@pytest.mark.parametrize("name", WITH_MASKS)
def test_boxes_are_tight_to_the_pixel(drawn, name):
    got = drawn[name]
    assert got.boxes.dtype == np.float32
    assert got.masks.dtype == bool
    assert got.masks.shape == got.images.shape[:3]
    for box, mask in zip(got.boxes, got.masks, strict=True):
        assert box.tolist() == slow_box(mask)


def test_scene_boxes_are_tight_and_visible_masks_never_overlap(drawn):
    got = drawn["flower_scenes"]
    for boxes, labels, masks in zip(got.boxes, got.labels, got.masks, strict=True):
        assert 1 <= len(labels) <= 6
        assert labels.dtype == np.int64
        assert boxes.dtype == np.float32
        assert boxes.shape == (len(labels), 4)
        assert masks.shape == (len(labels), 64, 64)
        assert masks.sum(axis=0).max() == 1
        assert [box.tolist() for box in boxes] == [slow_box(mask) for mask in masks]


def test_every_number_of_flowers_occurs_and_scenes_do_overlap():
    got = draw("flower_scenes", 18)
    assert {len(labels) for labels in got.labels} == {1, 2, 3, 4, 5, 6}
    touching = 0
    for boxes in got.boxes:
        for i, a in enumerate(boxes):
            for b in boxes[:i]:
                touching += bool((np.minimum(a[2:], b[2:]) > np.maximum(a[:2], b[:2])).all())
    assert touching >= 3


def test_masks_lie_where_the_flower_is():
    """Yellow sunflowers differ from what surrounds them where the mask says, not elsewhere."""
    got = draw("flowers", 40, seed=3)
    inside, outside = [], []
    for image, label, mask in zip(got.images, got.labels, got.masks, strict=True):
        if got.class_names[label] == "sunflowers":
            yellowness = image[..., 0].astype(int) - image[..., 2]
            inside.append(yellowness[mask].mean())
            outside.append(yellowness[~mask].mean())
    assert np.mean(np.array(inside) > np.array(outside) + 15) > 0.85


def test_flowers_vary_in_scale_place_and_occlusion():
    got = draw("flowers", 60)
    width = (got.boxes[:, 2] - got.boxes[:, 0]) / 64
    centre = (got.boxes[:, :2] + got.boxes[:, 2:]) / 128
    assert width.min() < 0.35 < 0.6 < width.max()
    assert centre.std(axis=0).min() > 0.1
    share = got.masks.sum(axis=(1, 2)) / np.prod(got.boxes[:, 2:] - got.boxes[:, :2], axis=1)
    assert share.min() < 0.55 < share.max()


def test_visible_gives_a_shared_pixel_to_the_nearer_object():
    owner = np.array([[1, 1, 2, 2], [2, 2, 2, 0], [1, 0, 0, 0], [1, 1, 0, 2]], np.uint8)
    far, near = visible(owner, 2, 2)
    assert far.tolist() == [[False, False], [True, False]]
    assert near.tolist() == [[True, True], [False, False]]


def test_shrink_is_the_mean_of_each_block():
    planes = np.random.default_rng(0).random((2, 9, 9)).astype(np.float32)
    expected = planes.reshape(2, 3, 3, 3, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(shrink(planes, 3), expected, rtol=1e-6)


def test_hsv_equals_the_standard_library():
    import colorsys

    for hue, saturation, value in np.random.default_rng(1).random((50, 3)):
        expected = colorsys.hsv_to_rgb(hue, saturation, value)
        assert hsv(hue, saturation, value) == pytest.approx(expected, abs=1e-12)


def test_noise_has_more_cells_down_than_across_when_asked():
    rough = noise(_dice.Dice(1), 60, 20, 2)
    assert np.abs(np.diff(rough, axis=0)).mean() > 3 * np.abs(np.diff(rough, axis=1)).mean()


# --- balance, prefixes, sizes --------------------------------------------------------------------


def check_labels(balanced):
    """Hold a label function to its promises: balance at every length, prefixes, random order."""
    for classes in (2, 5, 14):
        full = balanced(9, 4, 5 * classes, classes)
        for count in range(0, 5 * classes + 1):
            part = balanced(9, 4, count, classes)
            np.testing.assert_array_equal(part, full[:count])
            counts = np.bincount(part, minlength=classes)
            assert counts.max() - counts.min() <= 1
    full = balanced(9, 4, 140, 14)
    assert not np.array_equal(full[:14], full[14:28])  # a new order every time
    assert not np.array_equal(full, balanced(9, 5, 140, 14))
    assert not np.array_equal(full, balanced(8, 4, 140, 14))


def test_labels_are_balanced_at_every_length_in_random_order():
    check_labels(_dice.balanced)


@pytest.mark.parametrize("wrong", mutants.LABELS, ids=lambda f: f.__name__)
def test_wrong_labels_are_caught(wrong):
    with pytest.raises(AssertionError):
        check_labels(wrong)


def arrays(got):
    fields = ("images", "tokens", "labels", "boxes", "masks")
    return [field for name in fields if (field := getattr(got, name, None)) is not None]


@pytest.mark.parametrize("name", SETS)
def test_a_shorter_draw_is_the_beginning_of_a_longer_one(drawn, name):
    for short, long in zip(arrays(draw(name, 4)), arrays(drawn[name]), strict=True):
        for one, other in zip(short, long, strict=False):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", SETS)
def test_another_seed_draws_other_items(drawn, name):
    other = draw(name, 3, seed=1)
    assert not np.array_equal(arrays(other)[0], arrays(drawn[name])[0][:3])


@pytest.mark.parametrize("name", WITH_MASKS)
def test_size_changes_the_resolution_not_the_picture(name):
    small, large = draw(name, 6, size=64), draw(name, 6, size=128)
    np.testing.assert_array_equal(small.labels, large.labels)
    np.testing.assert_allclose(small.boxes * 2, large.boxes, atol=5)
    halved = large.images.reshape(6, 64, 2, 64, 2, 3).mean(axis=(2, 4))
    assert np.abs(halved - small.images).mean() < 14


@settings(max_examples=10)
@given(size=st.integers(64, 224), seed=st.integers(0, 2**70))
def test_any_size_and_seed_draw_a_flower_and_a_scene(size, seed):
    single = samples.flowers(1, size, seed)
    assert single.images.shape == (1, size, size, 3)
    assert single.masks[0].sum() >= 20
    scene = samples.flower_scenes(1, size, seed)
    assert scene.images.shape == (1, size, size, 3)
    assert all(mask.any() for mask in scene.masks[0])


@settings(max_examples=15)
@given(size=st.integers(24, 224), seed=st.integers(0, 2**40))
def test_any_size_and_seed_draw_a_shape_and_a_texture(size, seed):
    shape = samples.shapes(1, size, seed)
    assert shape.images.shape == (1, size, size, 3)
    assert shape.masks[0].any()
    assert samples.textures(1, size, seed).images.shape == (1, size, size, 3)
    assert samples.source_task(1, size, seed).images.shape == (1, size, size, 3)


@settings(max_examples=30)
@given(seed=st.integers(0, 2**40))
def test_any_seed_draws_garments(seed):
    assert samples.garments(2, seed).images.max() > 30


def test_numpy_integers_are_integers():
    got = samples.flowers(np.int8(2), np.uint8(200), np.int64(3))
    assert got.images.shape == (2, 200, 200, 3)
    np.testing.assert_array_equal(got.images, samples.flowers(2, 200, 3).images)


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(
    ("argument", "value", "expected"),
    [
        ("count", -1, "an integer of at least 0; received -1."),
        ("count", 2.0, "an integer of at least 0; received 2.0."),
        ("count", True, "an integer of at least 0; received True."),
        ("seed", -3, "an integer of at least 0; received -3."),
        ("seed", False, "an integer of at least 0; received False."),
        ("seed", None, "an integer of at least 0; received None."),
        ("progress", 1, "True, False or None; received 1."),
    ],
)
def test_bad_arguments_are_named(name, argument, value, expected):
    arguments = {"count": 1} | {argument: value}
    with pytest.raises(ValueError, match="Invalid value") as error:
        getattr(samples, name)(**arguments)
    assert str(error.value) == f"Invalid value for argument `{argument}`: expected {expected}"


@pytest.mark.parametrize("name", SIZED)
def test_bad_sizes_are_named(name):
    smallest = SIZED[name][2]
    for size in (smallest - 1, 225, 0, -96):
        message = f"`size`: expected an integer between {smallest} and 224; received {size}"
        with pytest.raises(ValueError, match=message):
            getattr(samples, name)(1, size)
    for size in (96.0, "96", True, (96, 96)):
        with pytest.raises(ValueError, match="`size`: expected an integer"):
            getattr(samples, name)(1, size)


# --- progress ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SETS)
def test_progress_is_shown_when_asked_only(name, capsys):
    draw(name, 2)  # with progress=False
    assert capsys.readouterr().err == ""
    getattr(samples, name)(2, progress=True)
    assert "/2" in capsys.readouterr().err


def test_progress_left_open_appears_after_a_second():
    bar = _dice.track(range(3), "label", None)
    assert not bar.disable
    assert bar.delay == 1.0
    assert list(bar) == [0, 1, 2]
