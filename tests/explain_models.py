"""One small network, put together in five ways with the same weights."""

from functools import cache

import keras
import numpy as np

HEIGHT, WIDTH, CLASSES = 16, 22, 4


def base_layers():
    return [
        keras.layers.Rescaling(1 / 127.5, offset=-1, name="scale"),
        keras.layers.Conv2D(5, 3, strides=2, padding="same", activation="relu", name="early"),
        keras.layers.BatchNormalization(name="norm"),
        keras.layers.Conv2D(7, (3, 2), activation="relu", name="late"),
    ]


def head_layers(activation="softmax"):
    return [
        keras.layers.GlobalAveragePooling2D(name="pool"),
        keras.layers.Dense(6, activation="tanh", name="hidden"),
        keras.layers.Dense(CLASSES, activation=activation, name="answer"),
    ]


def chained(layers, name):
    x = inputs = keras.Input((HEIGHT, WIDTH, 3))
    for layer in layers:
        x = layer(x)
    return keras.Model(inputs, x, name=name)


def functional(activation="softmax"):
    return chained([*base_layers(), *head_layers(activation)], "flat")


def sequential(activation="softmax"):
    layers = [*base_layers(), *head_layers(activation)]
    return keras.Sequential([keras.Input((HEIGHT, WIDTH, 3)), *layers], name="row")


def nested(activation="softmax"):
    base = chained(base_layers(), "base")
    return keras.Sequential(
        [keras.Input((HEIGHT, WIDTH, 3)), base, *head_layers(activation)], name="nested"
    )


def nested_twice(activation="softmax"):
    inputs = keras.Input((HEIGHT, WIDTH, 3))
    inner = keras.Model(inputs, chained(base_layers(), "base")(inputs), name="middle")
    return chained([inner, keras.Sequential(head_layers(activation), name="head")], "outer")


class Subclassed(keras.Model):
    def __init__(self, activation="softmax"):
        super().__init__(name="own")
        self.steps = [*base_layers(), *head_layers(activation)]

    def call(self, images):
        for step in self.steps:
            images = step(images)
        return images


KINDS = {
    "functional": functional,
    "sequential": sequential,
    "nested": nested,
    "nested twice": nested_twice,
    "subclassed": Subclassed,
}


def weights():
    """Return weights in the order of the layers; normalisation isn't left at 0 and 1."""
    rng = np.random.default_rng(3)
    shapes = [(3, 3, 3, 5), (5,), (5,), (5,), (5,), (5,)]
    shapes += [(3, 2, 5, 7), (7,), (7, 6), (6,), (6, 4), (4,)]
    values = [rng.normal(0, 0.6, shape).astype("float32") for shape in shapes]
    values[2] = np.abs(values[2]) + 0.5
    values[5] = np.abs(values[5]) + 0.5
    return values


@cache
def built(kind, activation="softmax"):
    """Return one kind of the network with weights that are the same for all kinds.

    Tests share it, since building takes longer than most of them.
    """
    model = KINDS[kind](activation)
    model(np.zeros((1, HEIGHT, WIDTH, 3), "float32"))
    order = {"early": 2, "norm": 4, "late": 2, "hidden": 2, "answer": 2}
    values = iter(weights())
    found = {layer.name: layer for layer in leaves(model)}
    for name, count in order.items():
        found[name].set_weights([next(values) for _ in range(count)])
    return model


def leaves(layer):
    inner = getattr(layer, "layers", None) or []
    found = [leaf for one in inner for leaf in leaves(one)] if inner else [layer]
    return [leaf for leaf in found if not isinstance(leaf, keras.layers.InputLayer)]


def pictures(count=6, seed=1):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, HEIGHT, WIDTH, 3)).astype("uint8")
