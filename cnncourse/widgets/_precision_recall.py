"""Python side of the figure "precision_recall": detections on pictures, and what they are worth."""

from __future__ import annotations

from typing import Any

from cnncourse import _checks, _html
from cnncourse.widgets import _pictures, _scoring
from cnncourse.widgets._figure import Figure, Settings, Still

MOST_DETECTIONS = 1000
RULES = ("coco", "voc")
SPOKEN = {"voc07": "VOC 2007", "voc10": "VOC 2010", "coco": "COCO"}
# On a photo neither theme's colours can be told apart for sure: these are drawn over a dark halo.
LOOKS = {
    "true": "stroke:#6ee7a0",
    "false": "stroke:#ff8a80;stroke-dasharray:7 4",
    "duplicate": "stroke:#ffc04d;stroke-dasharray:2 3",
    "missed": "stroke:#ffffff;stroke-dasharray:10 3 2 3",
    "found": "stroke:#ffffff;stroke-width:1",
}


def figure(pictures: Any, truths: Any, detections: Any, class_names: Any) -> Figure:
    """Return the figure of these detections."""
    names = _pictures.class_names(class_names)
    shown = _pictures.encoded(pictures)
    objects = _pictures.truth_rows("truths", truths, len(shown), names)
    found = _pictures.detection_rows("detections", detections, len(shown), names)
    if not objects:
        _checks.fail("truths", "at least one object", truths)
    if len(found) > MOST_DETECTIONS:
        _checks.fail("detections", f"at most {MOST_DETECTIONS}: leave out low scores", len(found))
    first = min(row[1] for row in objects)

    def check(settings: Settings) -> Settings:
        return {
            "class_name": _checks.choice("class_name", settings["class_name"], names),
            "score": _pictures.percent("score", settings["score"], 0),
            "iou": _pictures.percent("iou", settings["iou"], 1),
            "rule": _checks.choice("rule", settings["rule"], RULES),
            "average": _checks.choice("average", settings["average"], _scoring.METHODS),
            "picture": _pictures.index("picture", settings["picture"], len(shown)),
        }

    def curves(settings: Settings) -> list[_scoring.Curve]:
        return [
            _scoring.curve(objects, found, label, settings["iou"] / 100, settings["rule"])
            for label in range(len(names))
        ]

    def facts(settings: Settings) -> Settings:
        every = curves(settings)
        curve = every[names.index(settings["class_name"])]
        shown = curve.shown(settings["score"] / 100)
        return {
            **{name: settings[name] for name in ("class_name", "score", "iou", "rule")},
            "true_positives": shown["right"],
            "false_positives": shown["wrong"],
            "duplicates": shown["duplicates"],
            "missed": len(shown["missed"]),
            "precision": shown["precision"],
            "recall": shown["recall"],
            **{f"ap_{method}": curve.average(method) for method in _scoring.METHODS},
            **{
                f"mean_ap_{method}": _scoring.mean([each.average(method) for each in every])
                for method in _scoring.METHODS
            },
        }

    def still(settings: Settings) -> Still:
        curve = curves(settings)[names.index(settings["class_name"])]
        known = facts(settings)
        at = settings["picture"]
        svg = (
            '<svg viewBox="0 0 560 270" {}>'
            + _drawn_picture(shown[at], at, objects, curve, settings["score"] / 100)
            + _drawn_curve(curve, known["recall"], known["precision"])
            + "</svg>"
        )
        number = {name: _number(value) for name, value in known.items()}
        alt = (
            f"Picture {at + 1} of {len(shown)} with the detections of {settings['class_name']} "
            f"that score at least {settings['score'] / 100:g}, and the curve of precision over "
            f"recall at an IoU of {settings['iou'] / 100:g}. Over all pictures there are "
            f"{_count(known['true_positives'], 'true positive')}, "
            f"{_count(known['false_positives'], 'false positive')}, {known['duplicates']} of them "
            f"duplicates, and {known['missed']} missed: "
            f"precision {number['precision']}, recall {number['recall']}."
        )
        averages = ", ".join(
            f"{number[f'ap_{method}']} ({SPOKEN[method]})" for method in _scoring.METHODS
        )
        return Still(svg, alt, f"<p>AP of {_html.escape(settings['class_name'])}: {averages}.</p>")

    return Figure(
        title="Interactive figure: precision, recall and average precision of detections",
        invitation="move the score and the overlap that is asked for, and see every match change",
        defaults={
            "class_name": names[first],
            "score": 50,
            "iou": 50,
            "rule": "coco",
            "average": "coco",
            "picture": 0,
        },
        check=check,
        facts=facts,
        still=still,
        data=lambda settings: {
            "scene": {
                "pictures": shown,
                "classes": names,
                "objects": objects,
                "detections": found,
            }
        },
    )


