"""A JSON schema of an object as rows, one for each property, and back without losing anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from assistants_ui.domain.canonical_values import canonical_schema
from dashboard.bounds import SCHEMA_ROWS
from dashboard.lib.texts import number

KINDS = {
    "string": gettext_lazy("Text"),
    "number": gettext_lazy("Number"),
    "integer": gettext_lazy("Whole number"),
    "boolean": gettext_lazy("Yes or no"),
    "strings": gettext_lazy("List of texts"),
    "numbers": gettext_lazy("List of numbers"),
    "object": gettext_lazy("Group of fields"),
    "objects": gettext_lazy("List of groups"),
}
PLAIN = ("string", "number", "integer", "boolean")
LISTS = {"strings": "string", "numbers": "number"}
GROUPS = ("object", "objects")
WITH_CHOICES = ("string", "number", "integer")
# The keywords that a row has places for; whatever else a property says travels along unseen.
SAID = ("type", "description", "enum", "properties", "required", "items")


@dataclass(kw_only=True)
class PropertyRow:
    """One property. ``choices`` are its only values, ``rest`` the keywords that no row can show.

    ``rows`` are the fields of a group, one level deep. For a list of groups, ``rest["items"]``
    holds the other keywords of the groups themselves.
    """

    name: str = ""
    kind: str = "string"
    description: str = ""
    is_required: bool = False
    may_be_null: bool = False
    choices: list[str] = field(default_factory=list)
    rest: dict[str, Any] = field(default_factory=dict)
    rows: list[PropertyRow] = field(default_factory=list)
    is_new: bool = False

    @property
    def is_group(self) -> bool:
        return self.kind in GROUPS

    @property
    def choices_text(self) -> str:
        return "\n".join(self.choices)

    @property
    def rest_text(self) -> str:
        return json.dumps(self.rest, ensure_ascii=False)

    @property
    def is_blank(self) -> bool:
        return not (self.name or self.description or self.choices or self.rest or self.rows)


@dataclass(kw_only=True)
class Rows:
    """The rows of a whole schema and, in ``rest``, what it says beside its properties."""

    rows: list[PropertyRow] = field(default_factory=list)
    rest: dict[str, Any] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many rows a page shows of it, those of groups included."""
        return sum(1 + len(row.rows) for row in self.rows)


class NotRowsError(ValueError):
    """The schema says something for which rows have no place. Its text says what, in a person's words."""


def rows_of(schema: Any) -> Rows:
    """The schema as rows. Raises :class:`NotRowsError` when that would lose anything."""
    if schema in (None, {}):
        return Rows()
    if not isinstance(schema, Mapping) or schema.get("type") != "object":
        raise NotRowsError(gettext("It does not describe an object."))
    found = Rows(rows=_rows(schema, depth=0), rest=_rest(schema))
    if found.count > SCHEMA_ROWS:
        raise _too_many(found.count)
    if canonical_schema(schema_of(found)) != canonical_schema(_complete(schema)):
        raise NotRowsError(gettext("It uses a form that rows cannot keep."))
    return found


def schema_of(found: Rows) -> dict[str, Any]:
    """The schema that these rows describe."""
    return _object(found.rows) | found.rest


def _rows(schema: Mapping[str, Any], *, depth: int) -> list[PropertyRow]:
    properties, required = schema.get("properties", {}), schema.get("required", [])
    if not isinstance(properties, Mapping) or not isinstance(required, list):
        raise NotRowsError(gettext("Its properties are not written as usual."))
    if len(properties) > SCHEMA_ROWS:
        raise _too_many(len(properties))
    names = {name for name in required if isinstance(name, str)}
    return [_row(name, definition, is_required=name in names, depth=depth) for name, definition in properties.items()]


def _too_many(count: int) -> NotRowsError:
    return NotRowsError(
        gettext("It has %(count)s fields, more than the %(most)s that are shown one by one.")
        % {"count": number(count), "most": SCHEMA_ROWS}
    )


