"""Python side of the figure "grad_cam": heat maps of classes and layers over pictures."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np

from cnncourse import _checks, _html
from cnncourse.widgets import _pictures
from cnncourse.widgets._figure import Figure, Settings, Still

SCALES = ("own", "shared")
MOST_LAYERS = 12
RAMP = np.array([[59, 15, 112], [184, 54, 97], [250, 140, 36], [252, 245, 179]], float)

Row = list[Any]


def figure(
    pictures: Any,
    maps: Any,
    probabilities: Any,
    layer_names: Any,
    class_names: Any,
    truths: Any = None,
) -> Figure:
    """Return the figure of these maps."""
    names = _pictures.class_names(class_names)
    layers = _pictures.class_names(layer_names, "layer_names", MOST_LAYERS)
    shown = _pictures.encoded(pictures)
    packed = [
        packed_layer(name, values)
        for name, values in zip(layers, _layers(maps, len(shown), layers, names), strict=True)
    ]
    _pictures.refuse_heavy("maps", sum(len(layer["bytes"]) * 3 // 4 for layer in packed))
    chances = _probabilities(probabilities, len(shown), len(names))
    objects = [] if truths is None else _pictures.truth_rows("truths", truths, len(shown), names)

    def predicted(picture: int) -> str:
        return names[int(np.argmax(chances[picture]))]

    def check(settings: Settings) -> Settings:
        at = _pictures.index("picture", settings["picture"], len(shown))
        name = predicted(at) if settings["class_name"] is None else settings["class_name"]
        layer = layers[-1] if settings["layer"] is None else settings["layer"]
        return {
            "picture": at,
            "class_name": _checks.choice("class_name", name, names),
            "layer": _checks.choice("layer", layer, layers),
            "opacity": _pictures.percent("opacity", settings["opacity"], 0),
            "scale": _checks.choice("scale", settings["scale"], SCALES),
        }

    def heat(settings: Settings) -> np.ndarray:
        layer = packed[layers.index(settings["layer"])]
        label = names.index(settings["class_name"])
        picture = shown[settings["picture"]]
        values = unpacked_map(layer, settings["picture"] * len(names) + label)
        return enlarged(values, (picture["height"], picture["width"]))

    def facts(settings: Settings) -> Settings:
        at, label = settings["picture"], names.index(settings["class_name"])
        here = [row for row in objects if row[0] == at]
        own = [row[2:] for row in here if row[1] == label] or [row[2:] for row in here]
        values = heat(settings)
        cover = covered(own, values.shape)
        total = float(values.sum())
        return {
            **{name: settings[name] for name in ("picture", "class_name", "layer", "opacity")},
            "scale": settings["scale"],
            "predicted": predicted(at),
            "probability": chances[at][label],
            "energy": (float((values * cover).sum()) / total if total else 0.0) if own else None,
            "area": float(cover.mean()) if own else None,
        }

    def still(settings: Settings) -> Still:
        at, known = settings["picture"], facts(settings)
        boxes = [row[2:] for row in objects if row[0] == at]
        alt = (
            f"Picture {at + 1} of {len(shown)} below the heat map of {settings['class_name']} in "
            f"layer {settings['layer']}. The network predicts {known['predicted']} and gives "
            f"{settings['class_name']} a probability of {known['probability']:.3f}."
        )
        if known["energy"] is not None:
            alt += (
                f" Of the heat, {known['energy']:.1%} lies in the true boxes, which fill "
                f"{known['area']:.1%} of the picture."
            )
        caption = (
            f"<p>Predicted: {_html.escape(known['predicted'])}. Layer: "
            f"{_html.escape(settings['layer'])}.</p>"
        )
        tops = packed[layers.index(settings["layer"])]["tops"][at * len(names) :][: len(names)]
        own = settings["scale"] == "own"
        highest = tops[names.index(settings["class_name"])] if own else max(tops)
        pixels = tint(heat(settings), highest, settings["opacity"] / 100)
        return Still(_drawn(shown[at], pixels, boxes), alt, caption)

    return Figure(
        title="Interactive figure: where a network looks",
        invitation="choose pictures, classes and layers and see which places speak for a class",
        defaults={
            "picture": 0,
            "class_name": None,
            "layer": None,
            "opacity": 70,
            "scale": "own",
        },
        check=check,
        facts=facts,
        still=still,
        data=lambda settings: {
            "scene": {
                "pictures": shown,
                "classes": names,
                "layers": packed,
                "probabilities": chances,
                "objects": objects,
            }
        },
    )


def _layers(maps: Any, pictures: int, layers: list[str], names: list[str]) -> list[np.ndarray]:
    """Return one array (N, classes, h, w) a layer."""
    expected = (
        f"an array of shape ({pictures}, {len(layers)}, {len(names)}, h, w), or one of shape "
        f"({pictures}, {len(names)}, h, w) for each of the layers {layers}"
    )
    if isinstance(maps, np.ndarray):
        if maps.ndim != 5 or maps.shape[:2] != (pictures, len(layers)):
            _checks.fail("maps", expected, maps)
        maps = list(np.moveaxis(maps, 1, 0))
    if not isinstance(maps, Sequence) or isinstance(maps, str) or len(maps) != len(layers):
        _checks.fail("maps", expected, maps)
    checked = []
    for given in maps:
        try:
            values = np.asarray(given)
        except ValueError:
            _checks.fail("maps", expected, given)
        if (
            values.dtype.kind not in "fiu"
            or values.ndim != 4
            or values.shape[:2] != (pictures, len(names))
            or values.size == 0
        ):
            _checks.fail("maps", expected, values if values.dtype.kind != "O" else given)
        values = values.astype(np.float64)
        if not (np.isfinite(values).all() and (values >= 0).all()):
            _checks.fail("maps", "finite numbers of at least 0, as Grad-CAM gives them", values)
        _pictures.refuse_heavy("maps", values.size)
        checked.append(values)
    return checked


def _probabilities(value: Any, pictures: int, classes: int) -> list[list[float]]:
    expected = f"probabilities from 0 to 1 of shape ({pictures}, {classes})"
    try:
        array = np.asarray(value)
    except ValueError:
        _checks.fail("probabilities", expected, value)
    if array.dtype.kind not in "fiu" or array.shape != (pictures, classes):
        _checks.fail("probabilities", expected, array if array.dtype.kind != "O" else value)
    if not ((array >= 0) & (array <= 1)).all():
        _checks.fail("probabilities", expected, array.tolist())
    chances: list[list[float]] = np.round(array.astype(np.float64), 6).tolist()
    return chances


def packed_layer(name: str, values: np.ndarray) -> dict[str, Any]:
    """Return maps (N, classes, h, w) as bytes, each as shares of its own highest value."""
    tops = values.max(axis=(2, 3), keepdims=True)
    shares = np.divide(values, tops, out=np.zeros_like(values), where=tops > 0)
    whole = np.round(255 * shares).astype(np.uint8)
    return {
        "name": name,
        "height": values.shape[2],
        "width": values.shape[3],
        "tops": [float(f"{top:.6g}") for top in tops.ravel()],
        "bytes": base64.b64encode(whole.tobytes()).decode("ascii"),
    }


def unpacked_map(layer: dict[str, Any], at: int) -> np.ndarray:
    """Return map number `at` of a packed layer, (h, w)."""
    shape = layer["height"], layer["width"]
    whole = np.frombuffer(base64.b64decode(layer["bytes"]), np.uint8).reshape(-1, *shape)
    values: np.ndarray = whole[at] / 255 * layer["tops"][at]
    return values


def enlarged(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return a map in another size, bilinearly; middles of cells lie over middles of cells."""
    for axis, (old, new) in enumerate(zip(values.shape, size, strict=True)):
        place = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
        low = np.floor(place).astype(int)
        share = (place - low).reshape(-1, 1) if axis == 0 else place - low
        first = values.take(low, axis)
        values = first + share * (values.take(np.minimum(low + 1, old - 1), axis) - first)
    return values


