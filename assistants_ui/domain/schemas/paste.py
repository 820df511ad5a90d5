"""Makes functions of what people already have: an OpenAPI description, a function, a sample of JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
MOST = 20
# How deep references may lead into each other before they count as endless.
DEPTH = 12


def functions_in(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The functions that a pasted object describes: each a wire ``function`` of name, description, parameters.

    Understands an OpenAPI document, a path item, one operation, a function tool, a bare function,
    a bare JSON schema, and otherwise takes the object for a sample of the arguments.
    """
    if isinstance(value.get("paths"), Mapping):
        operations = (
            _of_operation(operation, document=value, path=path, method=method, shared=item.get("parameters"))
            for path, item in value["paths"].items()
            if isinstance(item, Mapping)
            for method, operation in _operations(item)
        )
        return list(operations)[:MOST]
    if found := list(_operations(value)):
        return [_of_operation(operation, document=value, path="", method=method) for method, operation in found]
    if "operationId" in value or "requestBody" in value or isinstance(value.get("parameters"), list):
        return [_of_operation(value, document=value, path="", method="")]
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
    operation: Mapping[str, Any], *, document: Mapping[str, Any], path: str, method: str, shared: Any = None
) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required: list[str] = []
    for given in [*_list(shared), *_list(operation.get("parameters"))]:
        parameter = _resolved(given, document)
        if not isinstance(parameter, Mapping) or not isinstance(parameter.get("name"), str):
            continue
        schema = dict(_resolved(parameter.get("schema") or {"type": "string"}, document))
        if parameter.get("description"):
            schema["description"] = parameter["description"]
        properties[parameter["name"]] = schema
        if parameter.get("required"):
            required.append(parameter["name"])
    body = _body(operation, document)
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


def _body(operation: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    body = _resolved(operation.get("requestBody") or {}, document)
    content = body.get("content") if isinstance(body, Mapping) else None
    if not isinstance(content, Mapping):
        return {}
    media: Any = content.get("application/json") or next(iter(content.values()), {})
    schema = _resolved(media.get("schema") or {}, document) if isinstance(media, Mapping) else {}
    return schema if isinstance(schema, Mapping) else {}


def _resolved(value: Any, document: Mapping[str, Any], *, depth: int = 0) -> Any:
    """``value`` with what its references within the document stand for. Others stay as they are."""
    if depth > DEPTH:
        return value
    if isinstance(value, list):
        return [_resolved(item, document, depth=depth + 1) for item in value]
    if not isinstance(value, Mapping):
        return value
    reference = value.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/"):
        found: Any = document
        for step in reference[2:].split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, Mapping) else None
        return value if found is None else _resolved(found, document, depth=depth + 1)
    return {name: _resolved(item, document, depth=depth + 1) for name, item in value.items()}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