def _row(name: str, schema: Any, *, is_required: bool, depth: int) -> PropertyRow:
    if not isinstance(schema, Mapping):
        raise NotRowsError(gettext("“%(name)s” is not described by an object.") % {"name": name})
    kind, may_be_null = _type_of(name, schema)
    if "\n" in name or "\r" in name:
        raise NotRowsError(gettext("A name has several lines."))
    row = PropertyRow(name=name, is_required=is_required, may_be_null=may_be_null, rest=_rest(schema))
    description = schema.get("description", "")
    if not isinstance(description, str) or "\r" in description:
        raise NotRowsError(gettext("The description of “%(name)s” is not a text.") % {"name": name})
    row.description = description
    row.kind = _kind_of(name, kind, schema)
    if row.is_group:
        if depth:
            raise NotRowsError(gettext("“%(name)s” is a group within a group.") % {"name": name})
        group = schema if row.kind == "object" else schema["items"]
        row.rows = _rows(group, depth=depth + 1)
        if row.kind == "objects" and (items := _rest(group)):
            row.rest["items"] = items
    row.choices = _choices(name, row, schema)
    return row


def _type_of(name: str, schema: Mapping[str, Any]) -> tuple[str, bool]:
    kind = schema.get("type")
    if isinstance(kind, list) and len(kind) == 2 and kind[1] == "null" and isinstance(kind[0], str):
        return kind[0], True
    if not isinstance(kind, str):
        raise NotRowsError(gettext("“%(name)s” may be of several kinds, or refers to another part.") % {"name": name})
    return kind, False


def _kind_of(name: str, kind: str, schema: Mapping[str, Any]) -> str:
    if kind in (*PLAIN, "object"):
        return kind
    items = schema.get("items")
    if kind == "array" and isinstance(items, Mapping):
        if items.get("type") == "object":
            return "objects"
        for of_list, of_items in LISTS.items():
            if items == {"type": of_items}:
                return of_list
    raise NotRowsError(gettext("“%(name)s” is of a kind that rows do not have.") % {"name": name})


def _choices(name: str, row: PropertyRow, schema: Mapping[str, Any]) -> list[str]:
    values = schema.get("enum")
    if values is None:
        return []
    if row.may_be_null and isinstance(values, list) and values[-1:] == [None]:
        values = values[:-1]
    texts = [str(value) for value in values] if isinstance(values, list) else []
    if not texts or row.kind not in WITH_CHOICES or _values(row.kind, texts) != values:
        raise NotRowsError(gettext("The choices of “%(name)s” are not plain values.") % {"name": name})
    return texts


def _values(kind: str, texts: list[str]) -> list[Any] | None:
    """The choices as values of their kind; None when one of them is none."""
    if kind == "string":
        return None if any("\n" in text or not text.strip() or text != text.strip() for text in texts) else list(texts)
    try:
        return [int(text) if kind == "integer" else _number(text) for text in texts]
    except ValueError:
        return None


def _number(text: str) -> float:
    return int(text) if text.lstrip("-").isdigit() else float(text)


def bad_choices(row: PropertyRow) -> bool:
    """Whether a choice is not of the row's kind."""
    return bool(row.choices) and row.kind in WITH_CHOICES and _values(row.kind, row.choices) is None


def _object(rows: list[PropertyRow]) -> dict[str, Any]:
    required = [row.name for row in rows if row.is_required]
    schema: dict[str, Any] = {"type": "object", "properties": {row.name: _property(row) for row in rows}}
    return schema | ({"required": required} if required else {})


def _property(row: PropertyRow) -> dict[str, Any]:
    rest = dict(row.rest)
    if row.kind == "objects":
        schema = {"type": "array", "items": _object(row.rows) | rest.pop("items", {})}
    elif row.kind == "object":
        schema = _object(row.rows)
    elif row.kind in LISTS:
        schema = {"type": "array", "items": {"type": LISTS[row.kind]}}
    else:
        schema = {"type": row.kind}
    if row.may_be_null:
        schema["type"] = [schema["type"], "null"]
    if row.description:
        schema["description"] = row.description
    if row.choices and row.kind in WITH_CHOICES:
        # A list of choices that leaves the null out would refuse it.
        null = [None] if row.may_be_null else []
        schema["enum"] = [*(_values(row.kind, row.choices) or row.choices), *null]
    return schema | rest


def _rest(schema: Mapping[str, Any]) -> dict[str, Any]:
    own = SAID if "type" in schema else ()
    return {name: value for name, value in schema.items() if name not in own or _is_elsewhere(name, schema)}


def _is_elsewhere(name: str, schema: Mapping[str, Any]) -> bool:
    """Whether a keyword stands where a row of this type has no place for it, such as ``items`` on a text."""
    kind = schema["type"][0] if isinstance(schema["type"], list) else schema["type"]
    homes = {"properties": "object", "required": "object", "items": "array"}
    return name in homes and homes[name] != kind


def _complete(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"properties": {}, **schema}
