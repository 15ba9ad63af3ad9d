"""The networks: counted by hand, equal to Keras' own, saved and loaded, trained, refused."""

import doctest
import json
import re
import subprocess
import sys
from functools import cache

import keras
import numpy as np
import pytest

from cnncourse import arithmetic, layers, models
from cnncourse.layers import plain
from cnncourse.models import _build, _measure

conv, dense = arithmetic.conv_params, arithmetic.dense_params

# (trainable, total) at full size. Where a number has no comment, the paper's table of layers gives
# it by the sums below; the others are also printed where the comment says.
GOLDEN = {
    "lenet5": (61_706, 61_706),
    "lenet5_1998": (60_000, 60_840),  # the paper: 60,000 trainable; and 10 fixed codes of 84
    "alexnet": (60_965_224, 60_965_224),  # Caffe's bvlc_alexnet
    "alexnet_one_group": (62_378_344, 62_378_344),
    "zfnet": (62_357_608, 62_357_608),
    "vgg11": (132_863_336, 132_863_336),  # torchvision, as all of VGG
    "vgg13": (133_047_848, 133_047_848),
    "vgg16": (138_357_544, 138_357_544),
    "vgg19": (143_667_240, 143_667_240),
    "nin": (966_986, 966_986),
    "googlenet": (6_998_552, 6_998_552),
    "googlenet_aux": (13_378_280, 13_378_280),
    "se_inception": (7_478_655, 7_478_655),
    "resnet18": (11_689_512, 11_699_112),  # torchvision, as all of the first version
    "resnet34": (21_797_672, 21_814_696),
    "resnet50": (25_557_032, 25_610_152),
    "resnet101": (44_549_160, 44_654_504),
    "resnet152": (60_192_808, 60_344_232),
    "preact_resnet18": (11_687_720, 11_695_528),
    "preact_resnet34": (21_795_880, 21_811_112),
    "preact_resnet50": (25_549_352, 25_594_792),
    "preact_resnet101": (44_541_480, 44_639_144),
    "preact_resnet152": (60_185_128, 60_328_872),
    "se_resnet18": (11_778_592, 11_788_192),
    "se_resnet34": (21_958_868, 21_975_892),
    "se_resnet50": (28_088_024, 28_141_144),
    "se_resnet101": (49_326_872, 49_432_216),
    "se_resnet152": (66_821_848, 66_973_272),
    "xception": (22_855_952, 22_910_480),  # keras.applications
    "mobilenet": (4_231_976, 4_253_864),  # keras.applications
}


# --- parameters by hand, from the papers' tables and nothing of ours but conv and dense ----------


def lenet5():
    return [conv(5, 1, 6), conv(5, 6, 16), conv(5, 16, 120), dense(120, 84), dense(84, 10)], 0


def lenet5_1998():
    s2, s4 = 2 * 6, 2 * 16
    return [156, s2, 60 * 25 + 16, s4, 48_120, 10_164], 10 * 84


def alexnet(first=11, groups=2):
    convs = [
        conv(first, 3, 96),
        conv(5, 96, 256, groups=groups),
        conv(3, 256, 384),
        conv(3, 384, 384, groups=groups),
        conv(3, 384, 256, groups=groups),
    ]
    return [*convs, dense(6 * 6 * 256, 4096), dense(4096, 4096), dense(4096, 1000)], 0


def vgg(*columns):
    parts, c_in = [], 3
    for filters in columns:
        parts.append(conv(3, c_in, filters))
        c_in = filters
    return [*parts, dense(7 * 7 * 512, 4096), dense(4096, 4096), dense(4096, 1000)], 0


def nin():
    first = [conv(5, 3, 192), conv(1, 192, 160), conv(1, 160, 96)]
    second = [conv(5, 96, 192), conv(1, 192, 192), conv(1, 192, 192)]
    return [*first, *second, conv(3, 192, 192), conv(1, 192, 192), conv(1, 192, 10)], 0


