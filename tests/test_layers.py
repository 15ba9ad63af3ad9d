"""Every layer against NumPy, through a file and back, in half precision, and with bad input."""

import doctest
import importlib
import pkgutil
import re

import keras
import numpy as np
import pytest

from cnncourse import layers, ops
from cnncourse.layers import plain

MAPS = (2, 9, 7, 6)  # N H W C: no two alike
CASES = {
    "AuxiliaryHead": (lambda **o: layers.AuxiliaryHead(3, 4, 5, 0.25, **o), (4, 9, 12, 6)),
    "DepthMaxPooling2D": (lambda **o: layers.DepthMaxPooling2D(3, **o), MAPS),
    "GroupedConv2D": (
        lambda **o: layers.GroupedConv2D(9, (3, 2), groups=3, strides=2, activation="relu", **o),
        MAPS,
    ),
    "Inception": (lambda **o: layers.Inception(4, (3, 5), (2, 3), 1, **o), MAPS),
    "LocalResponseNormalization": (
        lambda **o: layers.LocalResponseNormalization(3, 0.5, 0.6, 1.5, **o),
        MAPS,
    ),
    "MlpConv": (lambda **o: layers.MlpConv(5, 3, (4, 7), stride=2, **o), MAPS),
    "PartialConv2D": (
        lambda **o: layers.PartialConv2D(layers.LENET_C3, (5, 3), layers.scaled_tanh, **o),
        MAPS,
    ),
    "RBFOutput": (lambda **o: layers.RBFOutput(10, **o), (3, 84)),
    "ResidualUnit": (lambda **o: layers.ResidualUnit(5, stride=2, bottleneck=True, **o), MAPS),
    "SEInception": (lambda **o: layers.SEInception(4, (3, 5), (2, 3), 1, ratio=4, **o), MAPS),
    "SEResidualUnit": (lambda **o: layers.SEResidualUnit(6, ratio=2, **o), MAPS),
    "SeparableUnit": (
        lambda **o: layers.SeparableUnit(
            5, order="pointwise_first", between="relu", normalisation="both", **o
        ),
        MAPS,
    ),
    "SqueezeExcite": (lambda **o: layers.SqueezeExcite(2, **o), MAPS),
    "TrainableSubsampling2D": (lambda **o: layers.TrainableSubsampling2D((3, 2), **o), MAPS),
    "XceptionUnit": (lambda **o: layers.XceptionUnit((5, 4), stride=2, **o), MAPS),
}


def draw(shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def shake(layer, seed=1):
    """Set all weights, statistics included, to values that would show any mix-up."""
    rng = np.random.default_rng(seed)
    for weight in layer.weights:
        if weight.name == "code":
            continue
        values = rng.normal(scale=0.4, size=weight.shape)
        if weight.name in ("gamma", "moving_variance", "coefficient"):
            values = rng.uniform(0.5, 1.5, weight.shape)
        weight.assign(values)
    return layer


def made(case, **options):
    make, shape = CASES[case]
    keras.utils.set_random_seed(3)
    layer = make(**options)
    x = draw(shape)
    layer(x)
    return shake(layer), x


# --- what all of them do -------------------------------------------------------------------------


def test_every_layer_has_a_case():
    classes = {
        name
        for name in layers.__all__
        if isinstance(getattr(layers, name), type) and name != "Block"
    }
    assert classes == set(CASES)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' saver
@pytest.mark.parametrize("name", CASES)
def test_saves_and_loads_to_the_same_outputs(name, tmp_path):
    layer, x = made(name, name="here")
    inputs = keras.Input(x.shape[1:])
    model = keras.Model(inputs, layer(inputs))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(x), model(x))
    assert loaded.get_layer("here").get_config() == layer.get_config()
    assert type(loaded.get_layer("here")) is type(layer)


@pytest.mark.parametrize("name", CASES)
def test_names_its_output_shape_before_and_after_building(name):
    layer, x = made(name)
    shape = (None, *x.shape[1:])
    expected = (None, *layer(x).shape[1:])
    assert tuple(layer.compute_output_shape(shape)) == expected
    fresh = CASES[name][0]()
    assert tuple(fresh.compute_output_shape(shape)) == expected
    assert CASES[name][0]()(keras.Input(x.shape[1:])).shape == expected


