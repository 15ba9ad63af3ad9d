"""Wrong versions of ``se_params`` that the checker does not know by name."""


def first_layer_forgotten(stages, ratio=16):
    return sum(n * (c * max(1, c // ratio) + c) for n, c in stages)


def two_biases_a_channel(stages, ratio=16):
    return sum(n * (2 * c * max(1, c // ratio) + max(1, c // ratio) + 2 * c) for n, c in stages)


def only_the_first_stage(stages, ratio=16):
    n, c = stages[0]
    return n * (2 * c * max(1, c // ratio) + max(1, c // ratio) + c)


def only_the_last_stage(stages, ratio=16):
    n, c = stages[-1]
    return n * (2 * c * max(1, c // ratio) + max(1, c // ratio) + c)


def rounds_up(stages, ratio=16):
    return sum(n * (2 * c * -(-c // ratio) + -(-c // ratio) + c) for n, c in stages)


def hidden_units_no_least(stages, ratio=16):
    return sum(n * (2 * c * (c // ratio) + c // ratio + c) for n, c in stages)


def channels_and_units_swapped(stages, ratio=16):
    return sum(c * (2 * n * max(1, n // ratio) + max(1, n // ratio) + n) for n, c in stages)


def divides_at_the_end(stages, ratio=16):
    return sum(n * (2 * c * c + 2 * c) for n, c in stages) // ratio


def ratio_taken_for_hidden_units(stages, ratio=16):
    return sum(n * (2 * c * ratio + ratio + c) for n, c in stages)


def counts_the_scaling(stages, ratio=16):
    return sum(n * (2 * c * max(1, c // ratio) + max(1, c // ratio) + 2 * c + 1) for n, c in stages)


def batch_norm_counted_in(stages, ratio=16):
    return sum(n * (2 * c * max(1, c // ratio) + max(1, c // ratio) + 5 * c) for n, c in stages)


def paper_formula_as_a_float(stages, ratio=16):
    return 2 / ratio * sum(n * c * c for n, c in stages)
