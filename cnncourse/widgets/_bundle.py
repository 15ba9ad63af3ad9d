"""Several ES modules made one script, so that a figure needs no server and no import map.

The rule is small on purpose. A module imports names from its neighbours with
``import { … } from "./other.mjs";`` and marks what it gives with ``export`` at the start of a
line. Bundling puts each module once, after those it imports, and drops these two words: all
modules of a figure then share one scope, in which every top-level name has to be unique. Anything
else that begins with ``import`` or ``export`` (defaults, renaming, ``* as``) is refused here, and
a name used twice is a syntax error that the tests find in Node.
"""

from __future__ import annotations

import re
from importlib import resources

_IMPORT = re.compile(r'^import \{[\w\s,]*\} from "\./([\w-]+)\.mjs";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|function|class) )", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def source(file_name: str) -> str:
    """Return the text of one file of this folder, from a checkout or from a wheel."""
    return (resources.files(__package__) / file_name).read_text(encoding="utf-8")


def bundle(module: str) -> str:
    """Return `module` and everything that it imports as the source of one script.

    Parameters
    ----------
    module : str
        Name of a module of this folder, without ``.mjs``.

    Raises
    ------
    ValueError
        If a module imports or exports in a form that the rule does not know.
    """
    parts: list[str] = []
    seen: set[str] = set()

    def add(name: str) -> None:
        if name in seen:
            return
        seen.add(name)
        text = source(f"{name}.mjs")
        for imported in _IMPORT.findall(text):
            add(imported)
        parts.append(strip(text, name))

    add(module)
    return "\n".join(parts)


def strip(text: str, name: str) -> str:
    """Return the source `text` of the module called `name` without its imports and exports."""
    bare = _EXPORT.sub("", _IMPORT.sub("", text))
    if left := _LEFT_OVER.search(bare):
        raise ValueError(
            f'{name}.mjs: the bundling rule knows `import {{ … }} from "./other.mjs";` and '
            f"`export` before const, function or class; it found {left.group()!r}."
        )
    return bare
