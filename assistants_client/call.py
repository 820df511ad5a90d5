"""One request to the server as a value: what to send, what to make of the answer, how it may be repeated."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Generic, TypedDict, TypeVar
from urllib.parse import quote

from .multipart import FormUpload

T = TypeVar("T")
ResultT = TypeVar("ResultT", covariant=True)

READ_SECONDS = 8.0
WRITE_SECONDS = 15.0
OBJECT_BYTES = 8 * 1024 * 1024
LIST_BYTES = 32 * 1024 * 1024

QueryValue = str | int | float | bool | Sequence[str]


class Omit:
    """The type of `omit`: a parameter that is not sent at all, where None is sent as null."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "omit"


omit: Final = Omit()


class RequestOptions(TypedDict, total=False):
    """What every call takes beside its own parameters.

    `extra_headers` replace headers of the same name, `extra_query` and `extra_body` add to or replace
    single parameters, `timeout` is the whole time the call may take, in seconds.
    """

    extra_headers: Mapping[str, str] | None
    extra_query: Mapping[str, QueryValue | Omit] | None
    extra_body: Mapping[str, Any] | None
    timeout: float | None


class Repeat(StrEnum):
    """When a call may be sent again after a failure."""

    FREELY = "freely"
    """Reads: at most twice more."""
    DELETION = "deletion"
    """Deletes: at most twice more, and a 404 after an answer was lost means that it is done."""
    UNSENT = "unsent"
    """Creates, updates and uploads: once more, and only if no byte had left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[ResultT]):
    """A request and the reading of its answer.

    `path` is percent-encoded and starts with a slash, to be joined to the base URL; `query` and `body`
    hold the wire's own names. `parse(raw)` makes the result from a decoded JSON answer, also from one
    kept in a cache: `parse(result.raw)` equals the result.
    """

    method: str
    path: str
    reader: Callable[[Any], ResultT] = field(repr=False, compare=False)
    query: Mapping[str, QueryValue] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    upload: FormUpload | None = field(default=None, repr=False)
    beta: bool = True
    binary: bool = False
    paged: bool = False
    repeat: Repeat
    timeout: float
    timeout_is_default: bool = True
    max_bytes: int = OBJECT_BYTES

    def parse(self, raw: Any) -> ResultT:
        """The result in a decoded answer. Raises APIResponseValidationError when it cannot be one."""
        return self.reader(raw)

    def at_cursor(self, *, after: str | None = None, before: str | None = None) -> Call[ResultT]:
        """The same list call for the page after, or before, the object with this id."""
        query = {name: value for name, value in self.query.items() if name not in ("after", "before")}
        cursor = {"after": after, "before": before}
        query.update({name: value for name, value in cursor.items() if value is not None})
        return dataclasses.replace(self, query=query)

    def with_options(
        self,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, QueryValue | Omit] | None = None,
        body: Mapping[str, Any] | None = None,
        timeout: float | None = None,
    ) -> Call[ResultT]:
        """The same call with headers, query or body parameters added or replaced, or another deadline in seconds."""
        changes: dict[str, Any] = {}
        if headers:
            changes["headers"] = {**self.headers, **headers}
        if query:
            changes["query"] = {**self.query, **given(query)}
        if body:
            changes["body"] = {**(self.body or {}), **body}
        if timeout is not None:
            changes["timeout"] = timeout
            changes["timeout_is_default"] = False
        return dataclasses.replace(self, **changes) if changes else self


def given(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that were not omitted."""
    return {name: value for name, value in parameters.items() if not isinstance(value, Omit)}


def path(*segments: str) -> str:
    """The path of these segments, each percent-encoded, so that an id can hold any character.

    Raises ValueError for an empty id, and for `.` and `..`, which servers and proxies resolve away.
    """
    for segment in segments:
        if not segment or segment in (".", ".."):
            raise ValueError(f"Expected an id but received {segment!r}")
    return "/" + "/".join(quote(segment, safe="!$&'()*+,;=:@") for segment in segments)


def reading(
    where: str,
    reader: Callable[[Any], T],
    *,
    query: Mapping[str, Any] | None = None,
    beta: bool = True,
    max_bytes: int = OBJECT_BYTES,
    options: RequestOptions,
) -> Call[T]:
    call = Call(
        method="GET",
        path=where,
        reader=reader,
        query=given(query or {}),
        beta=beta,
        repeat=Repeat.FREELY,
        timeout=READ_SECONDS,
        max_bytes=max_bytes,
    )
    return _with(call, options)


def listing(
    where: str,
    reader: Callable[[Any], T],
    *,
    query: Mapping[str, Any] | None = None,
    beta: bool = True,
    paged: bool = True,
    options: RequestOptions,
) -> Call[T]:
    call = reading(where, reader, query=query, beta=beta, max_bytes=LIST_BYTES, options=options)
    return dataclasses.replace(call, paged=paged)


def writing(
    where: str,
    reader: Callable[[Any], T],
    *,
    body: Mapping[str, Any] | None = None,
    beta: bool = True,
    repeat: Repeat = Repeat.UNSENT,
    max_bytes: int = OBJECT_BYTES,
    options: RequestOptions,
) -> Call[T]:
    call = Call(
        method="POST",
        path=where,
        reader=reader,
        body=None if body is None else given(body),
        beta=beta,
        repeat=repeat,
        timeout=WRITE_SECONDS,
        max_bytes=max_bytes,
    )
    return _with(call, options)


def deleting(where: str, reader: Callable[[Any], T], *, beta: bool = True, options: RequestOptions) -> Call[T]:
    call = Call(method="DELETE", path=where, reader=reader, beta=beta, repeat=Repeat.DELETION, timeout=WRITE_SECONDS)
    return _with(call, options)


def uploading(where: str, reader: Callable[[Any], T], *, upload: FormUpload, options: RequestOptions) -> Call[T]:
    call = Call(
        method="POST",
        path=where,
        reader=reader,
        upload=upload,
        beta=False,
        repeat=Repeat.UNSENT,
        timeout=upload.seconds,
    )
    return _with(call, options)


def _with(call: Call[T], options: RequestOptions) -> Call[T]:
    if not options:
        return call
    return call.with_options(
        headers=options.get("extra_headers"),
        query=options.get("extra_query"),
        body=options.get("extra_body"),
        timeout=options.get("timeout"),
    )
