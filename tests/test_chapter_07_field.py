"""The whole field side by side: the counts, what the papers published, and our thumbnails."""

import importlib
import json
from pathlib import Path

import pytest
from test_models import GOLDEN

from cnncourse import arithmetic, models, results

CHAPTER = Path(__file__).parents[1] / "book" / "07_separable_attention.ipynb"

# Top-5 error of one network on ILSVRC-2012's validation set, and where the paper prints it.
PUBLISHED = {
    # Krizhevsky 2012, table 2, "1 CNN"; section 4.1: five crops and their mirror images
    "alexnet": (18.2, "ten crops"),
    # Zeiler and Fergus 2013, table 2, "1 convnet as per Fig. 3"
    "zfnet": (16.5, "ten crops"),
    # Simonyan and Zisserman 2014, table 3: A, B at Q = 256; D, E trained at [256; 512]
    "vgg11": (10.4, "whole image"),
    "vgg13": (9.9, "whole image"),
    "vgg16": (8.1, "whole image"),
    "vgg19": (8.0, "whole image"),
    # Szegedy 2014, table 3: one model, one crop, "base"
    "googlenet": (10.07, "one crop"),
    "googlenet_aux": (10.07, "one crop"),
    # He 2015, table 3, 10-crop testing: ResNet-34 B, 50, 101, 152
    "resnet34": (7.46, "ten crops"),
    "resnet50": (6.71, "ten crops"),
    "resnet101": (6.05, "ten crops"),
    "resnet152": (5.71, "ten crops"),
    # He 2016, table 5: ResNet-152, pre-activation, test crop 320 × 320
    "preact_resnet152": (5.5, "one crop"),
    # Chollet 2016, table 1: top-5 accuracy 0.945, single crop
    "xception": (5.5, "one crop"),
    # Hu 2017, table 2, single crop, column SENet
    "se_resnet50": (6.62, "one crop"),
    "se_resnet101": (6.07, "one crop"),
    "se_resnet152": (5.73, "one crop"),
}


@pytest.fixture(scope="module")
def counted():
    return results.load("architectures")


@pytest.fixture(scope="module")
def thumbnails():
    return results.load("thumbnails")


def one(study, value, name):
    (number,) = set(study.values(value, network=name))
    return number


def prose(name):
    chapter = json.loads(CHAPTER.read_text(encoding="utf-8"))
    text = next("".join(c["source"]) for c in chapter["cells"] if c["id"] == f"sep-{name}")
    return " ".join(text.split())


# --- the counts ----------------------------------------------------------------------------------


def test_every_network_of_the_table_is_counted(counted):
    study = importlib.import_module("tools.studies.architectures")
    assert counted.settings("network") == list(models.names()) == list(study.NETWORKS)


@pytest.mark.parametrize("name", models.names())
def test_parameters_are_those_counted_by_hand(counted, name):
    assert (one(counted, "trainable", name), one(counted, "total", name)) == GOLDEN[name]


@pytest.mark.parametrize("name", models.names())
def test_depths_are_the_papers_where_it_counts_alike(counted, name):
    depth = models.info(name).depth
    if depth is None or name in ("lenet5_1998", "xception"):
        return  # these papers count otherwise, as their rows say
    assert one(counted, "depth", name) == depth


def stages(units, kernels):
    """Return (kernel, stride) of residual stages; the first unit of all but one is strided."""
    for stage, count in enumerate(units):
        for number in range(count):
            stride = 2 if stage > 0 and number == 0 else 1
            yield from ((k, stride if place == 0 else 1) for place, k in enumerate(kernels))


STEM = [(7, 2), (3, 2)]
FIELDS = {
    "lenet5": [(5, 1), (2, 2), (5, 1), (2, 2), (5, 1)],
    "alexnet": [(11, 4), (3, 2), (5, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2)],
    "zfnet": [(7, 2), (3, 2), (5, 2), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2)],
    "vgg16": [pair for n in (2, 2, 3, 3, 3) for pair in [(3, 1)] * n + [(2, 2)]],
    "resnet18": [*STEM, *stages((2, 2, 2, 2), (3, 3))],
    "resnet34": [*STEM, *stages((3, 4, 6, 3), (3, 3))],
    "resnet50": [*STEM, *stages((3, 4, 6, 3), (1, 3, 1))],
    "resnet152": [*STEM, *stages((3, 8, 36, 3), (1, 3, 1))],
}


@pytest.mark.parametrize("name", FIELDS)
def test_receptive_fields_follow_from_kernels_and_strides(counted, name):
    assert one(counted, "receptive_field", name) == arithmetic.receptive_field(FIELDS[name])


@pytest.mark.parametrize("name", ["lenet5", "nin"])
def test_the_file_holds_what_the_models_say(counted, name):
    measured = models.measure(name)
    for value in ("trainable", "total", "macs", "depth"):
        assert one(counted, value, name) == getattr(measured, value)


# --- what was published --------------------------------------------------------------------------


