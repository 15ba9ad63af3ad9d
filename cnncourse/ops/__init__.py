"""The operations of convolutional networks in NumPy: readable, exact, forward and backward.

Batches are N H W C (images, rows, columns, channels) and kernels H W C_in C_out, as in Keras;
sequences are N T C (T steps in time) and their kernels K C_in C_out.
Results have the common dtype of the inputs, so float32 stays float32; integers count as float64.
"""

from cnncourse.ops._conv1d import conv1d, conv1d_backward
from cnncourse.ops._convolution import conv2d, conv2d_backward
from cnncourse.ops._losses import (
    cross_entropy,
    cross_entropy_backward,
    softmax,
    softmax_backward,
)
from cnncourse.ops._normalization import local_response_norm, local_response_norm_backward
from cnncourse.ops._pooling import (
    avg_pool2d,
    avg_pool2d_backward,
    depth_max_pool,
    depth_max_pool_backward,
    global_avg_pool2d,
    global_avg_pool2d_backward,
    max_pool2d,
    max_pool2d_backward,
)
from cnncourse.ops._separable import (
    depthwise_conv2d,
    depthwise_conv2d_backward,
    separable_conv2d,
    separable_conv2d_backward,
)
from cnncourse.ops._single_channel import correlate2d, translate
from cnncourse.ops._transposed import (
    conv2d_transpose,
    conv2d_transpose_backward,
    upscale,
    upscale_backward,
)

__all__ = [
    "avg_pool2d",
    "avg_pool2d_backward",
    "conv1d",
    "conv1d_backward",
    "conv2d",
    "conv2d_backward",
    "conv2d_transpose",
    "conv2d_transpose_backward",
    "correlate2d",
    "cross_entropy",
    "cross_entropy_backward",
    "depth_max_pool",
    "depth_max_pool_backward",
    "depthwise_conv2d",
    "depthwise_conv2d_backward",
    "global_avg_pool2d",
    "global_avg_pool2d_backward",
    "local_response_norm",
    "local_response_norm_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "separable_conv2d",
    "separable_conv2d_backward",
    "softmax",
    "softmax_backward",
    "translate",
    "upscale",
    "upscale_backward",
]
