"""The numbers of chapter 13, from the package, from Keras and from its study."""

import importlib
import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_sample_images

from cnncourse import arithmetic, check, ops, results

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "book" / "13_segmentation.ipynb"


@pytest.fixture(scope="module")
def chapter():
    return json.loads(PAGE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def study():
    return results.load("segmentation")


@pytest.fixture(scope="module")
def module():
    return importlib.import_module("tools.studies.segmentation")


def cell(chapter, name):
    return next(c for c in chapter["cells"] if c["id"] == f"tc-{name}")


def prose(chapter, name):
    """Return a cell of text on one line."""
    return " ".join("".join(cell(chapter, name)["source"]).split())


def printed(chapter, name):
    return "".join("".join(o.get("text", "")) for o in cell(chapter, name)["outputs"])


# --- row 34: transposed convolution ---------------------------------------------------------------
def test_the_shape_of_the_notes(chapter):
    import keras

    keras.utils.set_random_seed(1)
    layer = keras.layers.Conv2DTranspose(5, 3, strides=2, padding="valid")
    x = np.random.default_rng(1).random((2, 224, 224, 3), np.float32)
    expected = np.asarray(layer(x))
    assert expected.shape == (2, 449, 449, 5)
    weights = layer.kernel.numpy()
    stamps = ops.conv2d_transpose(x, weights, 2)
    turned = weights[::-1, ::-1].transpose(0, 1, 3, 2)
    zeros = ops.conv2d(ops.upscale(x, 2), turned, padding=((2, 2), (2, 2)))
    gradient, _ = ops.conv2d_backward(x, np.zeros(expected.shape, np.float32), weights, 2)
    for view in (stamps, zeros, gradient):
        assert np.abs(view - expected).max() < 1e-5
    shown = printed(chapter, "keras")
    assert "in (2, 224, 224, 3), out (2, 449, 449, 5), kernel (3, 3, 5, 3)" in shown
    for name in ("keras", "zeros-code", "matrix-code", "gradient"):
        assert "True" in printed(chapter, name)
        assert "False" not in printed(chapter, name)


def test_the_example_by_hand(chapter):
    # The centre: the lower right weight for pixel 1, then lower left, upper right, upper left.
    kernel = np.array([[1, 2, 0], [0, 3, 1], [2, 0, 1]])
    assert 1 * kernel[2, 2] + 2 * kernel[2, 0] + 3 * kernel[0, 2] + 4 * kernel[0, 0] == 9
    assert "1 × 1 + 2 × 2 + 3 × 0 + 4 × 1 = 9" in prose(chapter, "zeros-read")
    rows = printed(chapter, "by-hand").replace("[", "").replace("]", "").split("\n")
    stamped = np.array([row.split() for row in rows if row.strip()], int)
    assert stamped[2, 2] == 9
    x, filters = np.array([[1, 2], [3, 4]])[None, :, :, None], kernel[:, :, None, None]
    np.testing.assert_array_equal(stamped, ops.conv2d_transpose(x, filters, 2)[0, :, :, 0])
    assert np.mean(ops.upscale(np.ones((1, 224, 224, 1)), 2) == 0) > 0.745
    assert "Three quarters of the products" in prose(chapter, "zeros-read")


def test_the_matrix_that_nobody_forms(chapter):
    assert 224 * 224 * 3 == 150_528
    assert 449 * 449 * 5 == 1_008_005
    assert "150,528 × 1,008,005 entries, 607 GB" in printed(chapter, "gradient")
    assert round(150_528 * 1_008_005 * 4 / 1e9) == 607


def test_the_formulas_of_the_table(chapter):
    text = prose(chapter, "sizes")
    assert "$(n - 1)\\,s + \\max(k, s)$" in text
    assert "$(n - 1)\\,s + (k \\bmod 2) + p$" in text
    for n, k, s in np.ndindex(7, 6, 5):
        n, k, s = n + 1, k + 1, s + 1
        assert arithmetic.conv_transpose_output_size(n, k, s) == (n - 1) * s + max(k, s)
        assert arithmetic.conv_transpose_output_size(n, k, s, "same") == n * s
        for p in range(s):
            valid = arithmetic.conv_transpose_output_size(n, k, s, "valid", p)
            assert valid == (n - 1) * s + k + p
            if (n, k % 2, p) != (1, 0, 0):  # nothing would be left
                same = arithmetic.conv_transpose_output_size(n, k, s, "same", p)
                assert same == (n - 1) * s + k % 2 + p


def test_what_output_padding_does(chapter):
    text = prose(chapter, "sizes")
    assert "half of the surplus, rounded down, at the top and the left" in text
    assert "adds at the bottom and the right stay empty" in text
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1, 5, 4, 1))
    for taps, stride in ((3, 2), (4, 2), (5, 3), (7, 4)):
        kernel = rng.normal(size=(taps, taps, 1, 1))
        sheet = ops.conv2d_transpose(x, kernel, stride, output_padding=0)[0, :, :, 0]
        for extra in range(1 - taps % 2, stride):
            same = ops.conv2d_transpose(x, kernel, stride, "same", extra)[0, :, :, 0]
            surplus = np.subtract(sheet.shape, same.shape)
            (top, left), (height, width) = surplus // 2, same.shape
            cut = sheet[top : top + height, left : left + width]
            np.testing.assert_allclose(same, cut, atol=1e-12)
            valid = ops.conv2d_transpose(x, kernel, stride, "valid", extra)[0, :, :, 0]
            np.testing.assert_allclose(valid, np.pad(sheet, (0, extra)), atol=1e-12)


