"""Energy, pointing, deletion and insertion, and the randomisation check."""

import keras
import numpy as np
import pytest
from explain_models import HEIGHT, WIDTH, built, pictures
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from cnncourse import explain

MAPS = np.random.default_rng(0).random((4, 6, 9))
BOXES = np.array([[1, 2, 5, 4], [0, 0, 9, 6], [8, 5, 9, 6], [2, 1, 3, 6]])


# --- inside the box ------------------------------------------------------------------------------
def test_energy_is_counted_pixel_by_pixel():
    expected = [
        sum(
            one[row, column]
            for row in range(6)
            for column in range(9)
            if left <= column < right and top <= row < bottom
        )
        / one.sum()
        for one, (left, top, right, bottom) in zip(MAPS, BOXES, strict=True)
    ]
    np.testing.assert_allclose(explain.energy_in_box(MAPS, BOXES), expected)
    assert expected[1] == pytest.approx(1)


def test_cut_pixels_count_in_proportion():
    ones = np.ones((1, 6, 9))
    assert explain.energy_in_box(ones, [[0.5, 1.25, 3, 3]])[0] == pytest.approx(2.5 * 1.75 / 54)


def test_negative_values_count_as_nothing():
    heat = np.array([[[-5.0, 1.0], [-9.0, 3.0]]])
    assert explain.energy_in_box(heat, [[0, 0, 2, 1]]) == pytest.approx(0.25)
    assert explain.energy_in_box(-np.ones((1, 2, 2)), [[0, 0, 2, 2]]) == 0


@given(st.floats(1e-3, 1e3), st.integers(0, 3))
def test_scale_does_not_matter_and_chance_is_the_boxs_share(scale, row):
    heat, box = MAPS[row : row + 1], BOXES[row : row + 1]
    np.testing.assert_allclose(
        explain.energy_in_box(scale * heat, box), explain.energy_in_box(heat, box)
    )
    area = np.prod(box[0, 2:] - box[0, :2]) / 54
    flat = np.full((1, 6, 9), scale)
    assert explain.energy_in_box(flat, box)[0] == pytest.approx(area)
    assert explain.pointing_game(flat, box)[0] == pytest.approx(area)


def test_pointing_hits_misses_and_ties():
    heat = np.zeros((4, 3, 4))
    heat[0, 1, 2] = 1
    heat[1, 0, 3] = 1
    heat[2, 0, 0] = heat[2, 2, 3] = 2
    inside = [[2, 1, 3, 2]] * 2 + [[0, 0, 1, 1], [0, 0, 4, 3]]
    assert explain.pointing_game(heat, inside).tolist() == [1, 0, 0.5, 0]  # the last one is empty
    assert explain.pointing_game(-np.ones((1, 3, 4)), [[0, 0, 4, 3]]).tolist() == [0]


def test_the_centre_prior_is_symmetric_and_points_to_the_middle():
    prior = explain.centre_prior(2, (5, 8), 0.2)
    assert prior.shape == (2, 5, 8)
    np.testing.assert_allclose(prior[0], prior[1, ::-1, ::-1])
    by_hand = np.exp(-0.5 * ((0.5 / 5 - 0.5) / 0.2) ** 2) * np.exp(-0.5 * (0.5 / 8 / 0.2) ** 2)
    assert prior[0, 0, 3] == pytest.approx(by_hand)  # first row, just left of the middle


@pytest.mark.parametrize("function", [explain.energy_in_box, explain.pointing_game])
@pytest.mark.parametrize(
    ("maps", "boxes", "message"),
    [
        (MAPS, BOXES[:2], "`true_boxes`: expected 4 boxes"),
        (MAPS, BOXES[:, :3], "`"),
        (MAPS, BOXES[:, [2, 3, 0, 1]], "left <= right"),
        (MAPS[0], BOXES, "`maps`"),
        (MAPS * np.nan, BOXES, "`maps`: expected finite"),
    ],
)
def test_maps_and_boxes_that_do_not_fit(function, maps, boxes, message):
    with pytest.raises(ValueError, match=message):
        function(maps, boxes)


