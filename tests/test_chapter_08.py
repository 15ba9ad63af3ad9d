"""The numbers of chapter 8: preprocessing, sizes, shapes, and what its prose claims."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest

from cnncourse import arithmetic, check, data, models, results, samples, transfer

BOOK = Path(__file__).parents[1] / "book"
RIGHT = "-1 to 1"


@pytest.fixture(scope="module")
def chapter():
    return json.loads((BOOK / "08_pretrained.ipynb").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def study():
    return results.load("pretrained_photos")


def prose(chapter, name):
    text = next("".join(c["source"]) for c in chapter["cells"] if c["id"] == f"pre-{name}")
    return " ".join(text.split())


def names(study, photo, way="cropped and resized", pixels=RIGHT, width=0.75):
    """Return the three best classes in the file, None where they are too close."""
    arm = {"photo": photo, "way": way, "pixels": pixels, "width": width}
    numbers = [int(study.mean(place, **arm)) for place in ("first", "second", "third")]
    return [study.labels.get(str(number)) for number in numbers]


# --- row 23: sizes, preprocessing, the three best classes ----------------------------------------
def test_china_is_a_bell_cote_by_plain_bilinear_resize(study):
    assert names(study, "china", "bilinear")[0] == "bell_cote"


def test_with_antialiasing_it_is_another_class(study):
    assert names(study, "china", "antialiased")[0] == "beacon"


def test_cropped_by_the_boxes_china_is_a_monastery_and_the_flower_a_honeycomb(study):
    assert "monastery" in names(study, "china")
    assert names(study, "china")[0] == "monastery"
    for width in (0.75, 0.25):
        assert names(study, "flower", width=width)[0] == "honeycomb"


def test_daisy_comes_third_at_best_and_with_blue_first(study):
    found = [
        (place, row["arm"])
        for row in study.arms
        if row["arm"]["width"] == 0.75
        for place in ("first", "second", "third")
        if study.labels.get(str(int(row["values"][place]))) == "daisy"
    ]
    assert [(place, arm["pixels"]) for place, arm in found] == [("third", "blue first")]


def test_untouched_pixels_caffe_and_scaling_twice_are_nonsense_dividing_by_255_is_not(study):
    for photo in ("china", "flower"):
        right = names(study, photo)[0]
        assert names(study, photo, pixels="0 to 1")[0] == right
        for form in ("0 to 255", "caffe", "scaled twice"):
            assert names(study, photo, pixels=form)[0] != right


def test_the_boxes_are_those_of_the_page_and_nearly_square(chapter):
    boxes = {"china": (0, 0.03, 1, 0.68), "flower": (0.19, 0.26, 0.86, 0.7)}
    windows = {
        name: check.EXERCISES["crop_window"].exercise.reference(box, 427, 640)
        for name, box in boxes.items()
    }
    assert windows == {"china": (19, 0, 435, 427), "flower": (166, 81, 448, 367)}
    for left, top, right, bottom in windows.values():
        assert 0.95 < (right - left) / (bottom - top) < 1.05
    assert str(boxes["flower"]) in prose(chapter, "ways")


def test_keras_resizes_without_antialiasing_unless_told_data_with_it():
    picture = np.zeros((1, 1, 8, 3), "float32")
    picture[0, 0, 3] = 240  # between the two pixels that the right half reads
    plain = np.asarray(keras.ops.image.resize(picture, (1, 2)))
    smooth = np.asarray(data.resize(picture[0], (1, 2)))
    assert plain[0, 0, :, 0].tolist() == [0, 0]
    assert smooth[0, 0, 0] > 0


def test_by_hand_a_black_a_white_and_a_red_pixel():
    pixels = np.array([[[[0, 0, 0], [255, 255, 255], [200, 40, 40]]]], "float32")
    reference = check.EXERCISES["preprocess"].exercise.reference
    for mode in ("tf", "torch", "caffe"):
        theirs = keras.applications.imagenet_utils.preprocess_input(pixels.copy(), mode=mode)
        np.testing.assert_allclose(reference(pixels, mode), theirs, atol=1e-4)
    # (0 - 0.485) / 0.229, and 200 - 123.68 as the last of three
    assert reference(pixels, "torch")[0, 0, 0, 0] == pytest.approx(-2.1179, abs=1e-4)
    assert reference(pixels, "caffe")[0, 0, 2, 2] == pytest.approx(76.32)


@pytest.mark.real_data
def test_mobilenet_itself_says_bell_cote(keras_layout):
    from sklearn.datasets import load_sample_images

    china = load_sample_images().images[0][np.newaxis].astype("float32")
    mobile = keras.applications.MobileNet(
        alpha=0.75, weights=str(keras_layout / "models" / "mobilenet_7_5_224_tf.h5")
    )
    shown = transfer.Preprocessing("tf")(keras.ops.image.resize(china, (224, 224)))
    outputs = np.asarray(mobile(shown, training=False))
    index = json.loads((keras_layout / "models" / "imagenet_class_index.json").read_text())
    class_names = [index[str(number)][1] for number in range(1000)]
    guess = transfer.decode(outputs, top=1, class_names=class_names)[0][0]
    assert guess.name == "bell_cote"
    assert guess.probability == pytest.approx(0.264, abs=0.01)


# --- what the wrong pixels cost our own network ---------------------------------------------------
@pytest.fixture(scope="module")
def accuracies():
    """Return shares and certainties on other pictures than the page's: those of another seed."""
    task = samples.garden(400, 64, seed=7, progress=False)
    x = task.images.astype("float32")
    network = transfer.backbone((None, None, 3), include_top=True)
    bare = keras.Model(network.get_layer("preprocessing").output, network.output)
    right = x / 127.5 - 1
    forms = {
        "right": right,
        "blue first": right[..., ::-1],
        "torch": np.asarray(transfer.Preprocessing("torch")(x)),
        "0 to 1": x / 255,
        "caffe": np.asarray(transfer.Preprocessing("caffe")(x)),
        "0 to 255": x,
        "twice": right / 127.5 - 1,
    }
    outputs = {
        name: bare.predict(values, batch_size=100, verbose=0) for name, values in forms.items()
    }
    right_answers = {
        name: float(np.mean(values.argmax(axis=1) == task.labels))
        for name, values in outputs.items()
    }
    return right_answers, {name: values.max(axis=1).mean() for name, values in outputs.items()}


