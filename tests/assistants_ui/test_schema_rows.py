"""A JSON schema goes through rows and the strict rules without losing anything."""

from __future__ import annotations

from typing import Any

import pytest

from assistants_ui.domain.schemas.rows import NotRowsError, rows_of, schema_of
from assistants_ui.domain.schemas.strict import made_strict, violations

ORDER = {
    "type": "object",
    "properties": {
        "number": {"type": "string", "description": "On the order."},
        "kind": {"type": "string", "enum": ["letter", "parcel"]},
        "items": {
            "type": "array",
            "items": {"type": "object", "properties": {"count": {"type": "integer"}}, "required": ["count"]},
        },
    },
    "required": ["number"],
}


def test_a_schema_goes_through_rows_unchanged() -> None:
    assert schema_of(rows_of(ORDER)) == ORDER


@pytest.mark.parametrize(
    "definition",
    [
        {"type": "array", "items": {"type": "string"}},
        {"type": "array", "items": {"type": "number"}, "minItems": 1},
        {"type": "integer", "enum": [-1, 0, 12]},
        {"type": "number", "enum": [1, 2.5, -0.25]},
        {"type": ["string", "null"], "enum": ["a", None]},
        {"type": "string", "items": "stands where it has no place"},
        {"type": "array", "items": {"type": "object", "properties": {}, "title": "One of them"}},
    ],
)
def test_every_kind_goes_through_rows_unchanged(definition: dict[str, Any]) -> None:
    schema = {"type": "object", "properties": {"x": definition}, "title": "Kept", "required": ["x"]}
    assert schema_of(rows_of(schema)) == schema


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array"},
        {"type": "object", "properties": []},
        {"type": "object", "required": "x"},
        {"type": "object", "properties": {"x": True}},
        {"type": "object", "properties": {"x": {}}},
        {"type": "object", "properties": {"x": {"type": "null"}}},
        {"type": "object", "properties": {"x": {"type": "array", "items": {"type": "boolean"}}}},
        {"type": "object", "properties": {"x": {"type": "string", "description": 1}}},
        {"type": "object", "properties": {"x": {"type": "string", "enum": ["a\nb"]}}},
        {"type": "object", "properties": {"x": {"type": "integer", "enum": ["one"]}}},
        {"type": "object", "properties": {"x": {"type": "boolean", "enum": [True]}}},
        {"type": "object", "properties": {"x": {"type": "object", "properties": {"y": {"type": "object"}}}}},
        {"type": "object", "properties": {"a\nb": {"type": "string"}}},
        {"type": "object", "required": ["x"]},
    ],
)
def test_what_rows_cannot_say_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(NotRowsError):
        rows_of(schema)


def test_a_strict_schema_has_nothing_against_it() -> None:
    strict = made_strict(ORDER)
    assert list(violations(ORDER))
    assert list(violations(strict)) == []
    assert schema_of(rows_of(strict)) == strict
