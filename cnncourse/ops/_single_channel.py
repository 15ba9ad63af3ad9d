"""Operations on a single image, written to be read."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cnncourse import _checks, arithmetic


def correlate2d(image: ArrayLike, kernel: ArrayLike) -> np.ndarray:
    """Slide one kernel over one image, in four loops.

    This is cross-correlation: the kernel is laid on the image as it is. Convolution in the
    mathematical sense flips it in both directions first. Deep-learning libraries compute this
    and call it convolution; a kernel that is learned comes out flipped or not, as needed.

    Parameters
    ----------
    image : array_like of shape (H, W)
        One channel.
    kernel : array_like of shape (KH, KW)
        At most as high and as wide as `image`.

    Returns
    -------
    ndarray of shape (H - KH + 1, W - KW + 1)
        One value for every place where the kernel lies inside the image.

    Raises
    ------
    ValueError
        If a rank is wrong or the kernel is larger than the image.

    See Also
    --------
    conv2d : whole batches with channels, stride, padding and dilation, and much faster.

    Examples
    --------
    >>> correlate2d([[1, 2, 3], [4, 5, 6]], [[1, 10]])
    array([[21., 32.],
           [54., 65.]])
    """
    image = _checks.array("image", image, "H W")
    kernel = _checks.array("kernel", kernel, "H W")
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        _checks.fail("kernel", f"at most the image's shape {image.shape}", kernel)

    kernel_height, kernel_width = kernel.shape
    height = arithmetic.conv_output_size(image.shape[0], kernel_height)
    width = arithmetic.conv_output_size(image.shape[1], kernel_width)
    output = np.zeros((height, width), np.result_type(image, kernel))
    for row in range(height):
        for column in range(width):
            for i in range(kernel_height):
                for j in range(kernel_width):
                    output[row, column] += image[row + i, column + j] * kernel[i, j]
    return output


def translate(image: ArrayLike, down: int, right: int) -> np.ndarray:
    """Move an image and fill what comes into view with zeros.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C)
        Keeps its dtype.
    down, right : int
        Pixels; negative numbers move up and left. What leaves the frame is lost.

    Returns
    -------
    ndarray
        A new array of the same shape and dtype.

    Raises
    ------
    ValueError
        If the rank is wrong or a shift is not an integer.

    Examples
    --------
    >>> translate([[1, 2], [3, 4]], down=1, right=0)
    array([[0, 0],
           [1, 2]])
    """
    _checks.array("image", image, "H W or H W C")
    down = _checks.integer("down", down)
    right = _checks.integer("right", right)
    image = np.asarray(image)
    height, width = image.shape[:2]
    output = np.zeros_like(image)
    if abs(down) < height and abs(right) < width:
        kept = image[max(-down, 0) : height - max(down, 0), max(-right, 0) : width - max(right, 0)]
        output[max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)] = kept
    return output