@pytest.mark.parametrize("name", CASES)
def test_works_in_mixed_precision(name):
    layer, x = made(name)
    half, _ = made(name, dtype="mixed_float16")
    output = half(x)
    wide = name in ("RBFOutput", "AuxiliaryHead")
    assert output.dtype == ("float32" if wide else "float16")
    symbolic = half(keras.Input(x.shape[1:]))
    assert symbolic.dtype == ("float32" if wide else "float16")
    assert {weight.dtype for weight in half.weights} <= {"float32"}
    if isinstance(half, layers.Block):
        inside = {part.compute_dtype for part in half.graph.layers if part.weights}
        assert inside == {"float16"}
    expected = np.asarray(layer(x))
    error = np.abs(np.asarray(output, np.float32) - expected).max()
    assert 0 < error < 0.02 * np.abs(expected).max() or name == "DepthMaxPooling2D"


@pytest.mark.parametrize("name", CASES)
def test_a_gradient_reaches_every_trainable_weight_and_the_input(name):
    import tensorflow as tf

    layer, x = made(name)
    images = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(images)
        output = layer(images, training=True) if layer._call_has_training_arg else layer(images)
        loss = tf.reduce_sum(output * draw(output.shape, 7))
    sources = [images, *(weight.value for weight in layer.trainable_weights)]
    for gradient, source in zip(tape.gradient(loss, sources), sources, strict=True):
        assert gradient is not None
        assert np.abs(gradient).max() > 0, source.shape


@pytest.mark.parametrize(
    "name", sorted(set(CASES) - {"RBFOutput", "GroupedConv2D"}), ids=lambda name: name
)
def test_wants_feature_maps(name):
    with pytest.raises(
        ValueError, match=r"`inputs`: expected feature maps of shape \(N, H, W, C\)"
    ):
        CASES[name][0]()(draw((2, 9, 7)))


# --- one by one, by hand -------------------------------------------------------------------------


def convolve(x, layer, stride=1):
    bias = np.asarray(layer.bias) if layer.use_bias else 0
    return ops.conv2d(x, np.asarray(layer.kernel), stride, "same") + bias


def normalise(x, layer):
    gamma, beta, mean, variance = (np.asarray(weight) for weight in layer.weights)
    return (x - mean) / np.sqrt(variance + layer.epsilon) * gamma + beta


def relu(x):
    return np.maximum(x, 0)


def part(block):
    return block.graph.get_layer


def close(ours, expected, tolerance=2e-5):
    expected = np.asarray(expected)
    assert ours.shape == expected.shape
    assert np.abs(np.asarray(ours) - expected).max() <= tolerance * np.abs(expected).max()


