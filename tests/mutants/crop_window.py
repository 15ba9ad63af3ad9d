"""Wrong versions of ``crop_window`` that the checker does not know by name."""

from math import ceil, floor


def _whole(value):
    return floor(value + 0.5)


def cut_off_instead_of_rounded(box, height, width):
    top, left, bottom, right = box
    return int(left * width), int(top * height), int(right * width), int(bottom * height)


def rounded_outwards(box, height, width):
    top, left, bottom, right = box
    return floor(left * width), floor(top * height), ceil(right * width), ceil(bottom * height)


def rounded_up(box, height, width):
    top, left, bottom, right = box
    return tuple(ceil(v) for v in (left * width, top * height, right * width, bottom * height))


def last_pixel_excluded(box, height, width):
    top, left, bottom, right = box
    sides = (left * width, top * height, right * width, bottom * height)
    x1, y1, x2, y2 = (_whole(value) for value in sides)
    return x1, y1, x2 - 1, y2 - 1


def counted_from_one_pixel_less(box, height, width):
    top, left, bottom, right = box
    h, w = height - 1, width - 1
    return tuple(_whole(v) for v in (left * w, top * h, right * w, bottom * h))


def width_for_everything(box, height, width):
    top, left, bottom, right = box
    return tuple(_whole(v * width) for v in (left, top, right, bottom))


def right_edge_as_width_of_the_window(box, height, width):
    top, left, bottom, right = box
    return (
        _whole(left * width),
        _whole(top * height),
        _whole((right - left) * width),
        _whole((bottom - top) * height),
    )


def starts_at_the_corner(box, height, width):
    top, left, bottom, right = box
    return 0, 0, _whole((right - left) * width), _whole((bottom - top) * height)


def not_rounded(box, height, width):
    top, left, bottom, right = box
    return left * width, top * height, right * width, bottom * height


def sides_swapped(box, height, width):
    top, left, bottom, right = box
    return tuple(_whole(v) for v in (right * width, top * height, left * width, bottom * height))


def centre_and_size(box, height, width):
    top, left, bottom, right = box
    values = (
        (left + right) / 2 * width,
        (top + bottom) / 2 * height,
        (right - left) * width,
        (bottom - top) * height,
    )
    return tuple(_whole(value) for value in values)


def a_square_of_the_shorter_side(box, height, width):
    top, left, bottom, right = box
    x, y = _whole(left * width), _whole(top * height)
    side = min(_whole(right * width) - x, _whole(bottom * height) - y)
    return x, y, x + side, y + side
