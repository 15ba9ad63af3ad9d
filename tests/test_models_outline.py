"""Outlines of networks: nothing lost, nothing invented, read from the model itself."""

import doctest
from functools import cache

import keras
import pytest

from cnncourse import layers, models
from cnncourse.layers import plain
from cnncourse.models import _outline

L = keras.layers
WEIGHTY = (layers.Block, layers.RBFOutput, layers.PartialConv2D, L.Conv2D, L.Dense)
SIZES = {"lenet5_1998": ((32, 32, 1), 1.0)}


@cache
def small(name):
    shape, width = SIZES.get(name, ((104, 88, 2), 0.1))
    return models.build(name, shape, classes=None if width == 1 else 7, width=width)


def text(stages):
    return [(stage.repeats, stage.label, stage.shape) for stage in stages]


@pytest.mark.parametrize("name", models.names())
def test_every_network_is_told_whole(name):
    model = small(name)
    stages = models.outline(model)
    assert sum(stage.params for stage in stages) == model.count_params()
    assert stages[0][1:4] == ("input", "input", model.input_shape[1:])
    main = [stage for stage in stages if not stage.source]
    assert {main[-1].shape} == {tuple(output.shape[1:]) for output in model.outputs}
    # Every stage's shape is that of a layer of that name, or of the last one of its run.
    shapes = [tuple(layer.output.shape[1:]) for layer in model.layers]
    known = {layer.name for layer in model.layers}
    for stage in stages:
        assert stage.shape in shapes
        assert stage.name in known


@pytest.mark.parametrize("name", models.names())
def test_no_layer_with_weights_is_left_out_or_counted_twice(name):
    model = small(name)
    kinds = ("conv", "dense", "block")
    told = sum(stage.repeats for stage in models.outline(model) if stage.kind in kinds)
    weighty = [layer for layer in model.layers if isinstance(layer, WEIGHTY)]
    assert told == len(weighty)


def test_a_name_stands_for_the_papers_network():
    stages = models.outline("vgg16")
    assert sum(stage.params for stage in stages) == 138_357_544
    assert text(stages) == [
        (1, "input", (224, 224, 3)),
        (2, "conv 3×3", (224, 224, 64)),
        (1, "max pool 2×2", (112, 112, 64)),
        (2, "conv 3×3", (112, 112, 128)),
        (1, "max pool 2×2", (56, 56, 128)),
        (3, "conv 3×3", (56, 56, 256)),
        (1, "max pool 2×2", (28, 28, 256)),
        (3, "conv 3×3", (28, 28, 512)),
        (1, "max pool 2×2", (14, 14, 512)),
        (3, "conv 3×3", (14, 14, 512)),
        (1, "max pool 2×2", (7, 7, 512)),
        (1, "dense", (4096,)),
        (1, "dense", (4096,)),
        (1, "dense", (1000,)),
    ]


def test_resnet34_has_its_papers_stages():
    blocks = [stage for stage in models.outline("resnet34") if stage.kind == "block"]
    assert [(stage.repeats, *stage.shape) for stage in blocks] == [
        (3, 56, 56, 64), (4, 28, 28, 128), (6, 14, 14, 256), (3, 7, 7, 512),
    ]  # fmt: skip
    assert {stage.label for stage in blocks} == {"residual unit"}


def test_the_labels_say_what_distinguishes_a_layer():
    assert [stage.label for stage in models.outline("alexnet")[1:6]] == [
        "conv 11×11, stride 4", "max pool 3×3, stride 2", "conv 5×5, 2 groups",
        "max pool 3×3, stride 2", "conv 3×3",
    ]  # fmt: skip
    labels = {
        name: {stage.label for stage in models.outline(small(name)) if stage.kind == "block"}
        for name in ("resnet50", "se_resnet18", "se_resnet50", "se_inception", "nin", "mobilenet")
    }
    assert labels == {
        "resnet50": {"bottleneck"},
        "se_resnet18": {"SE-residual unit"},
        "se_resnet50": {"SE-bottleneck"},
        "se_inception": {"SE-inception module"},
        "nin": {"mlpconv 5×5", "mlpconv 3×3"},
        "mobilenet": {"separable 3×3"},
    }


def test_xceptions_middle_units_are_a_run_of_eight():
    units = [s for s in models.outline("xception") if s.label.startswith("Xception")]
    assert [(s.repeats, s.shape[0]) for s in units] == [(1, 74), (1, 37), (1, 19), (8, 19), (1, 10)]


def test_auxiliary_heads_stand_behind_the_module_that_feeds_them():
    stages = models.outline(small("googlenet_aux"))
    names = [stage.name for stage in stages]
    heads = {stage.name: stage.source for stage in stages if stage.source}
    assert heads == {"auxiliary_1": "inception_4a", "auxiliary_2": "inception_4d"}
    for head, source in heads.items():
        assert names.index(head) == names.index(source) + 1