def test_published_errors_are_the_papers_and_name_their_crops():
    rows = {name: models.info(name) for name in models.names()}
    assert {name for name, row in rows.items() if row.top5_error is not None} == set(PUBLISHED)
    for name, (error, crops) in PUBLISHED.items():
        assert rows[name].top5_error == error
        assert crops in rows[name].top5_source


# --- the thumbnails ------------------------------------------------------------------------------


def test_all_thumbnails_have_the_same_budget(thumbnails):
    study = importlib.import_module("tools.studies.thumbnails")
    assert sorted(thumbnails.settings("network")) == sorted(study.NETWORKS)
    for name in study.NETWORKS:
        assert len(thumbnails.values("accuracy", network=name)) == 3
        assert one(thumbnails, "macs", name) == pytest.approx(study.BUDGET, rel=0.08)


def test_a_thumbnails_width_is_found_anew(thumbnails):
    study = importlib.import_module("tools.studies.thumbnails")
    assert study.width_for("lenet5") == one(thumbnails, "width", "lenet5")
    # Twice the work: about the square root of 2 times as wide.
    wider = study.width_for("lenet5", 2 * study.BUDGET) / study.width_for("lenet5")
    assert 1.2 < wider < 1.7


# --- what the prose says -------------------------------------------------------------------------


def test_the_stories_of_the_table_hold(counted):
    total = {name: one(counted, "total", name) for name in models.names()}
    macs = {name: one(counted, "macs", name) for name in models.names()}
    depth = {name: one(counted, "depth", name) for name in models.names()}
    field = {name: one(counted, "receptive_field", name) for name in models.names()}
    told = prose("field-read")
    assert max(total, key=total.get) == "vgg19"
    assert "VGG-19 with 144 million" in told
    assert round(total["vgg19"] / 1e6) == 144
    first_dense = arithmetic.dense_params(7 * 7 * 512, 4096)
    assert all(2 * first_dense > total[name] for name in ("vgg11", "vgg13", "vgg16", "vgg19"))
    assert "a twentieth of VGG-16's parameters" in told
    assert round(total["vgg16"] / total["googlenet"]) == 20
    assert macs["vgg19"] > macs["resnet152"]
    assert depth["resnet152"] == 8 * depth["vgg19"]
    assert macs["mobilenet"] < macs["alexnet"]
    assert (depth["xception"], models.info("xception").depth) == (71, 36)
    assert "195 of 227" in told
    assert (field["alexnet"], models.info("alexnet").input_shape[0]) == (195, 227)
    assert "483 of 224" in told
    assert (field["resnet50"], models.info("resnet50").input_shape[0]) == (483, 224)
    assert total["se_resnet50"] / total["resnet50"] == pytest.approx(1.1, abs=0.005)
    assert 1 < macs["se_resnet50"] / macs["resnet50"] < 1.001


def test_the_words_on_published_errors_hold():
    told = prose("field-scatter-read")
    assert abs((320 / 224) ** 2 - 2) < 0.05
    for name, words in {
        "alexnet": "15.3 %",
        "googlenet": "6.67 %",
        "resnet152": "3.57 %",
        "se_resnet152": "2.251 %",
    }.items():
        assert words in told
        assert words in models.info(name).note
    drawn = {name for name in PUBLISHED if name != "googlenet_aux"}
    assert len(drawn) == 16
    assert not {"resnet18", "preact_resnet18", "se_resnet18", "mobilenet"} & drawn
    assert "70.6 %" in models.info("mobilenet").note


def test_the_words_on_thumbnails_hold(thumbnails):
    told = prose("field-thumbnails-read")
    mean = {
        name: thumbnails.mean("accuracy", network=name) for name in thumbnails.settings("network")
    }
    seen = {name: thumbnails.mean("seen", network=name) for name in mean}
    order = sorted(mean, key=mean.get, reverse=True)
    assert order[0] == "alexnet_one_group"
    assert set(order[:4]) == {"alexnet_one_group", "googlenet", "se_resnet18", "resnet18"}
    assert "284,522 parameters" in told
    assert "gets 771" in told
    assert one(thumbnails, "parameters", "alexnet_one_group") == 284_522
    assert one(thumbnails, "parameters", "nin") == 771
    google = thumbnails.values("accuracy", network="googlenet")
    assert max(google) - min(google) > mean[order[0]] - mean[order[3]]
    assert "MobileNet's 28 layers" in told
    assert one(results.load("architectures"), "depth", "mobilenet") == 28
    assert "after 180 steps" in told
    study = importlib.import_module("tools.studies.thumbnails")
    assert study.EPOCHS * study.TRAINED_ON // study.BATCH == 180
    assert abs(seen["mobilenet"] - 1 / 5) < 0.1
    assert mean["resnet34"] > mean["mobilenet"] + 0.1
    assert max(mean["lenet5"], mean["nin"]) < 0.3
    gap = {name: seen[name] - mean[name] for name in mean}
    for what in (seen, gap):
        assert set(sorted(what, key=what.get)[-2:]) == {"resnet18", "se_resnet18"}
