"""The numbers of chapter 6, from the package, from papers and from its study."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from cnncourse import arithmetic, check, models, ops, results

PAGE = Path(__file__).parents[1] / "book" / "06_residual.ipynb"


@pytest.fixture(scope="module")
def chapter():
    return json.loads(PAGE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def study():
    return results.load("depth")


def prose(chapter, name):
    """Return a cell of text on one line."""
    found = next("".join(c["source"]) for c in chapter["cells"] if c["id"] == f"res-{name}")
    return " ".join(found.split())


def printed(chapter, name):
    cell = next(c for c in chapter["cells"] if c["id"] == f"res-{name}")
    return "".join("".join(o.get("text", "")) for o in cell["outputs"])


# --- row 20: the networks ------------------------------------------------------------------------
def test_resnet34_is_counted_on_the_page(chapter):
    assert "21,797,672 trainable, 21,814,696 in all" in printed(chapter, "resnet34-code")
    # two running statistics for each of the normalised maps: the stem's, two convolutions a unit,
    # and three projections
    maps = 64 + 2 * (3 * 64 + 4 * 128 + 6 * 256 + 3 * 512) + 128 + 256 + 512
    assert 2 * maps == 17_024 == 21_814_696 - 21_797_672
    assert "17,024" in prose(chapter, "resnet34-read")


@pytest.mark.parametrize(
    ("name", "trainable", "total"),
    [
        ("resnet34", 21_797_672, 21_814_696),
        ("resnet50", 25_557_032, 25_610_152),
        ("resnet152", 60_192_808, 60_344_232),
    ],
)
def test_the_table_of_the_family(chapter, name, trainable, total):
    line = next(row for row in printed(chapter, "family").split("\n") if row.startswith(name))
    assert f"{trainable:,}" in line
    assert f"{total:,}" in line


def test_the_table_quotes_the_papers_errors(chapter):
    """Table 3 of the paper, option B, ten crops."""
    errors = dict(re.findall(r"^(resnet\d+) .* ([\d.]+) %$", printed(chapter, "family"), re.M))
    expected = {"resnet34": "7.46", "resnet50": "6.71", "resnet101": "6.05", "resnet152": "5.71"}
    assert errors == expected
    assert "5.71 % with ten crops" in prose(chapter, "ilsvrc-read")


def test_the_biases_of_keras_applications(chapter):
    text = printed(chapter, "applications")
    assert "25,610,152" in text
    assert "25,636,712" in text
    assert "difference 26,560, filters of all convolutions 26,560" in text
    # by hand: the stem; per stage three convolutions a unit and a projection
    filters = 64
    for units, width in ((3, 64), (4, 128), (6, 256), (3, 512)):
        filters += units * (width + width + 4 * width) + 4 * width
    assert filters == 26_560 == 25_636_712 - 25_610_152


def test_a_bottleneck_costs_what_a_basic_unit_on_64_maps_does(chapter):
    text = printed(chapter, "bottleneck-cost")
    assert 2 * 9 * 256 * 256 == 1_179_648
    assert 256 * 64 + 9 * 64 * 64 + 64 * 256 == 69_632
    assert 2 * 9 * 64 * 64 == 73_728
    for number in ("1,179,648", "69,632", "73,728"):
        assert number in text
    costs = [models.measure(name).macs for name in ("resnet34", "resnet50")]
    assert costs[1] / costs[0] == pytest.approx(1, abs=0.06)
    assert "costs about as many multiplications" in prose(chapter, "bottleneck-read")


def test_the_first_unit_of_resnet50_by_hand():
    reference = check.EXERCISES["bottleneck_params"].exercise.reference
    kernels = 64 * 64 + 9 * 64 * 64 + 64 * 256 + 64 * 256
    assert reference(64, 64) == kernels + 2 * (64 + 64 + 256 + 256)
    assert reference(256, 64) == 69_632 + 2 * (64 + 64 + 256)


# --- row 20: units and gradients -----------------------------------------------------------------
def test_the_reference_unit_is_kerass():
    import keras

    rng = np.random.default_rng(3)
    x = rng.normal(size=(2, 7, 10, 3)).astype("float32")
    one, two = rng.normal(size=(3, 3, 3, 5)), rng.normal(size=(3, 3, 5, 5))
    projection = rng.normal(size=(1, 1, 3, 5))
    reference = check.EXERCISES["residual_unit"].exercise.reference
    for stride in (1, 2):
        y = keras.ops.relu(keras.ops.conv(x, one.astype("float32"), stride, "same"))
        y = keras.ops.conv(y, two.astype("float32"), 1, "same")
        # A 1×1 window sees only the pixels that the stride leaves.
        left = keras.ops.conv(x[:, ::stride, ::stride], projection.astype("float32"), 1, "same")
        theirs = keras.ops.convert_to_numpy(keras.ops.relu(y + left))
        ours = reference(x, one, two, projection, stride)
        assert np.abs(ours - theirs).max() < 1e-5 * np.abs(theirs).max()


def test_the_reference_gradient_is_that_of_finite_differences():
    rng = np.random.default_rng(4)
    x, grad = rng.normal(size=(2, 3, 4))
    w1, w2 = rng.normal(size=(4, 6)), rng.normal(size=(6, 4))
    estimate, step = np.zeros(x.shape), 1e-6
    for index in np.ndindex(x.shape):
        losses = []
        for sign in (1, -1):
            moved = x.copy()
            moved[index] += sign * step
            losses.append((grad * (moved + np.maximum(moved @ w1, 0) @ w2)).sum())
        estimate[index] = (losses[0] - losses[1]) / (2 * step)
    found = check.EXERCISES["residual_dx"].exercise.reference(grad, x, w1, w2)
    np.testing.assert_allclose(found, estimate, atol=1e-7)


def test_the_reference_agreement_is_a_cosine():
    reference = check.EXERCISES["gradient_agreement"].exercise.reference
    first = np.array([[3.0, 4.0], [0.0, 0.0], [1.0, 0.0]]).reshape(3, 1, 2, 1)
    second = np.array([[5.0, 12.0], [1.0, 2.0], [-2.0, 0.0]]).reshape(3, 1, 2, 1)
    np.testing.assert_allclose(reference(first, second), [63 / 65, 0, -1])


def test_units_that_double_the_square_explode():
    """What the page says of sums without normalisation, on random numbers."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(1, 40, 60, 16))
    start = (x**2).mean()
    for _ in range(4):
        kernel = rng.normal(size=(3, 3, 16, 16)) * np.sqrt(2 / (9 * 16))
        x = x + ops.conv2d(np.maximum(x, 0), kernel, padding="same")
    assert (x**2).mean() / start == pytest.approx(16, rel=0.3)