def test_a_fork_written_by_hand_is_one_block_and_its_neighbours_are_folded():
    inputs = x = keras.Input((17, 12, 3))
    x = L.Rescaling(1 / 255)(x)
    x = L.ZeroPadding2D(1)(x)
    x = L.Conv2D(8, (3, 5), use_bias=False)(x)
    x = L.BatchNormalization()(x)
    x = start = L.ReLU(name="start")(x)
    for _ in range(2):
        y = L.Conv2D(8, 3, padding="same", activation="relu")(x)
        y = L.Conv2D(8, 3, padding="same")(y)
        x = L.ReLU()(L.Add()([x, y]))
    a, b = L.Conv2D(2, 1)(x), L.Conv2D(3, 1)(x)
    x = L.Concatenate()([a, b])
    x = L.Dense(4)(L.Dropout(0.1)(L.Flatten()(x)))
    model = keras.Model(inputs, L.Softmax()(x))
    stages = models.outline(model)
    assert text(stages) == [
        (1, "input", (17, 12, 3)),
        (1, "conv 3×5", (17, 10, 8)),
        (2, "residual block", (17, 10, 8)),
        (1, "parallel branches", (17, 10, 5)),
        (1, "dense", (4,)),
    ]
    conv3 = 3 * 3 * 8 * 8 + 8
    expected = [0, 3 * 5 * 3 * 8 + 4 * 8, 4 * conv3, (8 + 1) * 5, (17 * 10 * 5 + 1) * 4]
    assert [stage.params for stage in stages] == expected
    # A second model on the same layers doesn't change the first one's outline.
    keras.Model(inputs, L.GlobalMaxPooling2D()(start))
    assert models.outline(model) == stages


def test_a_head_written_by_hand_is_a_side_branch():
    inputs = keras.Input((16, 12, 1))
    x = trunk = L.Conv2D(4, 3, name="trunk")(inputs)
    x = L.Conv2D(4, 3, name="deeper")(x)
    main = L.Dense(3, name="classes")(L.Flatten()(x))
    side = L.Dense(2, name="side")(L.Flatten()(trunk))
    stages = models.outline(keras.Model(inputs, [side, main]))
    assert [(s.name, s.source) for s in stages[1:]] == [
        ("trunk", ""), ("side", "trunk"), ("deeper", ""), ("classes", ""),
    ]  # fmt: skip
    assert sum(s.params for s in stages) == keras.Model(inputs, [side, main]).count_params()


def test_runs_are_of_alike_layers_alone():
    def labels(*made):
        return text(models.outline(plain.assemble((40, 30, 2), made)))[1:]

    conv, unit = plain.conv, layers.ResidualUnit
    assert labels(conv(4, 3), conv(4, 3), conv(4, 5)) == [
        (2, "conv 3×3", (40, 30, 4)), (1, "conv 5×5", (40, 30, 4)),
    ]  # fmt: skip
    assert labels(conv(4, 3, 2), conv(4, 3)) == [
        (1, "conv 3×3, stride 2", (20, 15, 4)), (1, "conv 3×3", (20, 15, 4)),
    ]  # fmt: skip
    assert labels(unit(4, stride=2), unit(4)) == [(2, "residual unit", (20, 15, 4))]
    assert labels(unit(4, stride=2)) == [(1, "residual unit, stride 2", (20, 15, 4))]
    wide = [layers.Inception(1, (1, 2), (1, 2), 1), layers.Inception(2, (1, 1), (1, 2), 1)]
    assert [repeats for repeats, *_ in labels(*wide)] == [1, 1]
    assert labels(plain.flatten(), plain.dense(3), plain.dense(3)) == [
        (1, "dense", (3,)), (1, "dense", (3,)),
    ]  # fmt: skip


def test_sequences_and_models_inside_of_models_have_outlines_too():
    sequence = keras.Sequential(
        [keras.Input((50, 4)), L.Conv1D(8, 5, dilation_rate=2), L.MaxPooling1D(2), L.Dense(3)]
    )
    assert text(models.outline(sequence)) == [
        (1, "input", (50, 4)), (1, "conv 5, dilation 2", (42, 8)), (1, "max pool 2", (21, 8)),
        (1, "dense", (21, 3)),
    ]  # fmt: skip
    base = plain.assemble((20, 16, 1), [plain.conv(3, 3)], name="base")
    whole = plain.assemble((20, 16, 1), [base, plain.global_average(), plain.dense(2)])
    assert text(models.outline(whole))[1] == (1, "base", (20, 16, 3))
    shared = L.Dense(5)
    twice = plain.assemble((5,), [shared, plain.activation("relu"), shared])
    assert [stage.params for stage in models.outline(twice)] == [0, 30, 0]


def test_a_block_has_an_outline_once_it_has_seen_a_shape():
    unit = layers.MlpConv(6, 3, hidden=(5, 4))
    with pytest.raises(ValueError, match=r"`model`: expected a Functional or Sequential model"):
        models.outline(unit)
    unit.build((None, 9, 7, 2))
    assert text(models.outline(unit)) == [
        (1, "input", (9, 7, 2)), (1, "conv 3×3", (9, 7, 6)), (1, "conv 1×1", (9, 7, 5)),
        (1, "conv 1×1", (9, 7, 4)),
    ]  # fmt: skip


@pytest.mark.parametrize("model", [None, 3, keras.Sequential([L.Dense(2)]), L.Dense(2)])
def test_what_has_no_connected_layers_is_refused(model):
    with pytest.raises(ValueError, match=r"`model`: expected a Functional or Sequential model"):
        models.outline(model)


def test_unknown_sizes_and_names_are_refused():
    with pytest.raises(ValueError, match=r"`model`: expected a model whose sizes are known"):
        models.outline(plain.assemble((None, None, 3), [plain.conv(2, 3)]))
    with pytest.raises(ValueError, match=r"`name`: expected one of 'lenet5'"):
        models.outline("lenet")


def test_the_examples_in_the_docstrings_are_true():
    assert doctest.testmod(_outline).attempted > 0
    assert doctest.testmod(_outline).failed == 0
