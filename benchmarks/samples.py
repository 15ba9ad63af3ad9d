"""How fast the sample sets are drawn, and how hard they are for a small network.

Run ``python -m benchmarks.samples``; ``--speed`` leaves the training out, which takes minutes.
"""

from __future__ import annotations

import os
import statistics
import sys
import time

import numpy as np

from benchmarks._paired import describe_machine
from cnncourse import samples

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

# (set, settings, items per round)
SPEED = [
    ("garments", {}, 400),
    ("flowers", {"size": 64}, 60),
    ("flowers", {"size": 96}, 60),
    ("flowers", {"size": 224}, 20),
    ("flower_scenes", {"size": 96}, 48),
    ("flower_scenes", {"size": 224}, 18),
    ("shapes", {"size": 32}, 160),
    ("textures", {"size": 64}, 112),
    ("source_task", {"size": 64}, 120),
    ("reviews", {"length": 120}, 400),
]
ROUNDS = 5


def speed() -> None:
    """Print items per second of one core: of processor time, and by the clock."""
    print(f"items drawn per second, one core, {ROUNDS} rounds, another seed each")
    print(f"  {'':24} {'processor, best':>16} {'median':>8} {'clock, median':>14}")
    for name, settings, count in SPEED:
        draw = getattr(samples, name)
        draw(2, progress=False, **settings)
        busy, clock = [], []
        for seed in range(ROUNDS):
            start, begun = time.process_time(), time.perf_counter()
            draw(count, seed=seed, progress=False, **settings)
            busy.append(count / (time.process_time() - start))
            clock.append(count / (time.perf_counter() - begun))
        what = " ".join([name, *(f"{key} {value}" for key, value in settings.items())])
        print(
            f"  {what:24} {max(busy):16.0f} {statistics.median(busy):8.0f}"
            f" {statistics.median(clock):14.0f}"
        )


def hardness() -> None:
    """Print accuracies on new items, mean ± standard deviation over the seeds of the study."""
    from tools.studies import sample_hardness as study

    print(f"accuracy on {study.TESTED} new items, mean ± sd over 3 seeds")
    print(f"  {'trained on':20} {'small network':>16} {'logistic regr.':>16} {'guessing':>9}")
    for name, trained_on in study.SETS:
        arms = [arm for arm in study.ARMS if (arm["set"], arm["trained_on"]) == (name, trained_on)]
        rows = [study.run(arm) for arm in arms]
        network, linear = (np.array([row[key] for row in rows]) for key in ("network", "linear"))
        print(
            f"  {trained_on:>4} {name:15} {network.mean():8.3f} ± {network.std(ddof=1):5.3f}"
            f" {linear.mean():8.3f} ± {linear.std(ddof=1):5.3f} {rows[0]['chance']:9.3f}",
            flush=True,
        )


def main() -> None:
    print(describe_machine())
    speed()
    if "--speed" not in sys.argv:
        hardness()


if __name__ == "__main__":
    main()
