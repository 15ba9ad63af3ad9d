"""Fair comparison on a busy machine: candidates take turns in one process, ratios are reported."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

from tools import machine


def paired(
    candidates: Mapping[str, Callable[[], object]], rounds: int = 9
) -> dict[str, list[float]]:
    """Return seconds per call, one per round, for every candidate.

    Each round calls every candidate once, starting with another one each time, so that a
    disturbance meets them all. A first round, which fills caches and traces graphs, isn't counted.
    """
    names = list(candidates)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(-1, rounds):
        first = max(turn, 0) % len(names)
        for name in names[first:] + names[:first]:
            start = time.perf_counter()
            candidates[name]()
            elapsed = time.perf_counter() - start
            if turn >= 0:
                seconds[name].append(elapsed)
    return seconds


def report(title: str, seconds: Mapping[str, list[float]], baseline: str) -> str:
    """Return a table: least and median time, and how many times the baseline that is.

    The first ratio compares the two least times, the second is the median of the ratios of each
    round. Below 1 is faster than the baseline.
    """
    base = seconds[baseline]
    width = max(map(len, seconds))
    lines = [title, f"  {'':{width}}   min ms  median ms   min ratio  median ratio"]
    for name, times in seconds.items():
        ratio = min(times) / min(base)
        ratios = [one / other for one, other in zip(times, base, strict=True)]
        lines.append(
            f"  {name:{width}} {min(times) * 1e3:8.3f} {statistics.median(times) * 1e3:10.3f}"
            f" {ratio:10.2f}× {statistics.median(ratios):12.2f}×"
        )
    return "\n".join(lines)


def describe_machine() -> str:
    """Return the line that belongs above every measurement."""
    hardware, versions = machine.hardware(), machine.versions()
    packages = ", ".join(f"{name} {number}" for name, number in versions.items())
    return f"{hardware['processor']}, {hardware['cores']} cores; {packages}"
