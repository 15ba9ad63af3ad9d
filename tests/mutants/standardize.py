"""Wrong versions of ``standardize`` that the checker does not know by name."""

import numpy as np


def no_guard(images, train):
    with np.errstate(all="ignore"):
        return (images - train.mean()) / train.std()


def sample_deviation(images, train):
    deviation = train.std(ddof=1) if train.size > 1 else 0.0
    return (images - train.mean()) / (deviation or 1.0)


def small_number_added(images, train):
    return (images - train.mean()) / (train.std() + 0.01)


def statistics_of_both(images, train):
    both = np.concatenate([images, train])
    return (images - both.mean()) / (both.std() or 1.0)


def image_by_image(images, train):
    mean = images.mean(axis=(1, 2), keepdims=True)
    deviation = images.std(axis=(1, 2), keepdims=True)
    return (images - mean) / np.where(deviation == 0, 1, deviation)


def median(images, train):
    return (images - np.median(train)) / (train.std() or 1.0)


def first_training_image_only(images, train):
    return (images - train[0].mean()) / (train[0].std() or 1.0)


def largest_value(images, train):
    return (images - train.mean()) / (np.abs(train).max() or 1.0)


def added(images, train):
    return (images + train.mean()) / (train.std() or 1.0)


def multiplied(images, train):
    return (images - train.mean()) * (train.std() or 1.0)


def divided_first(images, train):
    return images / (train.std() or 1.0) - train.mean()


def cut_to_integers(images, train):
    return ((images - train.mean()) / (train.std() or 1.0)).astype(int)


def train_returned(images, train):
    return (train - train.mean()) / (train.std() or 1.0)


def mean_by_pixel(images, train):
    return (images - train.mean(axis=0)) / (train.std() or 1.0)


def zero_deviation_gives_zeros(images, train):
    return (images - train.mean()) / train.std() if train.std() else np.zeros(images.shape)


def mean_absolute_deviation(images, train):
    return (images - train.mean()) / (np.abs(train - train.mean()).mean() or 1.0)
