"""What a client may send about threads and messages, in both versions."""

from __future__ import annotations

from typing import Any

from assistants_server.assistants.schema import new_resources, resources
from assistants_server.http.validation import (
    FILE_ID,
    METADATA,
    Check,
    array,
    choice,
    fields,
    string,
    variants,
    wrong_type,
)

LONGEST_TEXT = 256_000
DETAIL = choice("auto", "low", "high")
PARTS = variants(
    {
        "text": fields({"type": string(), "text": string(longest=LONGEST_TEXT)}, required=("text",)),
        "image_file": fields(
            {
                "type": string(),
                "image_file": fields({"file_id": FILE_ID, "detail": DETAIL}, required=("file_id",)),
            },
            required=("image_file",),
        ),
        "image_url": fields(
            {
                "type": string(),
                "image_url": fields(
                    {"url": string(shortest=1, longest=20_000_000), "detail": DETAIL}, required=("url",)
                ),
            },
            required=("image_url",),
        ),
    },
    name="an object",
)
_PARTS = array(PARTS, shortest=1, longest=512)


def content(value: Any, path: str) -> list[dict[str, Any]]:
    """A text, or an array of parts; given as the parts that are stored."""
    if isinstance(value, str):
        value = [{"type": "text", "text": string(shortest=1, longest=LONGEST_TEXT)(value, path)}]
    elif not isinstance(value, list):
        raise wrong_type(path, expected="a string or an array of objects", value=value)
    return [_stored(part) for part in _PARTS([_as_sent(part) for part in value], path)]


def _as_sent(part: Any) -> Any:
    """A text as it is read, with its annotations, may be sent again; people copy messages so."""
    if isinstance(part, dict) and isinstance(text := part.get("text"), dict):
        return part | {"text": text.get("value")} if text.keys() <= {"value", "annotations"} else part
    return part


def _stored(part: dict[str, Any]) -> dict[str, Any]:
    kind = part["type"]
    if kind == "text":
        return {"type": kind, "text": {"value": part["text"], "annotations": []}}
    return {"type": kind, kind: part[kind] | {"detail": part[kind].get("detail", "auto")}}


TOOL = variants({kind: fields({"type": string()}) for kind in ("code_interpreter", "file_search")}, name="an object")
_ATTACHMENT = fields({"file_id": FILE_ID, "tools": array(TOOL, longest=2)}, required=("file_id", "tools"))


def attachment(value: Any, path: str) -> dict[str, Any]:
    """Keys that are not known here are left out, as the hosted API did."""
    if isinstance(value, dict):
        value = {key: item for key, item in value.items() if key in ("file_id", "tools")}
    checked: dict[str, Any] = _ATTACHMENT(value, path)
    return checked


_MESSAGE: dict[str, Check] = {"role": choice("user", "assistant"), "content": content, "metadata": METADATA}
_REQUIRED = ("role", "content")
MESSAGE = {
    "v1": fields(_MESSAGE | {"file_ids": array(FILE_ID, longest=10)}, required=_REQUIRED),
    "v2": fields(_MESSAGE | {"attachments": array(attachment, longest=500)}, required=_REQUIRED),
}
UPDATE_MESSAGE = fields({"metadata": METADATA})
_THREAD: dict[str, Check] = {"metadata": METADATA}
CREATE = {
    version: fields(
        _THREAD
        | {"messages": array(MESSAGE[version], longest=10_000)}
        | ({"tool_resources": new_resources} if version == "v2" else {})
    )
    for version in ("v1", "v2")
}
UPDATE = {"v1": fields(_THREAD), "v2": fields(_THREAD | {"tool_resources": resources})}
