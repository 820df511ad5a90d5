"""Assistants: `/assistants`, in both versions of the protocol."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Unpack

from ... import readers
from ...call import Call, Omit, RequestOptions, deleting, listing, omit, path, reading, writing
from ...types import Assistant, CursorPage, Deleted
from . import files

__all__ = ["create", "delete", "files", "list", "retrieve", "update"]


Tools = Iterable[Mapping[str, Any]]


def create(
    *,
    model: str,
    name: str | Omit | None = omit,
    description: str | Omit | None = omit,
    instructions: str | Omit | None = omit,
    tools: Tools | Omit | None = omit,
    tool_resources: Mapping[str, Any] | Omit | None = omit,
    metadata: Mapping[str, Any] | Omit | None = omit,
    temperature: float | Omit | None = omit,
    top_p: float | Omit | None = omit,
    response_format: str | Mapping[str, Any] | Omit | None = omit,
    reasoning_effort: str | Omit | None = omit,
    file_ids: Sequence[str] | Omit = omit,
    **options: Unpack[RequestOptions],
) -> Call[Assistant]:
    """A new assistant. `file_ids` is of version 1; sampling, `response_format` and `tool_resources` of version 2."""
    body = {
        "model": model,
        "name": name,
        "description": description,
        "instructions": instructions,
        "tools": _listed(tools),
        "tool_resources": tool_resources,
        "metadata": metadata,
        "temperature": temperature,
        "top_p": top_p,
        "response_format": response_format,
        "reasoning_effort": reasoning_effort,
        "file_ids": file_ids,
    }
    return writing(path("assistants"), readers.one(Assistant, "assistant"), body=body, options=options)


def retrieve(assistant_id: str, **options: Unpack[RequestOptions]) -> Call[Assistant]:
    reader = readers.one(Assistant, "assistant", asked=assistant_id)
    return reading(path("assistants", assistant_id), reader, options=options)


def update(
    assistant_id: str,
    *,
    model: str | Omit = omit,
    name: str | Omit | None = omit,
    description: str | Omit | None = omit,
    instructions: str | Omit | None = omit,
    tools: Tools | Omit | None = omit,
    tool_resources: Mapping[str, Any] | Omit | None = omit,
    metadata: Mapping[str, Any] | Omit | None = omit,
    temperature: float | Omit | None = omit,
    top_p: float | Omit | None = omit,
    response_format: str | Mapping[str, Any] | Omit | None = omit,
    reasoning_effort: str | Omit | None = omit,
    file_ids: Sequence[str] | Omit = omit,
    **options: Unpack[RequestOptions],
) -> Call[Assistant]:
    """A change of the parameters given; what is omitted stays as it is, None clears."""
    body = {
        "model": model,
        "name": name,
        "description": description,
        "instructions": instructions,
        "tools": _listed(tools),
        "tool_resources": tool_resources,
        "metadata": metadata,
        "temperature": temperature,
        "top_p": top_p,
        "response_format": response_format,
        "reasoning_effort": reasoning_effort,
        "file_ids": file_ids,
    }
    reader = readers.one(Assistant, "assistant", asked=assistant_id)
    return writing(path("assistants", assistant_id), reader, body=body, options=options)


def list(  # noqa: A001 - the SDK's verb
    *,
    limit: int | Omit = omit,
    order: Literal["asc", "desc"] | Omit = omit,
    after: str | Omit = omit,
    before: str | Omit = omit,
    **options: Unpack[RequestOptions],
) -> Call[CursorPage[Assistant]]:
    """One page, newest first unless `order` is `asc`; `limit` is 20 when omitted, at most 100."""
    query = {"limit": limit, "order": order, "after": after, "before": before}
    return listing(path("assistants"), readers.page(Assistant), query=query, options=options)


def delete(assistant_id: str, **options: Unpack[RequestOptions]) -> Call[Deleted]:
    """Its files and vector stores stay."""
    return deleting(path("assistants", assistant_id), readers.deletion(assistant_id), options=options)


def _listed(tools: Tools | Omit | None) -> Sequence[Mapping[str, Any]] | Omit | None:
    # JSON has lists, not iterators; null is passed on for the server to refuse.
    return tools if tools is None or isinstance(tools, Omit) else [*tools]
