"""The numbers of chapter 3, and that a training that was killed goes on where it was."""

import csv
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from cnncourse import arithmetic, check, data, models, ops, results
from tools.studies import noise_or_shifts, optimizers, real_digits_and_garments, small_data

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"


@pytest.fixture(scope="module")
def chapter():
    return json.loads((BOOK / "03_first_cnn.ipynb").read_text(encoding="utf-8"))


def source(chapter, name):
    return next("".join(c["source"]) for c in chapter["cells"] if c["id"] == f"first-{name}")


def prose(chapter, name):
    return " ".join(source(chapter, name).split())


@pytest.fixture(scope="module")
def page(chapter):
    """Return what the page's cells on networks define, without training anything."""
    import keras

    scope = {
        "np": np, "keras": keras, "layers": keras.layers, "arithmetic": arithmetic,
        "models": models, "ops": ops,
    }  # fmt: skip
    for name in ("build-three", "own-network"):
        exec(compile(source(chapter, name), name, "exec"), scope)
    return scope


# --- rows 9 to 11: the networks of the notes -----------------------------------------------------
@pytest.mark.parametrize(
    ("network", "layers", "macs"),
    [
        (
            "digits_network",
            # 3×3 kernels; 28, 26, 13, 11, 5, 3 pixels a side.
            [320, 18_496, 36_928, 36_928, 650],
            26**2 * 9 * 32 + 11**2 * 9 * 32 * 64 + 3**2 * 9 * 64 * 64 + 576 * 64 + 64 * 10,
        ),
        (
            "garments_network",
            # 7×7, then 3×3 kernels; 28, 14, 14, 7, 7 pixels a side, 3 at the end.
            [3_200, 73_856, 147_584, 295_168, 590_080, 295_040, 8_256, 650],
            28**2 * 49 * 64
            + 14**2 * 9 * (64 * 128 + 128 * 128)
            + 7**2 * 9 * (128 * 256 + 256 * 256)
            + 2_304 * 128
            + 128 * 64
            + 64 * 10,
        ),
        (
            "colour_network",
            # 2×2 kernels; 32, 16, 8 pixels a side, 4 at the end.
            [208, 2_080, 8_256, 512_500, 5_010],
            32**2 * 4 * 3 * 16 + 16**2 * 4 * 16 * 32 + 8**2 * 4 * 32 * 64 + 1_024 * 500 + 5_000,
        ),
    ],
)
def test_the_networks_of_the_notes(page, network, layers, macs):
    built = page[network]()
    assert [n for layer in built.layers if (n := layer.count_params())] == layers
    assert models.count_macs(built) == macs


def test_their_totals_are_those_of_the_notes(page):
    totals = [page[f"{name}_network"]().count_params() for name in ("digits", "garments", "colour")]
    assert totals == [93_322, 1_413_834, 528_054]


def test_page_and_study_build_the_same_networks(page):
    def shapes(model):
        return [(type(layer).__name__, layer.output.shape) for layer in model.layers]

    assert shapes(page["own_network"]()) == shapes(real_digits_and_garments.network())
    digits = real_digits_and_garments.textbook_digits(np.zeros((1, 28, 28)))
    assert shapes(digits)[1:] == shapes(page["digits_network"]())
    garments = real_digits_and_garments.textbook_garments(np.eye(28)[np.newaxis].repeat(2, 0))
    assert shapes(garments)[1:] == shapes(page["garments_network"]())


def test_our_network_by_hand(page):
    filters = [1, 16, 32, 48, 64, 96]
    pairs = list(itertools.pairwise(filters))
    own = page["own_network"]()
    # Kernels, four numbers a channel of the normalisation, and the last layer.
    expected = sum(9 * a * b + 4 * b for a, b in pairs) + 96 * 10 + 10
    assert own.count_params() == expected == 103_514
    sides = [28, 14, 14, 7, 7]
    macs = sum(side**2 * 9 * a * b for side, (a, b) in zip(sides, pairs, strict=True)) + 960
    assert models.count_macs(own) == macs == 7_790_784


