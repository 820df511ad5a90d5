"""What is wrong with a JSON schema, in words that tell where to look. Nothing is ever fetched."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from dashboard.bounds import SCHEMA_CHARACTERS, SCHEMA_DEPTH
from dashboard.lib.characters import NONCHARACTERS
from dashboard.lib.texts import number

MAX_NUMBER = sys.float_info.max
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
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        text = gettext("Not JSON: %(problem)s in line %(line)d, column %(column)d.")
        place = {"problem": error.msg.lower(), "line": error.lineno, "column": error.colno}
        raise BadJSONError(text % place) from None
    except BadJSONError:
        raise
    except ValueError:
        # Python reads no number of more than 4,300 digits.
        raise BadJSONError(gettext("It holds a number that is too large for other programs.")) from None
    except RecursionError:
        raise BadJSONError(gettext("It is nested too deeply.")) from None
    if not isinstance(value, dict):
        raise BadJSONError(gettext("It must be an object: it starts with { and ends with }."))
    _check_depth_and_numbers(value)
    return value


def problems(schema: Mapping[str, Any]) -> list[str]:
    """What keeps this from being the JSON schema of an object; empty when it is one."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        where = ".".join(str(step) for step in error.absolute_path)
        text = gettext("Not a JSON schema: %(problem)s (at %(where)s).")
        if not where:
            text = gettext("Not a JSON schema: %(problem)s.")
        return [text % {"problem": error.message[:200], "where": where}]
    if schema and schema.get("type") != "object":
        return [gettext('It must describe an object: "type" must be "object".')]
    return []


def _check_depth_and_numbers(value: dict[str, Any]) -> None:
    depth = 0
    level: list[Any] = [value]
    while level:
        depth += 1
        if depth > SCHEMA_DEPTH:
            raise BadJSONError(gettext("It is nested too deeply."))
        for part in level:
            for name in part if isinstance(part, dict) else ():
                _check_name(name)
        inner = [item for part in level for item in (part.values() if isinstance(part, dict) else part)]
        if any(isinstance(item, int | float) and not -MAX_NUMBER <= item <= MAX_NUMBER for item in inner):
            raise BadJSONError(gettext("It holds a number that is too large for other programs."))
        level = [item for item in inner if isinstance(item, dict | list)]


def _check_name(name: str) -> None:
    if name in NOT_NAMES:
        raise BadJSONError(
            gettext("The name “%(name)s” is what some programs write where a number is missing.") % {"name": name}
        )
    if NONCHARACTERS.search(name):
        raise BadJSONError(gettext("The name “%(name)s” holds a code that is not a character.") % {"name": name[:100]})


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise BadJSONError(gettext("The name “%(name)s” appears twice.") % {"name": twice[:100]})
    return found


def _refuse_constant(name: str) -> Any:
    raise BadJSONError(gettext("%(name)s is not a JSON number.") % {"name": name})
