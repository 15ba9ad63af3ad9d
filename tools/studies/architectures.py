"""What the networks of the table cost and see at their papers' sizes."""

from __future__ import annotations

from typing import Any

NAME = "architectures"
DESCRIPTION = (
    "Every network of the table at the size of its paper, counted from the model itself, without "
    "memory for its weights: parameters, multiply-accumulates of convolutions and dense layers on "
    "one image, layers with weights on the longest way, and the receptive field of the last "
    "feature maps."
)
DATA = "None: the counts are exact, and the same on every machine."
# The table as `models.names` lists it; a test holds both lists to each other.
NETWORKS = (
    *("lenet5", "lenet5_1998", "alexnet", "alexnet_one_group", "zfnet"),
    *("vgg11", "vgg13", "vgg16", "vgg19", "nin", "googlenet", "googlenet_aux", "se_inception"),
    *("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
    *("preact_resnet18", "preact_resnet34", "preact_resnet50", "preact_resnet101"),
    *("preact_resnet152", "se_resnet18", "se_resnet34", "se_resnet50", "se_resnet101"),
    *("se_resnet152", "xception", "mobilenet"),
)
ARMS = [{"network": name} for name in NETWORKS]
LABELS = {
    "trainable": "trainable parameters",
    "total": "all parameters",
    "macs": "multiply-accumulates",
    "depth": "layers with weights",
    "receptive_field": "receptive field, px",
}
TOLERANCE = {name: {"absolute": 0} for name in LABELS}


def run(arm: dict[str, Any]) -> dict[str, float]:
    """Return the counts of one network; all of them see squares."""
    from cnncourse import models

    measured = models.measure(arm["network"])
    rows, columns = measured.receptive_field
    assert rows == columns
    return {**measured._asdict(), "receptive_field": rows}
