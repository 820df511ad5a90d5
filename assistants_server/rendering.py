"""How stored objects look on the wire, in either version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistants_client import strict_json
from assistants_server.http.routing import Version
from assistants_server.models import Assistant, AssistantFile, File

V1_KEYS = ("id", "object", "created_at", "name", "description", "model", "instructions")


def assistant(row: Assistant, *, version: Version) -> str:
    """The JSON text of an assistant; for v1 its ``links`` are read, or were prefetched."""
    if version == "v2":
        return row.document
    body = row.body
    old = {key: body[key] for key in V1_KEYS}
    old["tools"] = [v1_tool(tool) for tool in body["tools"]]
    links = sorted(row.links.all(), key=lambda link: link.seq)
    old |= {"file_ids": [link.wire_id for link in links], "metadata": body["metadata"]}
    return strict_json.dumps(old)


def v1_tool(tool: dict[str, Any]) -> dict[str, Any]:
    """The same tool as a v1 client knows it."""
    match tool["type"]:
        case "file_search":
            return {"type": "retrieval"}
        case "function":
            return tool | {"function": {key: value for key, value in tool["function"].items() if key != "strict"}}
    return tool


def assistant_file(row: AssistantFile, *, assistant_id: str) -> dict[str, Any]:
    return {
        "id": row.wire_id,
        "object": "assistant.file",
        "created_at": row.created_at,
        "assistant_id": assistant_id,
    }


def file(row: File) -> dict[str, Any]:
    return {
        "id": row.wire_id,
        "object": "file",
        "bytes": row.size,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "filename": row.filename,
        "purpose": row.purpose,
        "status": "processed",
        "status_details": None,
    }


def deleted(wire_id: str, kind: str) -> dict[str, Any]:
    return {"id": wire_id, "object": kind, "deleted": True}


def listing(ids: Sequence[str], texts: Sequence[str], *, has_more: bool) -> str:
    """The envelope of a list around the JSON texts of its items."""
    first, last = (strict_json.dumps(ids[0]), strict_json.dumps(ids[-1])) if ids else ("null", "null")
    more = "true" if has_more else "false"
    return f'{{"object":"list","data":[{",".join(texts)}],"first_id":{first},"last_id":{last},"has_more":{more}}}'


def etag(revision: str, *, version: Version = "v2") -> str:
    """Strong, so the two renderings of one object have two."""
    return f'"{revision}"' if version == "v2" else f'"{revision}-v1"'
