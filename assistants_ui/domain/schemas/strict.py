"""The rules of strict mode: every object closed, every property required."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext, gettext_lazy

RULES = gettext_lazy(
    "The assistant then always fills in exactly these fields. Every field must be required "
    "(one that may be left out becomes one that may be empty), and nothing else may be added."
)


def violations(schema: Any, *, path: str = "") -> Iterator[str]:
    """What strict mode would refuse, in a person's words."""
    if isinstance(schema, list):
        for item in schema:
            yield from violations(item, path=path)
        return
    if not isinstance(schema, Mapping):
        return
    if _is_object(schema):
        properties = schema.get("properties")
        names = list(properties) if isinstance(properties, Mapping) else []
        if schema.get("additionalProperties") is not False:
            yield _of(
                path,
                gettext("The whole still allows further fields."),
                gettext("“%(path)s” still allows further fields."),
            )
        required = schema.get("required")
        optional = [name for name in names if not isinstance(required, list) or name not in required]
        if optional:
            yield _of(
                path,
                gettext("The whole has fields that are not required: %(names)s."),
                gettext("“%(path)s” has fields that are not required: %(names)s."),
                names=", ".join(optional),
            )
    for name, part in _parts(schema):
        yield from violations(part, path=f"{path}.{name}".strip(".") if name else path)


def _of(path: str, whole: str, part: str, **words: str) -> str:
    return (part if path else whole) % {"path": path, **words}


def made_strict(schema: Any) -> Any:
    """The same schema under the rules: objects closed, and optional properties required but nullable."""
    if isinstance(schema, list):
        return [made_strict(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    result: dict[str, Any] = {}
    for name, value in schema.items():
        if name in ("properties", "$defs", "definitions") and isinstance(value, Mapping):
            result[name] = {key: made_strict(part) for key, part in value.items()}
        elif name in ("items", "anyOf", "oneOf", "allOf"):
            result[name] = made_strict(value)
        else:
            result[name] = value
    if not _is_object(result):
        return result
    properties = result.setdefault("properties", {})
    if not isinstance(properties, dict):
        # No schema that could be saved; what is wrong with it is said at the field.
        return result
    required = result.get("required")
    for name in properties:
        if not isinstance(required, list) or name not in required:
            properties[name] = _nullable(properties[name])
    return result | {"required": list(properties), "additionalProperties": False}


def _is_object(schema: Mapping[str, Any]) -> bool:
    kind = schema.get("type")
    return kind == "object" or (isinstance(kind, list) and "object" in kind)


def _nullable(schema: Any) -> Any:
    if not isinstance(schema, dict) or "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "null" in kinds:
        return schema
    # A list of choices must name the null too, or it would refuse it.
    choices = {"enum": [*schema["enum"], None]} if isinstance(schema.get("enum"), list) else {}
    return schema | {"type": [*kinds, "null"]} | choices


def _parts(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for holder in ("properties", "$defs", "definitions"):
        parts = schema.get(holder)
        if isinstance(parts, Mapping):
            yield from parts.items()
    for holder in ("items", "anyOf", "oneOf", "allOf"):
        if holder in schema:
            yield "", schema[holder]