# --- deletion and insertion ----------------------------------------------------------------------
def counter():
    """Return a model whose logit for class 1 is the sum of all pixels, for class 0 it is 0."""
    model = keras.Sequential(
        [keras.Input((4, 6, 1)), keras.layers.Flatten(), keras.layers.Dense(2, name="sum")]
    )
    model.set_weights([np.stack([np.zeros(24), np.ones(24)], 1), np.zeros(2)])
    return model


def test_deletion_takes_the_hottest_first_and_insertion_brings_them():
    image = np.zeros((1, 4, 6, 1))
    image[0, 2, 3], image[0, 0, 5] = 3, 1
    heat = image[..., 0]
    sums = np.array([4, 0, 0, 0, 0])  # four parts of six pixels: both are gone after the first
    gone = explain.perturbation(counter(), image, heat, 1, steps=4, fill=0)
    np.testing.assert_allclose(gone[0], 1 / (1 + np.exp(-sums)), rtol=1e-5)
    one_by_one = explain.perturbation(counter(), image, heat, 1, steps=24, fill=0)
    np.testing.assert_allclose(one_by_one[0, :4], 1 / (1 + np.exp([-4.0, -1, 0, 0])), rtol=1e-5)
    came = explain.perturbation(counter(), image, heat, 1, steps=24, fill=0, kind="insertion")
    np.testing.assert_allclose(came[0, :4], 1 / (1 + np.exp([0.0, -3, -4, -4])), rtol=1e-5)
    other = explain.perturbation(counter(), image, heat, 0, steps=24, fill=0)
    np.testing.assert_allclose(one_by_one + other, 1, rtol=1e-5)


def test_curves_begin_with_the_picture_and_end_with_what_fills_it():
    model, images = built("nested"), pictures()
    heat = explain.grad_cam(model, images, 2)
    for fill in ("blur", "mean", 7):
        gone = explain.perturbation(model, images, heat, 2, fill=fill, steps=3)
        came = explain.perturbation(model, images, heat, 2, fill=fill, steps=3, kind="insertion")
        whole = model(images.astype("float32")).numpy()[:, 2]
        np.testing.assert_allclose(gone[:, 0], whole, atol=1e-5)
        np.testing.assert_allclose(came[:, -1], whole, atol=1e-5)
        np.testing.assert_allclose(came[:, 0], gone[:, -1], atol=1e-5)
    mean = np.broadcast_to(images.mean(axis=(1, 2), keepdims=True), images.shape)
    gone = explain.perturbation(model, images, heat, 2, fill="mean", steps=3)
    np.testing.assert_allclose(gone[:, -1], model(mean.astype("float32")).numpy()[:, 2], atol=1e-5)


def test_blurring_leaves_a_picture_of_one_colour_as_it_is():
    model, plain = built("nested"), np.full((1, HEIGHT, WIDTH, 3), [200.0, 50, 90])
    gone = explain.perturbation(model, plain, np.ones((1, HEIGHT, WIDTH)), 1)
    np.testing.assert_allclose(gone, gone[0, 0], atol=1e-5)


@pytest.mark.parametrize("activation", ["softmax", None])
def test_scores_become_probabilities_either_way(activation):
    heat = np.ones((6, HEIGHT, WIDTH))
    expected = explain.perturbation(built("functional"), pictures(), heat, 1, steps=2)
    found = explain.perturbation(built("nested", activation), pictures(), heat, 1, steps=2)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_single_unit_is_a_probability_by_its_sigmoid():
    inputs = keras.Input((4, 6, 1))
    flat = keras.layers.Flatten()(inputs)
    for activation in ("sigmoid", None):
        model = keras.Model(inputs, keras.layers.Dense(1, activation=activation)(flat))
        model.set_weights([np.full((24, 1), 0.1), np.zeros(1)])
        image = np.ones((1, 4, 6, 1))
        found = explain.perturbation(model, image, np.ones((1, 4, 6)), 0, steps=2, fill=0)
        np.testing.assert_allclose(found[0], 1 / (1 + np.exp([-2.4, -1.2, 0])), rtol=1e-5)


