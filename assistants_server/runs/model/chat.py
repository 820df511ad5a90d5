"""The Chat Completions API: what a model is sent, and what the chunks of its answer mean."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_noop

from assistants_client.types.base import dicts, mapping, text
from assistants_server.ids import new_id
from assistants_server.runs.model import End, ModelError, Piece, Reason, RefusedText, Text, ToolCall, Turn, tokens
from assistants_server.runs.model.errors import said_error
from assistants_server.runs.model.settings import FamilySettings

logger = logging.getLogger(__name__)
REASONS: dict[str, Reason] = {
    "stop": "stop",
    "length": "length",
    "max_tokens": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
}
NO_FUNCTIONS = gettext_noop(
    "This model calls functions only over the Responses API, which the model server does not have "
    "or the setting MODEL_API rules out."
)


def body_of(turn: Turn, refused: set[str]) -> dict[str, Any]:
    """The request for ``turn``, without what the server refuses."""
    settings = FamilySettings.of(turn)
    body: dict[str, Any] = {
        "model": turn.model,
        "messages": [{key: value for key, value in message.items() if key != "reasoning"} for message in turn.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "reasoning_effort": settings.effort,
        "grammar": turn.grammar or None,
        _limit(settings, refused): turn.max_tokens,
    }
    if turn.tools:
        body["tools"] = [_tool(tool) for tool in turn.tools]
        body["tool_choice"] = None if turn.tool_choice == "auto" else turn.tool_choice
        # Several servers refuse the key when it says what they do anyway.
        body["parallel_tool_calls"] = None if turn.parallel_tool_calls else False
        body |= _for_functions(turn, settings)
    if turn.response_format != "auto" and turn.response_format.get("type") != "text":
        body["response_format"] = turn.response_format
    return {key: value for key, value in body.items() if value is not None and key not in refused}


def _limit(settings: FamilySettings, refused: set[str]) -> str:
    """Hosted models have a name of their own for it, which few other servers know."""
    is_hosted = settings.family is not None
    names = ("max_completion_tokens", "max_tokens") if is_hosted else ("max_tokens", "max_completion_tokens")
    return next((name for name in names if name not in refused), names[0])


def _for_functions(turn: Turn, settings: FamilySettings) -> dict[str, Any]:
    family = settings.family
    if family is None or family.calls_functions_over_chat or settings.effort == "none":
        return {}
    if not family.takes_effort("none"):
        raise ModelError(NO_FUNCTIONS, detail=turn.model)
    logger.info("%s calls functions over Chat Completions only without thinking first", turn.model)
    return {"reasoning_effort": "none"}


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    function = {key: value for key, value in tool["function"].items() if key != "strict" or value}
    return {"type": "function", "function": function}


def pieces(chunks: Iterable[dict[str, Any]]) -> Iterator[Piece]:
    """The chunks of a server in the executor's terms, and the end last: its usage comes after it."""
    reason, usage = None, None
    for chunk in chunks:
        if error := mapping(chunk.get("error")):
            raise said_error(str(error.get("code") or ""), str(error.get("message") or ""), status=200)
        usage = _usage(chunk.get("usage")) or usage
        for choice in dicts(chunk.get("choices"))[:1]:
            yield from _delta(mapping(choice.get("delta") or choice.get("message")))
            reason = choice.get("finish_reason") or reason
    if reason is not None:
        yield End(REASONS.get(str(reason), "stop"), usage)


def _delta(delta: dict[str, Any]) -> Iterator[Piece]:
    if isinstance(delta.get("content"), str) and delta["content"]:
        yield Text(delta["content"])
    if isinstance(delta.get("refusal"), str) and delta["refusal"]:
        yield RefusedText(delta["refusal"])
    for position, call in enumerate(dicts(delta.get("tool_calls"))):
        index, function = call.get("index"), mapping(call.get("function"))
        name = text(function.get("name"))
        yield ToolCall(
            index if isinstance(index, int) else position,
            text(call.get("id")) or (new_id("call_") if name else ""),
            name,
            _arguments(function.get("arguments")),
        )


def _arguments(value: Any) -> str:
    """A piece of JSON as text; some servers send the object that it would be."""
    return json.dumps(value) if isinstance(value, dict) else text(value)


def _usage(counts: Any) -> dict[str, int] | None:
    if not isinstance(counts, dict):
        return None
    return {
        "prompt": tokens(counts.get("prompt_tokens")),
        "completion": tokens(counts.get("completion_tokens")),
        "cached": tokens(mapping(counts.get("prompt_tokens_details")).get("cached_tokens")),
        "reasoning": tokens(mapping(counts.get("completion_tokens_details")).get("reasoning_tokens")),
    }