def covered(boxes: list[Row], size: tuple[int, ...]) -> np.ndarray:
    """Return how much of each pixel lies in boxes (left, top, width, height): 0 to 1."""
    cover = np.zeros(size)
    for left, top, width, height in boxes:
        down, across = (
            np.clip(np.minimum(np.arange(n) + 1, end) - np.maximum(np.arange(n), start), 0, 1)
            for n, start, end in ((size[0], top, top + height), (size[1], left, left + width))
        )
        cover = np.minimum(cover + np.outer(down, across), 1)
    return cover


def tint(heat: np.ndarray, highest: float, strength: float) -> np.ndarray:
    """Return the heat as uint8 pixels of shape (H, W, 4) to lay over its picture."""
    share = np.minimum(heat / highest, 1) if highest > 0 else np.zeros_like(heat)
    stops = np.linspace(0, 1, len(RAMP))
    colours = [np.interp(share, stops, RAMP[:, channel]) for channel in range(3)]
    return np.round(np.stack([*colours, 255 * strength * share], -1)).astype(np.uint8)


def _drawn(picture: dict[str, Any], heat: np.ndarray, boxes: list[Row]) -> str:
    scale = 260 / max(picture["width"], picture["height"])
    width, height = scale * picture["width"], scale * picture["height"]
    place = f'x="{280 - width / 2:.1f}" y="5" width="{width:.1f}" height="{height:.1f}"'
    source = _pictures.png(heat)
    drawn = []
    for box in boxes:
        left, top, across, along = (scale * side for side in box)
        where = (
            f'x="{280 - width / 2 + left:.1f}" y="{5 + top:.1f}" width="{across:.1f}" '
            f'height="{along:.1f}"'
        )
        drawn += [
            f'<rect {where} style="fill:none;stroke:#12161f;stroke-width:4"/>',
            f'<rect {where} style="fill:none;stroke:#ffffff;stroke-width:2"/>',
        ]
    return (
        f'<svg viewBox="0 0 560 {height + 10:.0f}" {{}}><image href="{picture["src"]}" {place}/>'
        f'<image href="{source}" {place}/>{"".join(drawn)}</svg>'
    )