# --- degradation: the study ----------------------------------------------------------------------
def arm(normalisation, depth, kind):
    return {"normalisation": normalisation, "depth": depth, "kind": kind}


def test_the_two_kinds_have_the_same_weights(study):
    for normalisation in ("batch", "none"):
        for depth in (8, 20, 32):
            counts = {
                kind: study.values("parameters", **arm(normalisation, depth, kind))
                for kind in ("plain", "residual")
            }
            assert len(set(counts["plain"] + counts["residual"])) == 1
    # by hand, 8 layers with normalisation: a stem and three units
    convs = [(1, 8), (8, 8), (8, 8), (8, 16), (16, 16), (16, 32), (32, 32)]
    by_hand = sum(9 * before * after + 4 * after for before, after in convs)
    by_hand += arithmetic.dense_params(32, 10)
    assert study.values("parameters", **arm("batch", 8, "plain"))[0] == by_hand


def test_every_seed_degrades_without_shortcuts_and_none_with_them(study):
    for normalisation in ("batch", "none"):
        plain = {d: study.values("train_loss", **arm(normalisation, d, "plain")) for d in (8, 32)}
        linked = {
            d: study.values("train_loss", **arm(normalisation, d, "residual")) for d in (8, 32)
        }
        assert min(plain[32]) > max(plain[8])
        assert np.mean(linked[32]) < np.mean(linked[8])


def test_what_the_page_reads_off_the_study(chapter, study):
    text = prose(chapter, "study-read")

    def mean(value, *of):
        return study.mean(value, **arm(*of))

    assert (
        mean("train_loss", "batch", 20, "residual") < mean("train_loss", "batch", 20, "plain") / 3
    )
    assert "less than a third of the plain ones'" in text
    ratio = mean("train_loss", "batch", 32, "plain") / mean("train_loss", "batch", 32, "residual")
    assert round(ratio) == 5
    assert "about a fifth" in text
    gap = mean("train_loss", "batch", 32, "residual") - mean("train_loss", "batch", 20, "residual")
    assert 0 < gap < study.spread("train_loss", **arm("batch", 32, "residual"))
    assert "lies within the spread" in text
    tests = [mean("accuracy", "batch", depth, "residual") for depth in (8, 20, 32)]
    assert "{:.2f}, {:.2f} and {:.2f}".format(*tests) in text
    for kind in ("plain", "residual"):
        assert f"{mean('train_loss', 'none', 32, kind):.2f}" in text
    assert f"test accuracy of {mean('accuracy', 'none', 32, 'residual'):.2f}" in text


# --- row 41: published errors --------------------------------------------------------------------
def test_published_errors_stand_on_the_page_with_their_sources(chapter):
    text = prose(chapter, "ilsvrc-read")
    assert "3.57 %" in text
    assert "3.57 %" in models.info("resnet152").note
    assert "2.251 %" in models.info("se_resnet152").note
    bars = prose(chapter, "ilsvrc")
    for year, name, error in [
        (2012, "AlexNet", 16.4),
        (2012, "second place", 26.2),
        (2014, "GoogLeNet", 6.67),
        (2015, "ResNet", 3.57),
        (2016, "Inception-v4 and -ResNet", 3.08),
        (2017, "SENet", 2.251),
    ]:
        assert f'({year}, "{name}", {error})' in bars
    for source in ("russakovsky2015imagenet", "szegedy2015going", "hu2018squeeze"):
        assert source in text


def test_the_report_says_that_units_were_tried_without_a_projection():
    found = check.EXERCISES["residual_unit"](check.EXERCISES["residual_unit"].exercise.reference)
    assert re.search(r"projection None and 1 × 1 × 1 × 1 to 1 × 1 × \d × \d;", found.text)


# --- the page ------------------------------------------------------------------------------------
def test_exercises_stand_in_order_each_as_a_stub_and_a_folded_solution(chapter):
    tags = [tag for cell in chapter["cells"] for tag in cell["metadata"].get("tags", [])]
    names = [
        name for name in check.names() if check.EXERCISES[name].exercise.objective[:4] == "res-"
    ]
    assert len(names) == 5
    assert [tag for tag in tags if tag.startswith(("exercise:", "solution:"))] == [
        f"{kind}:{name}" for name in names for kind in ("exercise", "solution")
    ]


def test_the_page_says_that_its_networks_saw_sample_data(chapter):
    assert "learn from sample garments" in prose(chapter, "title")
    assert "few images and six epochs" in prose(chapter, "study-read")
