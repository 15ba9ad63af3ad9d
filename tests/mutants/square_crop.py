"""Wrong versions of ``square_crop`` that the checker does not know by name."""


def from_the_top_left(image):
    side = min(image.shape[:2])
    return image[:side, :side]


def from_the_bottom_right(image):
    side = min(image.shape[:2])
    return image[-side:, -side:]


def centred_across_only(image):
    height, width = image.shape[:2]
    side = min(height, width)
    left = (width - side) // 2
    return image[:side, left : left + side]


def centred_down_only(image):
    height, width = image.shape[:2]
    side = min(height, width)
    top = (height - side) // 2
    return image[top : top + side, :side]


def rounds_the_margin_up(image):
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side + 1) // 2, (width - side + 1) // 2
    return image[top : top + side, left : left + side]


def an_even_side_only(image):
    height, width = image.shape[:2]
    side = max(min(height, width) // 2 * 2, 1)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side]


def equal_margins_on_both_sides(image):
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : height - top, left : width - left]


def one_pixel_short(image):
    height, width = image.shape[:2]
    side = max(min(height, width) - 1, 1)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side]


def grey(image):
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side].mean(axis=2)


def mirrored(image):
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side][:, ::-1]


def turned(image):
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side].swapaxes(0, 1)


def first_channel(image):
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side, :1]


def square_by_repeating(image):
    height, width = image.shape[:2]
    rows = [min(row, height - 1) for row in range(max(height, width))]
    columns = [min(column, width - 1) for column in range(max(height, width))]
    return image[rows][:, columns]
