"""The model card page says all that `backbone.json` holds, and nothing that it doesn't."""

import inspect
import json
import re
from dataclasses import asdict
from pathlib import Path

import pytest

from cnncourse import samples, transfer
from tools import pretrain_backbone

BOOK = Path(__file__).parents[1] / "book"


@pytest.fixture(scope="module")
def cells():
    page = json.loads((BOOK / "model_card.ipynb").read_text(encoding="utf-8"))
    return {cell["id"]: cell for cell in page["cells"]}


def joined(cells, kind):
    return "\n".join("".join(one["source"]) for one in cells.values() if one["cell_type"] == kind)


def test_the_page_shows_every_entry_of_the_card(cells):
    read = set(
        re.findall(
            r"""\b(?:card|stage|entry|one|allowed|\])\[["'](\w+)["']\]""", joined(cells, "code")
        )
    )
    card = transfer.card()
    stage = {"task", "train", "train_seed", "validation", "validation_seed", "sides", "rate", "log"}
    wanted = {*card, *card["tolerance"], *stage}
    assert wanted - read == set()


def test_what_is_read_is_computed_and_not_typed(cells):
    card = transfer.card()
    text = joined(cells, "code") + joined(cells, "markdown")
    numbers = [card["sha256"][:8], f"{card['bytes']:,}", f"{card['parameters']:,}", card["date"]]
    for stage in card["stages"]:
        accuracy = stage["log"][-1]["validation_accuracy"]
        numbers += [f"{stage['train']:,}", f"{accuracy:.3f}", f"{accuracy:.0%}"]
    assert [number for number in numbers if number in text] == []


def test_the_card_is_that_of_the_script_and_its_test_pictures_are_new(cells):
    stages = transfer.card()["stages"]
    logs = [stage.pop("log") for stage in stages]
    assert stages == [json.loads(json.dumps(asdict(stage))) for stage in pretrain_backbone.STAGES]
    assert [len(log) for log in logs] == [len(stage["sides"]) for stage in stages]
    seed = int(re.search(r"seed = (\d+)", joined(cells, "code"))[1])
    seeds = {stage[kind] for stage in stages for kind in ("train_seed", "validation_seed")}
    assert seed not in seeds


def test_heads_have_the_radii_that_the_page_says(cells):
    source = inspect.getsource(samples.garden)
    smallest, largest = re.search(r"_KINDS, \((0\.\d+), (0\.\d+)\)", source).groups()
    side = transfer.card()["size"]
    radii = f"{side * float(smallest):.0f} to {side * float(largest):.0f} pixels"
    assert f"pictures of {side} pixels with heads of {radii} in radius" in " ".join(
        joined(cells, "markdown").split()
    )