def test_9_and_10_pixels_are_halved_to_5(chapter):
    assert [arithmetic.conv_output_size(n, 3, 2, "same") for n in (8, 9, 10)] == [4, 5, 5]
    assert "9 and 10 pixels both give 5" in prose(chapter, "sizes")


def test_the_answers_to_the_figure(chapter):
    found = {
        (kernel, extra)
        for kernel in range(1, 6)
        for extra in (None, 0, 1)
        if arithmetic.conv_transpose_output_size(5, kernel, 2, "same", extra) == 9
    }
    assert found == {(1, 0), (3, 0), (5, 0), (2, 1), (4, 1)}
    assert arithmetic.conv_transpose_output_size(5, 4, 2, "same", 0) == 8
    assert arithmetic.conv_output_size(8, 4, 2, "same") == 4
    import keras

    layer = keras.layers.Conv2DTranspose(1, 4, 2, padding="same", output_padding=0)
    with pytest.raises(Exception, match=r"(?i)size|shape|dimension"):
        layer(np.ones((1, 5, 5, 1), np.float32))
    assert "Output padding 0 with an odd kernel, or 1 with an even one" in prose(
        chapter, "widget-answer"
    )


def test_the_way_back_keeps_neither_detail_nor_brightness(chapter):
    photo = load_sample_images().images[1][60:285, 200:425].mean(axis=-1)
    grey, box = photo[None, :, :, None] / 255, np.full((3, 3, 1, 1), 1 / 9)
    up = ops.conv2d_transpose(ops.conv2d(grey, box, 2), box, 2)
    assert up.shape == grey.shape
    assert up.mean() < 0.5 * grey.mean()
    inner = up[0, 4:-4, 4:-4, 0]
    kinds = [inner[i::2, j::2].mean() for i in (0, 1) for j in (0, 1)]
    assert max(kinds) > 3 * min(kinds)
    kinds = [grey[0, i::2, j::2, 0].mean() for i in (0, 1) for j in (0, 1)]
    assert max(kinds) < 1.02 * min(kinds)


# --- checkerboards --------------------------------------------------------------------------------
def test_stamps_by_turns(chapter):
    counts = check.EXERCISES["stamp_counts"].exercise.reference
    assert counts(6, 3, 2).tolist() == [1, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 1]
    assert "it is one, one, two, one, two, one" in prose(chapter, "inverse-read")
    for kernel, stride in ((4, 2), (6, 3), (2, 2)):
        assert len(set(counts(9, kernel, stride)[kernel:-kernel].tolist())) == 1
    for kernel, stride in ((3, 2), (5, 2), (5, 3)):
        assert len(set(counts(9, kernel, stride)[kernel:-kernel].tolist())) == 2


def test_copies_that_are_convolved_have_no_pattern_whatever_the_weights():
    rng = np.random.default_rng(0)
    flat = np.full((1, 8, 8, 1), 0.5).repeat(2, axis=1).repeat(2, axis=2)
    kernel = rng.normal(size=(3, 3, 1, 1))
    inner = ops.conv2d(flat, kernel)
    assert np.ptp(inner) < 1e-12
    for taps in (3, 4):
        stamped = ops.conv2d_transpose(
            np.full((1, 8, 8, 1), 0.5), rng.normal(size=(taps, taps, 1, 1)), 2
        )
        assert np.std(stamped[0, 4:-4, 4:-4, 0]) > 0.1


def test_the_gradient_of_a_strided_convolution_wears_the_pattern():
    x, kernel = np.zeros((1, 13, 13, 1)), np.ones((3, 3, 1, 1))
    dx, _ = ops.conv2d_backward(np.ones((1, 6, 6, 1)), x, kernel, 2)
    assert set(dx[0, 2:-2, 2:-2, 0].ravel().tolist()) == {1, 2, 4}


