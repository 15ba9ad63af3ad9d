"""The exercise on preprocessing: pixels as three families of networks want them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnncourse.check.exercise import Draw, Exercise, Wrong

MEANS = np.array([0.485, 0.456, 0.406])
DEVIATIONS = np.array([0.229, 0.224, 0.225])
CAFFE_MEANS = np.array([123.68, 116.779, 103.939])


def preprocess(images: ArrayLike, mode: str) -> np.ndarray:
    """Return pixels of 0 to 255 (N, H, W, 3) as networks of that family want them."""
    images = np.asarray(images)
    if mode == "tf":
        return images / 127.5 - 1
    if mode == "torch":
        return (images / 255 - MEANS) / DEVIATIONS
    return (images - CAFFE_MEANS)[..., ::-1]


def _inputs(draw: Draw) -> dict[str, Any]:
    mode = draw.choice(("tf", "torch", "caffe"))
    count, height, width = draw.integer(1, 2), draw.integer(1, 3), draw.integer(1, 3)
    return {"images": draw.array(count, height, width, 3), "mode": mode}


def _instead(wrong_mode: str, formula: Any) -> Any:
    """Return a version that follows `formula` in one mode and is right in the others."""

    def version(images: np.ndarray, mode: str) -> np.ndarray:
        return formula(images) if mode == wrong_mode else preprocess(images, mode)

    return version


PREPROCESS = Exercise(
    name="preprocess",
    task=(
        "Turn RGB pixels of 0 to 255, `images` (N, H, W, 3), into what a network wants. `tf`: to "
        "-1 … 1. `torch`: to 0 … 1, then per channel minus the means (0.485, 0.456, 0.406), "
        "divided by the deviations (0.229, 0.224, 0.225). `caffe`: no scaling; minus the means "
        "(123.68, 116.779, 103.939) of red, green and blue, and channels in the order blue, green, "
        "red. Any number counts as a pixel here."
    ),
    objective="pre-pixels",
    reference=preprocess,
    inputs=_inputs,
    wrong=(
        Wrong(
            "the channels of `caffe` left in the order red, green, blue",
            _instead("caffe", lambda images: images - CAFFE_MEANS),
            (
                "Which colour comes first for a network from Caffe?",
                "Blue: reverse the last axis, [..., ::-1].",
            ),
        ),
        Wrong(
            "the means of red and blue swapped",
            _instead("caffe", lambda images: images[..., ::-1] - CAFFE_MEANS),
            (
                "Which mean belongs to which colour once the channels are reversed?",
                "Subtract first, while red is still the first channel; reverse afterwards.",
            ),
        ),
        Wrong(
            "the means left in for `caffe`",
            _instead("caffe", lambda images: images[..., ::-1]),
            ("Is the order of the channels all that differs?", "Subtract the three means as well."),
        ),
        Wrong(
            "`tf` scaled to 0 … 1 only",
            _instead("tf", lambda images: images / 255),
            ("What should become of a black pixel?", "-1: divide by 127.5, then subtract 1."),
        ),
        Wrong(
            "the deviations left out",
            _instead("torch", lambda images: images / 255 - MEANS),
            (
                "How large is one standard deviation afterwards?",
                "It should be 1: divide by the three deviations.",
            ),
        ),
        Wrong(
            "pixels of 0 … 255 less means of 0 … 1",
            _instead("torch", lambda images: (images - MEANS) / DEVIATIONS),
            (
                "On which scale are the means of `torch` given?",
                "From 0 to 1: divide the pixels by 255 first.",
            ),
        ),
        Wrong(
            "everything treated as `tf`",
            lambda images, mode: preprocess(images, "tf"),
            ("Does your code look at mode?", "There are three cases, each with its own formula."),
        ),
    ),
    hints=(
        "Three branches. Work out by hand what a black pixel becomes in each.",
        "tf: images / 127.5 - 1; torch: (images / 255 - means) / deviations; caffe: "
        "(images - means)[..., ::-1].",
    ),
)
