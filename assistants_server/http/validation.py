"""Checks a parsed JSON value against a description and words the first problem as the hosted API did.

A check is called with the value and its ``param`` path and gives back the value to store; it
raises a 400 :class:`~assistants_server.http.errors.Refusal` otherwise.

Clients write null for what they leave out, because their languages have no other way. So an
optional parameter that is null counts as absent, at every depth; :func:`fields` sees to it. Two
kinds of parameters are described otherwise: :func:`nullable` (null is a value, it clears) and
:func:`never_null` (null is refused, as the hosted API did).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assistants_server.http.errors import Refusal, invalid
from dashboard.lib.characters import NONCHARACTERS

Check = Callable[[Any, str], Any]
# What a check gives back for a value that means the same as leaving the key out.
ABSENT: Any = object()
MOST_PROPERTIES = 16
LONGEST_KEY = 64


@dataclass(frozen=True)
class NullCheck:
    """A check that is asked about null too, instead of the key counting as left out."""

    check: Check

    def __call__(self, value: Any, path: str) -> Any:
        return self.check(value, path)


def kind_of(value: Any) -> str:
    """The JSON type of a value with its article, as error messages name it."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int():
            return "an integer"
        case float():
            return "a decimal"
        case str():
            return "a string"
        case list():
            return "an array"
    return "an object"


def wrong_type(path: str, *, expected: str, value: Any) -> Refusal:
    where = f" for '{path}'" if path else ""
    return invalid(
        f"Invalid type{where}: expected {expected}, but got {kind_of(value)} instead.",
        param=path or None,
        code="invalid_type",
    )


def one_of(values: list[str]) -> str:
    """``'a'``, ``'a' and 'b'``, or ``'a', 'b', and 'c'``."""
    quoted = [f"'{value}'" for value in values]
    if len(quoted) < 3:
        return " and ".join(quoted)
    return f"{', '.join(quoted[:-1])}, and {quoted[-1]}"