def test_shares_that_the_prose_names(page):
    colour = page["colour_network"]()
    dense = [layer for layer in colour.layers if type(layer).__name__ == "Dense"]
    assert dense[0].count_params() > 0.95 * colour.count_params()
    convolved = models.count_macs(colour) - (1_024 * 500 + 5_000)
    assert convolved > models.count_macs(colour) / 2


# --- data and loss -------------------------------------------------------------------------------
def test_a_silent_pixel_makes_a_speck_of_dust_an_explosion(chapter):
    train = data.load("mnist").train.images.astype("float32")
    assert (train.std(axis=0) == 0).any()
    assert "number in the millions" in prose(chapter, "standardise-read")


def test_losses_at_the_start_and_with_softmax_taken_twice(chapter):
    import keras

    assert ops.cross_entropy(np.zeros((1, 10)), [3]) == pytest.approx(np.log(10))
    twice = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(
        np.array([2]), np.eye(10, dtype="float32")[[2]]
    )
    assert float(twice) == pytest.approx(np.log(np.e + 9) - 1, abs=1e-6)
    assert round(np.log(np.e + 9) - 1, 2) == 1.46
    assert r"$\ln(e + 9) - 1 \approx 1.46$" in prose(chapter, "loss-read")
    assert round(np.log(10), 2) == 2.30


def test_smoothed_labels_are_those_of_the_prose(chapter):
    smooth = real_digits_and_garments.SMOOTHING
    assert 1 - smooth + smooth / 10 == pytest.approx(0.955)
    assert smooth / 10 == pytest.approx(0.005)
    assert "0.955 for the true class and 0.005 for each other one" in prose(
        chapter, "remedies-read"
    )


# --- exercises against Keras ---------------------------------------------------------------------
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_the_exercise_on_momentum_is_what_keras_does(momentum):
    import keras

    gradients = np.array([1.0, -2.0, 0.5, 3.0], "float32")
    weight = keras.Variable(0.0)
    optimizer = keras.optimizers.SGD(learning_rate=0.1, momentum=momentum)
    path = []
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [weight])
        path.append(float(weight.value.numpy()))
    reference = check.EXERCISES["momentum_path"].exercise.reference
    np.testing.assert_allclose(path, reference(gradients, 0.1, momentum), atol=1e-6)


def test_a_steady_gradient_moves_ten_times_as_far_with_a_momentum_of_nine_tenths():
    reference = check.EXERCISES["momentum_path"].exercise.reference
    steps = -np.diff(reference(np.ones(200), 1.0, 0.9))
    assert steps[-1] == pytest.approx(10, abs=1e-3)


@pytest.mark.parametrize("patience", [1, 2, 3])
@pytest.mark.parametrize(
    "losses", [[3, 2, 4, 1, 5, 6, 7], [1, 1, 1, 1, 1], [5, 4, 3, 2], [2, 3, 1, 2, 2, 0, 4]]
)
def test_the_exercise_on_stopping_is_what_keras_does(losses, patience):
    import keras

    stopping = keras.callbacks.EarlyStopping(monitor="loss", patience=patience, mode="min")
    stopping.set_model(keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]))
    stopping.model.stop_training = False  # as `fit` begins
    stopping.on_train_begin()
    last = len(losses)
    for epoch, loss in enumerate(losses):
        stopping.on_epoch_end(epoch, {"loss": float(loss)})
        if stopping.model.stop_training:
            last = epoch + 1
            break
    reference = check.EXERCISES["early_stop"].exercise.reference
    assert reference(losses, patience) == (last, stopping.best_epoch + 1)


def test_the_exercise_on_confusion_is_what_scikit_learn_counts():
    from sklearn.metrics import confusion_matrix

    rng = np.random.default_rng(0)
    true, predicted = rng.integers(0, 4, (2, 60))
    reference = check.EXERCISES["confusion_counts"].exercise.reference
    found = reference(true.tolist(), predicted.tolist(), 6)
    np.testing.assert_array_equal(found, confusion_matrix(true, predicted, labels=range(6)))


