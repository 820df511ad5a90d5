"""What is wrong with a JSON schema, in words that tell where to look. Nothing is ever fetched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from assistants_client import strict_json
from assistants_client.strict_json import JSONFault, UnreadableJSONError
from dashboard.bounds import SCHEMA_CHARACTERS, SCHEMA_DEPTH
from dashboard.lib.characters import NONCHARACTERS
from dashboard.lib.texts import number

# What a missing number becomes when a program writes it as the name of something.
NOT_NAMES = frozenset({"NaN", "Infinity", "-Infinity"})


class BadJSONError(ValueError):
    """The text is not the JSON that is wanted. Its own text tells a person why and where."""


def object_in(text: str, *, most: int = SCHEMA_CHARACTERS) -> dict[str, Any]:
    """The JSON object that ``text`` is. Raises :class:`BadJSONError` with line and column."""
    if len(text) > most:
        raise BadJSONError(
            gettext("It is too long: %(count)s of %(most)s characters.")
            % {"count": number(len(text)), "most": number(most)}
        )
    try:
        value = strict_json.loads(text)
    except UnreadableJSONError as error:
        raise BadJSONError(_reason(error)) from None
    if not isinstance(value, dict):
        raise BadJSONError(gettext("It must be an object: it starts with { and ends with }."))
    _check_depth_and_names(value)
    return value


def _reason(error: UnreadableJSONError) -> str:
    match error.fault:
        case JSONFault.DUPLICATE:
            return gettext("The name “%(name)s” appears twice.") % {"name": error.what[:100]}
        case JSONFault.CONSTANT:
            return gettext("%(name)s is not a JSON number.") % {"name": error.what}
        case JSONFault.NUMBER:
            return gettext("It holds a number that is too large for other programs.")
        case JSONFault.DEPTH:
            return gettext("It is nested too deeply.")
        case JSONFault.NUL | JSONFault.SURROGATE:
            return gettext("It holds a code that is not a character.")
    text = gettext("Not JSON: %(problem)s in line %(line)d, column %(column)d.")
    return text % {"problem": error.what, "line": error.line, "column": error.column}


def problems(schema: Mapping[str, Any]) -> list[str]:
    """What keeps this from being the JSON schema of an object; empty when it is one."""
    if fault := _fault(json.dumps(schema)):
        problem, where = fault
        text = gettext("Not a JSON schema: %(problem)s (at %(where)s).")
        if not where:
            text = gettext("Not a JSON schema: %(problem)s.")
        return [text % {"problem": problem, "where": where}]
    if schema and schema.get("type") != "object":
        return [gettext('It must describe an object: "type" must be "object".')]
    return []


# An assistant's functions are checked whenever it is saved, and most of them are as they were.
@lru_cache(maxsize=64)
def _fault(schema: str) -> tuple[str, str] | None:
    """What is wrong with it, and where; None where it is a schema."""
    try:
        Draft202012Validator.check_schema(json.loads(schema))
    except SchemaError as error:
        return error.message[:200], ".".join(str(step) for step in error.absolute_path)
    return None


def _check_depth_and_names(value: dict[str, Any]) -> None:
    depth = 0
    level: list[Any] = [value]
    while level:
        depth += 1
        if depth > SCHEMA_DEPTH:
            raise BadJSONError(gettext("It is nested too deeply."))
        for part in level:
            for name in part if isinstance(part, dict) else ():
                _check_name(name)
        inner = (item for part in level for item in (part.values() if isinstance(part, dict) else part))
        level = [item for item in inner if isinstance(item, dict | list)]


def _check_name(name: str) -> None:
    if name in NOT_NAMES:
        raise BadJSONError(
            gettext("The name “%(name)s” is what some programs write where a number is missing.") % {"name": name}
        )
    if NONCHARACTERS.search(name):
        raise BadJSONError(gettext("The name “%(name)s” holds a code that is not a character.") % {"name": name[:100]})
