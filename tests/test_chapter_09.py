"""The numbers of chapter 9, its recipe on folders of TFDS, and what it says of the studies."""

import json
import math
import warnings
from pathlib import Path

import numpy as np
import pytest

from cnncourse import check, data, results, transfer
from tools.studies import transfer_cases

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
APPROACHES = ("frozen", "early", "fine-tuned", "from scratch")


@pytest.fixture(scope="module")
def chapter():
    return json.loads((BOOK / "09_transfer.ipynb").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def study():
    return results.load("transfer_cases")


def source(chapter, name):
    return next("".join(c["source"]) for c in chapter["cells"] if c["id"] == f"transfer-{name}")


def prose(chapter, name):
    return " ".join(source(chapter, name).split())


def printed(chapter, name):
    cell = next(c for c in chapter["cells"] if c["id"] == f"transfer-{name}")
    return "".join("".join(output.get("text", "")) for output in cell["outputs"])


@pytest.fixture(scope="module")
def page(chapter):
    """Return what the page's cells with functions define; none of them trains anything."""
    import keras

    scope = {
        "np": np, "keras": keras, "data": data, "transfer": transfer, "math": math, "check": check,
        "size": 32, "seed": 0, "source": "real", "loss": "sparse_categorical_crossentropy",
    }  # fmt: skip
    wanted = {
        "base": ("load_base",),
        "once-code": ("compiled",),
        "arm-code": ("with_cosine",),
        "exercise-interval-solution": ("accuracy_interval",),
        "report-code": ("report",),
        "dogs-code": ("features_and_a_head",),
        "square-code": ("crop_as_noted",),
    }
    import ast

    for cell, names in wanted.items():
        tree = ast.parse(source(chapter, cell))
        tree.body = [
            node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in names
        ]
        assert len(tree.body) == len(names)
        exec(compile(tree, cell, "exec"), scope)
    return scope


# --- rows 25 to 30 of what the course covers -----------------------------------------------------
def test_heads_by_hand(chapter):
    shown = printed(chapter, "heads-count")
    for values, classes in ((7 * 7 * 512, 133), (512, 133), (7 * 7 * 512, 120), (512, 120)):
        assert f"{(values + 1) * classes:,}" in shown
    assert f"{(4 * 4 * 512 + 1) * 256 + 257:,}" == "2,097,665"
    assert "2,097,665" in shown
    assert "9,605" in shown
    assert "605" in shown


def test_the_slices_are_those_of_the_prose(chapter):
    shown = printed(chapter, "data-split").split()
    assert [shown[place] for place in (1, 8, 15)] == ["367", "551", "2,752"]
    assert "86" in shown[-5:]
    for words in ("train[:10%]", "train[10%:25%]", "train[25%:]"):
        assert words in source(chapter, "data")


def prepare(home, name, version, labels, splits):
    import tensorflow_datasets as tfds

    features = {
        "image": tfds.features.Image(encoding_format="png"),
        "label": tfds.features.ClassLabel(names=labels),
    }
    tfds.dataset_builders.store_as_tfds_dataset(
        name=name,
        version=version,
        features=tfds.features.FeaturesDict(features),
        split_datasets={split: list(enumerate(examples)) for split, examples in splits.items()},
        data_dir=str(home),
        disable_shuffling=True,
    )


def pictures(count, classes):
    """Return photos that differ in size, their first pixel numbered."""
    chance = np.random.default_rng(0)
    examples = []
    for number in range(count):
        image = chance.integers(0, 256, (36 + number % 5, 48, 3)).astype(np.uint8)
        image[0, 0] = number
        examples.append({"image": image, "label": number % classes})
    return examples


def test_the_flowers_of_tfds_in_ten_fifteen_and_seventy_five_per_cent(monkeypatch, tmp_path):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    names = ["dandelion", "daisy", "tulips", "sunflowers", "roses"]
    prepare(tmp_path, "tf_flowers", "3.0.1", names, {"train": pictures(40, 5)})
    loaded = data.load("flowers", source="real")
    assert loaded.class_names == tuple(names)
    numbers = {
        name: [int(e["image"][0, 0, 0]) for e in split.stream().as_numpy_iterator()]
        for name, split in loaded.splits.items()
    }
    assert numbers["test"] == [*range(4)]
    assert numbers["validation"] == [*range(4, 10)]
    assert numbers["train"] == [*range(10, 40)]
    assert loaded.train.whole == 86 * 32


def test_dogs_are_the_same_recipe(monkeypatch, tmp_path, page, capsys):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    names = ["n02085620-chihuahua", "n02085782-japanese_spaniel", "n02113978-mexican_hairless"]
    dogs = pictures(20, 3)
    prepare(tmp_path, "stanford_dogs", "0.2.0", names, {"train": dogs, "test": dogs[:7]})
    loaded = page["features_and_a_head"]("dogs", page["load_base"]("cnncourse"), 12, 2)
    assert loaded.class_names == ("chihuahua", "japanese_spaniel", "mexican_hairless")
    assert " of 7 right" in capsys.readouterr().out


def test_another_base_is_one_parameter_away(monkeypatch, page):
    import keras

    def without_weights(include_top, input_shape):
        keras.utils.set_random_seed(0)
        return keras.applications.MobileNetV2(
            input_shape=input_shape, alpha=0.35, include_top=include_top, weights=None
        )

    monkeypatch.setattr(keras.applications, "MobileNet", without_weights)
    base = page["load_base"]("MobileNet")
    assert not base.trainable_weights
    images = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3)).astype("uint8")
    bare = without_weights(False, (32, 32, 3))
    maps = transfer.features(base, images)
    np.testing.assert_allclose(
        maps, bare.predict(images / 127.5 - 1, verbose=0), rtol=1e-3, atol=1e-4
    )
    transfer.unfreeze(base)
    assert len(base.trainable_weights) > 50
    assert all(not norm.trainable_weights for norm in transfer.batch_norms(base))


