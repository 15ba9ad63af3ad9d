"""ImageNet weights, from disk or from where Keras finds them, or a quick and clear refusal."""

from __future__ import annotations

from cnncourse import data
from cnncourse.data._places import keras_home, unreachable

ORIGIN = "https://storage.googleapis.com/"  # of weights and class names


class WeightsUnavailableError(data.DataUnavailableError):
    """ImageNet weights are neither on disk nor to be had."""


def require(name: str) -> None:
    """Raise `WeightsUnavailableError` if Keras could not get the file `name` of its models."""
    path = keras_home() / "models" / name
    if path.exists():
        return
    reason = unreachable(ORIGIN)
    if reason is not None:
        raise WeightsUnavailableError(
            name, [f"{path}: not there", f"{ORIGIN}: {reason}"], "set KERAS_HOME, or go online"
        )
