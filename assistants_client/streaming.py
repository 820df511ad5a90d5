"""The events of a run, as they happen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from . import strict_json
from .errors import APIConnectionError, APIError, APIResponseValidationError, Reason
from .responses import AsyncOpening, AsyncStreamedResponse, StreamedResponse
from .types import Delta, Message, Run, RunStep, Thread, WireObject
from .types.base import mapping, optional_text, text

MOST_BYTES = 32 * 1024 * 1024
"""What one event may be long; a message is far shorter."""

VIEWS: dict[str, type[WireObject]] = {
    "thread": Thread,
    "thread.run": Run,
    "thread.run.step": RunStep,
    "thread.run.step.delta": Delta,
    "thread.message": Message,
    "thread.message.delta": Delta,
}


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One record of an event stream, before anything is made of it."""

    event: str
    data: str


class EventDecoder:
    """Cuts an event stream into its records, however its bytes are cut.

    Lines end with LF, CR or CRLF; comments and unknown fields are passed over; a record without data is none.
    """

    def __init__(self) -> None:
        # The pieces of a line that has no end yet; joined with each of them it would be copied as often.
        self._rest: list[bytes] = []
        self._event = ""
        self._data: list[str] = []
        self._length = 0
        self._is_first = True
        self._after_cr = False

    def feed(self, chunk: bytes) -> Iterator[ServerSentEvent]:
        """The records that are whole with this chunk. Raises APIResponseValidationError for one without end."""
        if self._after_cr:
            # The LF of a CRLF that was cut in two.
            chunk = chunk.removeprefix(b"\n")
        if chunk:
            self._after_cr = chunk.endswith(b"\r")
        first, *others = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest.append(first)
        self._length += len(first)
        for piece in others:
            line, self._rest = b"".join(self._rest), [piece]
            self._length += len(piece) - len(line)
            yield from self._take(line)
        if self._length > MOST_BYTES:
            raise APIResponseValidationError("An event of the stream is too long.", reason=Reason.TOO_LARGE)

    def _take(self, line: bytes) -> Iterator[ServerSentEvent]:
        words = line.decode("utf-8", "replace")
        if self._is_first:
            words = words.removeprefix("\ufeff")
            self._is_first = False
        if not words:
            if self._data:
                yield ServerSentEvent(self._event or "message", "\n".join(self._data))
            self._length -= sum(len(line) + 1 for line in self._data)
            self._event, self._data = "", []
            return
        name, _, value = words.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._event = value
        elif name == "data":
            self._data.append(value)
            self._length += len(value) + 1


@dataclass(frozen=True, slots=True)
class ThreadEvent:
    """Something that happened: its name, such as `thread.message.delta`, and the object that it happened to."""

    event: str
    data: WireObject


class _Events:
    """What both kinds of stream make of the records that come."""

    def __init__(self) -> None:
        self._decoder = EventDecoder()
        self.is_done = False
        self.run: Run | None = None
        """The run as the last event about it showed it."""

    def _events(self, chunk: bytes) -> Iterator[ThreadEvent]:
        for record in self._decoder.feed(chunk):
            if record.data == "[DONE]" or record.event == "done":
                self.is_done = True
                return
            event = event_of(record)
            if isinstance(event.data, Run):
                self.run = event.data
            yield event

    def _refuse_unfinished(self) -> None:
        if not self.is_done:
            raise APIConnectionError("The stream broke off before its end.", reason=Reason.TRUNCATED)


class EventStream(_Events):
    """The events of a run, to be read once and used with `with`, which closes it; closing stops the reading only.

    Raises APIError for an error that the server sends, APIConnectionError when the stream breaks off before its
    end, APITimeoutError once the time of the call is over, however the bytes drip.
    """

    def __init__(self, response: StreamedResponse[Any]) -> None:
        super().__init__()
        self.response = response

    def __iter__(self) -> Iterator[ThreadEvent]:
        _refuse_other_content(self.response.headers.get("content-type", ""))
        for chunk in self.response.iter_bytes():
            yield from self._events(chunk)
            if self.is_done:
                return
        self._refuse_unfinished()

    def until_done(self) -> Run:
        """The run at the end of the stream, its events unseen."""
        for _ in self:
            pass
        return _known(self.run)

    def text_deltas(self) -> Iterator[str]:
        """The words of the answer as they come."""
        for event in self:
            if event.event == "thread.message.delta" and isinstance(event.data, Delta) and event.data.text:
                yield event.data.text

    def close(self) -> None:
        self.response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncEventStream(_Events):
    """The same for the async client, with `async with` and `async for`; or awaited first."""

    def __init__(self, opening: AsyncOpening[Any]) -> None:
        super().__init__()
        self._opening = opening
        self._response: AsyncStreamedResponse[Any] | None = None

    async def _opened(self) -> AsyncStreamedResponse[Any]:
        if self._response is None:
            self._response = await self._opening
        return self._response

    def __await__(self) -> Generator[Any, None, Self]:
        return self._ready().__await__()

    async def _ready(self) -> Self:
        await self._opened()
        return self

    async def __aiter__(self) -> AsyncIterator[ThreadEvent]:
        response = await self._opened()
        _refuse_other_content(response.headers.get("content-type", ""))
        async for chunk in response.iter_bytes():
            for event in self._events(chunk):
                yield event
            if self.is_done:
                return
        self._refuse_unfinished()

    async def until_done(self) -> Run:
        """The run at the end of the stream, its events unseen."""
        async for _ in self:
            pass
        return _known(self.run)

    async def text_deltas(self) -> AsyncIterator[str]:
        """The words of the answer as they come."""
        async for event in self:
            if event.event == "thread.message.delta" and isinstance(event.data, Delta) and event.data.text:
                yield event.data.text

    async def close(self) -> None:
        if self._response is not None:
            await self._response.close()

    async def __aenter__(self) -> Self:
        return await self._ready()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def event_of(record: ServerSentEvent) -> ThreadEvent:
    """The event in a record. Raises the APIError that it is, and APIResponseValidationError for no object."""
    try:
        raw = strict_json.decode(record.data.encode())
    except strict_json.UnreadableJSONError as error:
        raise APIResponseValidationError(f"An event cannot be read: {error}.", reason=Reason.JSON) from None
    if not isinstance(raw, dict):
        raise APIResponseValidationError("An event is not a JSON object.", reason=Reason.SHAPE)
    if record.event == "error" or isinstance(raw.get("error"), dict):
        raise _error_in(raw)
    view = VIEWS.get(str(raw.get("object")), WireObject)
    return ThreadEvent(record.event, view(raw))


def _error_in(raw: dict[str, Any]) -> APIError:
    """The error of a record, which some servers wrap and some do not."""
    inner = mapping(raw.get("error")) or raw
    return APIError(
        text(inner.get("message")) or "The server ended the stream with an error.",
        code=optional_text(inner.get("code")),
        type=optional_text(inner.get("type")),
        param=optional_text(inner.get("param")),
    )


def _refuse_other_content(content_type: str) -> None:
    if content_type.partition(";")[0].strip().lower() != "text/event-stream":
        raise APIResponseValidationError(
            "The server answered with something other than events.", reason=Reason.CONTENT_TYPE
        )


def _known(run: Run | None) -> Run:
    if run is None:
        raise APIResponseValidationError("The stream told of no run.", reason=Reason.SHAPE)
    return run