@pytest.mark.parametrize("n", [5, 4, 3, 13])
def test_local_response_normalisation(n):
    import tensorflow as tf

    x = 30 * draw((2, 5, 3, 7))
    layer = layers.LocalResponseNormalization(n=n)
    close(layer(x), ops.local_response_norm(x, n))
    close(layer(x), tf.nn.local_response_normalization(x, n // 2, bias=2.0, alpha=1e-4, beta=0.75))
    # and one value as the paper writes it: channel 1 of the last pixel
    total = sum(
        float(x[1, 4, 2, j]) ** 2 for j in range(max(0, 1 - n // 2), min(6, 1 + n // 2) + 1)
    )
    expected = x[1, 4, 2, 1] / (2 + 1e-4 * total) ** 0.75
    assert float(layer(x)[1, 4, 2, 1]) == pytest.approx(expected, rel=1e-5)


def test_local_response_normalisation_survives_what_overflows_half_precision():
    x = np.full((1, 2, 3, 4), 6e4, np.float16)
    half = layers.LocalResponseNormalization(dtype="mixed_float16")(x)
    full = layers.LocalResponseNormalization()(x.astype(np.float32))
    assert np.isfinite(half).all()
    np.testing.assert_allclose(half, full, rtol=1e-3)


def test_depth_pooling_equals_the_numpy_one():
    x = draw((2, 5, 3, 12))
    for size in (1, 2, 3, 12):
        np.testing.assert_array_equal(
            layers.DepthMaxPooling2D(size)(x), ops.depth_max_pool(x, size)
        )


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_grouped_convolution_equals_a_convolution_for_each_group(padding):
    x = draw((2, 9, 7, 6))
    layer = layers.GroupedConv2D(9, (3, 2), strides=2, padding=padding, groups=3)
    layer(x)
    shake(layer)
    kernel, bias = (np.asarray(weight) for weight in layer.weights)
    assert kernel.shape == (3, 2, 2, 9)
    parts = [
        ops.conv2d(x[..., 2 * g : 2 * g + 2], kernel[..., 3 * g : 3 * g + 3], 2, padding)
        for g in range(3)
    ]
    close(layer(x), np.concatenate(parts, axis=-1) + bias)


def test_grouped_convolution_has_the_weights_and_results_of_keras():
    x = draw((2, 9, 7, 6))
    settings = {"groups": 2, "padding": "same", "activation": "relu"}
    ours, theirs = layers.GroupedConv2D(4, 3, **settings), keras.layers.Conv2D(4, 3, **settings)
    theirs(x)
    shake(theirs)
    ours(x)
    ours.set_weights(theirs.get_weights())
    close(ours(x), theirs(x))


def test_partial_convolution_is_a_masked_full_one():
    layer, x = made("PartialConv2D")
    full = np.asarray(layer.full_kernel())
    assert full.shape == (5, 3, 6, 16)
    mask = np.array([[c in maps for maps in layers.LENET_C3] for c in range(6)])
    assert (full[:, :, ~mask] == 0).all()
    assert (full[:, :, mask] != 0).all()
    # The kernel's links are listed filter by filter.
    links = [(c, f) for f, maps in enumerate(layers.LENET_C3) for c in maps]
    for number, (c, f) in enumerate(links):
        np.testing.assert_array_equal(full[:, :, c, f], layer.kernel[:, :, number])
    convolved = ops.conv2d(x, np.where(mask, full, 0)) + np.asarray(layer.bias)
    close(layer(x), 1.7159 * np.tanh(convolved * 2 / 3))


def test_lenets_table_is_the_papers():
    """Six maps see three neighbours, six see four, three see four with a gap, one sees all."""
    around = [{(start + i) % 6 for i in range(count)} for count in (3, 4) for start in range(6)]
    maps = [set(maps) for maps in layers.LENET_C3]
    assert sorted(map(sorted, maps[:12])) == sorted(map(sorted, around))
    assert all(len(seen) == 4 and seen not in around for seen in maps[12:15])
    assert maps[15] == set(range(6))
    seen_by = [sum(c in seen for seen in maps) for c in range(6)]
    assert seen_by == [10] * 6  # 60 connections, shared evenly
    layer = layers.PartialConv2D(layers.LENET_C3, 5)
    layer.build((None, 14, 14, 6))
    assert layer.count_params() == 60 * 25 + 16 == 1516


def test_trainable_subsampling_adds_weighs_and_squashes():
    layer, x = made("TrainableSubsampling2D")
    coefficient, bias = (np.asarray(weight) for weight in layer.weights)
    total = x[:, :9, :6].reshape(2, 3, 3, 3, 2, 6).sum(axis=(2, 4))
    close(layer(x), 1.7159 * np.tanh((total * coefficient + bias) * 2 / 3))
    fresh = layers.TrainableSubsampling2D((3, 2), None)
    close(fresh(x), total / 6)  # starts as the mean
    assert fresh.count_params() == 2 * 6


def test_scaled_tanh_keeps_plus_and_minus_one():
    np.testing.assert_allclose(
        layers.scaled_tanh(np.array([-1.0, 0.0, 1.0])), [-1, 0, 1], atol=1e-4
    )


def test_rbf_output_measures_the_distance_to_each_code():
    layer, x = made("RBFOutput")
    codes = np.asarray(layer.code)
    assert set(np.unique(codes)) == {-1.0, 1.0}
    expected = [[((image - code) ** 2).sum() for code in codes] for image in x]
    close(layer(x), np.array(expected))
    np.testing.assert_array_equal(np.diag(layer(codes)), np.zeros(10))
    assert not layer.trainable_weights


def test_the_codes_are_ten_different_pictures():
    codes = np.asarray(made("RBFOutput")[0].code).reshape(10, 12, 7)
    apart = (codes[:, None] != codes[None]).sum(axis=(2, 3))
    assert (apart[~np.eye(10, dtype=bool)] >= 8).all()
    assert (codes[:, [0, -1]] == -1).all()  # a margin above and below
    random = layers.RBFOutput(7, "random")
    random.build((None, 30))
    again = layers.RBFOutput(7, "random")
    again.build((None, 30))
    np.testing.assert_array_equal(random.code, again.code)
    assert len(np.unique(random.code, axis=0)) == 7


def test_mlpconv_is_a_convolution_and_1x1_convolutions():
    block, x = made("MlpConv")
    expected = relu(convolve(x, part(block)("conv"), 2))
    for name in ("mlp1", "mlp2"):
        expected = relu(convolve(expected, part(block)(name)))
    close(block(x), expected)


def inception_by_hand(block, x):
    def conv(maps, name):
        return relu(convolve(maps, part(block)(name)))

    pooled = ops.max_pool2d(x, 3, stride=1, padding="same")
    branches = [
        conv(x, "1x1"),
        conv(conv(x, "3x3_reduce"), "3x3"),
        conv(conv(x, "5x5_reduce"), "5x5"),
        conv(pooled, "pool_proj"),
    ]
    return np.concatenate(branches, axis=-1)


def test_inception_stacks_four_branches():
    block, x = made("Inception")
    expected = inception_by_hand(block, x)
    assert expected.shape == (2, 9, 7, 4 + 5 + 3 + 1)
    close(block(x), expected)
    assert part(block)("5x5").kernel_size == (5, 5)


def test_auxiliary_head_by_hand():
    block, x = made("AuxiliaryHead")
    maps = relu(convolve(ops.avg_pool2d(x, 5, stride=3), part(block)("conv")))
    units = maps.reshape(4, -1)
    for name in ("dense", "logits"):
        units = units @ np.asarray(part(block)(name).kernel) + np.asarray(part(block)(name).bias)
        units = relu(units) if name == "dense" else units
    expected = np.exp(units) / np.exp(units).sum(axis=1, keepdims=True)
    close(block(x), expected)
    logits = layers.AuxiliaryHead(3, 4, 5, activation="linear")
    logits(x)
    logits.set_weights([weight for weight in block.get_weights() if weight.dtype != np.uint32])
    close(logits(x), units)
    assert not np.array_equal(block(x, training=True), block(x))  # dropout


def residual_by_hand(unit, x, projects):
    get = part(unit)
    last = 3 if unit.bottleneck else 2
    shortcut = x
    if unit.preactivation:
        for number in range(1, last + 1):
            x = relu(normalise(x, get(f"norm{number}")))
            if number == 1 and projects:
                shortcut = convolve(x, get("shortcut_conv"), unit.stride)
            x = convolve(x, get(f"conv{number}"), unit.stride if number == 1 else 1)
        return shortcut + x
    if projects:
        shortcut = convolve(x, get("shortcut_conv"), unit.stride)
        shortcut = normalise(shortcut, get("shortcut_norm"))
    for number in range(1, last + 1):
        x = convolve(x, get(f"conv{number}"), unit.stride if number == 1 else 1)
        x = normalise(x, get(f"norm{number}"))
        x = relu(x) if number < last else x
    return relu(shortcut + x)


@pytest.mark.parametrize("preactivation", [False, True], ids=["first", "preactivation"])
@pytest.mark.parametrize("bottleneck", [False, True], ids=["basic", "bottleneck"])
@pytest.mark.parametrize(
    ("change", "projects"),
    [
        ({}, False),
        ({"stride": 2}, True),
        ({"stride": 3, "bias": True, "epsilon": 0.1}, True),
        ({"shortcut": "projection"}, True),
        ({"c_in": 3}, True),
    ],
    ids=["identity", "stride", "bias", "forced", "channels"],
)
def test_residual_units_by_hand(bottleneck, preactivation, change, projects):
    settings = dict(change)
    c_in = settings.pop("c_in", 20 if bottleneck else 5)
    x = draw((2, 9, 6, c_in))
    unit = layers.ResidualUnit(5, bottleneck=bottleneck, preactivation=preactivation, **settings)
    unit(x)
    shake(unit)
    assert any(part.name == "shortcut_conv" for part in unit.graph.layers) == projects
    close(unit(x), residual_by_hand(unit, x, projects))
    assert unit(x).shape[-1] == (20 if bottleneck else 5)


def test_a_bottleneck_strides_on_its_first_1x1_and_has_its_parameters():
    unit = layers.ResidualUnit(64, stride=2, bottleneck=True)
    unit.build((None, 56, 40, 256))
    assert part(unit)("conv1").output.shape == (None, 28, 20, 64)
    convs = 256 * 64 + 9 * 64 * 64 + 64 * 256 + 256 * 256
    assert unit.count_params() == convs + 4 * (64 + 64 + 256 + 256)


def gate_by_hand(block, x):
    gate = x.mean(axis=(1, 2))
    for name in ("reduce", "excite"):
        gate = gate @ np.asarray(part(block)(name).kernel) + np.asarray(part(block)(name).bias)
        gate = relu(gate) if name == "reduce" else 1 / (1 + np.exp(-gate))
    return gate


def test_squeeze_excite_by_hand():
    block, x = made("SqueezeExcite")
    gates = gate_by_hand(block, x)
    assert gates.shape == (2, 6)
    close(block.gates(x), gates)
    close(block(x), x * gates[:, None, None, :])
    assert part(block)("reduce").units == 3
    narrow = layers.SqueezeExcite(16)
    narrow.build((None, 4, 5, 6))
    assert narrow.count_params() == 6 + 1 + 6 + 6  # never less than one unit
    assert layers.SqueezeExcite(2).gates(x).shape == (2, 6)  # builds itself


def test_se_residual_unit_gates_the_residual_before_the_addition():
    unit, x = made("SEResidualUnit")
    get = part(unit)
    residual = relu(normalise(convolve(x, get("conv1")), get("norm1")))
    residual = normalise(convolve(residual, get("conv2")), get("norm2"))
    gates = gate_by_hand(get("se"), residual)
    close(unit(x), relu(x + residual * gates[:, None, None, :]))


def test_se_inception_gates_the_stacked_branches():
    block, x = made("SEInception")
    stacked = inception_by_hand(block, x)
    gates = gate_by_hand(part(block)("se"), stacked)
    close(block(x), stacked * gates[:, None, None, :])


@pytest.mark.parametrize("stride", [1, 2])
def test_a_bare_separable_unit_is_keras_separable_convolution(stride):
    x = draw((2, 9, 7, 6))
    theirs = keras.layers.SeparableConv2D(4, 3, strides=stride, padding="same")
    unit = layers.SeparableUnit(4, 3, stride=stride, bias=True)
    theirs(x), unit(x)
    shake(theirs)
    unit.set_weights(theirs.get_weights())
    close(unit(x), theirs(x))


def depthwise(x, layer, stride=1):
    return ops.depthwise_conv2d(x, np.asarray(layer.kernel), stride, "same")


def test_the_other_order_mixes_channels_first():
    unit, x = made("SeparableUnit")
    get = part(unit)
    mixed = relu(normalise(convolve(x, get("pointwise")), get("pointwise_norm")))
    expected = normalise(depthwise(mixed, get("depthwise")), get("depthwise_norm"))
    close(unit(x), expected)
    assert get("depthwise").kernel.shape == (3, 3, 5, 1)


def test_separable_unit_with_everything_around_it():
    x = draw((2, 9, 7, 6))
    settings = {"between": "relu6", "activation": "relu", "normalisation": "both"}
    unit = layers.SeparableUnit(5, stride=2, **settings)
    unit(x)
    shake(unit)
    get = part(unit)
    maps = normalise(depthwise(x, get("depthwise"), 2), get("depthwise_norm"))
    maps = convolve(np.minimum(relu(maps), 6), get("pointwise"))
    close(unit(x), relu(normalise(maps, get("pointwise_norm"))))


def test_separable_64_to_128_saves_most_parameters():
    unit, whole = layers.SeparableUnit(128, 3, bias=True), plain.conv(128, 3)
    unit.build((None, 8, 6, 64))
    whole.build((None, 8, 6, 64))
    assert (unit.count_params(), whole.count_params()) == (8_896, 73_856)


@pytest.mark.parametrize(("stride", "first_relu"), [(1, True), (2, True), (2, False)])
def test_xception_unit_by_hand(stride, first_relu):
    x = draw((2, 9, 8, 6))
    filters = (5, 4, 6) if stride == 1 else (5, 4)
    unit = layers.XceptionUnit(filters, stride, first_relu)
    unit(x)
    shake(unit)
    get = part(unit)
    maps = x
    for number in range(1, len(filters) + 1):
        inner = part(get(f"separable{number}"))
        maps = relu(maps) if number > 1 or first_relu else maps
        maps = convolve(depthwise(maps, inner("depthwise")), inner("pointwise"))
        maps = normalise(maps, inner("pointwise_norm"))
    shortcut = x
    if stride == 2:
        maps = ops.max_pool2d(maps, 3, stride=2, padding="same")
        shortcut = normalise(convolve(x, get("shortcut_conv"), 2), get("shortcut_norm"))
    close(unit(x), maps + shortcut)


def test_batch_normalisation_settles_and_freezes():
    unit, x = made("ResidualUnit")
    before = np.asarray(part(unit)("norm1").moving_mean)
    unit(x, training=True)
    moved = np.asarray(part(unit)("norm1").moving_mean)
    assert np.abs(moved - before).max() > 0
    unit.trainable = False
    assert unit.trainable_weights == []
    unit(x, training=True)
    np.testing.assert_array_equal(part(unit)("norm1").moving_mean, moved)


# --- plain ---------------------------------------------------------------------------------------


def test_three_3x3_cost_less_than_one_7x7_and_see_as_much():
    small = plain.assemble((9, 11, 64), [plain.conv(64, 3, bias=False) for _ in range(3)])
    large = plain.assemble((9, 11, 64), [plain.conv(64, 7, bias=False)])
    assert (small.count_params(), large.count_params()) == (110_592, 200_704)


def test_assemble_leads_exits_out_beside_the_main_way():
    head = plain.global_average("head")
    model = plain.assemble((5, 7, 2), [plain.conv(3, 3, name="a"), plain.conv(4, 3)], {"a": head})
    outputs = model(draw((2, 5, 7, 2)))
    assert {name: tuple(value.shape) for name, value in outputs.items()} == {
        "main": (2, 5, 7, 4),
        "head": (2, 3),
    }
    first = model.get_layer("a")(draw((2, 5, 7, 2)))
    np.testing.assert_allclose(outputs["head"], np.mean(first, axis=(1, 2)), rtol=1e-5, atol=1e-6)


def test_without_weights_allocates_nothing_and_leaves_nothing_behind():
    def huge():
        model = plain.assemble((2000, 3000, 3), [plain.flatten(), plain.dense(10**6)])
        assert all(weight._value is None for weight in model.weights)
        return model.count_params()

    assert plain.without_weights(huge) == 18_000_000 * 10**6 + 10**6  # 72 TB, were it made
    with keras.StatelessScope():
        pass  # would initialise whatever is still pending
    assert keras.layers.Dense(2)(np.ones((1, 3))).shape == (1, 2)

    def broken():
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        plain.without_weights(broken)


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: layers.LocalResponseNormalization(n=0), "`n`: expected an integer of at least 1"),
        (lambda: layers.LocalResponseNormalization(k=0), "`k`: expected a number above 0"),
        (lambda: layers.LocalResponseNormalization(alpha=-1), "`alpha`: expected a finite number"),
        (lambda: layers.DepthMaxPooling2D(4)(draw(MAPS)), "`size`: expected a divisor of the 6"),
        (lambda: layers.TrainableSubsampling2D(0), "`size`: expected an integer of at least 1"),
        (
            lambda: layers.TrainableSubsampling2D(8)(draw(MAPS)),
            "`inputs`: expected feature maps of at least 8 rows and columns; received 7.",
        ),
        (lambda: layers.PartialConv2D([], 3), "`connections`: expected for each filter"),
        (lambda: layers.PartialConv2D([(0, 0)], 3), "`connections`: expected for each filter"),
        (lambda: layers.PartialConv2D([(-1,)], 3), "`connections`: expected an integer of at"),
        (
            lambda: layers.PartialConv2D([(0, 6)], 3)(draw(MAPS)),
            "`connections`: expected maps from 0 to 5, as the input has 6; received 6.",
        ),
        (lambda: layers.RBFOutput(7), "`classes`: expected 10 with codes 'digits'; received 7."),
        (lambda: layers.RBFOutput(7, "own"), "`codes`: expected one of 'digits', 'random'"),
        (lambda: layers.RBFOutput()(draw((2, 83))), "`inputs`: expected 84 features with codes"),
        (lambda: layers.RBFOutput()(draw(MAPS)), "`inputs`: expected features of shape (N, F)"),
        (lambda: layers.MlpConv(0, 3), "`filters`: expected an integer of at least 1; received 0"),
        (lambda: layers.MlpConv(4, 3, 5), "`hidden`: expected a sequence of integers; received 5"),
        (lambda: layers.Inception(4, (3,), (2, 3), 1), "`three`: expected a sequence of 2"),
        (lambda: layers.Inception(4, (3, 5), (2, 0), 1), "`five`: expected an integer of at least"),
        (
            lambda: layers.AuxiliaryHead(3)(draw((2, 4, 9, 6))),
            "`inputs`: expected feature maps of at least 5 × 5",
        ),
        (lambda: layers.AuxiliaryHead(0), "`classes`: expected an integer of at least 1"),
        (
            lambda: layers.AuxiliaryHead(3, dropout=1),
            "`dropout`: expected a number from 0 to below",
        ),
        (lambda: layers.AuxiliaryHead(3, activation="relu"), "`activation`: expected one of"),
        (
            lambda: layers.ResidualUnit(5, shortcut="identity")(draw(MAPS)),
            "`shortcut`: expected 'auto' or 'projection' where the shape changes (6 to 5 channels,",
        ),
        (lambda: layers.ResidualUnit(5, shortcut="none"), "`shortcut`: expected one of 'auto'"),
        (lambda: layers.ResidualUnit(5, bottleneck=1), "`bottleneck`: expected True or False"),
        (lambda: layers.SEResidualUnit(5, ratio=0), "`ratio`: expected an integer of at least 1"),
        (lambda: layers.SqueezeExcite(2.5), "`ratio`: expected an integer of at least 1"),
        (
            lambda: layers.SeparableUnit(5, order="both"),
            "`order`: expected one of 'depthwise_first",
        ),
        (lambda: layers.SeparableUnit(5, between="tanh"), "`between`: expected one of 'linear'"),
        (lambda: layers.XceptionUnit(()), "`filters`: expected a sequence of integers, at least"),
        (
            lambda: layers.XceptionUnit((4,))(draw(MAPS)),
            "`filters`: expected 6 filters at the end, as the input has, for stride 1",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_grouped_convolution_refuses_channels_that_do_not_divide():
    with pytest.raises(ValueError, match="groups"):
        layers.GroupedConv2D(4, 3, groups=4)(draw(MAPS))


@pytest.mark.parametrize("room", [module.name for module in pkgutil.iter_modules(layers.__path__)])
def test_examples(room):
    module = importlib.import_module(f"cnncourse.layers.{room}")
    assert doctest.testmod(module, extraglobs={"np": np}).failed == 0
