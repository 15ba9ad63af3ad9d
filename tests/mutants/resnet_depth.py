"""Wrong versions of ``resnet_depth`` that the checker does not know by name."""


def stem_counted_twice(units, bottleneck):
    return sum(units) * (3 if bottleneck else 2) + 3


def last_stage_forgotten(units, bottleneck):
    return sum(units[:-1]) * (3 if bottleneck else 2) + 2


def first_stage_forgotten(units, bottleneck):
    return sum(units[1:]) * (3 if bottleneck else 2) + 2


def four_layers_in_a_bottleneck(units, bottleneck):
    return sum(units) * (4 if bottleneck else 2) + 2


def kinds_swapped(units, bottleneck):
    return sum(units) * (2 if bottleneck else 3) + 2


def stages_for_units(units, bottleneck):
    return len(units) * (3 if bottleneck else 2) + 2


def stages_added(units, bottleneck):
    return sum(units) * (3 if bottleneck else 2) + 2 + len(units)


def largest_stage_for_all(units, bottleneck):
    return max(units) * len(units) * (3 if bottleneck else 2) + 2


def product_of_the_stages(units, bottleneck):
    product = 1
    for count in units:
        product *= count
    return product * (3 if bottleneck else 2) + 2


def four_stages_at_most(units, bottleneck):
    return sum(units[:2]) * (3 if bottleneck else 2) + 2


def gives_a_float(units, bottleneck):
    return sum(units) * (3.0 if bottleneck else 2.0) + 2


def one_short(units, bottleneck):
    return sum(units) * (3 if bottleneck else 2) - 1 + 2 * (len(units) > 1)
