"""Wrong versions of ``doubling_layers`` that the checker does not know by name."""

import math


def _right(kernel, steps):
    layers, field = 0, 1
    while field < steps:
        field += (kernel - 1) * 2**layers
        layers += 1
    return layers


def at_least_one_layer(kernel, steps):
    return max(_right(kernel, steps), 1)


def ignores_the_kernel(kernel, steps):
    return _right(2, steps)


def rounds_the_logarithm(kernel, steps):
    return round(math.log2((steps - 1) / (kernel - 1) + 1))


def rounds_the_logarithm_down(kernel, steps):
    return math.floor(math.log2((steps - 1) / (kernel - 1) + 1))


def triples(kernel, steps):
    layers, field = 0, 1
    while field < steps:
        field += (kernel - 1) * 3**layers
        layers += 1
    return layers


def grows_by_one_tap(kernel, steps):
    layers, field = 0, 1
    while field < steps:
        field += (kernel - 1) * (layers + 1)
        layers += 1
    return layers


def one_layer_too_many(kernel, steps):
    return _right(kernel, steps) + 1


def starts_with_a_kernel(kernel, steps):
    layers, field = 0, kernel
    while field < steps:
        field += (kernel - 1) * 2**layers
        layers += 1
    return layers


def two_to_the_kernel(kernel, steps):
    layers, field = 0, 1
    while field < steps:
        field += (kernel - 1) * kernel**layers
        layers += 1
    return layers


def field_instead_of_layers(kernel, steps):
    return 1 + (kernel - 1) * (2 ** _right(kernel, steps) - 1)


def stops_at_three(kernel, steps):
    return min(_right(kernel, steps), 3)


def last_dilation(kernel, steps):
    return 2 ** _right(kernel, steps) // 2


# Those that do, on every input where they fail, just what a known mistake does.
SAME_AS_KNOWN = {
    "at_least_one_layer": "the output's own step not counted",
    "rounds_the_logarithm": "the dilations begin with 2",
}