def test_areas_below_curves():
    assert explain.curve_area([[1, 1, 1], [0, 0.5, 1], [1, 0, 0]]).tolist() == [1, 0.5, 0.25]
    with pytest.raises(ValueError, match="`curves`: expected at least two points"):
        explain.curve_area([[1]])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kind": "removal"}, "`kind`: expected one of 'deletion', 'insertion'"),
        ({"fill": "noise"}, "`fill`: expected one of 'blur', 'mean'"),
        ({"steps": 0}, "`steps`"),
        ({"maps": np.ones((6, 2, 2))}, "`maps`: expected heat maps of the images' size"),
        ({"class_index": 9}, "`class_index`: expected classes from 0 to 3"),
    ],
)
def test_perturbations_that_are_refused(settings, message):
    arguments = {"maps": np.ones((6, HEIGHT, WIDTH))} | settings
    with pytest.raises(ValueError, match=message):
        explain.perturbation(built("functional"), pictures(), **arguments)


# --- randomisation -------------------------------------------------------------------------------
def test_ranks_agree_with_scipy_ties_included():
    a = np.random.default_rng(1).integers(0, 5, (3, 6, 9))
    expected = [spearmanr(x.ravel(), y.ravel())[0] for x, y in zip(a, MAPS[:3], strict=True)]
    np.testing.assert_allclose(explain.rank_correlation(a, MAPS[:3]), expected, atol=1e-12)
    assert explain.rank_correlation(MAPS, MAPS**3) == pytest.approx(1)
    assert explain.rank_correlation(MAPS, -MAPS) == pytest.approx(-1)
    assert explain.rank_correlation(MAPS, np.ones_like(MAPS)).tolist() == [0] * 4
    with pytest.raises(ValueError, match="`b`: expected the shape of `a`"):
        explain.rank_correlation(MAPS, MAPS[:2])


def test_shuffled_weights_keep_their_values_and_come_back():
    model = built("nested")
    before = model.get_weights()

    def same(weights):
        return [bool((a == b).all()) for a, b in zip(before, weights, strict=True)]

    with explain.shuffled_weights(model, seed=1) as inside:
        assert inside is model
        during = model.get_weights()
        assert not any(same(during))
        for a, b in zip(before, during, strict=True):
            np.testing.assert_array_equal(np.sort(a, None), np.sort(b, None))
    assert all(same(model.get_weights()))
    with pytest.raises(RuntimeError), explain.shuffled_weights(model):
        raise RuntimeError
    assert all(same(model.get_weights()))
    with explain.shuffled_weights(model, [model.get_layer("base").get_layer("late")]):
        assert [not one for one in same(model.get_weights())] == [
            "late" in weight.path for weight in model.weights
        ]


def test_the_check_goes_down_from_the_top_and_tells_maps_apart():
    model, labels = built("nested twice"), [0, 3, 1, 2, 2, 0]
    network = explain.randomisation(
        model, pictures(), lambda model, images: explain.saliency(model, images, labels), stages=5
    )
    assert [stage.down_to.rpartition("/")[2] for stage in network] == [
        "", "answer", "hidden", "late", "norm", "early",
    ]  # fmt: skip
    assert network[0].similarity.tolist() == [1] * 6
    assert network[-1].similarity.mean() < 0.5
    picture = explain.randomisation(  # an "explanation" that doesn't ask the network
        model, pictures(), lambda model, images: images.mean(axis=-1), stages=2
    )
    assert all(stage.similarity == pytest.approx(1) for stage in picture)


def test_checks_that_are_refused():
    model = built("functional")
    with pytest.raises(ValueError, match="`stages`: expected at most 5, the layers with weights"):
        explain.randomisation(model, pictures(), lambda model, images: images[..., 0], stages=6)
    with pytest.raises(ValueError, match="`explanation`: expected a function that returns 6 maps"):
        explain.randomisation(model, pictures(), lambda model, images: images)
    with pytest.raises(ValueError, match="`explanation`"):
        explain.randomisation(model, pictures(), "saliency")
    with (
        pytest.raises(ValueError, match="`model`: expected one with weights"),
        explain.shuffled_weights(keras.Sequential([keras.layers.Dense(2)])),
    ):
        pass  # pragma: no cover
    with (
        pytest.raises(ValueError, match="`model`: expected a Keras model"),
        explain.shuffled_weights(3),
    ):
        pass  # pragma: no cover