def test_the_exercise_on_parameters_is_what_keras_counts():
    import keras

    layers = keras.layers
    network = keras.Sequential(
        [
            keras.Input((15, 15, 1)),
            layers.Conv2D(3, 3, padding="same"),
            layers.MaxPooling2D(),
            layers.Conv2D(5, 3, padding="same"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(7),
            layers.Dense(2),
        ]
    )
    reference = check.EXERCISES["network_params"].exercise.reference
    assert reference(15, [3, 5], [7, 2]) == network.count_params()


# --- what the prose says of the studies ----------------------------------------------------------
def mean(study, value, **settings):
    return results.load(study).mean(value, **settings)


def test_the_order_of_optimizers_differs_between_the_rates(chapter):
    orders = []
    for times in (1, 10):
        found = {
            name: mean("optimizers", "accuracy", optimizer=name, rate=round(times * rate, 6))
            for name, (_, _, rate) in optimizers.OPTIMIZERS.items()
        }
        orders.append(sorted(found, key=found.get))
    assert orders[0] != orders[1]
    assert orders[0][-1] == "Nesterov momentum"
    assert orders[1][-1] == "Adam"
    assert orders[0][0] == orders[1][0] == "Adagrad"
    assert "Adagrad has gained nearly 0.4" in prose(chapter, "optimizers-read")


def test_remedies_lower_the_loss_and_barely_move_the_accuracy(chapter):
    remedies = list(small_data.REMEDIES)
    losses = [mean("small_data", "test_loss", remedy=remedy) for remedy in remedies]
    scores = [mean("small_data", "test", remedy=remedy) for remedy in remedies]
    assert all(loss < losses[0] for loss in losses[1:])
    assert max(scores) - scores[0] < 0.02
    text = prose(chapter, "remedies-read")
    assert "between one and two points" in text
    seen = mean("small_data", "train", remedy="all three")
    assert f"{seen:.2f}" == "0.86"
    assert "only 0.86 of its own images right" in text


def test_noise_is_no_shift(chapter):
    plain, noise, shifts = (
        mean("noise_or_shifts", "moved", training=training)
        for training in ("as they are", "white noise", "shifts")
    )
    assert noise < plain < shifts / 1.9
    assert {arm["training"] for arm in noise_or_shifts.ARMS} == {
        "as they are",
        "white noise",
        "shifts",
    }
    assert "shifts double the accuracy" in prose(chapter, "noise-read")


def test_our_network_holds_its_promise_on_the_real_sets():
    study = results.load("real_digits_and_garments")
    assert min(study.values("accuracy", data="fashion_mnist", network="ours")) >= 0.92
    assert min(study.values("accuracy", data="mnist", network="ours")) >= 0.9925
    ours, textbook = (
        study.mean("macs", data="fashion_mnist", network=name) for name in ("ours", "textbook")
    )
    assert ours <= textbook / 5
    assert study.hardware["cores"] >= 1


def test_shifted_batches_are_moved_and_mirrored_copies():
    images = np.zeros((130, 28, 28), "uint8")
    images[:, 10, 12] = np.arange(1, 131)
    labels = np.arange(130) % 10
    for mirror, columns in ((False, {10, 11, 12, 13, 14}), (True, {*range(10, 18)})):
        batches = real_digits_and_garments.shifted_batches(images, labels, mirror, seed=0)
        assert len(batches) == 1
        batch, targets = batches[0]
        found = np.argwhere(batch[..., 0] > 0)
        assert len(found) == 128
        assert set(found[:, 1]) == {8, 9, 10, 11, 12}
        assert set(found[:, 2]) == columns
        numbers = batch[tuple(found.T)][:, 0].astype(int) - 1
        assert len(set(numbers)) == 128
        np.testing.assert_array_equal(targets.argmax(axis=1), labels[numbers])
        first = batches.order.copy()
        batches.on_epoch_end()
        assert not np.array_equal(first, batches.order)


# --- row 15: killed and resumed ------------------------------------------------------------------
class Training:
    """The page's `train` in a process of its own, in a folder of its own."""

    def __init__(self, chapter, folder):
        self.folder = folder
        self.code = source(chapter, "resume-train")

    def start(self, epochs, dies_in=None):
        call = f"train({str(self.folder)!r}, epochs={epochs}, dies_in={dies_in})"
        report = "print('steps', int(network.optimizer.iterations))"
        code = f"{self.code}\nnetwork = {call}\n{report}\n"
        return subprocess.Popen(
            [sys.executable, "-c", code],
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, epochs):
        process = self.start(epochs)
        output, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
        return int(re.search(r"steps (\d+)", output)[1])

    def history(self):
        with (self.folder / "history.csv").open() as file:
            return list(csv.DictReader(file))

    def epochs(self):
        return [int(row["epoch"]) + 1 for row in self.history()]

    def backed_up(self):
        text = (self.folder / "backup" / "training_metadata.json").read_text()
        return json.loads(text)["epoch"]


@pytest.mark.slow
def test_a_power_cut_costs_the_epoch_it_falls_into_and_no_more(chapter, tmp_path):
    training = Training(chapter, tmp_path)
    cut = training.start(epochs=5, dies_in=3)
    cut.communicate(timeout=300)
    assert cut.returncode == 9
    assert training.epochs() == [1, 2]
    assert training.backed_up() == 2
    best = min(float(row["val_loss"]) for row in training.history())

    steps_of_an_epoch = 640 // 32
    assert training.finish(epochs=5) == 5 * steps_of_an_epoch  # the optimizer came back as well
    assert training.epochs() == [1, 2, 3, 4, 5]
    assert sorted(path.name for path in tmp_path.glob("epoch-*.keras")) == [
        f"epoch-0{number}.keras" for number in range(1, 6)
    ]
    assert float(training.history()[-1]["val_loss"]) < best

    before = (tmp_path / "history.csv").read_bytes()
    assert training.finish(epochs=5) == 5 * steps_of_an_epoch  # run a third time: nothing is left
    assert (tmp_path / "history.csv").read_bytes() == before


@pytest.mark.slow
def test_killed_from_outside_it_resumes_after_the_last_backup(chapter, tmp_path):
    training = Training(chapter, tmp_path)
    process = training.start(epochs=400)
    metadata = tmp_path / "backup" / "training_metadata.json"
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and process.poll() is None:
        if metadata.exists() and metadata.read_text() and training.backed_up() >= 3:
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    done = len(training.epochs())
    saved = training.backed_up() if metadata.read_text() else done - 1
    assert 3 <= saved <= done <= saved + 1  # killed between history and backup: one row more

    training.finish(epochs=saved + 2)
    assert training.epochs()[done:] == [saved + 1, saved + 2]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_reloaded_network_predicts_the_same(page, tmp_path):
    import keras

    keras.utils.set_random_seed(0)
    network = page["own_network"]()
    images = np.random.default_rng(0).integers(0, 256, (5, 28, 28, 1)).astype("float32")
    network.save(tmp_path / "own.keras")
    again = keras.models.load_model(tmp_path / "own.keras")
    first, second = (model.predict(images, verbose=0) for model in (network, again))
    np.testing.assert_array_equal(first, second)


# --- the page ------------------------------------------------------------------------------------
def test_exercises_stand_in_order_each_as_a_stub_and_a_folded_solution(chapter):
    tags = [tag for cell in chapter["cells"] for tag in cell["metadata"].get("tags", [])]
    names = [
        name for name in check.names() if check.EXERCISES[name].exercise.objective[:6] == "first-"
    ]
    assert len(names) == 8
    assert [tag for tag in tags if tag.startswith(("exercise:", "solution:"))] == [
        f"{kind}:{name}" for name in names for kind in ("exercise", "solution")
    ]


def test_the_page_says_which_data_it_uses(chapter):
    text = prose(chapter, "title")
    assert "Its digits are real ones, handwritten, from scikit-learn" in text
    assert "its garments are drawn by the course" in text
    assert "come from a file and are marked as such" in text
