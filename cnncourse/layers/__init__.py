"""Layers and blocks of the classic networks that Keras doesn't have.

Batches are N H W C. All of them save to ``.keras`` and load again, work under mixed precision, and
check the shapes they get. A block is a layer made of layers: once built, its `graph` is the Keras
model inside. `plain` holds Keras' own layers with this course's defaults.
"""

from cnncourse.layers import plain
from cnncourse.layers._attention import SEInception, SEResidualUnit, SqueezeExcite
from cnncourse.layers._block import Block
from cnncourse.layers._grouped import GroupedConv2D
from cnncourse.layers._inception import AuxiliaryHead, Inception, MlpConv
from cnncourse.layers._lenet import (
    LENET_C3,
    PartialConv2D,
    RBFOutput,
    TrainableSubsampling2D,
    scaled_tanh,
)
from cnncourse.layers._normalization import LocalResponseNormalization
from cnncourse.layers._pooling import DepthMaxPooling2D
from cnncourse.layers._residual import ResidualUnit
from cnncourse.layers._separable import SeparableUnit, XceptionUnit

__all__ = [
    "LENET_C3",
    "AuxiliaryHead",
    "Block",
    "DepthMaxPooling2D",
    "GroupedConv2D",
    "Inception",
    "LocalResponseNormalization",
    "MlpConv",
    "PartialConv2D",
    "RBFOutput",
    "ResidualUnit",
    "SEInception",
    "SEResidualUnit",
    "SeparableUnit",
    "SqueezeExcite",
    "TrainableSubsampling2D",
    "XceptionUnit",
    "plain",
    "scaled_tanh",
]
