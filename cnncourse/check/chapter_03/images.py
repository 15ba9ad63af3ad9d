"""Exercises on images before training: a split that keeps the shares, and standardisation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse.check.exercise import Draw, Exercise, Wrong


def held_out(labels: ArrayLike, every: int) -> np.ndarray:
    """Return the positions of every n-th image of each class, in rising order."""
    classes = np.asarray(labels)
    chosen = [np.flatnonzero(classes == label)[every - 1 :: every] for label in np.unique(classes)]
    return np.sort(np.concatenate(chosen))


def _held_out_inputs(draw: Draw) -> dict[str, Any]:
    count, every = draw.integer(1, 2 * draw.size), draw.integer(1, 3)
    labels = [draw.integer(0, 2) for _ in range(12)]
    return {"labels": labels[:count], "every": every}


def _by_class(labels: list[int], start: int, stop: int | None, step: int) -> np.ndarray:
    classes = np.asarray(labels)
    return np.concatenate(
        [np.flatnonzero(classes == label)[start:stop:step] for label in np.unique(classes)]
    )


HELD_OUT = Exercise(
    name="held_out",
    task=(
        "`labels` lists the classes of N images. Of each class, hold out every `every`-th image "
        "in order of appearance: with 3 the third, the sixth and so on. Return their positions in "
        "`labels`, all classes together, in rising order."
    ),
    objective="first-data",
    reference=held_out,
    inputs=_held_out_inputs,
    rounds=((2, 60), (4, 100), (6, 100)),
    wrong=(
        Wrong(
            "every n-th of all images, whatever their class",
            lambda labels, every: np.arange(every - 1, len(labels), every),
            (
                "Do the classes play a part in your answer?",
                "Take every n-th of np.flatnonzero(np.array(labels) == label), class by class.",
            ),
        ),
        Wrong(
            "the first of each group held out, not the last",
            lambda labels, every: np.sort(_by_class(labels, 0, None, every)),
            (
                "With `every` = 3, is the first image of a class held out?",
                "Begin at position every - 1 among the images of a class.",
            ),
        ),
        Wrong(
            "positions in the order of the classes",
            lambda labels, every: _by_class(labels, every - 1, None, every),
            ("In which order should the positions stand?", "Sort them at the end."),
        ),
        Wrong(
            "the images that stay returned",
            lambda labels, every: np.setdiff1d(np.arange(len(labels)), held_out(labels, every)),
            ("Which part is asked for?", "The images held out; you returned the others."),
        ),
        Wrong(
            "classes returned, not positions",
            lambda labels, every: np.asarray(labels)[held_out(labels, every)],
            ("What is a position?", "Where in `labels` an image stands: 0 is the first."),
        ),
        Wrong(
            "one image of each class only",
            lambda labels, every: np.sort(_by_class(labels, every - 1, every, every)),
            ("A class with six images and `every` = 3: how many?", "Two. Go on to the end."),
        ),
        Wrong(
            "counted from 1",
            lambda labels, every: held_out(labels, every) + 1,
            ("Where is the first image?", "At position 0, not at 1."),
        ),
    ),
    hints=(
        "Go through the classes one by one. Where are the images of one of them?",
        "np.flatnonzero(np.array(labels) == label)[every - 1 :: every] for each label; then join "
        "and sort.",
    ),
)


def standardize(images: ArrayLike, train: ArrayLike) -> np.ndarray:
    """Subtract the mean of `train` from `images` and divide by its standard deviation."""
    seen = np.asarray(train, float)
    return (np.asarray(images, float) - seen.mean()) / (seen.std() or 1.0)


def _standardize_inputs(draw: Draw) -> dict[str, Any]:
    height, width = draw.integer(1, min(draw.size, 2)), draw.integer(1, min(draw.size, 3))
    old, new = draw.integer(1, min(draw.size, 4)), draw.integer(1, min(draw.size, 3))
    return {"images": draw.array(new, height, width), "train": draw.array(old, height, width)}


def _moments(images: np.ndarray, mean: Any, deviation: Any) -> np.ndarray:
    return (images - mean) / np.where(deviation == 0, 1.0, deviation)


STANDARDIZE = Exercise(
    name="standardize",
    task=(
        "Return `images` (N, H, W), less the mean of all pixels of the images `train` (M, H, W) "
        "and divided by their standard deviation: two numbers, the same for every image. A "
        "deviation of 0 counts as 1."
    ),
    objective="first-data",
    reference=standardize,
    inputs=_standardize_inputs,
    wrong=(
        Wrong(
            "statistics of the images themselves, not of the training images",
            lambda images, train: standardize(images, images),
            (
                "Would one and the same picture look the same to the network in every batch?",
                "Mean and deviation come from `train`, whatever `images` is.",
            ),
        ),
        Wrong(
            "each pixel by statistics of its own",
            lambda images, train: _moments(images, train.mean(axis=0), train.std(axis=0)),
            (
                "How many means are asked for?",
                "One for all pixels together: train.mean(), without an axis.",
            ),
        ),
        Wrong(
            "divided by the variance",
            lambda images, train: _moments(images, train.mean(), train.var()),
            ("What is the deviation of the result?", "1, if you divide by .std(), not by .var()."),
        ),
        Wrong(
            "the mean left in",
            lambda images, train: _moments(images, 0, train.std()),
            ("What is the mean of the training images afterwards?", "It has to be 0: subtract."),
        ),
        Wrong(
            "not divided",
            lambda images, train: images - train.mean(),
            ("What is the deviation of the training images afterwards?", "It has to be 1: divide."),
        ),
        Wrong(
            "the deviation of the wrong images",
            lambda images, train: _moments(images, train.mean(), images.std()),
            ("Do both numbers come from the same images?", "The deviation is that of `train`."),
        ),
        Wrong(
            "brought to 0 to 1",
            lambda images, train: _moments(
                images, train.min(), np.asarray(train.max() - train.min())
            ),
            (
                "Do you use mean and deviation, or smallest and largest value?",
                "Subtract train.mean() and divide by train.std().",
            ),
        ),
    ),
    hints=(
        "Two numbers are enough. Which images do they come from?",
        "(images - train.mean()) / (train.std() or 1)",
    ),
)
