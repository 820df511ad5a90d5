"""Objects as databases, data frames and other languages write them, put into the shape of the protocol."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy

from dashboard.lib.texts import StrOrPromise, filled_later

# How typed databases name the kinds of values, each with what makes a plain value of it.
MONGO: dict[str, Callable[[Any], Any]] = {
    "$oid": str, "$numberInt": int, "$numberLong": int, "$numberDouble": float, "$date": lambda value: _date(value),
}  # fmt: skip
DYNAMO: dict[str, Callable[[Any], Any]] = {
    "S": str, "N": lambda value: _number(value), "BOOL": bool, "NULL": lambda value: None, "SS": list,
    "M": lambda value: {key: _typed(item, DYNAMO) for key, item in value.items()},
    "L": lambda value: [_typed(item, DYNAMO) for item in value],
}  # fmt: skip
FIRESTORE: dict[str, Callable[[Any], Any]] = {
    "stringValue": str, "integerValue": int, "doubleValue": float, "booleanValue": bool,
    "nullValue": lambda value: None, "timestampValue": str,
    "mapValue": lambda value: {key: _typed(item, FIRESTORE) for key, item in value.get("fields", {}).items()},
    "arrayValue": lambda value: [_typed(item, FIRESTORE) for item in value.get("values", [])],
}  # fmt: skip
# The protocol's names, by which those of Java and .NET are known. Below some of them names are people's own.
NAMES = frozenset({
    "id", "object", "created_at", "name", "description", "model", "instructions", "tools", "tool_resources",
    "temperature", "top_p", "response_format", "reasoning_effort", "metadata", "file_ids", "vector_store_ids",
    "code_interpreter", "file_search", "function", "parameters", "strict", "type", "json_schema", "schema",
    "max_num_results", "ranking_options", "ranker", "score_threshold",
})  # fmt: skip
OWN_NAMES = frozenset({"metadata", "parameters", "schema"})
# What is told of each shape.
AS_EXPORTED = gettext_lazy("What is written as %(program)s exports it was read all the same.")
AS_MONGO = filled_later(AS_EXPORTED, program="MongoDB")
AS_DYNAMO = filled_later(AS_EXPORTED, program="DynamoDB")
AS_FIRESTORE = filled_later(AS_EXPORTED, program="Firestore")
BY_COLUMNS = gettext_lazy("What is written by columns was read all the same.")
WITH_OTHER_NAMES = gettext_lazy(
    "What is written with the names that another language has for its fields was read all the same."
)


def reshaped(value: Any) -> tuple[Any, StrOrPromise | None]:
    """The value in the protocol's shape, and what is to be told of it; the same value and None where it is that."""
    if not isinstance(value, dict) or not value:
        return value, None
    for kinds, note in ((DYNAMO, AS_DYNAMO), (FIRESTORE, AS_FIRESTORE)):
        if len(value) > 1 and all(_is_typed(item, kinds) for item in value.values()):
            return {key: _typed(item, kinds) for key, item in value.items()}, note
    if any(_is_typed(item, MONGO) for item in value.values()):
        return {key: _typed(item, MONGO) for key, item in value.items()}, AS_MONGO
    if (rows := _rows(value)) is not None:
        return rows, BY_COLUMNS
    if _is_of_another_language(value):
        return _renamed(value), WITH_OTHER_NAMES
    return value, None


def _is_typed(value: Any, kinds: dict[str, Callable[[Any], Any]]) -> bool:
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in kinds


def _typed(value: Any, kinds: dict[str, Callable[[Any], Any]]) -> Any:
    if not _is_typed(value, kinds):
        return value
    (kind, inner), *_ = value.items()
    try:
        return kinds[kind](inner)
    except (TypeError, ValueError, AttributeError):
        return value


def _number(text: Any) -> int | float:
    number = float(text)
    return int(number) if number.is_integer() else number


def _date(value: Any) -> Any:
    """A date as text, or the milliseconds that the older way of writing has."""
    return _typed(value, MONGO)


def _rows(value: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The rows of a data frame that was saved by columns, or with its columns named once."""
    columns, data = value.get("columns"), value.get("data")
    if isinstance(columns, list) and "model" in columns and isinstance(data, list):
        return [dict(zip(columns, row, strict=False)) for row in data if isinstance(row, list)]
    is_frame = {"model", "instructions"} <= value.keys() and all(isinstance(item, dict) for item in value.values())
    if is_frame and all(column.keys() == value["model"].keys() for column in value.values()):
        return [{key: column.get(row) for key, column in value.items()} for row in value["model"]]
    return None


def _squashed(name: str) -> str:
    return name.replace("_", "").replace("-", "").replace(" ", "").lower()


WIRE_NAMES = {_squashed(name): name for name in NAMES}


def _is_of_another_language(value: dict[str, Any]) -> bool:
    names = {WIRE_NAMES.get(_squashed(key)) for key in value}
    has_others = any(key not in NAMES and _squashed(key) in WIRE_NAMES for key in value)
    return has_others and {"id", "model", "instructions"} <= names


def _renamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(item) for item in value]
    if not isinstance(value, dict):
        return value
    named = {WIRE_NAMES.get(_squashed(key), key): item for key, item in value.items()}
    return {key: item if key in OWN_NAMES else _renamed(item) for key, item in named.items()}
