"""Exercise on what to ship: how many detections to show when misses and false alarms cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse.check.exercise import Draw, Exercise, Wrong


def cheapest_count(hits: Any, objects: int, price: int) -> int:
    """Return how many of the best detections to show at the lowest cost; of equals the fewest."""
    return int(np.argmin(_costs(hits, objects, price)))


def _costs(hits: Any, objects: int, price: float, alarm: float = 1) -> np.ndarray:
    """Return the cost of showing none, one, two … of the detections."""
    found = np.concatenate([[0], np.cumsum(np.asarray(hits, int))])
    return alarm * (np.arange(len(found)) - found) + price * (objects - found)


def _from_costs(
    choose: Callable[[np.ndarray], Any] = np.argmin, price: float | None = None, alarm: float = 1
) -> Callable[..., int]:
    def version(hits: Any, objects: int, price_: int) -> int:
        return int(choose(_costs(hits, objects, price_ if price is None else price, alarm)))

    return lambda hits, objects, price: version(hits, objects, price)


def _last(costs: np.ndarray) -> int:
    return len(costs) - 1 - int(np.argmin(costs[::-1]))


def _best_f1(hits: Any, objects: int, price: int) -> int:
    found = np.cumsum(np.asarray(hits, int))
    return int(np.argmax(2 * found / (np.arange(1, len(found) + 1) + objects))) + 1


def _stops_early(hits: Any, objects: int, price: int) -> int:
    costs = _costs(hits, objects, price)
    count = 0
    while count + 1 < len(costs) and costs[count + 1] < costs[count]:
        count += 1
    return count


CHEAPEST_COUNT = Exercise(
    name="cheapest_count",
    task=(
        "Return how many detections to show, the best scores first, so that the cost is lowest: 1 "
        "for each false alarm that is shown and `price` for each object that isn't found. `hits` "
        "is a list of 1 (true positive) and 0 (false positive) by falling score, `objects` how "
        "many there are. None may be shown; of equally cheap counts return the smallest."
    ),
    objective="map-ship",
    reference=cheapest_count,
    inputs=lambda draw: _detector(draw),
    rounds=((2, 100), (4, 120), (8, 120)),
    wrong=(
        Wrong(
            "misses priced like false alarms",
            _from_costs(price=1),
            ("Where does `price` come in?", "Each object that isn't found costs `price`, not 1."),
        ),
        Wrong(
            "the price put on false alarms",
            lambda hits, objects, price: int(np.argmin(_costs(hits, objects, 1, price))),
            ("What costs `price`: a miss or a false alarm?", "A miss; a false alarm costs 1."),
        ),
        Wrong(
            "false alarms for free",
            _from_costs(alarm=0),
            ("Does a false alarm cost nothing?", "Add 1 for each 0 among those that are shown."),
        ),
        Wrong(
            "of equals the largest",
            _from_costs(_last),
            (
                "Two counts cost the same. Which one is asked for?",
                "The smallest: np.argmin returns the first.",
            ),
        ),
        Wrong(
            "showing none left out",
            _from_costs(lambda costs: np.argmin(costs[1:]) + 1),
            ("May it be best to show nothing?", "Begin with a count of 0: no alarm, all missed."),
        ),
        Wrong(
            "an index, not a count",
            _from_costs(lambda costs: max(int(np.argmin(costs)) - 1, 0)),
            (
                "If the first detection alone is shown, what is the count?",
                "Index 0 is a count of 1.",
            ),
        ),
        Wrong(
            "the largest F1, whatever things cost",
            _best_f1,
            ("Does your answer change with `price`?", "Compare costs; F1 knows no price."),
        ),
        Wrong(
            "stops at the first detection that doesn't pay",
            _stops_early,
            (
                "After a false alarm, may two hits follow that make up for it?",
                "Work out the cost of every count, then take the lowest.",
            ),
        ),
    ),
    hints=(
        "Work out the cost of showing 0, 1, 2 … detections, and take the smallest.",
        "found = number of 1s among the first n; cost = (n - found) + price * (objects - found).",
    ),
)


def _detector(draw: Draw) -> dict[str, Any]:
    most = 3 + draw.size
    count = draw.integer(1, most)
    hits = [draw.integer(0, 1) for _ in range(most)][:count]
    return {"hits": hits, "objects": sum(hits) + draw.integer(0, 2), "price": draw.integer(1, 4)}
