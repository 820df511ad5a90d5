"""Makes functions of what people already have: an OpenAPI description, a function, a sample of JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from django.utils.translation import gettext

from assistants_ui.domain.schemas.checks import BadJSONError
from dashboard.bounds import PASTED_CHARACTERS, PASTED_ENTRIES
from dashboard.lib.texts import number, sentences

METHODS = ("get", "post", "put", "patch", "delete")
MOST = 20
# How deep references may lead into each other before they count as endless.
DEPTH = 12


class Expansion:
    """Writes out the references within one pasted document, for all of its operations together.

    Every entry and every character is counted before it is copied: :class:`BadJSONError` is raised
    as soon as there would be more than ``PASTED_ENTRIES`` or ``PASTED_CHARACTERS``.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.entries = 0
        self.characters = 0
        self._document = document
        self._reference = ""

    def follow(self, value: Any) -> Any:
        """What ``value`` refers to, if it is a reference; nothing inside it is written out."""
        for _ in range(DEPTH):
            target = self._target(value)
            if target is None:
                break
            value = target
        return value

    def expand(self, value: Any, *, depth: int = 0) -> Any:
        """``value`` with what its references within the document stand for. Others stay as they are."""
        if depth > DEPTH:
            self._count_all(value)
            return value
        target = self._target(value)
        if target is not None:
            self._count(value)
            return self.expand(target, depth=depth + 1)
        self._count(value)
        if isinstance(value, list):
            return [self.expand(item, depth=depth + 1) for item in value]
        if isinstance(value, Mapping):
            return {name: self.expand(item, depth=depth + 1) for name, item in value.items()}
        return value

    def _target(self, value: Any) -> Any:
        reference = value.get("$ref") if isinstance(value, Mapping) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return None
        self._reference = reference
        found: Any = self._document
        for step in reference[2:].split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def _count_all(self, value: Any) -> None:
        """Count a part that is taken over as it is."""
        left = [value]
        while left:
            part = left.pop()
            self._count(part)
            if isinstance(part, Mapping):
                left += part.values()
            elif isinstance(part, list):
                left += part

    def _count(self, value: Any) -> None:
        self.entries += 1
        if isinstance(value, Mapping):
            self.characters += sum(map(len, value))
        elif isinstance(value, str):
            self.characters += len(value)
        if self.entries > PASTED_ENTRIES or self.characters > PASTED_CHARACTERS:
            name = self._reference[:100]
            text = gettext(
                "Written out, it would hold more than %(entries)s entries or %(characters)s characters, because the "
                "same parts are referred to again and again."
            ) % {"entries": number(PASTED_ENTRIES), "characters": number(PASTED_CHARACTERS)}
            where = gettext("“%(name)s” is one of them; look whether it refers to itself.") % {"name": name}
            raise BadJSONError(sentences(text, where if name else "", gettext("Paste a smaller part of it.")))


def functions_in(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The functions that a pasted object describes: each a wire ``function`` of name, description, parameters.

    Understands an OpenAPI document, a path item, one operation, a function tool, a bare function,
    a bare JSON schema, and otherwise takes the object for a sample of the arguments. Raises
    :class:`BadJSONError` when its references would make it too large.
    """
    expansion = Expansion(value)
    if isinstance(value.get("paths"), Mapping):
        operations = (
            _of_operation(operation, expansion=expansion, path=path, method=method, shared=item.get("parameters"))
            for path, item in value["paths"].items()
            if isinstance(item, Mapping)
            for method, operation in _operations(item)
        )
        return list(islice(operations, MOST))
    if found := list(_operations(value)):
        return [_of_operation(operation, expansion=expansion, path="", method=method) for method, operation in found]
    if "operationId" in value or "requestBody" in value or isinstance(value.get("parameters"), list):
        return [_of_operation(value, expansion=expansion, path="", method="")]
    inner = value.get("function")
    if isinstance(inner, Mapping):
        return [dict(inner)]
    if isinstance(value.get("name"), str) and isinstance(value.get("parameters"), Mapping):
        return [{name: value[name] for name in ("name", "description", "parameters", "strict") if name in value}]
    return [{"name": "", "parameters": value if is_schema(value) else schema_of_sample(value)}]


def is_schema(value: Mapping[str, Any]) -> bool:
    return value.get("type") == "object" and isinstance(value.get("properties"), Mapping)


def schema_of_sample(value: Any) -> dict[str, Any]:
    """A schema that the sample fulfils; everything in it is required."""
    match value:
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case float():
            return {"type": "number"}
        case list():
            return {"type": "array", "items": schema_of_sample(value[0]) if value else {"type": "string"}}
        case Mapping():
            properties = {str(name): schema_of_sample(item) for name, item in value.items()}
            return {"type": "object", "properties": properties, "required": list(properties)}
        case _:
            return {"type": "string"}


def _operations(item: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for method in METHODS:
        if isinstance(item.get(method), Mapping):
            yield method, item[method]


def _of_operation(
    operation: Mapping[str, Any], *, expansion: Expansion, path: str, method: str, shared: Any = None
) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required: list[str] = []
    for given in [*_list(shared), *_list(operation.get("parameters"))]:
        parameter = expansion.follow(given)
        if not isinstance(parameter, Mapping) or not isinstance(parameter.get("name"), str):
            continue
        expanded = expansion.expand(parameter.get("schema") or {"type": "string"})
        schema = dict(expanded) if isinstance(expanded, Mapping) else {}
        if parameter.get("description"):
            schema["description"] = parameter["description"]
        properties[parameter["name"]] = schema
        if parameter.get("required"):
            required.append(parameter["name"])
    body = _body(operation, expansion)
    if isinstance(body.get("properties"), Mapping):
        properties |= body["properties"]
        required += [name for name in body.get("required") or [] if name not in required]
    elif body:
        properties["body"] = body
    parameters: dict[str, Any] = {"type": "object", "properties": properties}
    name = str(operation.get("operationId") or f"{method}_{path}")
    described = operation.get("description") or operation.get("summary")
    return {
        "name": re.sub(r"[^a-zA-Z0-9_-]+", "_", name).strip("_")[:64],
        **({"description": str(described)} if described else {}),
        "parameters": parameters | ({"required": required} if required else {}),
    }


def _body(operation: Mapping[str, Any], expansion: Expansion) -> Mapping[str, Any]:
    body = expansion.follow(operation.get("requestBody") or {})
    content = body.get("content") if isinstance(body, Mapping) else None
    if not isinstance(content, Mapping):
        return {}
    media: Any = content.get("application/json") or next(iter(content.values()), {})
    media = expansion.follow(media)
    schema = expansion.expand(media.get("schema") or {}) if isinstance(media, Mapping) else {}
    return schema if isinstance(schema, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