def test_the_three_kinds_of_mistakes_on_pictures_of_another_seed(accuracies):
    right, sure = accuracies
    assert 0.42 < right["right"] < 0.6
    assert abs(sure["right"] - right["right"]) < 0.08  # as sure as it has reason to be
    # loud
    assert max(right["twice"], sure["twice"]) < 0.1
    assert right["0 to 1"] < 0.35 * right["right"]
    assert sure["0 to 1"] < 0.3
    # treacherous
    assert right["caffe"] < right["0 to 255"] < 0.22
    assert right["caffe"] < 0.12
    assert min(sure["0 to 255"], sure["caffe"]) > 0.88
    # quiet
    assert right["right"] - 0.13 < right["blue first"] < right["right"] + 0.02
    assert 0.4 < right["torch"] / right["right"] < 0.7
    assert sure["right"] - sure["torch"] < 0.08


# --- row 24: include_top and truncated shapes -----------------------------------------------------
def test_vgg16_gives_8_by_1000_with_its_top_and_8_by_7_by_7_by_512_without():
    batch = (8, 224, 224, 3)
    bare = keras.applications.VGG16(weights=None, include_top=False)
    assert bare.compute_output_shape(batch) == (8, 7, 7, 512)
    assert bare.count_params() == 14_714_688
    whole = models.measure("vgg16").total
    dense = (
        arithmetic.dense_params(7 * 7 * 512, 4096)
        + arithmetic.dense_params(4096, 4096)
        + arithmetic.dense_params(4096, 1000)
    )
    assert whole - dense == bare.count_params()
    # the top by itself, which holds nine tenths of the weights
    x = keras.Input((7, 7, 512))
    top = keras.layers.Dense(1000)(keras.layers.Flatten()(x))
    assert keras.Model(x, top).compute_output_shape((8, 7, 7, 512)) == (8, 1000)
    assert round(dense / whole, 1) == 0.9


