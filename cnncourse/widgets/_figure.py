"""What the Python side of every interactive figure consists of."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cnncourse import _checks

Settings = dict[str, Any]
COMMON: Settings = {"task": None, "goal": None}


@dataclass(frozen=True)
class Still:
    """The initial state, drawn and told: what stands on the page where JavaScript is off.

    Parameters
    ----------
    svg : str
        Inline SVG without its description.
    alt : str
        What the picture shows.
    caption : str
        Numbers of the state, as HTML paragraphs.
    """

    svg: str
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class Figure:
    """One interactive figure.

    Parameters
    ----------
    title : str
        Names the figure to a screen reader.
    invitation : str
        Completes the sentence "With JavaScript you can …".
    defaults : dict
        Every setting and its default.
    check : callable
        Takes all settings, returns them in plain JSON types; raises ValueError.
    facts : callable
        Takes checked settings, returns what a goal can ask for.
    still : callable
        Takes checked settings, returns the `Still`.
    data : callable
        Takes checked settings, returns what else the script is given.
    """

    title: str
    invitation: str
    defaults: Settings
    check: Callable[[Settings], Settings]
    facts: Callable[[Settings], Settings]
    still: Callable[[Settings], Still]
    data: Callable[[Settings], dict[str, Any]] = field(default=lambda settings: {})

    def settle(self, given: Mapping[str, Any]) -> Settings:
        """Return all settings, those of `given` checked and the others at their defaults."""
        for name in given:
            _checks.choice("setting", name, [*self.defaults, *COMMON])
        settings = {**self.defaults, **COMMON, **given}
        return self.check(settings) | self._check_goal(settings)

    def _check_goal(self, settings: Settings) -> Settings:
        task, goal = settings["task"], settings["goal"]
        if task is None and goal is None:
            return dict(COMMON)
        if not isinstance(task, str) or not task.strip():
            _checks.fail("task", "a sentence, because there is a goal", task)
        if not isinstance(goal, Mapping) or not goal:
            _checks.fail("goal", "a dict of facts to reach, because there is a task", goal)
        facts = self.facts(self.check(settings))
        for name, value in goal.items():
            _checks.choice("goal", name, facts)
            if not isinstance(value, (str, int, float, type(None))) or isinstance(value, bool):
                _checks.fail("goal", f"a number, a string or None for {name!r}", value)
        if all(_same(facts[name], value) for name, value in goal.items()):
            _checks.fail("goal", "something that the initial state has not reached yet", goal)
        return {"task": task, "goal": dict(goal)}


def _same(fact: Any, wanted: Any) -> bool:
    if isinstance(fact, (int, float)) and isinstance(wanted, (int, float)):
        return math.isclose(fact, wanted, abs_tol=1e-9)
    return bool(fact == wanted)
