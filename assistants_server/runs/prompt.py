"""From a thread to what a model is asked: the conversation, cut to what fits."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

from assistants_server.files import storage
from assistants_server.models import File, Message, Run, RunStep
from assistants_server.runs.citations import MARK

IMAGE_TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
# A picture costs about this much, whatever its bytes are.
IMAGE_TOKENS = 800
# Scripts without spaces have about a token in one and a half characters.
DENSE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")


class TooLongError(Exception):
    """Even the last message alone does not fit, or the run has used up its tokens; ``reason`` says which."""

    def __init__(self, reason: str = "max_prompt_tokens") -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Notes:
    """What the tools want the model to be told."""

    system: tuple[str, ...] = ()


def conversation(run: Run, *, notes: Notes, budget: int, has_steps: bool) -> list[dict[str, Any]]:
    """The messages of the thread and the tool calls of this run in the shape of Chat Completions.

    ``has_steps``: whether the run may have steps already.

    Raises :class:`TooLongError` when they cannot be made to fit into ``budget`` tokens.
    """
    system = "\n\n".join(part for part in (run.instructions, *notes.system) if part)
    head = [{"role": "system", "content": system}] if system else []
    rows = run.thread.messages.exclude(run_id=run.wire_id)
    newest = list(rows.order_by("-created_at", "-seq")[: _most(run)])
    earlier = merged([_message(row) for row in reversed(newest) if row.content])
    own = _own_steps(run) if has_steps else []
    return [*head, *fitted(earlier, own, budget=budget - tokens(head))]


def _most(run: Run) -> int:
    return run.parameters["truncation_strategy"]["last_messages"] or 2000


def _message(row: Message) -> dict[str, Any]:
    if row.role == "assistant":
        texts = [_text_of(part) for part in row.content]
        return {"role": "assistant", "content": MARK.sub("", "\n\n".join(text for text in texts if text))}
    parts = [_part(part, row.workspace) for part in row.content]
    note = _attached(row)
    if note:
        parts.append({"type": "text", "text": note})
    if all(part["type"] == "text" for part in parts):
        return {"role": row.role, "content": "\n\n".join(part["text"] for part in parts)}
    return {"role": row.role, "content": parts}


def _text_of(part: dict[str, Any]) -> str:
    return str(part["text"]["value"]) if part["type"] == "text" else str(part.get("refusal", ""))


def _part(part: dict[str, Any], workspace: str) -> dict[str, Any]:
    match part["type"]:
        case "text":
            return {"type": "text", "text": part["text"]["value"]}
        case "image_url":
            # Passed on and never fetched here: the address may be one of our own network.
            return {"type": "image_url", "image_url": part["image_url"]}
    file = File.objects.filter(workspace=workspace, wire_id=part["image_file"]["file_id"]).first()
    kind = IMAGE_TYPES.get(file.filename.rsplit(".", 1)[-1].lower()) if file is not None else None
    if file is None or kind is None:
        return {"type": "text", "text": "[an image that is no longer there]"}
    with storage.open_stored(file.storage_name) as stored:
        data = base64.b64encode(stored.read()).decode()
    return {
        "type": "image_url",
        "image_url": {"url": f"data:{kind};base64,{data}", "detail": part["image_file"]["detail"]},
    }


def _attached(row: Message) -> str:
    ids = list(dict.fromkeys(item["file_id"] for item in row.attachments))
    if not ids:
        return ""
    names = dict(File.objects.filter(workspace=row.workspace, wire_id__in=ids).values_list("wire_id", "filename"))
    return f"Attached: {', '.join(names.get(wire_id, wire_id) for wire_id in ids)}"


def _own_steps(run: Run) -> list[dict[str, Any]]:
    """What the model did in this run so far: its texts, its calls and what they gave."""
    turns: list[dict[str, Any]] = []
    for step in (
        run.steps.filter(status=RunStep.Status.COMPLETED).select_related("message").order_by("created_at", "seq")
    ):
        if step.type == "message_creation":
            if step.message is not None:
                turns.append({"role": "assistant", "content": "".join(_text_of(part) for part in step.message.content)})
            continue
        calls = [
            {"id": item["id"], "type": "function", "function": {"name": item["name"], "arguments": item["arguments"]}}
            for item in step.exchange
        ]
        thought = [sealed for item in step.exchange for sealed in item.get("reasoning", ())]
        asked = {"tool_calls": calls, **({"reasoning": thought} if thought else {})}
        if turns and turns[-1]["role"] == "assistant" and "tool_calls" not in turns[-1]:
            turns[-1] |= asked
        else:
            turns.append({"role": "assistant", "content": None, **asked})
        turns += [{"role": "tool", "tool_call_id": item["id"], "content": item["result"]} for item in step.exchange]
    return turns


def merged(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Neighbours of one role as one message: templates of local models take turns strictly."""
    joined: list[dict[str, Any]] = []
    for message in messages:
        if not joined or joined[-1]["role"] != message["role"]:
            joined.append(dict(message))
            continue
        before, after = joined[-1]["content"], message["content"]
        if isinstance(before, str) and isinstance(after, str):
            joined[-1]["content"] = f"{before}\n\n{after}"
        else:
            joined[-1]["content"] = [*_as_parts(before), *_as_parts(after)]
    if joined and joined[0]["role"] == "assistant":
        joined.insert(0, {"role": "user", "content": ""})
    return joined


def _as_parts(content: Any) -> list[Any]:
    return content if isinstance(content, list) else [{"type": "text", "text": content}]


def fitted(earlier: list[dict[str, Any]], own: list[dict[str, Any]], *, budget: int) -> list[dict[str, Any]]:
    """All that fits: the last message and this run's calls stay, the middle of the conversation goes first."""
    last = earlier[-1:]
    left = budget - tokens(last) - tokens(own)
    if left < 0:
        own = _shortened(own, tokens(own) + left)
        left = budget - tokens(last) - tokens(own)
    if left < 0:
        raise TooLongError
    rest = earlier[:-1]
    if tokens(rest) <= left:
        return [*earlier, *own]
    first = rest[:1] if rest and rest[0]["role"] == "user" and tokens(rest[:1]) <= left // 4 else []
    left -= tokens(first)
    kept: list[dict[str, Any]] = []
    for message in reversed(rest[len(first) :]):
        left -= tokens([message])
        if left < 0:
            break
        kept.insert(0, message)
    return [*merged([*first, *kept, *last]), *own]


def _shortened(own: list[dict[str, Any]], budget: int) -> list[dict[str, Any]]:
    """This run's tool results cut to an equal share each."""
    results = [message for message in own if message["role"] == "tool"]
    if not results:
        return own
    spare = budget - tokens([message for message in own if message["role"] != "tool"])
    share = max(0, 3 * spare // len(results))
    return [
        message | {"content": message["content"][:share]} if message["role"] == "tool" else message for message in own
    ]


def tokens(messages: list[dict[str, Any]]) -> int:
    """About how many tokens the messages are; rather too many than too few."""
    return sum(4 + _tokens(message.get("content")) + _tokens(message.get("tool_calls")) for message in messages)


def tokens_of(tools: list[dict[str, Any]]) -> int:
    return _tokens(json.dumps(tools)) if tools else 0


def _tokens(content: Any) -> int:
    if content is None:
        return 0
    if isinstance(content, list):
        return sum(
            IMAGE_TOKENS if part.get("type") == "image_url" else _tokens(part.get("text") or json.dumps(part))
            for part in content
        )
    dense = len(DENSE.findall(content))
    return int(1.1 * ((len(content) - dense) / 4 + dense / 1.5)) + 1
