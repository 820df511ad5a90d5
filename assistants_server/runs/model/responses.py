"""The Responses API: what a model is sent, and what the events of its answer mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from assistants_client.types.base import count, dicts, mapping
from assistants_server.ids import new_id
from assistants_server.runs.model import (
    End,
    ModelError,
    Piece,
    Reason,
    Reasoning,
    RefusedText,
    Text,
    ToolCall,
    Turn,
    tokens,
)
from assistants_server.runs.model.errors import FILTERED, said_error
from assistants_server.runs.model.settings import FamilySettings

# The API takes no smaller limit.
LEAST_TOKENS = 16
SEALED = "reasoning.encrypted_content"


def body_of(turn: Turn, refused: set[str]) -> dict[str, Any]:
    """The request for ``turn``, without what the server refuses. The server is told to keep nothing of it."""
    settings = FamilySettings.of(turn)
    system = [message["content"] for message in turn.messages if message["role"] == "system"]
    body: dict[str, Any] = {
        "model": turn.model,
        "instructions": "\n\n".join(system) or None,
        "input": [item for message in turn.messages for item in _items(message)],
        "stream": True,
        "store": False,
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "reasoning": {"effort": settings.effort} if settings.effort else None,
        "max_output_tokens": None if turn.max_tokens is None else max(turn.max_tokens, LEAST_TOKENS),
    }
    if settings.family is not None and settings.family.efforts:
        body["include"] = [SEALED]
    if turn.tools:
        body["tools"] = [_tool(tool["function"]) for tool in turn.tools]
        body["tool_choice"] = None if turn.tool_choice == "auto" else _choice(turn.tool_choice)
        body["parallel_tool_calls"] = None if turn.parallel_tool_calls else False
    if turn.response_format != "auto" and turn.response_format.get("type") != "text":
        body["text"] = {"format": _format(turn.response_format)}
    return {key: value for key, value in body.items() if value is not None and key not in refused}


def _items(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    role, content = message["role"], message.get("content")
    if role == "tool":
        yield {"type": "function_call_output", "call_id": message["tool_call_id"], "output": content}
    elif role == "user":
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
        yield {"role": "user", "content": [_part(part) for part in parts]}
    elif role == "assistant":
        yield from message.get("reasoning", ())
        if content:
            yield {"role": "assistant", "content": [{"type": "output_text", "text": content}]}
        for call in message.get("tool_calls", ()):
            function = call["function"]
            yield {
                "type": "function_call",
                "call_id": call["id"],
                "name": function["name"],
                "arguments": function["arguments"],
            }


def _part(part: dict[str, Any]) -> dict[str, Any]:
    if part["type"] == "text":
        return {"type": "input_text", "text": part["text"]}
    image = part["image_url"]
    return {"type": "input_image", "image_url": image["url"], "detail": image.get("detail") or "auto"}


def _tool(function: dict[str, Any]) -> dict[str, Any]:
    """One level flatter; ``strict`` is always said, for absent means true here and false to assistants."""
    empty = {"type": "object", "properties": {}}
    return {
        "type": "function",
        **function,
        "parameters": function.get("parameters") or empty,
        "strict": bool(function.get("strict")),
    }


def _choice(choice: Any) -> Any:
    return choice if isinstance(choice, str) else {"type": "function", "name": choice["function"]["name"]}


def _format(shape: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", **shape["json_schema"]} if shape["type"] == "json_schema" else shape


def pieces(events: Iterable[dict[str, Any]]) -> Iterator[Piece]:
    """The events of a server in the executor's terms. The end comes last, when all of the answer was read."""
    reading = OutputReader()
    end: End | None = None
    for event in events:
        if event.get("object") == "response":
            yield from reading.whole(event)
            end = reading.end(event)
            continue
        match event.get("type"):
            case "response.completed" | "response.incomplete" | "response.failed":
                response = mapping(event.get("response"))
                yield from reading.whole(response)
                end = reading.end(response)
            case "error":
                error = mapping(event.get("error")) or event
                raise said_error(str(error.get("code") or ""), str(error.get("message") or ""), status=200)
            case _:
                yield from reading.event(event)
    if end is not None:
        yield end


