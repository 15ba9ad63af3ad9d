"""Wrong versions of ``preprocess`` that the checker does not know by name."""

import numpy as np

MEANS, DEVIATIONS = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
CAFFE = np.array([123.68, 116.779, 103.939])


def _right(images, mode):
    if mode == "tf":
        return images / 127.5 - 1
    if mode == "torch":
        return (images / 255 - MEANS) / DEVIATIONS
    return (images - CAFFE)[..., ::-1]


def tf_divides_by_128(images, mode):
    return images / 128 - 1 if mode == "tf" else _right(images, mode)


def tf_stops_at_zero_to_two(images, mode):
    return images / 127.5 if mode == "tf" else _right(images, mode)


def clips_to_one(images, mode):
    return np.clip(_right(images, mode), -1, 1)


def torch_for_everything(images, mode):
    return _right(images, "torch")


def torch_blue_first(images, mode):
    result = _right(images, mode)
    return result[..., ::-1] if mode == "torch" else result


def torch_means_of_the_batch(images, mode):
    if mode == "torch":
        return (images / 255 - images.mean(axis=(0, 1, 2)) / 255) / DEVIATIONS
    return _right(images, mode)


def torch_multiplies_by_the_deviation(images, mode):
    if mode == "torch":
        return (images / 255 - MEANS) * DEVIATIONS
    return _right(images, mode)


def caffe_mirrors_the_picture(images, mode):
    return (images - CAFFE)[:, :, ::-1] if mode == "caffe" else _right(images, mode)


def caffe_upside_down(images, mode):
    return (images - CAFFE)[:, ::-1] if mode == "caffe" else _right(images, mode)


def caffe_scaled_to_one(images, mode):
    return _right(images, mode) / 255 if mode == "caffe" else _right(images, mode)


def caffe_one_mean_for_all(images, mode):
    return (images - CAFFE.mean())[..., ::-1] if mode == "caffe" else _right(images, mode)


def whole_numbers(images, mode):
    return np.round(_right(images, mode))


def torch_and_tf_swapped(images, mode):
    return _right(images, {"tf": "torch", "torch": "tf"}.get(mode, mode))


def first_image_only(images, mode):
    return _right(images[:1], mode)
