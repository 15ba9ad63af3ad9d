"""Wrong versions of ``default_boxes`` that the checker does not know by name."""


def boxes_of_the_first_map(sides, per_cell):
    return sides[0] ** 2 * per_cell[0]


def boxes_of_the_last_map(sides, per_cell):
    return sides[-1] ** 2 * per_cell[-1]


def largest_number_everywhere(sides, per_cell):
    return sum(side * side for side in sides) * max(per_cell)


def largest_map_only(sides, per_cell):
    return max(side * side * each for side, each in zip(sides, per_cell, strict=True))


def borders_left_out(sides, per_cell):
    return sum((side - 1) ** 2 * each for side, each in zip(sides, per_cell, strict=True))


def borders_added(sides, per_cell):
    return sum((side + 1) ** 2 * each for side, each in zip(sides, per_cell, strict=True))


def one_more_for_the_background(sides, per_cell):
    return sum(side * side * (each + 1) for side, each in zip(sides, per_cell, strict=True))


def numbers_squared_too(sides, per_cell):
    return sum((side * each) ** 2 for side, each in zip(sides, per_cell, strict=True))


def maps_cubed(sides, per_cell):
    return sum(side**3 * each for side, each in zip(sides, per_cell, strict=True))


def numbers_in_reverse(sides, per_cell):
    return sum(s * s * each for s, each in zip(sides, per_cell[::-1], strict=True))


def edge_cells(sides, per_cell):
    return sum(max(4 * side - 4, 1) * each for side, each in zip(sides, per_cell, strict=True))
