"""When two values of a wire field mean the same, whatever a server or a browser did to their form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from assistants_client.types.base import dicts
from assistants_ui.domain.fields import BY_NAME


def same(field: str, one: Any, other: Any) -> bool:
    """Whether both values of the wire field would read alike to a person."""
    return text_of(canonical(field, one)) == text_of(canonical(field, other))


def stored_otherwise(sent: Mapping[str, Any], stored: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields of which a server now holds something else than it was sent. Null asks for its own default."""
    return tuple(
        name
        for name, value in sent.items()
        if value is not None and name in stored and not same(name, stored[name], value)
    )


def changed_besides(
    before: Mapping[str, Any], sent: Mapping[str, Any], after: Mapping[str, Any], *, fields: Iterable[str]
) -> tuple[str, ...]:
    """The ``fields`` that a server changed although they were not sent. Those that it does not show are not judged."""
    return tuple(
        name
        for name in fields
        if name not in sent and name in before and name in after and not same(name, before[name], after[name])
    )


def canonical(field: str, value: Any) -> Any:
    """The value in the one form that all its equals share. Never sent, only compared."""
    return BY_NAME[field].canonical(value) if field in BY_NAME else value


def fingerprint(value: Mapping[str, Any]) -> str:
    """One short name for all objects whose editable fields mean the same."""
    return digest_of({field: canonical(field, value.get(field)) for field in BY_NAME})


def sent_digest(fields: Mapping[str, Any], *, names: Iterable[str] | None = None) -> str:
    """A digest of these wire fields: that of what was sent equals that of the object made of it.

    ``names`` are the fields to look at, all of ``fields`` by default.
    """
    return digest_of({name: canonical(name, fields.get(name)) for name in sorted(names or fields)})


def digest_of(value: Any) -> str:
    return hashlib.sha256(text_of(value).encode()).hexdigest()


def text_of(value: Any) -> str:
    """The same ASCII text for the same JSON value, whatever the order of its keys."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def tools_by_key(tools: Any) -> dict[str, dict[str, Any]]:
    """Tools under the names by which people tell them apart: ``function lookup_order``, ``file_search``."""
    found: dict[str, dict[str, Any]] = {}
    for tool in dicts(tools):
        function = tool.get("function")
        name = function.get("name") if isinstance(function, dict) else None
        key = f"function {name}" if tool.get("type") == "function" and name else str(tool.get("type"))
        # A second one of the same name keeps its own place.
        while key in found:
            key += "'"
        found[key] = tool
    return found
