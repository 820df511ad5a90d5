"""Threads: `/threads`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Unpack

from ... import readers
from ...call import Call, Omit, RequestOptions, deleting, omit, path, reading, writing
from ...types import Deleted, Run, Thread
from . import messages, runs
from .runs import RUN_SECONDS, as_stream

__all__ = ["create", "create_and_run", "create_and_stream", "delete", "messages", "retrieve", "runs", "update"]


def create(
    *,
    messages: Iterable[Mapping[str, Any]] | Omit = omit,
    tool_resources: Mapping[str, Any] | Omit | None = omit,
    metadata: Mapping[str, str] | Omit | None = omit,
    **options: Unpack[RequestOptions],
) -> Call[Thread]:
    body = {
        "messages": messages if isinstance(messages, Omit) else [*messages],
        "tool_resources": tool_resources,
        "metadata": metadata,
    }
    return writing(path("threads"), readers.one(Thread, "thread"), body=body, options=options)


def retrieve(thread_id: str, **options: Unpack[RequestOptions]) -> Call[Thread]:
    return reading(path("threads", thread_id), readers.one(Thread, "thread", asked=thread_id), options=options)


def update(
    thread_id: str,
    *,
    tool_resources: Mapping[str, Any] | Omit | None = omit,
    metadata: Mapping[str, str] | Omit | None = omit,
    **options: Unpack[RequestOptions],
) -> Call[Thread]:
    reader = readers.one(Thread, "thread", asked=thread_id)
    body = {"tool_resources": tool_resources, "metadata": metadata}
    return writing(path("threads", thread_id), reader, body=body, options=options)


def delete(thread_id: str, **options: Unpack[RequestOptions]) -> Call[Deleted]:
    """Its messages and runs go with it."""
    return deleting(path("threads", thread_id), readers.deletion(thread_id), options=options)


def create_and_run(
    *,
    assistant_id: str,
    thread: Mapping[str, Any] | Omit = omit,
    instructions: str | Omit | None = omit,
    model: str | Omit | None = omit,
    tools: Iterable[Mapping[str, Any]] | Omit | None = omit,
    tool_resources: Mapping[str, Any] | Omit | None = omit,
    metadata: Mapping[str, str] | Omit | None = omit,
    temperature: float | Omit | None = omit,
    top_p: float | Omit | None = omit,
    max_prompt_tokens: int | Omit | None = omit,
    max_completion_tokens: int | Omit | None = omit,
    truncation_strategy: Mapping[str, Any] | Omit | None = omit,
    tool_choice: str | Mapping[str, Any] | Omit | None = omit,
    parallel_tool_calls: bool | Omit = omit,
    response_format: str | Mapping[str, Any] | Omit | None = omit,
    **options: Unpack[RequestOptions],
) -> Call[Run]:
    """A new thread and a run on it. What is given replaces what the assistant has, for this run only."""
    body = {
        "assistant_id": assistant_id,
        "thread": thread,
        "instructions": instructions,
        "model": model,
        "tools": tools if isinstance(tools, Omit) or tools is None else [*tools],
        "tool_resources": tool_resources,
        "metadata": metadata,
        "temperature": temperature,
        "top_p": top_p,
        "max_prompt_tokens": max_prompt_tokens,
        "max_completion_tokens": max_completion_tokens,
        "truncation_strategy": truncation_strategy,
        "tool_choice": tool_choice,
        "parallel_tool_calls": parallel_tool_calls,
        "response_format": response_format,
    }
    return writing(path("threads", "runs"), readers.one(Run, "thread.run"), body=body, options=options)


def create_and_stream(*, assistant_id: str, timeout: float = RUN_SECONDS, **parameters: Any) -> Call[Run]:
    """:func:`create_and_run`, whose answer is a stream of events; `timeout` is for all of it, in seconds."""
    return as_stream(create_and_run(assistant_id=assistant_id, **parameters), timeout=timeout)
