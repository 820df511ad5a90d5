"""Runs on a thread: `/threads/{thread_id}/runs`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Unpack

from .... import readers
from ....call import Call, Omit, RequestOptions, listing, omit, path, reading, writing
from ....types import CursorPage, Run
from . import steps

__all__ = [
    "RUN_SECONDS",
    "as_stream",
    "cancel",
    "create",
    "list",
    "retrieve",
    "steps",
    "stream",
    "submit_tool_outputs",
    "submit_tool_outputs_stream",
    "update",
]

RUN_SECONDS = 630.0
"""A run expires ten minutes after it was made; its stream is given half a minute more."""


def create(
    thread_id: str,
    *,
    assistant_id: str,
    include: Sequence[str] | Omit = omit,
    additional_instructions: str | Omit | None = omit,
    additional_messages: Iterable[Mapping[str, Any]] | Omit | None = omit,
    instructions: str | Omit | None = omit,
    max_completion_tokens: int | Omit | None = omit,
    max_prompt_tokens: int | Omit | None = omit,
    metadata: Mapping[str, str] | Omit | None = omit,
    model: str | Omit | None = omit,
    parallel_tool_calls: bool | Omit = omit,
    reasoning_effort: str | Omit | None = omit,
    response_format: str | Mapping[str, Any] | Omit | None = omit,
    temperature: float | Omit | None = omit,
    tool_choice: str | Mapping[str, Any] | Omit | None = omit,
    tools: Iterable[Mapping[str, Any]] | Omit | None = omit,
    top_p: float | Omit | None = omit,
    truncation_strategy: Mapping[str, Any] | Omit | None = omit,
    **options: Unpack[RequestOptions],
) -> Call[Run]:
    """A run of an assistant. What is given replaces what the assistant has, for this run only."""
    body = {
        "assistant_id": assistant_id,
        "additional_instructions": additional_instructions,
        "additional_messages": _listed(additional_messages),
        "instructions": instructions,
        "max_completion_tokens": max_completion_tokens,
        "max_prompt_tokens": max_prompt_tokens,
        "metadata": metadata,
        "model": model,
        "parallel_tool_calls": parallel_tool_calls,
        "reasoning_effort": reasoning_effort,
        "response_format": response_format,
        "temperature": temperature,
        "tool_choice": tool_choice,
        "tools": _listed(tools),
        "top_p": top_p,
        "truncation_strategy": truncation_strategy,
    }
    call = writing(path("threads", thread_id, "runs"), readers.one(Run, "thread.run"), body=body, options=options)
    return call if isinstance(include, Omit) else call.with_options(query={"include[]": [*include]})


def stream(thread_id: str, *, assistant_id: str, timeout: float = RUN_SECONDS, **parameters: Any) -> Call[Run]:
    """:func:`create`, whose answer is a stream of events; `timeout` is for all of it, in seconds."""
    return as_stream(create(thread_id, assistant_id=assistant_id, **parameters), timeout=timeout)


def retrieve(run_id: str, *, thread_id: str, **options: Unpack[RequestOptions]) -> Call[Run]:
    reader = readers.one(Run, "thread.run", asked=run_id)
    return reading(path("threads", thread_id, "runs", run_id), reader, options=options)


def update(
    run_id: str, *, thread_id: str, metadata: Mapping[str, str] | Omit | None = omit, **options: Unpack[RequestOptions]
) -> Call[Run]:
    reader = readers.one(Run, "thread.run", asked=run_id)
    return writing(path("threads", thread_id, "runs", run_id), reader, body={"metadata": metadata}, options=options)


def list(  # noqa: A001 - the SDK's verb
    thread_id: str,
    *,
    limit: int | Omit = omit,
    order: Literal["asc", "desc"] | Omit = omit,
    after: str | Omit = omit,
    before: str | Omit = omit,
    **options: Unpack[RequestOptions],
) -> Call[CursorPage[Run]]:
    query = {"limit": limit, "order": order, "after": after, "before": before}
    return listing(path("threads", thread_id, "runs"), readers.page(Run), query=query, options=options)


def cancel(run_id: str, *, thread_id: str, **options: Unpack[RequestOptions]) -> Call[Run]:
    """Asks it to stop. It is `cancelling` until it has."""
    reader = readers.one(Run, "thread.run", asked=run_id)
    return writing(path("threads", thread_id, "runs", run_id, "cancel"), reader, options=options)


def submit_tool_outputs(
    run_id: str, *, thread_id: str, tool_outputs: Iterable[Mapping[str, Any]], **options: Unpack[RequestOptions]
) -> Call[Run]:
    """The results of all functions that the run waits for: `{"tool_call_id": …, "output": …}` each."""
    reader = readers.one(Run, "thread.run", asked=run_id)
    where = path("threads", thread_id, "runs", run_id, "submit_tool_outputs")
    return writing(where, reader, body={"tool_outputs": [*tool_outputs]}, options=options)


def submit_tool_outputs_stream(
    run_id: str,
    *,
    thread_id: str,
    tool_outputs: Iterable[Mapping[str, Any]],
    timeout: float = RUN_SECONDS,
    **options: Any,
) -> Call[Run]:
    """:func:`submit_tool_outputs`, whose answer is a stream of the events that follow."""
    call = submit_tool_outputs(run_id, thread_id=thread_id, tool_outputs=tool_outputs, **options)
    return as_stream(call, timeout=timeout)


def as_stream(call: Call[Run], *, timeout: float) -> Call[Run]:
    """The same call, asking for events."""
    streamed = call.with_options(headers={"Accept": "text/event-stream"}, body={"stream": True}, timeout=timeout)
    return dataclasses.replace(streamed, binary=True)


def _listed(values: Iterable[Mapping[str, Any]] | Omit | None) -> Any:
    return values if isinstance(values, Omit) or values is None else [*values]
