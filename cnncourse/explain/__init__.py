"""What a network looks at: activations, filters, heat maps, and whether the maps are true.

Every function takes any Keras model on images, functional, sequential, subclassed or nested, and
batches of images as the model takes them.

>>> import keras, numpy as np
>>> from cnncourse import explain
>>> model = keras.Sequential([keras.Input((8, 12, 3)), keras.layers.Conv2D(4, 3),
...                           keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(2)])
>>> heat = explain.grad_cam(model, np.ones((5, 8, 12, 3)), class_index=1)
>>> explain.energy_in_box(heat, [[2, 2, 7, 6]] * 5).shape
(5,)
"""

from cnncourse.explain._activations import Patches, activations, top_patches
from cnncourse.explain._faithfulness import centre_prior, energy_in_box, pointing_game
from cnncourse.explain._filters import Maximized, maximize_filter
from cnncourse.explain._grad_cam import grad_cam
from cnncourse.explain._occlusion import occlusion
from cnncourse.explain._overlay import enlarge, overlay
from cnncourse.explain._perturbation import curve_area, perturbation
from cnncourse.explain._pixels import Integrated, integrated_gradients, saliency, smooth_grad
from cnncourse.explain._randomisation import (
    Randomised,
    randomisation,
    rank_correlation,
    shuffled_weights,
)

__all__ = [
    "Integrated",
    "Maximized",
    "Patches",
    "Randomised",
    "activations",
    "centre_prior",
    "curve_area",
    "energy_in_box",
    "enlarge",
    "grad_cam",
    "integrated_gradients",
    "maximize_filter",
    "occlusion",
    "overlay",
    "perturbation",
    "pointing_game",
    "randomisation",
    "rank_correlation",
    "saliency",
    "shuffled_weights",
    "smooth_grad",
    "top_patches",
]
