"""The exercise on going on after a crash: which epoch is next, and how many are left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnncourse.check.exercise import Draw, Exercise, Wrong


def resume_at(finished: Sequence[int], epochs: int) -> tuple[int, int]:
    """Return Keras' ``initial_epoch`` and the number of epochs that are left."""
    done = max(finished, default=0)
    return done, max(epochs - done, 0)


def _inputs(draw: Draw) -> dict[str, Any]:
    count, epochs = draw.integer(0, min(draw.size, 4)), draw.integer(1, 3 * draw.size)
    numbers = [draw.integer(1, 3 * draw.size) for _ in range(4)]
    return {"finished": list(dict.fromkeys(numbers[:count])), "epochs": epochs}


def _from(done: Any) -> Any:
    """Return a version that finds the last finished epoch in its own way."""

    def version(finished: list[int], epochs: int) -> tuple[int, int]:
        last = done(finished)
        return last, max(epochs - last, 0)

    return version


RESUME_AT = Exercise(
    name="resume_at",
    task=(
        "`finished` lists the epochs, counted from 1, whose checkpoints are on disk, in any order "
        "and perhaps with gaps; it may be empty. The run should have `epochs` in all. Return a "
        "pair: `initial_epoch` for Keras, which counts from 0, so that training goes on after the "
        "latest checkpoint; and how many epochs are left, 0 if none."
    ),
    objective="first-resume",
    reference=resume_at,
    inputs=_inputs,
    rounds=((2, 60), (4, 100), (6, 100)),
    wrong=(
        Wrong(
            "one epoch left out",
            lambda finished, epochs: (
                max(finished, default=0) + 1,
                max(epochs - max(finished, default=0) - 1, 0),
            ),
            (
                "Epochs 1 to 3 are done. Which number has the next one, counted from 0?",
                "3: counted from 0 the next epoch has the number of those that are done.",
            ),
        ),
        Wrong(
            "the last epoch run again",
            _from(lambda finished: max(max(finished, default=0) - 1, 0)),
            (
                "Is the checkpoint of epoch 3 written before that epoch or after it?",
                "After it: don't subtract 1.",
            ),
        ),
        Wrong(
            "checkpoints counted",
            _from(len),
            (
                "What if older checkpoints were deleted?",
                "The largest number counts, not how many files there are.",
            ),
        ),
        Wrong(
            "the last of the list, which is in no order",
            _from(lambda finished: finished[-1] if finished else 0),
            ("Does a folder list its files in order of time?", "Take the largest: max(finished)."),
        ),
        Wrong(
            "sorted as text",
            _from(lambda finished: int(max(map(str, finished), default="0"))),
            ("Which comes last as text, '9' or '10'?", "Compare numbers, not names of files."),
        ),
        Wrong(
            "all epochs once more",
            lambda finished, epochs: (max(finished, default=0), epochs),
            (
                "Ten epochs wanted, three done: how many are left?",
                "epochs - initial_epoch, as `epochs` is the number in all.",
            ),
        ),
        Wrong(
            "less than nothing left",
            lambda finished, epochs: (
                max(finished, default=0),
                epochs - max(finished, default=0),
            ),
            ("More epochs are done than wanted: how many are left?", "None: max(…, 0)."),
        ),
    ),
    hints=(
        "Two questions: which is the latest epoch done, and how many does that leave?",
        "done = max(finished, default=0); the pair is (done, max(epochs - done, 0)).",
    ),
)