class OutputReader:
    """What has been shown of each item of the output, so that a server may send pieces, whole items, or both."""

    def __init__(self) -> None:
        self._shown: dict[Any, int] = {}
        self._has_calls = False

    def event(self, event: dict[str, Any]) -> Iterator[Piece]:
        index = count(event.get("output_index"))
        match event.get("type"):
            case "response.output_text.delta":
                yield from self._more(Text, (index, "text", event.get("content_index", 0)), event.get("delta"))
            case "response.refusal.delta":
                yield from self._more(RefusedText, (index, "text", event.get("content_index", 0)), event.get("delta"))
            case "response.output_item.added":
                yield from self._called(index, mapping(event.get("item")))
            case "response.function_call_arguments.delta":
                yield from self._arguments(index, event.get("delta"))
            case "response.output_item.done":
                yield from self._item(index, mapping(event.get("item")))

    def whole(self, response: dict[str, Any]) -> Iterator[Piece]:
        """Whatever of a whole answer was not shown in pieces."""
        for index, item in enumerate(dicts(response.get("output"))):
            yield from self._item(index, item)

    def _item(self, index: Any, item: dict[str, Any]) -> Iterator[Piece]:
        match item.get("type"):
            case "message":
                for position, part in enumerate(dicts(item.get("content"))):
                    kind, key = (RefusedText, "refusal") if part.get("type") == "refusal" else (Text, "text")
                    yield from self._rest(kind, (index, "text", position), part.get(key))
            case "function_call":
                yield from self._called(index, item)
                said = str(item.get("arguments") or "")[self._shown.get((index, "arguments"), 0) :]
                yield from self._arguments(index, said)
            case "reasoning" if item.get("encrypted_content") and (index, "reasoning") not in self._shown:
                self._shown[index, "reasoning"] = 1
                yield Reasoning(item)

    def _more(self, kind: type[Text | RefusedText], key: Any, delta: Any) -> Iterator[Piece]:
        if isinstance(delta, str) and delta:
            self._shown[key] = self._shown.get(key, 0) + len(delta)
            yield kind(delta)

    def _rest(self, kind: type[Text | RefusedText], key: Any, whole: Any) -> Iterator[Piece]:
        if isinstance(whole, str):
            yield from self._more(kind, key, whole[self._shown.get(key, 0) :])

    def _called(self, index: Any, item: dict[str, Any]) -> Iterator[Piece]:
        if item.get("type") != "function_call" or (index, "call") in self._shown:
            return
        self._has_calls = True
        self._shown[index, "call"] = 1
        yield ToolCall(index, str(item.get("call_id") or new_id("call_")), str(item.get("name") or ""))

    def _arguments(self, index: Any, delta: Any) -> Iterator[Piece]:
        if isinstance(delta, str) and delta:
            self._shown[index, "arguments"] = self._shown.get((index, "arguments"), 0) + len(delta)
            yield ToolCall(index, arguments=delta)

    def end(self, response: dict[str, Any]) -> End:
        """How the answer ended; raises :class:`ModelError` when it failed."""
        status = response.get("status")
        if status in ("failed", "cancelled"):
            error = mapping(response.get("error"))
            raise said_error(str(error.get("code") or ""), str(error.get("message") or status), status=200)
        reason: Reason = "tool_calls" if self._has_calls else "stop"
        if status == "incomplete":
            why = mapping(response.get("incomplete_details")).get("reason")
            reason = "content_filter" if why == "content_filter" else "length"
            if why == "content_filter" and not self._shown:
                raise ModelError(FILTERED, code="invalid_prompt")
        return End(reason, _usage(response.get("usage")))


def _usage(counts: Any) -> dict[str, int] | None:
    if not isinstance(counts, dict):
        return None
    return {
        "prompt": tokens(counts.get("input_tokens")),
        "completion": tokens(counts.get("output_tokens")),
        "cached": tokens(mapping(counts.get("input_tokens_details")).get("cached_tokens")),
        "reasoning": tokens(mapping(counts.get("output_tokens_details")).get("reasoning_tokens")),
    }