def inside(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def string(*, longest: int | None = None, shortest: int = 0, pattern: str | None = None) -> Check:
    """A string of ``shortest`` to ``longest`` code points that matches ``pattern`` as a whole."""

    def check(value: Any, path: str) -> str:
        if not isinstance(value, str):
            raise wrong_type(path, expected="a string", value=value)
        if len(value) < shortest:
            got = "an empty string" if not value else f"a string with length {len(value)}"
            raise invalid(
                f"Invalid '{path}': {'empty string' if not value else 'string too short'}. "
                f"Expected a string with minimum length {shortest}, but got {got} instead.",
                param=path,
                code="empty_string" if not value else "string_below_min_length",
            )
        if longest is not None and len(value) > longest:
            raise invalid(
                f"Invalid '{path}': string too long. Expected a string with maximum length {longest}, "
                f"but got a string with length {len(value)} instead.",
                param=path,
                code="string_above_max_length",
            )
        if found := NONCHARACTERS.search(value):
            raise invalid(
                f"Invalid '{path}': U+{ord(found[0]):04X} is not a character.", param=path, code="invalid_value"
            )
        if pattern is not None and not re.fullmatch(pattern, value):
            raise invalid(
                f"Invalid '{path}': string does not match pattern. "
                f"Expected a string that matches the pattern '^{pattern}$'.",
                param=path,
                code="invalid_value",
            )
        return value

    return check


def choice(*values: str) -> Check:
    def check(value: Any, path: str) -> str:
        if not isinstance(value, str):
            raise wrong_type(path, expected=f"one of {one_of(list(values))}", value=value)
        if value not in values:
            raise invalid(
                f"Invalid value: '{value[:64]}'. Supported values are: {one_of(list(values))}.",
                param=path,
                code="invalid_value",
            )
        return value

    return check


def boolean(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise wrong_type(path, expected="a boolean", value=value)
    return value


def number(minimum: float, maximum: float) -> Check:
    """A number within both bounds; a whole one is stored as a decimal, as the hosted API did."""

    def check(value: Any, path: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise wrong_type(path, expected="a decimal", value=value)
        within(value, path, kind="decimal", minimum=minimum, maximum=maximum)
        return float(value)

    return check


def integer(minimum: int, maximum: int) -> Check:
    def check(value: Any, path: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise wrong_type(path, expected="an integer", value=value)
        within(value, path, kind="integer", minimum=minimum, maximum=maximum)
        return value

    return check


def within(value: float, path: str, *, kind: str, minimum: float, maximum: float) -> None:
    """Raise unless ``minimum <= value <= maximum``."""
    if minimum <= value <= maximum:
        return
    side, sign, bound = ("above maximum", "<=", maximum) if value > maximum else ("below minimum", ">=", minimum)
    raise invalid(
        f"Invalid '{path}': {kind} {side} value. Expected a value {sign} {bound:.15g}, but got {shown(value)} instead.",
        param=path,
        code=f"{kind}_{'above_max' if value > maximum else 'below_min'}_value",
    )


def shown(value: float) -> str:
    return str(value) if abs(value) < 10**30 else "a number of more than 30 digits"


def nullable(check: Check) -> Check:
    """Null is a value of its own here: it clears what was stored."""
    return NullCheck(lambda value, path: None if value is None else check(value, path))


def never_null(check: Check) -> Check:
    """Null is refused although the parameter is optional."""
    return NullCheck(check)


def array(of: Check, *, longest: int, shortest: int = 0, name: str = "an array") -> Check:
    def check(value: Any, path: str) -> list[Any]:
        if not isinstance(value, list):
            raise wrong_type(path, expected=name, value=value)
        if not shortest <= len(value) <= longest:
            is_long = len(value) > longest
            wanted = f"maximum length {longest}" if is_long else f"minimum length {shortest}"
            raise invalid(
                f"Invalid '{path}': array too {'long' if is_long else 'short'}. Expected an array with {wanted}, "
                f"but got an array with length {len(value)} instead.",
                param=path,
                code="array_above_max_length" if is_long else "array_below_min_length",
            )
        return [of(item, f"{path}[{index}]") for index, item in enumerate(value)]

    return check


def mapping(of: Check) -> Check:
    """Free keys, as in ``metadata`` and ``attributes``."""

    def check(value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise wrong_type(path, expected="an object", value=value)
        if len(value) > MOST_PROPERTIES:
            raise invalid(
                f"Invalid '{path}': too many properties. Expected an object with at most {MOST_PROPERTIES} "
                f"properties, but got an object with {len(value)} properties instead.",
                param=path,
                code="object_above_max_properties",
            )
        for key in value:
            if len(key) > LONGEST_KEY:
                raise invalid(
                    f"Invalid property name in '{path}': '{key[:LONGEST_KEY]}…' is too long. Expected a name with "
                    f"maximum length {LONGEST_KEY}, but got a name with length {len(key)} instead.",
                    param=path,
                    code="property_name_above_max_length",
                )
        return {key: of(item, inside(path, key)) for key, item in value.items()}

    return check


def any_object(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise wrong_type(path, expected="an object", value=value)
    return value


def fields(known: Mapping[str, Check], *, required: tuple[str, ...] = ()) -> Check:
    """An object of ``known`` keys only; one that is null counts as absent, and stays absent.

    So does one that is not known: clients with one class for all of a kind name what belongs to others of it.
    """

    def check(value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise wrong_type(path, expected="an object", value=value)
        value = {key: item for key, item in value.items() if item is not None or key in known}
        for key in value:
            if key not in known:
                where = inside(path, key[:64])
                raise invalid(f"Unknown parameter: '{where}'.", param=where, code="unknown_parameter")
        given = {key: item for key, item in value.items() if item is not None or isinstance(known[key], NullCheck)}
        for key in required:
            if key not in given:
                where = inside(path, key)
                raise invalid(f"Missing required parameter: '{where}'.", param=where, code="missing_required_parameter")
        checked = {key: known[key](item, inside(path, key)) for key, item in given.items()}
        return {key: item for key, item in checked.items() if item is not ABSENT}

    return check


def variants(known: Mapping[str, Check], *, name: str) -> Check:
    """An object whose ``type`` says which of the ``known`` shapes it has."""

    def check(value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            raise wrong_type(path, expected=name, value=value)
        if "type" not in value:
            where = inside(path, "type")
            raise invalid(f"Missing required parameter: '{where}'.", param=where, code="missing_required_parameter")
        kind = value["type"]
        if not isinstance(kind, str):
            raise wrong_type(inside(path, "type"), expected="a string", value=kind)
        if kind not in known:
            raise invalid(
                f"Invalid value: '{kind[:64]}'. Supported values are: {one_of(list(known))}.",
                param=path,
                code="invalid_value",
            )
        # A program with one class for all the kinds sends the keys of the others along, as nulls.
        return known[kind]({key: item for key, item in value.items() if item is not None}, path)

    return check


METADATA = mapping(string(longest=512))
FILE_ID = string(shortest=1, longest=128)
