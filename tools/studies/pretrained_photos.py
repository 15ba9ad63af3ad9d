"""What two ImageNet networks say of two photos, prepared in right and in wrong ways."""

from __future__ import annotations

import functools
import json
from typing import Any

from cnncourse import data
from tools.studies import _imagenet

NAME = "pretrained_photos"
DESCRIPTION = (
    "MobileNet, three quarters and a quarter as wide as the original, with its ImageNet weights, "
    "looks at two photos that it was not trained on. First only the way to 224 × 224 pixels "
    "differs: *bilinear* stretches the photo and reads four pixels for each new one; *antialiased* "
    "stretches it and averages all; *cropped or padded* cuts the middle out, unscaled; *cropped "
    "and resized* shrinks a nearly square part, chosen by hand. Then, always cropped and "
    "resized, only the pixels differ: *-1 to 1* is what MobileNet was trained on, everything else "
    "is a mistake that people make. The numbers of the three most probable classes, and their "
    "probabilities; -1 stands where two of them are less than 0.001 apart, as rounding decides "
    "then."
)
DATA = (
    "*china.jpg* and *flower.jpg*, 427 × 640 pixels, as shipped with scikit-learn; the weights "
    "that keras.applications.MobileNet loads. Nothing is random, so there are no seeds."
)
NEEDS_REAL_DATA = True
SIDE = 224
PHOTOS = {"china": 0, "flower": 1}
# Top, left, bottom and right as shares of the photo's sides.
BOXES = {"china": (0, 0.03, 1, 0.68), "flower": (0.19, 0.26, 0.86, 0.7)}
WAYS = ("bilinear", "antialiased", "cropped or padded", "cropped and resized")
RIGHT = "-1 to 1"
WRONG = ("0 to 1", "0 to 255", "caffe", "torch", "blue first", "scaled twice")
WEIGHTS = {0.25: "mobilenet_2_5_224_tf.h5", 0.75: "mobilenet_7_5_224_tf.h5"}
ARMS = [
    {"width": width, "photo": photo, "way": way, "pixels": pixels}
    for width in (0.75, 0.25)
    for photo in PHOTOS
    for way, pixels in [*((way, RIGHT) for way in WAYS), *((WAYS[-1], pixels) for pixels in WRONG)]
]
CLOSE = 0.001  # nearer probabilities are in no order that another machine would confirm
PLACES = ("first", "second", "third")
# Names of classes by their number, for the page; `run` holds them to the published class index.
LABELS = {
    "width": "width of MobileNet",
    "first": "most probable class",
    "second": "second class",
    "third": "third class",
    **{f"{place}_probability": f"probability of the {place}" for place in PLACES},
    "64": "green_mamba",
    "107": "jellyfish",
    "108": "sea_anemone",
    "111": "nematode",
    "309": "bee",
    "417": "balloon",
    "418": "ballpoint",
    "429": "baseball",
    "437": "beacon",
    "442": "bell_cote",
    "443": "bib",
    "448": "birdhouse",
    "449": "boathouse",
    "510": "container_ship",
    "530": "digital_clock",
    "533": "dishrag",
    "538": "dome",
    "556": "fire_screen",
    "562": "fountain",
    "574": "golf_ball",
    "599": "honeycomb",
    "611": "jigsaw_puzzle",
    "619": "lampshade",
    "663": "monastery",
    "687": "organ",
    "698": "palace",
    "701": "parachute",
    "793": "shower_cap",
    "794": "shower_curtain",
    "818": "spotlight",
    "820": "steam_locomotive",
    "832": "stupa",
    "845": "syringe",
    "851": "television",
    "904": "window_screen",
    "944": "artichoke",
    "947": "mushroom",
    "951": "lemon",
    "985": "daisy",
    "991": "coral_fungus",
    "996": "hen-of-the-woods",
    "998": "ear",
}
# The same weights and pixels; other processors round sums in another order.
TOLERANCE = {
    **{place: {"absolute": 0} for place in PLACES},
    **{f"{place}_probability": {"absolute": 0.005} for place in PLACES},
}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Prepare a photo, show it to the network, and return its three best classes."""
    import numpy as np

    shown = pixels_for(arm["pixels"], sized(arm["way"], arm["photo"]))
    probabilities = np.asarray(network(arm["width"])(shown[np.newaxis], training=False))[0]
    best = np.argsort(-probabilities, kind="stable")[: len(PLACES) + 1].tolist()
    likely = probabilities[best]
    clear = np.concatenate([[True], likely[:-1] - likely[1:] >= CLOSE])
    found: dict[str, float] = {}
    for place, number in enumerate(best[: len(PLACES)]):
        known, name = LABELS.get(str(number)), class_names()[number]
        if known != name:
            raise ValueError(f"class {number} is {name!r}, LABELS say {known!r}")
        found[PLACES[place]] = number if clear[place] and clear[place + 1] else -1
        found[f"{PLACES[place]}_probability"] = float(likely[place])
    return found


def sized(way: str, name: str) -> Any:
    """Return a photo as 224 × 224 pixels of 0 to 255."""
    import numpy as np
    import tensorflow as tf
    from sklearn.datasets import load_sample_images

    photo = load_sample_images().images[PHOTOS[name]]
    height, width = photo.shape[:2]
    top, left, bottom, right = BOXES[name]
    window = [
        round(left * width),
        round(top * height),
        round(right * width),
        round(bottom * height),
    ]
    ways = {
        "bilinear": lambda: tf.image.resize(photo, (SIDE, SIDE)),
        "antialiased": lambda: data.resize(photo, SIDE),
        "cropped or padded": lambda: data.crop_or_pad(photo, SIDE),
        "cropped and resized": lambda: data.crop_and_resize(photo, window, SIDE),
    }
    return np.asarray(ways[way](), "float32")


def pixels_for(convention: str, image: Any) -> Any:
    """Return an image of 0 to 255 in the form that a convention asks for."""
    import numpy as np

    from cnncourse import transfer

    if convention in ("caffe", "torch"):
        return np.asarray(transfer.Preprocessing(convention)(image[np.newaxis]))[0]
    right = image / 127.5 - 1
    forms = {
        RIGHT: right,
        "0 to 1": image / 255,
        "0 to 255": image,
        "blue first": right[..., ::-1],
        "scaled twice": right / 127.5 - 1,
    }
    return forms[convention]


@functools.cache
def network(width: float) -> Any:
    """Return MobileNet with its ImageNet weights."""
    import keras

    _imagenet.require(WEIGHTS[width])
    return keras.applications.MobileNet(alpha=width)


@functools.cache
def class_names() -> list[str]:
    """Return the names of the thousand classes in their order."""
    import numpy as np
    from keras.applications import imagenet_utils

    from cnncourse.data._places import keras_home

    _imagenet.require("imagenet_class_index.json")
    imagenet_utils.decode_predictions(np.zeros((1, 1000)), top=1)  # fetches the file if need be
    index = json.loads((keras_home() / "models" / "imagenet_class_index.json").read_text())
    return [index[str(number)][1] for number in range(1000)]
