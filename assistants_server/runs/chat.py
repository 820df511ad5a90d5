"""A model behind the Chat Completions API: what it is sent, and what its chunks mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from assistants_client.chat_completions import ChatServer, ChatStream
from assistants_client.errors import APIError, APIResponseValidationError, APIStatusError
from assistants_server.ids import new_id
from assistants_server.runs.model import End, ModelError, Piece, Reason, RefusedText, Text, ToolCall, Turn

TOO_LONG = re.compile(r"context.?(length|window|size)|maximum.*tokens|too many tokens|too long", re.IGNORECASE)
# What a server may not take, and a run can do without.
OPTIONAL = ("temperature", "top_p", "reasoning_effort", "parallel_tool_calls", "stream_options")
REASONS: dict[str, Reason] = {
    "stop": "stop",
    "length": "length",
    "max_tokens": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
}
# What was refused of a model once is not sent to it again by this process.
_refused: dict[tuple[str, str], set[str]] = {}


class ChatModel:
    def __init__(self, base_url: str, api_key: str) -> None:
        self.base_url = base_url
        self._server = ChatServer(base_url, api_key)

    def stream(self, turn: Turn, *, seconds: float) -> ChatAnswer:
        return ChatAnswer(self, turn, seconds)

    def open(self, turn: Turn, seconds: float) -> ChatStream:
        return self._server.stream(body_of(turn, self.refused(turn)), seconds=seconds)

    def refused(self, turn: Turn) -> set[str]:
        return _refused.setdefault((self.base_url, turn.model), set())


class ChatAnswer:
    """The pieces of one answer."""

    def __init__(self, model: ChatModel, turn: Turn, seconds: float) -> None:
        self._model, self._turn, self._seconds = model, turn, seconds
        self._stream: ChatStream | None = None
        self._is_closed = False

    def __iter__(self) -> Iterator[Piece]:
        for _ in range(len(OPTIONAL) + 2):
            self._stream = self._model.open(self._turn, self._seconds)
            if self._is_closed:
                self._stream.close()
            try:
                yield from pieces(self._stream)
                return
            except APIStatusError as error:
                if not self._do_without(error):
                    raise model_error(error) from error
            except APIError as error:
                raise model_error(error) from error

    def close(self) -> None:
        self._is_closed = True
        if self._stream is not None:
            self._stream.close()

    def _do_without(self, error: APIStatusError) -> bool:
        """Whether the server refused a parameter that can be left out, or go by its other name."""
        refused = self._model.refused(self._turn)
        said = f"{error.param or ''} {error.message}"
        names = [name for name in (*OPTIONAL, "max_tokens") if name in said and name not in refused]
        if error.status_code not in (400, 422) or not names or TOO_LONG.search(error.message):
            return False
        refused.add(error.param if error.param in names else names[0])
        return True


def body_of(turn: Turn, refused: set[str]) -> dict[str, Any]:
    """The request for ``turn``, without what the server refuses."""
    body: dict[str, Any] = {
        "model": turn.model,
        "messages": turn.messages,
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": turn.temperature,
        "top_p": turn.top_p,
        "reasoning_effort": turn.reasoning_effort,
        "max_completion_tokens" if "max_tokens" in refused else "max_tokens": turn.max_tokens,
    }
    if turn.tools:
        body["tools"] = [_tool(tool) for tool in turn.tools]
        body["tool_choice"] = None if turn.tool_choice == "auto" else turn.tool_choice
        # Several servers refuse the key when it says what they do anyway.
        body["parallel_tool_calls"] = None if turn.parallel_tool_calls else False
    if turn.response_format != "auto" and turn.response_format.get("type") != "text":
        body["response_format"] = turn.response_format
    return {key: value for key, value in body.items() if value is not None and key not in refused}


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    function = {key: value for key, value in tool["function"].items() if key != "strict" or value}
    return {"type": "function", "function": function}


def pieces(chunks: ChatStream) -> Iterator[Piece]:
    """The chunks of a server in the executor's terms, and the end last: its usage comes after it."""
    reason, usage = None, None
    for chunk in chunks:
        if isinstance(chunk.get("error"), dict):
            raise ModelError("The model server reported an error.", detail=str(chunk["error"])[:500], is_passing=True)
        usage = _usage(chunk.get("usage")) or usage
        for choice in (chunk.get("choices") or [])[:1]:
            yield from _delta(choice.get("delta") or choice.get("message") or {})
            reason = choice.get("finish_reason") or reason
    if reason is not None:
        yield End(REASONS.get(reason, "stop"), usage)


def _delta(delta: dict[str, Any]) -> Iterator[Piece]:
    if isinstance(delta.get("content"), str) and delta["content"]:
        yield Text(delta["content"])
    if isinstance(delta.get("refusal"), str) and delta["refusal"]:
        yield RefusedText(delta["refusal"])
    for position, call in enumerate(delta.get("tool_calls") or []):
        function = call.get("function") or {}
        name = function.get("name") or ""
        yield ToolCall(
            call.get("index", position),
            call.get("id") or (new_id("call_") if name else ""),
            name,
            function.get("arguments") or "",
        )


def _usage(counts: Any) -> dict[str, int] | None:
    if not isinstance(counts, dict):
        return None
    return {
        "prompt": counts.get("prompt_tokens") or 0,
        "completion": counts.get("completion_tokens") or 0,
        "cached": (counts.get("prompt_tokens_details") or {}).get("cached_tokens") or 0,
        "reasoning": (counts.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0,
    }


def model_error(error: APIError) -> ModelError:
    """The failure in a run's own terms; the server's words go to the log, for they may name addresses."""
    detail = f"{type(error).__name__} {error.status_code or ''} {error.code or ''}: {error.message}"
    status = error.status_code
    if status == 429 and error.code == "insufficient_quota":
        return ModelError(error.message, code="rate_limit_exceeded", detail=detail)
    if status == 429:
        message = "Rate limit reached at the model server. Please try again later."
        pause = error.retry_after
        return ModelError(message, code="rate_limit_exceeded", detail=detail, is_passing=True, retry_after=pause)
    if status in (400, 413, 422) and (error.code == "context_length_exceeded" or TOO_LONG.search(error.message)):
        message = "The conversation is longer than the model can read."
        return ModelError(message, code="invalid_prompt", detail=detail, is_too_long=True)
    if status is not None and status >= 500:
        return ModelError(
            "The model server failed to answer.", detail=detail, is_passing=status in (500, 502, 503, 504)
        )
    if status is not None:
        return ModelError(f"The model server refused the request (status {status}).", detail=detail)
    if isinstance(error, APIResponseValidationError):
        return ModelError("The model server gave an answer that cannot be read.", detail=detail)
    return ModelError("The model server could not be reached, or broke off its answer.", detail=detail, is_passing=True)
