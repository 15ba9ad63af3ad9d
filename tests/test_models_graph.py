"""Graphs of blocks and models: exactly the layers there are and the edges between them."""

import doctest

import keras
import pytest

from cnncourse import layers, models
from cnncourse.layers import plain
from cnncourse.models import _graph

L = keras.layers
BLOCKS = {
    "residual": (layers.ResidualUnit(6), (9, 7, 6)),
    "projected": (layers.ResidualUnit(6, stride=2), (9, 7, 4)),
    "preactivated": (layers.ResidualUnit(3, bottleneck=True, preactivation=True), (9, 7, 4)),
    "inception": (layers.Inception(2, (3, 4), (1, 5), 6), (8, 6, 3)),
    "squeeze": (layers.SqueezeExcite(4), (8, 6, 12)),
    "se_residual": (layers.SEResidualUnit(8, ratio=4), (9, 7, 8)),
    "xception": (layers.XceptionUnit((4, 6), 2), (9, 7, 3)),
    "head": (layers.AuxiliaryHead(5, 3, 4), (9, 7, 3)),
}


@pytest.fixture(params=BLOCKS.values(), ids=BLOCKS)
def block(request):
    made, shape = request.param
    if not made.built:
        made.build((None, *shape))
    return made


def connections(model):
    """Return who feeds whom by Keras' own record of the model."""
    config = model.get_config()
    return {
        (history[0], layer["name"])
        for layer in config["layers"]
        for node in layer["inbound_nodes"]
        for history in histories(node)
    }


def histories(value):
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            yield value["config"]["keras_history"]
        else:
            for part in value.values():
                yield from histories(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from histories(part)


def test_nodes_and_edges_are_those_of_the_model(block):
    graph = models.graph(block)
    assert [node.name for node in graph.nodes] == [layer.name for layer in block.graph.layers]
    assert set(graph.edges) == connections(block.graph)
    for node in graph.nodes:
        assert node.shape == tuple(block.graph.get_layer(node.name).output.shape[1:])
    names = [node.name for node in graph.nodes]
    assert all(names.index(source) < names.index(target) for source, target in graph.edges)


@pytest.mark.parametrize("name", ["lenet5", "googlenet_aux", "se_resnet18"])
def test_whole_networks_have_graphs(name):
    size = (32, 36, 1) if name == "lenet5" else (104, 88, 2)
    model = models.build(name, size, 7, width=0.1)
    graph = models.graph(model)
    assert {node.name for node in graph.nodes} == {layer.name for layer in model.layers}
    assert set(graph.edges) == connections(model)


def test_labels_kinds_and_notes_are_what_a_reader_needs():
    unit = layers.ResidualUnit(6, stride=2, name="unit")
    unit.build((None, 9, 7, 4))
    told = {node.name: node[1:4] for node in models.graph(unit).nodes}
    assert told == {
        "inputs": ("input", "input", ""),
        "conv1": ("conv", "conv 3×3, 6", "stride 2"),
        "norm1": ("norm", "batch norm", ""),
        "relu1": ("activation", "ReLU", ""),
        "conv2": ("conv", "conv 3×3, 6", ""),
        "norm2": ("norm", "batch norm", ""),
        "shortcut_conv_stride": ("pool", "subsample", "stride 2"),
        "shortcut_conv": ("conv", "conv 1×1, 6", ""),
        "shortcut_norm": ("norm", "batch norm", ""),
        "add": ("join", "+", ""),
        "relu": ("activation", "ReLU", ""),
    }


def test_opening_shows_what_is_inside_and_connects_it():
    unit = layers.SEResidualUnit(8, ratio=4)
    unit.build((None, 9, 7, 8))
    shut, open_ = models.graph(unit), models.graph(unit, expand=True)
    assert ("se", "add") in shut.edges
    names = {node.name for node in open_.nodes}
    inside = {"se/squeeze", "se/reduce", "se/excite", "se/scale"}
    assert names == {node.name for node in shut.nodes} - {"se"} | inside
    assert {edge for edge in open_.edges if any("se/" in name for name in edge)} == {
        ("norm2", "se/squeeze"),
        ("se/squeeze", "se/reduce"),
        ("se/reduce", "se/excite"),
        ("se/excite", "se/scale"),
        ("norm2", "se/scale"),
        ("se/scale", "add"),
    }


def test_a_layer_called_twice_is_two_nodes():
    shared = L.Dense(5, name="shared")
    model = plain.assemble((5,), [shared, L.ReLU(name="relu"), shared])
    assert models.graph(model).edges == (
        ("images", "shared"), ("shared", "relu"), ("relu", "shared (2)"),
    )  # fmt: skip


@pytest.mark.parametrize("model", [None, "resnet18", layers.ResidualUnit(3)])
def test_what_has_no_layers_yet_is_refused(model):
    with pytest.raises(ValueError, match=r"`model`: expected a Functional or Sequential model"):
        models.graph(model)


def test_expand_is_a_flag():
    with pytest.raises(ValueError, match=r"`expand`: expected True or False"):
        models.graph(plain.assemble((5,), [L.Dense(2)]), expand=1)


def test_the_examples_in_the_docstrings_are_true():
    assert doctest.testmod(_graph).attempted > 0
    assert doctest.testmod(_graph).failed == 0