# --- masks ----------------------------------------------------------------------------------------
def test_dice_and_iou_say_the_same_on_another_scale():
    rng = np.random.default_rng(0)
    for share in (0.1, 0.5, 0.9):
        a, b = rng.random((2, 20, 30)) < share
        iou = (a & b).sum() / (a | b).sum()
        assert np.isclose(2 * (a & b).sum() / (a.sum() + b.sum()), 2 * iou / (1 + iou))


def test_the_dice_loss_is_the_formula(module):
    rng = np.random.default_rng(0)
    mask = rng.random((3, 4, 5, 1)) < 0.4
    mask[2] = False  # an empty mask divides by no zero
    logits = rng.normal(size=mask.shape).astype("float32")
    p = 1 / (1 + np.exp(-logits.astype(float)))
    expected = np.mean(
        [
            1 - (2 * (m * q).sum() + 1) / (m.sum() + q.sum() + 1)
            for m, q in zip(mask, p, strict=True)
        ]
    )
    assert float(module.losses()["Dice"](mask, logits)) == pytest.approx(expected, abs=1e-6)


def test_the_network_of_the_study_and_of_the_page_are_one(chapter, module):
    import keras

    space = {"keras": keras, "image_size": 32, "width": 4}
    exec("".join(cell(chapter, "unet")["source"]), space)
    for skips in (True, False):
        page, study = space["u_net"](32, 4, skips), module.u_net(32, 4, skips)
        assert page.count_params() == study.count_params()
        assert [type(layer) for layer in page.layers] == [type(layer) for layer in study.layers]
        assert page.output_shape == (None, 32, 32, 1)
    with pytest.raises(ValueError, match="Concatenate"):
        module.u_net(100, 4, skips=True)
    assert "50, 25, 13 and 7, and 7 doubles to 14" in prose(chapter, "pitfalls")


def test_the_parameters_are_those_of_the_file(chapter, study):
    shown = printed(chapter, "unet")
    for words, skips in (("True", "yes"), ("False", "no")):
        (count,) = set(study.values("parameters", skips=skips))
        assert f"skips {words:5}: {count:,.0f} parameters" in shown


def test_near_an_outline_is_two_pixels(module):
    mask = np.zeros((1, 9, 12), bool)
    mask[:, :, 6:] = True
    near = module.near_outline(mask)[0]
    assert near.all(axis=0).tolist() == [4 <= column <= 7 for column in range(12)]
    assert not module.near_outline(np.zeros((1, 5, 6), bool)).any()


def test_scores_of_a_mask_by_hand(module):
    true, found = np.zeros((2, 1, 12, 20), bool)
    true[0, 2:8, 3:9] = True  # 36 pixels
    found[0, 2:8, 6:12] = True  # 18 of them, and 18 others
    scores = module.scores(true, found)
    assert scores["flower_iou"] == scores["mask_iou"] == scores["small_iou"] == 18 / 54
    assert scores["background_iou"] == (240 - 54) / (240 - 18)


def test_masks_are_good_enough(study):
    assert study.settings("seed") == [0, 1, 2]
    for loss in ("cross-entropy", "Dice", "their sum"):
        arm = {"skips": "yes", "loss": loss}
        assert study.mean("mask_iou", **arm) - study.spread("mask_iou", **arm) >= 0.78


def test_skips_carry_the_edges(chapter, study):
    text = prose(chapter, "study-read")

    def mean(value, skips):
        return study.mean(value, skips=skips, loss="cross-entropy")

    falls = f"falls from {mean('mask_iou', 'yes'):.2f} to {mean('mask_iou', 'no'):.2f}"
    assert falls in text
    wrong = [f"{mean('edge_error', skips):.0%}".replace("%", " %") for skips in ("no", "yes")]
    assert f"{wrong[0]} of the pixels are wrong instead of {wrong[1]}" in text
    for skips in ("yes", "no"):
        assert 0.004 < mean("far_error", skips) < 0.006
    assert "about half a percent with and without" in text


def test_dice_helps_small_flowers_most(chapter, study):
    text = prose(chapter, "study-read")
    gains = {
        value: np.subtract(
            study.values(value, skips="yes", loss="Dice"),
            study.values(value, skips="yes", loss="cross-entropy"),
        )
        for value in ("mask_iou", "small_iou", "flower_iou")
    }
    assert all((gain > 0).all() for gain in gains.values())
    assert f"is {gains['mask_iou'].mean():.3f} higher" in text
    assert f"smallest third of the flowers {gains['small_iou'].mean():.2f}" in text
    spread = study.spread("flower_iou", skips="yes", loss="cross-entropy")
    assert gains["flower_iou"].mean() < spread
