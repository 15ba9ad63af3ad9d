"""What a pretrained network wants its pixels to be, as a layer that travels with the model."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from cnncourse import _checks

# Mean and deviation of ImageNet's red, green and blue, from 0 to 1, as torchvision has them; and
# the means of Caffe's networks, from 0 to 255.
MEANS, DEVIATIONS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
CAFFE_MEANS = (123.68, 116.779, 103.939)
MODES = ("tf", "torch", "caffe", "none")
WANTS = {
    "cnncourse": "none",  # the scaling is inside, as in the last two
    "vgg": "caffe",
    "resnetv2": "tf",
    "resnet": "caffe",
    "inception": "tf",
    "xception": "tf",
    "mobilenetv3": "none",
    "mobilenet": "tf",
    "nasnet": "tf",
    "densenet": "torch",
    "efficientnetv2": "none",
    "efficientnet": "none",
    "convnext": "none",
}


@keras.saving.register_keras_serializable(package="cnncourse")
class Preprocessing(keras.layers.Layer):
    """Turn pixels of 0 to 255 into what a family of networks was trained on.

    The functions ``keras.applications.….preprocess_input`` compute the same. Inside a ``Lambda``
    layer they don't load from a ``.keras`` file again; this layer does, and so nobody can forget
    the step, or do it twice.

    Parameters
    ----------
    mode : {"tf", "torch", "caffe", "none"}
        To -1 … 1; to mean 0 and deviation 1 by ImageNet's channels; to blue, green, red less their
        means; or nothing at all, for networks that do it themselves.
    **options
        Those of every Keras layer, such as `name`.

    Raises
    ------
    ValueError
        If there is no such mode, or the input hasn't three channels.

    Examples
    --------
    >>> white = np.full((1, 1, 1, 3), 255.0)
    >>> [float(Preprocessing(mode)(white)[0, 0, 0, 0]) for mode in ("tf", "none")]
    [1.0, 255.0]
    """

    def __init__(self, mode: str, **options: Any) -> None:
        super().__init__(**options)
        self.mode = _checks.choice("mode", mode, MODES)

    def build(self, input_shape: Any) -> None:
        """Check the number of channels."""
        if input_shape[-1] != 3:
            _checks.fail("inputs", "images with three channels", tuple(input_shape))

    def call(self, inputs: Any) -> Any:
        """Return the images as the network wants them."""
        x = keras.ops.cast(inputs, self.compute_dtype)
        if self.mode == "tf":
            return x / 127.5 - 1.0
        if self.mode == "torch":
            return (x / 255.0 - self._row(MEANS)) / self._row(DEVIATIONS)
        if self.mode == "caffe":
            return (x - self._row(CAFFE_MEANS))[..., ::-1]
        return x

    def _row(self, values: tuple[float, ...]) -> Any:
        return keras.ops.convert_to_tensor(np.array(values), self.compute_dtype)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the input."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return what the layer is made from."""
        return {**super().get_config(), "mode": self.mode}


def wants(name: str) -> str:
    """Return the mode of `Preprocessing` for a network of ``keras.applications``, or ours.

    Parameters
    ----------
    name : str
        Such as ``"vgg16"``, ``"MobileNetV2"`` or ``"cnncourse_backbone"``.

    Returns
    -------
    {"tf", "torch", "caffe", "none"}

    Raises
    ------
    ValueError
        If the family isn't known.

    Examples
    --------
    >>> wants("VGG16"), wants("MobileNetV2"), wants("DenseNet121"), wants("EfficientNetB0")
    ('caffe', 'tf', 'torch', 'none')
    """
    plain = "".join(sign for sign in str(name).lower() if sign.isalnum())
    if plain.startswith("resnet") and plain.endswith("v2"):
        plain = "resnetv2"
    for family, mode in WANTS.items():
        if plain.startswith(family):
            return mode
    _checks.fail("name", "a network of one of the families " + ", ".join(WANTS), name)


def check_pixels(images: Any) -> np.ndarray:
    """Return images if their values can be pixels of 0 to 255; say what happened if they can't.

    Scaling twice and scaling never are silent mistakes: the network answers, only worse.

    Parameters
    ----------
    images : array_like of shape (N, H, W, C) or (H, W, C)

    Returns
    -------
    ndarray
        The same images.

    Raises
    ------
    ValueError
        If values are below 0 or above 255, not finite, or all at most 1 though not all 0. (Images
        that are nearly black everywhere can't be told from scaled ones, and are refused as well,
        unless they are integers.)

    Examples
    --------
    >>> check_pixels(np.full((1, 2, 2, 3), 128.0)).shape
    (1, 2, 2, 3)
    """
    array = np.asarray(images)
    if array.ndim not in (3, 4) or not array.size or array.dtype.kind not in "uif":
        _checks.fail("images", "numbers of shape (N, H, W, C) or (H, W, C)", array)
    low, high = float(array.min()), float(array.max())
    found = f"values from {low:g} to {high:g}"
    if not np.isfinite([low, high]).all():
        _checks.fail("images", "finite pixels of 0 to 255", found)
    if low < 0:
        _checks.fail("images", "pixels of 0 to 255", f"{found}, as after preprocessing")
    if high > 255:
        _checks.fail("images", "pixels of 0 to 255", found)
    if array.dtype.kind == "f" and 0 < high <= 1:
        _checks.fail("images", "pixels of 0 to 255", f"{found}, as after a division by 255")
    return array