def _count(amount: int, noun: str) -> str:
    return f"{amount} {noun}" if amount == 1 else f"{amount} {noun}s"


def _number(value: Any) -> str:
    return "not defined" if value is None else f"{value:.3f}" if isinstance(value, float) else value


def _drawn_picture(
    picture: dict[str, Any], at: int, objects: list[Any], curve: _scoring.Curve, least: float
) -> str:
    scale = 250 / max(picture["width"], picture["height"])
    shown = curve.shown(least)

    def rectangle(box: list[float], kind: str) -> str:
        left, top, width, height = (scale * value for value in box)
        place = f'x="{left:.1f}" y="{top + 10:.1f}" width="{width:.1f}" height="{height:.1f}"'
        halo = f'<rect {place} style="fill:none;stroke:#12161f;stroke-width:4"/>'
        return f'{halo}<rect {place} style="fill:none;stroke-width:2;{LOOKS[kind]}"/>'

    here = [row for row in curve.objects if objects[row][0] == at]
    return (
        f'<image href="{picture["src"]}" x="0" y="10" width="{scale * picture["width"]:.1f}" '
        f'height="{scale * picture["height"]:.1f}"/>'
        + "".join(
            rectangle(objects[row][2:], "missed" if row in shown["missed"] else "found")
            for row in here
        )
        + "".join(
            rectangle(entry.box, entry.kind) for entry in shown["kept"] if entry.picture == at
        )
    )


def _drawn_curve(curve: _scoring.Curve, recall: float | None, precision: float | None) -> str:
    left, top, width, height = 310, 15, 235, 200

    def at(x: float, y: float) -> str:
        return f"{left + width * x:.1f} {top + height * (1 - y):.1f}"

    def text(x: float, y: float, words: str, anchor: str) -> str:
        return (
            f'<text x="{x}" y="{y}" font-size="13" text-anchor="{anchor}" '
            f'style="fill:var(--cnn-muted)">{words}</text>'
        )

    places = list(zip(curve.recall, curve.precision, strict=True)) if curve.objects else []
    line = "L".join(at(*place) for place in places)
    parts = [
        f'<rect x="{left}" y="{top}" width="{width}" height="{height}" '
        'style="fill:none;stroke:var(--cnn-line);stroke-width:2"/>',
        text(left - 6, top + 12, "1", "end"),
        text(left - 6, top + height, "0", "end"),
        text(left + width, top + height + 18, "1", "middle"),
        text(left + width / 2, top + height + 32, "recall", "middle"),
        f'<text transform="translate({left - 8} {top + height / 2}) rotate(-90)" font-size="13" '
        'text-anchor="middle" style="fill:var(--cnn-muted)">precision</text>',
    ]
    if line:
        parts.append(
            f'<path d="M{line}" style="fill:none;stroke:var(--cnn-accent);stroke-width:2.5"/>'
        )
    if recall is not None and precision is not None:
        x, y = at(recall, precision).split()
        parts.append(
            f'<circle cx="{x}" cy="{y}" r="6" '
            'style="fill:var(--cnn-warm);stroke:var(--cnn-paper);stroke-width:2"/>'
        )
    return "".join(parts)
