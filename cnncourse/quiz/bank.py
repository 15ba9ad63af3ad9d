"""Find question banks, read them, and say exactly what is wrong with one.

A bank is a YAML file beside its chapter, ``book/quizzes/NN_topic.yml``. In an installed wheel the
same files lie inside the package as ``cnncourse/_quizzes``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from cnncourse import _checks

_PACKAGE = Path(__file__).resolve().parent.parent


class BankError(ValueError):
    """A bank that must not reach a reader: names the bank, the question and the field."""

    def __init__(self, bank: str, question: str | None, field: str, expected: str, received: Any):
        where = f"Invalid quiz bank `{bank}`"
        if question is not None:
            where += f", question `{question}`"
        super().__init__(
            f"{where}, field `{field}`: expected {expected}; received {_checks.describe(received)}."
        )


def folder() -> Path:
    """Return the folder that holds the banks: the wheel's own, else the source checkout's."""
    installed = _PACKAGE / "_quizzes"
    return installed if installed.is_dir() else _PACKAGE.parent / "book" / "quizzes"


def names() -> list[str]:
    """Return the names of all banks, in chapter order."""
    return sorted(path.stem for path in folder().glob("*.yml"))


def read(name: str) -> dict[str, Any]:
    """Return bank `name` as read from its file, its form checked against the schema.

    Raises
    ------
    ValueError
        If there is no such bank (the message lists those there are), or as `BankError` when the
        file breaks the schema.
    """
    known = _checks.choice("name", name, names())
    return parse(known, (folder() / f"{known}.yml").read_text("utf-8"))


def parse(name: str, text: str) -> dict[str, Any]:
    """Return the bank that `text` holds, its form checked; `name` is for the messages."""
    try:
        bank = yaml.load(text, _UniqueKeys)
    except yaml.YAMLError as error:
        raise BankError(name, None, "file", f"YAML that can be read ({error})", text) from error
    _check_form(name, bank)
    return bank


class _UniqueKeys(yaml.SafeLoader):
    """YAML's safe loader, but a key given twice fails instead of losing its first value."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping = super().construct_mapping(node, deep)
        if len(mapping) < len(node.value):
            raise yaml.constructor.ConstructorError(
                None, None, "found a key twice in one mapping", node.start_mark
            )
        return mapping


@cache
def _schema() -> dict[str, Any]:
    return json.loads((Path(__file__).parent / "schema.json").read_text("utf-8"))


def _check_form(name: str, bank: Any) -> None:
    schema = _schema()
    for error in Draft202012Validator(schema).iter_errors(bank):
        _refuse(name, bank, list(error.absolute_path), error)
    seen: set[str] = set()
    for position, question in enumerate(bank["questions"]):
        # One definition per kind, chosen here: a `oneOf` could not say which field is at fault.
        form = {"$ref": f"#/$defs/{question['kind']}", "$defs": schema["$defs"]}
        for error in Draft202012Validator(form).iter_errors(question):
            _refuse(name, bank, ["questions", position, *error.absolute_path], error)
        if question["id"] in seen:
            raise BankError(
                name, question["id"], "id", "an id that no other question has", question["id"]
            )
        seen.add(question["id"])


def _refuse(name: str, bank: Any, path: Sequence[str | int], error: ValidationError) -> NoReturn:
    """Turn the first error of the schema into ours."""
    question = None
    if len(path) >= 2 and path[0] == "questions":
        entry = bank["questions"][path[1]]
        question = entry.get("id") if isinstance(entry, dict) else None
        question = question if isinstance(question, str) else f"number {int(path[1]) + 1}"
        path = path[2:]
    # Entries are counted from 1, as a reader of the file counts them.
    field = ".".join(str(step + 1 if isinstance(step, int) else step) for step in path)
    instance: Any = error.instance
    rule: Any = error.validator_value
    received = instance
    if error.validator == "required":
        # The schema reports one error per missing field, but names it only in its message.
        missing = next(key for key in rule if key not in instance)
        field, expected, received = ".".join(filter(None, [field, missing])), "a value", "nothing"
    elif error.validator == "additionalProperties":
        schema: Any = error.schema
        known = schema["properties"]
        extra = next(key for key in instance if key not in known)
        field = ".".join(filter(None, [field, str(extra)]))
        expected, received = "one of the fields " + ", ".join(known), extra
    else:
        expected = {
            "type": lambda: (
                "a value of type " + (rule if isinstance(rule, str) else " or ".join(rule))
            ),
            "enum": lambda: "one of " + ", ".join(map(repr, rule)),
            "minItems": lambda: f"at least {rule} entries",
            "minProperties": lambda: f"at least {rule} entry",
            "minimum": lambda: f"a number of at least {rule}",
            "pattern": lambda: "some text" if rule == "\\S" else f"a name of the form {rule}",
        }[str(error.validator)]()
    raise BankError(name, question, field or "file", expected, received)