@pytest.mark.parametrize(("side", "maps"), [((64, 64), (4, 4)), ((427, 640), (27, 40))])
def test_our_last_maps_are_a_sixteenth_of_the_picture(side, maps):
    base = transfer.backbone((None, None, 3))
    assert base.compute_output_shape((1, *side, 3)) == (1, *maps, 120)


# --- what the maps are worth: photos of flowers ---------------------------------------------------
@pytest.fixture(scope="module")
def photos():
    return results.load("flower_photos")


def test_a_head_on_features_knows_real_flowers(photos, chapter):
    assert len(photos.values("head")) >= 5
    assert photos.mean("head") >= 0.85
    assert f"is right on {100 * photos.mean('head'):.0f} % of the photos" in prose(
        chapter, "worth-read"
    )


def test_the_difference_is_paired_and_its_interval_holds_zero(photos, chapter):
    differences = np.array(photos.values("difference"))
    pairs = zip(photos.values("fine_tuned"), photos.values("head"), strict=True)
    np.testing.assert_allclose(differences, [after - before for after, before in pairs])
    count = len(differences)
    # 2.571: two-sided, 95 %, five degrees of freedom, from any table of Student's t.
    assert count == 6
    for factor in (1 / count, 1 / count + 0.25 / 0.75):  # independent splits; Nadeau and Bengio
        reach = 2.571 * differences.std(ddof=1) * factor**0.5
        assert differences.mean() - reach < 0 < differences.mean() + reach
    assert round(100 * differences.min()) == -14
    assert "in one split of six it lost 14 points" in prose(chapter, "worth-read")
    assert "0.25 / 0.75" in prose(chapter, "worth-run")


def test_the_study_says_how_much_is_fine_tuned():
    base = keras.applications.MobileNetV2((224, 224, 3), include_top=False, weights=None)
    upper = keras.Model(base.get_layer("block_15_add").output, base.output)
    assert f"{upper.count_params() / 1e6:.2f} of {base.count_params() / 1e6:.2f} million" in (
        results.load("flower_photos").description
    )


# --- choosing -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("width", "millions", "macs"), [(0.25, 0.5, 41), (0.5, 1.3, 149), (0.75, 2.6, 325)]
)
def test_widths_of_mobilenet_cost_what_its_paper_says(width, millions, macs):
    # Howard and others (2017), table 6: million multiply-adds and parameters at 224 pixels.
    measured = models.measure("mobilenet", width=width)
    assert measured.trainable / 1e6 == pytest.approx(millions, abs=0.05)
    assert measured.macs / 1e6 == pytest.approx(macs, abs=0.6)


# --- the page -------------------------------------------------------------------------------------
def test_exercises_stand_in_order_each_as_a_stub_and_a_folded_solution(chapter):
    tags = [tag for cell in chapter["cells"] for tag in cell["metadata"].get("tags", [])]
    mine = [
        name for name in check.names() if check.EXERCISES[name].exercise.objective[:4] == "pre-"
    ]
    assert len(mine) == 4
    assert [tag for tag in tags if tag.startswith(("exercise:", "solution:"))] == [
        f"{kind}:{name}" for name in mine for kind in ("exercise", "solution")
    ]


def test_the_page_says_whose_answers_it_quotes(chapter):
    assert "come from a results file and say so" in prose(chapter, "title")
    assert "This is what the results file says of MobileNet" in prose(chapter, "cost-read")