def test_the_full_tier_names_networks_that_there_are():
    import keras
    import yaml

    full = yaml.safe_load((BOOK / "full.yml").read_text(encoding="utf-8"))["09_transfer"]
    assert (full["base_name"], full["dogs_base"]) == ("Xception", "VGG16")
    for name in (full["base_name"], full["dogs_base"]):
        assert callable(getattr(keras.applications, name))
    assert [transfer.wants(full[name]) for name in ("base_name", "dogs_base")] == ["tf", "caffe"]
    assert full["training_images"] == 2_752


def test_the_old_crop_is_not_square(page):
    photo = np.zeros((427, 534, 3), "uint8")
    assert page["crop_as_noted"](photo).shape == (427, 534 - 2 * (107 // 4), 3)
    assert data.central_crop(photo).shape[:2] == (427, 427)
    assert pytest.approx(0.886, abs=0.001) == 427 / (534 - 2 * (107 // 4))


def test_whoever_asks_for_all_batches_never_hears_the_warning():
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(0)
    rows = np.random.default_rng(0).normal(size=(96, 3)).astype("float32")
    labels = np.arange(96) % 2
    broken = tf.data.Dataset.from_tensor_slices((rows, labels)).batch(32)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", jit_compile=False)
    heard = {}
    for steps in (2, 3):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model.fit(broken, steps_per_epoch=steps, epochs=3, verbose=0, shuffle=False)
        heard[steps] = [w for w in caught if "ran out of data" in str(w.message)]
    assert heard[2]
    assert not heard[3]


def test_the_page_shows_the_warning_and_its_cure(chapter):
    broken, mended = printed(chapter, "ran-out-code").strip().splitlines()
    assert broken.startswith("broken batches in each epoch: [2, 1, 2, 1]")
    assert "ran out of data" in broken
    assert mended == "mended batches in each epoch: [2, 2, 2, 2]"


# --- exercises -----------------------------------------------------------------------------------
def reference(name):
    return check.EXERCISES[name].exercise.reference


def test_the_exercise_on_fine_tuning_is_what_keras_does():
    import keras

    chance = np.random.default_rng(0)
    x, y = chance.normal(size=(7, 3)), chance.normal(size=7)
    base, head = chance.normal(size=(3, 2)), chance.normal(size=2)
    below = keras.layers.Dense(2, use_bias=False)
    above = keras.layers.Dense(1, use_bias=False)
    model = keras.Sequential([keras.Input((3,)), below, above])
    below.set_weights([base])
    above.set_weights([head[:, None]])
    for frozen, steps, rate in ((True, 4, 0.1), (False, 3, 0.02)):
        below.trainable = not frozen
        # Half the mean of squared errors: half the rate.
        model.compile(keras.optimizers.SGD(rate / 2), "mse", jit_compile=False)
        model.fit(x, y, batch_size=7, epochs=steps, verbose=0)
    found = np.vstack([below.get_weights()[0], above.get_weights()[0].T])
    wanted = reference("fine_tune")(x, y, base, head, (4, 3), (0.1, 0.02))
    np.testing.assert_allclose(found, wanted, atol=1e-5)


@pytest.mark.parametrize(("right", "total"), [(0, 9), (9, 9), (20, 20), (84, 100), (1, 367)])
def test_the_exercise_on_intervals_is_wilsons(right, total):
    from scipy.stats import binomtest

    wanted = binomtest(right, total).proportion_ci(0.95, method="wilson")
    found = reference("accuracy_interval")(right, total)
    np.testing.assert_allclose(found, [wanted.low, wanted.high], atol=2e-5)


def test_what_the_quiz_says_of_twenty_out_of_twenty():
    assert f"{reference('accuracy_interval')(20, 20)[0]:.2f}" == "0.84"
    assert pytest.approx(8.2, abs=0.05) == 1 / 0.9**20


def test_the_exercise_on_heads_is_what_the_package_builds():
    for pooled, kind in ((True, "gap"), (False, "flatten")):
        built = transfer.head((3, 5, 7), 4, kind).count_params()
        assert reference("head_params")(3, 5, 7, 4, pooled) == built


def test_no_group_is_torn_apart():
    groups = [3, 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]
    for every in (1, 2, 3, 4):
        held = reference("split_groups")(groups, every)
        out = {groups[place] for place in held}
        stay = {group for place, group in enumerate(groups) if place not in held}
        assert not out & stay
        assert len(out) == 6 // every if every > 1 else len(out) == 7


def test_exercises_stand_in_order_each_as_a_stub_and_a_folded_solution(chapter):
    tags = [tag for cell in chapter["cells"] for tag in cell["metadata"].get("tags", [])]
    names = [
        name
        for name in check.names()
        if check.EXERCISES[name].exercise.objective.startswith("transfer-")
    ]
    assert len(names) == 5
    assert [tag for tag in tags if tag.startswith(("exercise:", "solution:"))] == [
        f"{kind}:{name}" for name in names for kind in ("exercise", "solution")
    ]


# --- what the prose says of the studies ----------------------------------------------------------
def accuracy(study, target, size, approach):
    return study.mean("accuracy", target=target, size=size, approach=approach)


def test_the_study_reaches_its_targets(study):
    assert accuracy(study, "similar", "small", "frozen") >= 0.75
    assert accuracy(study, "similar", "small", "fine-tuned") >= 0.85
    assert 0.3 < accuracy(study, "similar", "small", "from scratch") < 0.65
    assert round(accuracy(study, "similar", "large", "fine-tuned"), 3) >= 0.96
    for target in ("similar", "different"):
        for size in ("small", "large"):
            for approach in APPROACHES:
                case = {"target": target, "size": size, "approach": approach}
                assert len(study.values("accuracy", **case)) >= 3


def test_page_and_study_share_their_settings(chapter):
    code = source(chapter, "arm-code")
    assert transfer_cases.EPOCHS["similar"]["small"] == 50
    assert transfer_cases.HEAD_EPOCHS["small"] == 200
    assert f"epochs={transfer_cases.EPOCHS['similar']['small']}" in code
    assert f"epochs={transfer_cases.HEAD_EPOCHS['small']}" in code
    words = prose(chapter, "predict")
    sizes = transfer_cases.SIZES
    assert f"**large** {sizes['similar']['large']:,}" in words
    assert f"({sizes['different']['large']:,} of the digits" in words


def by_seed(study, target, size, approach):
    return np.array(study.values("accuracy", target=target, size=size, approach=approach))


def test_what_the_page_says_of_the_four_cases(chapter, study):
    best = {
        (target, size): max(APPROACHES, key=lambda a: accuracy(study, target, size, a))
        for target in ("similar", "different")
        for size in ("small", "large")
    }
    advised = {case: transfer.recommend(case[1], case[0]).arm for case in best}
    assert [case for case in best if best[case] == advised[case]] == [("similar", "large")]
    assert best["similar", "small"] == "fine-tuned"
    assert best["different", "small"] == best["different", "large"] == "from scratch"

    gain = accuracy(study, "similar", "large", "fine-tuned") - accuracy(
        study, "similar", "large", "from scratch"
    )
    assert gain > 0.2
    assert accuracy(study, "similar", "large", "from scratch") < accuracy(
        study, "similar", "small", "frozen"
    )
    tuned, frozen = (by_seed(study, "similar", "small", a) for a in ("fine-tuned", "frozen"))
    assert (tuned > frozen).all()
    worst = min(APPROACHES, key=lambda a: accuracy(study, "different", "small", a))
    assert worst == "early"
    apart = by_seed(study, "different", "small", "from scratch") - by_seed(
        study, "different", "small", "fine-tuned"
    )
    assert (np.abs(apart) < 0.003).sum() == 1
    lead = accuracy(study, "different", "large", "from scratch") - accuracy(
        study, "different", "large", "fine-tuned"
    )
    assert 0.005 < lead < 0.02
    assert "draws level" in prose(chapter, "cases-read")


def test_what_the_page_says_of_heads(study):
    pooled, flat = (by_seed(study, "similar", "small", a) for a in ("frozen", "flattened"))
    assert (pooled > flat).all()
    lead = accuracy(study, "different", "small", "flattened") - accuracy(
        study, "different", "small", "frozen"
    )
    assert 0.09 < lead < 0.13
    weights = [study.mean("weights", target="similar", size="small", approach=a)
               for a in ("flattened", "frozen")]  # fmt: skip
    assert 15 < weights[0] / weights[1] < 17


def test_what_the_page_says_of_photos(chapter):
    photos = results.load("flower_photos")
    differences = np.array(photos.values("difference"))
    assert (differences > 0).any()
    assert (differences < 0).any()
    half = 2.571 * differences.std(ddof=1) / math.sqrt(len(differences))
    assert len(differences) == 6
    assert abs(differences.mean()) < half
    assert differences.min() < -0.1
    assert "350 of them, six splits" in prose(chapter, "photos")