INCEPTION = """
192  64  96 128 16  32  32
256 128 128 192 32  96  64
480 192  96 208 16  48  64
512 160 112 224 24  64  64
512 128 128 256 24  64  64
512 112 144 288 32  64  64
528 256 160 320 32 128 128
832 256 160 320 32 128 128
832 384 192 384 48 128 128
"""


def googlenet(auxiliary=False, squeeze=False):
    parts = [conv(7, 3, 64), conv(1, 64, 64), conv(3, 64, 192), dense(1024, 1000)]
    for line in INCEPTION.split("\n")[1:-1]:
        c_in, one, reduce3, three, reduce5, five, pool = map(int, line.split())
        parts += [conv(1, c_in, filters) for filters in (one, reduce3, reduce5, pool)]
        parts += [conv(3, reduce3, three), conv(5, reduce5, five)]
        if squeeze:
            parts.append(squeeze_excite(one + three + five + pool))
    if auxiliary:
        for c_in in (512, 528):  # after 4a and 4d, 4 × 4 positions
            parts += [conv(1, c_in, 128), dense(4 * 4 * 128, 1024), dense(1024, 1000)]
    return parts, 0


def squeeze_excite(channels):
    return dense(channels, channels // 16) + dense(channels // 16, channels)


def resnet(units, bottleneck, squeeze=False):
    """Without biases; batch normalisation trains two numbers a channel and keeps two more."""
    convs, normalised = [conv(7, 3, 64, bias=False)], [64]
    extra, c_in = [], 64
    for stage, count in enumerate(units):
        width = 64 * 2**stage
        c_out = 4 * width if bottleneck else width
        for number in range(count):
            if bottleneck:
                steps = [(1, c_in, width), (3, width, width), (1, width, c_out)]
            else:
                steps = [(3, c_in, width), (3, width, width)]
            if number == 0 and c_in != c_out:
                steps.append((1, c_in, c_out))
            convs += [conv(*step, bias=False) for step in steps]
            normalised += [filters for *_, filters in steps]
            extra += [squeeze_excite(c_out)] * squeeze
            c_in = c_out
    return [*convs, 2 * sum(normalised), *extra, dense(c_in, 1000)], 2 * sum(normalised)


def preact_resnet(units, bottleneck):
    """Normalisation stands before each convolution of a unit, and once at the end."""
    convs, normalised, c_in = [conv(7, 3, 64, bias=False)], [], 64
    for stage, count in enumerate(units):
        width = 64 * 2**stage
        c_out = 4 * width if bottleneck else width
        for number in range(count):
            if bottleneck:
                steps = [(1, c_in, width), (3, width, width), (1, width, c_out)]
            else:
                steps = [(3, c_in, width), (3, width, width)]
            normalised += [before for _, before, _ in steps]
            if number == 0 and (c_in != c_out or stage > 0):
                steps.append((1, c_in, c_out))
            convs += [conv(*step, bias=False) for step in steps]
            c_in = c_out
    normalised.append(c_in)
    return [*convs, 2 * sum(normalised), dense(c_in, 1000)], 2 * sum(normalised)


def separable(c_in, filters):
    return 9 * c_in + c_in * filters


def xception():
    parts = [conv(3, 3, 32, bias=False), conv(3, 32, 64, bias=False)]
    normalised, c_in = [32, 64], 64
    for filters in [(128, 128), (256, 256), (728, 728), *[(728,) * 3] * 8, (728, 1024)]:
        if len(filters) == 2:  # a strided unit, with a projection
            parts.append(c_in * filters[-1])
            normalised.append(filters[-1])
        for count in filters:
            parts.append(separable(c_in, count))
            normalised.append(count)
            c_in = count
    for count in (1536, 2048):
        parts.append(separable(c_in, count))
        normalised.append(count)
        c_in = count
    return [*parts, 2 * sum(normalised), dense(2048, 1000)], 2 * sum(normalised)


def mobilenet():
    parts, normalised, c_in = [conv(3, 3, 32, bias=False)], [32], 32
    for filters in (64, 128, 128, 256, 256, *[512] * 6, 1024, 1024):
        parts.append(separable(c_in, filters))
        normalised += [c_in, filters]
        c_in = filters
    return [*parts, 2 * sum(normalised), dense(1024, 1000)], 2 * sum(normalised)


UNITS = {
    "18": ((2, 2, 2, 2), False),
    "34": ((3, 4, 6, 3), False),
    "50": ((3, 4, 6, 3), True),
    "101": ((3, 4, 23, 3), True),
    "152": ((3, 8, 36, 3), True),
}
BY_HAND = {
    "lenet5": lenet5,
    "lenet5_1998": lenet5_1998,
    "alexnet": alexnet,
    "alexnet_one_group": lambda: alexnet(groups=1),
    "zfnet": lambda: alexnet(first=7, groups=1),
    "vgg11": lambda: vgg(64, 128, 256, 256, *[512] * 4),
    "vgg13": lambda: vgg(64, 64, 128, 128, 256, 256, *[512] * 4),
    "vgg16": lambda: vgg(64, 64, 128, 128, 256, 256, 256, *[512] * 6),
    "vgg19": lambda: vgg(64, 64, 128, 128, *[256] * 4, *[512] * 8),
    "nin": nin,
    "googlenet": googlenet,
    "googlenet_aux": lambda: googlenet(auxiliary=True),
    "se_inception": lambda: googlenet(squeeze=True),
    "xception": xception,
    "mobilenet": mobilenet,
    **{f"resnet{d}": lambda d=d: resnet(*UNITS[d]) for d in UNITS},
    **{f"preact_resnet{d}": lambda d=d: preact_resnet(*UNITS[d]) for d in UNITS},
    **{f"se_resnet{d}": lambda d=d: resnet(*UNITS[d], squeeze=True) for d in UNITS},
}


def test_every_network_has_a_golden_row_and_a_sum_by_hand():
    assert set(models.names()) == set(GOLDEN) == set(BY_HAND)
    assert len(set(models.names())) == len(models.names())


@pytest.fixture(scope="module")
def measures():
    """Measure each network once, at full size and without memory for its weights."""
    return {name: models.measure(name) for name in models.names()}


@pytest.mark.parametrize("name", models.names())
def test_parameters_to_the_last(measures, name):
    parts, fixed = BY_HAND[name]()
    assert (sum(parts), sum(parts) + fixed) == GOLDEN[name]
    assert (measures[name].trainable, measures[name].total) == GOLDEN[name]


def test_lenet5_layer_by_layer():
    model = models.build("lenet5_1998")
    names = ["c1", "s2", "c3", "s4", "c5", "f6"]
    counts = [model.get_layer(name).count_params() for name in names]
    assert counts == [156, 12, 1_516, 32, 48_120, 10_164]
    assert sum(counts) == 60_000


def test_without_the_top():
    def count():
        return {
            name: (models.count_params(m := models.build(name, include_top=False)), m.output_shape)
            for name in ("vgg16", "resnet50", "googlenet_aux", "nin")
        }

    found = plain.without_weights(count)
    assert found["vgg16"] == ((14_714_688, 14_714_688), (None, 7, 7, 512))
    assert found["resnet50"][0].trainable == 25_557_032 - dense(2048, 1000)
    assert found["resnet50"][1] == (None, 7, 7, 2048)
    assert found["googlenet_aux"] == ((6_998_552 - dense(1024, 1000),) * 2, (None, 7, 7, 1024))
    assert found["nin"][1] == (None, 8, 8, 192)


def test_measuring_without_weights_is_measuring_with_them():
    model = models.build("resnet18", (65, 97, 3), classes=7, width=0.25)
    measured = models.measure("resnet18", (65, 97, 3), classes=7, width=0.25)
    assert (measured.trainable, measured.total) == models.count_params(model)
    assert measured.total == model.count_params()
    assert measured.macs == models.count_macs(model)


# --- costs, depth, receptive fields --------------------------------------------------------------


def test_multiply_accumulates_as_published(measures):
    """ResNets: table 1 of the paper, cut off after a digit; MobileNet: table 8, in millions."""
    billions = {"resnet18": 1.8, "resnet34": 3.6, "resnet101": 7.5, "resnet152": 11.2}
    for name, published in {**billions, "resnet50": 3.8}.items():
        assert np.floor(measures[name].macs / 1e8) / 10 == published
    assert round(measures["mobilenet"].macs / 1e6) == 569
    assert round(measures["googlenet"].macs / 1e9, 1) == 1.6  # the paper: "1.5 billion", rounded


def test_multiply_accumulates_by_hand(measures):
    lenet = 28 * 28 * 25 * 6 + 10 * 10 * 150 * 16 + 400 * 120 + 120 * 84 + 84 * 10
    assert measures["lenet5"].macs == lenet
    partial = 28 * 28 * 25 * 6 + 10 * 10 * 60 * 25 + 400 * 120 + 120 * 84
    assert measures["lenet5_1998"].macs == partial
    sides = (55, 27, 13, 13, 13)
    weights = (11 * 11 * 3 * 96, 5 * 5 * 48 * 256, 9 * 256 * 384, 9 * 192 * 384, 9 * 192 * 256)
    alex = sum(side**2 * count for side, count in zip(sides, weights, strict=True))
    assert measures["alexnet"].macs == alex + 9216 * 4096 + 4096 * 4096 + 4096 * 1000
    model = plain.assemble((9, 13, 4), [layers.SeparableUnit(6, stride=2)])
    assert models.count_macs(model) == arithmetic.separable_conv_macs((5, 7), 3, 4, 6)
    one = [keras.layers.SeparableConv2D(6, 3, strides=2, padding="same")]
    assert models.count_macs(plain.assemble((9, 13, 4), one)) == models.count_macs(model)
    grouped = plain.assemble((9, 13, 4), [plain.conv(6, 3, groups=2)])
    assert models.count_macs(grouped) == arithmetic.conv_macs((9, 13), 3, 4, 6, groups=2)


def test_depth_is_what_the_papers_count(measures):
    counted = {name: models.info(name).depth for name in models.names()}
    # The paper counts LeNet-5's subsampling and RBF output, and Xception's separable convolutions
    # once and without the dense layer.
    assert counted.pop("lenet5_1998") == 7 == measures["lenet5_1998"].depth + 3
    assert counted.pop("xception") == 36 == measures["xception"].depth - 34 - 1
    for name, depth in counted.items():
        if depth is not None:
            assert measures[name].depth == depth, name
    assert (measures["nin"].depth, measures["lenet5"].depth) == (9, 5)


# A. Araujo et al., "Computing receptive fields of convolutional neural networks", Distill, 2019
RECEPTIVE_FIELDS = {
    "alexnet": 195,
    "vgg16": 212,
    "resnet50": 483,
    "resnet101": 1027,
    "resnet152": 1507,
    "mobilenet": 315,
}


def test_receptive_fields_as_published(measures):
    for name, field in RECEPTIVE_FIELDS.items():
        assert measures[name].receptive_field == (field, field), name
    assert measures["lenet5"].receptive_field == (32, 32)  # C5 sees the whole image
    # Gates and other heads see everything, and change nothing.
    assert measures["se_resnet50"].receptive_field == measures["resnet50"].receptive_field
    assert measures["googlenet_aux"].receptive_field == measures["googlenet"].receptive_field


def test_receptive_field_follows_branches_dilation_and_both_axes():
    inputs = keras.Input((40, 50, 3))
    short = keras.layers.Conv2D(4, (1, 5), padding="same")(inputs)
    long = keras.layers.Conv2D(4, (3, 1), dilation_rate=(4, 1), padding="same")(inputs)
    long = keras.layers.MaxPooling2D(2, strides=1, padding="same")(long)
    model = keras.Model(inputs, keras.layers.Add()([short, long]))
    assert models.receptive_field(model) == (10, 2)
    assert models.receptive_field(keras.Sequential([inputs, model])) == (10, 2)


def test_receptive_field_is_what_a_changed_pixel_reaches():
    """Change one pixel after the other, and see which of them move one value of the last map."""
    keras.utils.set_random_seed(1)
    features = [plain.conv(9, 5, 2), layers.ResidualUnit(9, stride=2), plain.max_pool(2, 1, "same")]
    model = plain.assemble((1, 61, 2), features)
    middle = model.output_shape[2] // 2
    reached = np.zeros(61, bool)
    for image in np.random.default_rng(0).normal(size=(12, 1, 1, 61, 2)).astype(np.float32):
        changed = np.repeat(image, 61, axis=0)
        changed[np.arange(61), 0, np.arange(61)] += 5
        moved = np.abs(np.asarray(model(changed) - model(image))[:, 0, middle])
        reached |= moved.max(axis=-1) > 1e-6
    seen = np.flatnonzero(reached)
    assert seen[-1] - seen[0] + 1 == models.receptive_field(model)[1] == 21


def test_counts_refuse_what_they_cannot_count():
    transposed = plain.assemble((9, 13, 4), [keras.layers.Conv2DTranspose(3, 3, strides=2)])
    for count in (models.count_macs, models.receptive_field):
        with pytest.raises(ValueError, match="expected a model without transposed convolutions"):
            count(transposed)
    inputs = keras.Input((None, 13, 4))
    with pytest.raises(ValueError, match="expected a model with known sizes"):
        models.count_macs(keras.Model(inputs, plain.conv(3, 3)(inputs)))


# --- thumbnails of all of them -------------------------------------------------------------------

COLOURED = (70, 81, 3)  # H ≠ W, and no less than any network needs


def thumbnail(name, **options):
    keras.utils.set_random_seed(0)
    width = 0.0625 if models.info(name).scales else 1.0
    shape = (34, 38, 2) if name == "lenet5_1998" else COLOURED
    return models.build(name, shape, 3, width=width, **options)


def images(model, count=4):
    return np.random.default_rng(1).normal(size=(count, *model.input_shape[1:])).astype(np.float32)


@pytest.fixture(scope="module")
def logits_of():
    """Build each network small, once. Untrained deep ones saturate a softmax, so take logits."""
    return cache(lambda name: thumbnail(name, activation=None))


DEEP = pytest.mark.slow
BY_DEPTH = [
    pytest.param(name, marks=DEEP if name.endswith(("101", "152")) else ())
    for name in models.names()
]


@pytest.mark.parametrize("name", BY_DEPTH)
def test_a_gradient_reaches_every_weight(logits_of, name):
    import tensorflow as tf

    model = keras.models.clone_model(logits_of(name))
    # With a filter or two in a layer its ReLUs may all be dead by chance. Averages of what is
    # positive keep them awake.
    for weight in model.trainable_weights:
        if weight.name == "kernel":
            values = np.abs(weight.numpy())
            weight.assign(values / values.sum(axis=tuple(range(values.ndim - 1))))
        elif weight.name in ("bias", "beta"):
            weight.assign(keras.ops.full_like(weight, 0.5))
    x = np.abs(images(model))
    with tf.GradientTape() as tape:
        outputs = as_dict(model(x, training=True)).values()
        loss = tf.add_n([tf.reduce_sum(out * np.array([1.0, -2.0, 4.0])) for out in outputs])
    gradients = tape.gradient(loss, [weight.value for weight in model.trainable_weights])
    for weight, gradient in zip(model.trainable_weights, gradients, strict=True):
        assert gradient is not None, weight.path
        assert np.isfinite(gradient).all(), weight.path
        assert np.abs(gradient).max() > 0, weight.path


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' saver
def test_all_save_and_load_in_a_fresh_process(logits_of, tmp_path):
    expected = {}
    for name in models.names():
        model = logits_of(name)
        model.save(tmp_path / f"{name}.keras")
        x = images(model)
        np.save(tmp_path / f"{name}.npy", x)
        expected[name] = {key: value.numpy().tolist() for key, value in as_dict(model(x)).items()}
    code = """
import json, sys
import keras, numpy as np
import cnncourse.layers
found = {}
for name in json.loads(sys.argv[2]):
    model = keras.saving.load_model(f"{sys.argv[1]}/{name}.keras")
    outputs = model(np.load(f"{sys.argv[1]}/{name}.npy"))
    outputs = outputs if isinstance(outputs, dict) else {"main": outputs}
    found[name] = {key: value.numpy().tolist() for key, value in outputs.items()}
print(json.dumps(found))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), json.dumps(list(expected))],
        check=True,
        capture_output=True,
        text=True,
    )
    found = json.loads(done.stdout)
    assert found == expected
    for outputs in expected.values():
        for values in outputs.values():
            assert np.isfinite(values).all()
            assert np.ptp(values, axis=0).max() > 0


def as_dict(outputs):
    return outputs if isinstance(outputs, dict) else {"main": outputs}


SMALL = (
    *("lenet5_1998", "alexnet", "zfnet", "vgg11", "nin", "googlenet_aux", "se_inception"),
    *("resnet18", "preact_resnet18", "se_resnet18", "resnet50", "xception", "mobilenet"),
)


@pytest.mark.parametrize("name", SMALL)
def test_mixed_precision(name):
    import tensorflow as tf

    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = thumbnail(name)
    finally:
        keras.config.set_dtype_policy("float32")
    x = images(model)
    with tf.GradientTape() as tape:
        outputs = as_dict(model(x, training=True))
        loss = sum(tf.reduce_sum(tf.math.log(out[:, 0] + 1e-7)) for out in outputs.values())
    assert {str(out.dtype.name) for out in outputs.values()} == {"float32"}
    inside = {leaf.compute_dtype for leaf in _measure._leaves(model) if leaf.trainable_weights}
    assert inside == {"float16"}
    for gradient in tape.gradient(loss, [weight.value for weight in model.trainable_weights]):
        assert gradient.dtype == tf.float32
        assert np.isfinite(gradient).all()


def test_auxiliary_losses_count_three_tenths():
    keras.utils.set_random_seed(0)
    model = models.build("googlenet_aux", (65, 97, 3), classes=4, width=0.125)
    x = images(model)
    labels = np.array([0, 3, 1, 2])
    weights = models.info("googlenet_aux").loss_weights
    assert weights == {"main": 1.0, "auxiliary_1": 0.3, "auxiliary_2": 0.3}
    assert models.AUXILIARY_WEIGHT == 0.3
    losses = dict.fromkeys(weights, "sparse_categorical_crossentropy")
    model.compile("sgd", losses, loss_weights=weights)
    found = model.evaluate(x, dict.fromkeys(weights, labels), verbose=0, return_dict=True)
    parts = {
        name: -np.log(np.asarray(out)[np.arange(4), labels]).mean()
        for name, out in model(x).items()
    }
    expected = parts["main"] + 0.3 * (parts["auxiliary_1"] + parts["auxiliary_2"])
    assert found["loss"] == pytest.approx(expected, rel=1e-4)


# --- against keras.applications ------------------------------------------------------------------

APPLICATIONS = {
    "vgg16": "VGG16",
    "vgg19": "VGG19",
    "resnet50": "ResNet50",
    "resnet101": "ResNet101",
    "resnet152": "ResNet152",
    "xception": "Xception",
}


def test_there_is_a_counterpart_for_each_keras_style():
    assert {name for name in models.names() if models.info(name).keras_style} == set(APPLICATIONS)


@pytest.mark.parametrize("name", APPLICATIONS)
def test_same_weight_shapes_in_the_same_order_as_keras(name):
    def shapes():
        ours = models.build(name, style="keras")
        theirs = getattr(keras.applications, APPLICATIONS[name])(weights=None)
        assert ours.input_shape == theirs.input_shape
        return [[tuple(weight.shape) for weight in model.weights] for model in (ours, theirs)]

    ours, theirs = plain.without_weights(shapes)
    assert ours == theirs


@pytest.mark.slow
@pytest.mark.parametrize("name", APPLICATIONS)
def test_same_outputs_as_keras_with_the_same_weights(name):
    shape = (71, 90, 3)
    # VGG's dense layers are too large to make two pairs of; its features are what could differ.
    top = not name.startswith("vgg")
    ours = models.build(name, shape, include_top=top, style="keras", activation=None)
    options = {"classifier_activation": None} if top else {}
    kind = getattr(keras.applications, APPLICATIONS[name])
    theirs = kind(weights=None, input_shape=shape, include_top=top, **options)
    rng = np.random.default_rng(0)
    values = []
    for weight in theirs.weights:
        if weight.name in ("gamma", "moving_variance"):
            values.append(rng.uniform(0.7, 1.3, weight.shape))
        elif weight.name in ("beta", "moving_mean", "bias"):
            values.append(rng.normal(scale=0.1, size=weight.shape))
        else:
            values.append(weight.numpy())
    theirs.set_weights(values)
    ours.set_weights(values)
    x = images(ours, 2)
    expected = np.asarray(theirs(x))
    error = np.abs(np.asarray(ours(x)) - expected).max()
    assert error <= 1e-4 * np.abs(expected).max()


def test_mobilenet_has_the_parameters_of_keras():
    """Its multiplier alpha is our width; table 6 of the paper gives both in millions."""
    millions = {1.0: (569, 4.2), 0.75: (325, 2.6), 0.5: (149, 1.3), 0.25: (41, 0.5)}
    for alpha, (macs, params) in millions.items():
        measured = models.measure("mobilenet", width=alpha)
        assert round(measured.macs / 1e6) == macs
        assert round(measured.trainable / 1e6, 1) == params

        def theirs(alpha=alpha):
            return models.count_params(keras.applications.MobileNet(alpha=alpha, weights=None))

        assert plain.without_weights(theirs) == (measured.trainable, measured.total)


# --- sizes, widths and bad input -----------------------------------------------------------------


@pytest.mark.parametrize("name", BY_DEPTH)
def test_the_smallest_size_fits_and_one_less_does_not(name, monkeypatch):
    least = models.minimum_size(name)
    channels = models.info(name).input_shape[2]

    def shape_at(height, width):
        return plain.without_weights(lambda: models.build(name, (height, width, channels)).outputs)

    assert shape_at(least, least + 6)[0].shape[1] == models.info(name).classes
    if least > 1:
        expected = f"`input_shape`: expected at least {least} × {least} pixels for '{name}'"
        with pytest.raises(ValueError, match=re.escape(expected)):
            models.build(name, (least + 6, least - 1, channels))
        # Keras finds that it doesn't fit, too: the minimum is none too large.
        monkeypatch.setattr(_build, "_minimum_size", lambda *_: 1)
        with pytest.raises(ValueError, match=r"[Nn]egative|at least 5|one of the dimensions|<= 0"):
            shape_at(least - 1, least + 6)


def test_minimum_sizes_known_from_elsewhere():
    assert models.minimum_size("lenet5") == 32  # what the paper pads its 28 × 28 digits to
    assert models.minimum_size("vgg16") == 32  # keras.applications' min_size
    assert models.minimum_size("alexnet") == 67  # (((1 - 1) * 2 + 3 - 1) * 2 + …), a few lines up
    assert models.minimum_size("googlenet_aux") == 65  # 5 maps at stride 16 for the heads
    assert models.minimum_size("googlenet_aux", include_top=False) == 1


def test_width_scales_filters_but_not_classes():
    model = models.build("vgg11", (32, 40, 3), classes=6, width=0.125)
    assert [layer.filters for layer in model.layers if "conv" in layer.name][:3] == [8, 16, 32]
    assert model.get_layer("fc6").units == 512
    assert model.output_shape == (None, 6)
    two = models.build("alexnet", (70, 81, 3), classes=6, width=0.03)
    convs = [layer for layer in two.layers if layer.name.startswith("conv")]
    assert [layer.filters % 2 for layer in convs] == [0] * 5  # both groups get a share
    tiny = models.build("resnet18", (8, 9, 3), width=1e-6)
    assert tiny.get_layer("conv5_2").output.shape[-1] == 1


@pytest.mark.parametrize("name", SMALL)
def test_outputs_are_the_softmax_of_the_logits(logits_of, name):
    logits, model = logits_of(name), thumbnail(name)
    model.set_weights(logits.get_weights())
    x = images(model) / 8
    expected = as_dict(logits(x))
    for key, values in as_dict(model(x)).items():
        np.testing.assert_allclose(values, keras.ops.softmax(expected[key]), rtol=1e-4, atol=1e-6)
        assert values.shape == (4, 3)
        assert np.ptp(expected[key], axis=0).min() > 0  # they depend on the image
    assert model.name == name


def test_info_cites_and_agrees_with_itself():
    for name in models.names():
        row = models.info(name)
        assert row.title
        assert 1998 <= row.paper.year <= 2017
        assert re.fullmatch(r"arXiv:\d{4}\.\d{4,5}|doi:10\.\S+", row.paper.link)
        assert row.paper.authors
        assert row.paper.title
        assert (row.top5_error is None) == (row.top5_source == "")
        assert row.top5_error is None or 2 < row.top5_error < 20
        if row.paper.link.startswith("arXiv:"):  # the month that the number starts with
            assert row.paper.year - 2000 == int(row.paper.link[6:8])


BAD = {"input_shape": "three integers of at least 1, (height, width, channels)"}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: models.build("resnet51"), "`name`: expected one of 'lenet5', 'lenet5_1998', 'ale"),
        (lambda: models.build("resnet51"), "'mobilenet'; received 'resnet51'."),
        (lambda: models.build(50), "`name`: expected one of"),
        (lambda: models.info("VGG16"), "received 'VGG16'."),
        (lambda: models.minimum_size("x"), "`name`: expected one of"),
        (lambda: models.build("nin", classes=0), "`classes`: expected an integer of at least 1; "),
        (lambda: models.build("nin", classes=2.0), "`classes`: expected an integer of at least 1"),
        (lambda: models.build("nin", (32, 32)), f"`input_shape`: expected {BAD['input_shape']}"),
        (lambda: models.build("nin", (32, 0, 3)), f"`input_shape`: expected {BAD['input_shape']}"),
        (lambda: models.build("nin", 32), f"`input_shape`: expected {BAD['input_shape']}"),
        (lambda: models.build("nin", (None, 9, 3)), f"expected {BAD['input_shape']}"),
        (
            lambda: models.build("alexnet", (66, 200, 3)),
            "`input_shape`: expected at least 67 × 67 pixels for 'alexnet'; received (66, 200, 3).",
        ),
        (lambda: models.build("nin", width=0), "`width`: expected a number above 0; received 0."),
        (lambda: models.build("nin", width=-1), "`width`: expected a finite number of at least 0"),
        (
            lambda: models.build("lenet5_1998", width=0.5),
            "`width`: expected 1 for 'lenet5_1998', whose tables have fixed sizes; received 0.5.",
        ),
        (lambda: models.build("nin", include_top=1), "`include_top`: expected True or False"),
        (lambda: models.build("nin", style="caffe"), "`style`: expected one of 'paper', 'keras'"),
        (
            lambda: models.build("resnet18", style="keras"),
            "`style`: expected 'paper' for 'resnet18' ('keras' is for vgg16, vgg19, resnet50,",
        ),
        (lambda: models.build("nin", activation="relu"), "`activation`: expected one of 'softmax'"),
        (lambda: models.measure("nin", classes=-1), "`classes`: expected an integer of at least 1"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


@pytest.mark.parametrize("room", [_build, _measure])
def test_examples(room):
    result = doctest.testmod(room)
    assert result.attempted > 0
    assert result.failed == 0
