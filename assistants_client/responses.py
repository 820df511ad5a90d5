"""Results together with the answer they came in, and answers read piece by piece."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import httpx

from .bodies import Unpacker, async_chunks, sync_chunks
from .call import Call
from .decoding import ReceivedResponse, request_id, result_of
from .errors import APIResponseValidationError, Reason
from .retries import deadline_exceeded
from .server import connection_error

T = TypeVar("T")


class _Headed:
    """What a status line and headers say."""

    status_code: int
    headers: httpx.Headers

    @property
    def request_id(self) -> str | None:
        """The server's own name for the request, for its support desk."""
        return request_id(self.headers)

    @property
    def rate_limit(self) -> dict[str, str]:
        """The `x-ratelimit-…` headers by the rest of their name, such as `remaining-requests`."""
        prefix = "x-ratelimit-"
        return {name[len(prefix) :]: value for name, value in self.headers.items() if name.startswith(prefix)}


class APIResponse(_Headed, Generic[T]):
    """A complete answer: status, headers, and with `parse()` the result in it."""

    def __init__(self, answer: ReceivedResponse, result: T, *, retries_taken: int) -> None:
        self.status_code = answer.status_code
        self.headers = answer.headers
        self.content = answer.body
        self.retries_taken = retries_taken
        self._result = result

    def parse(self) -> T:
        return self._result

    def __repr__(self) -> str:
        return f"APIResponse({self.status_code})"


class _Open(_Headed, Generic[T]):
    def __init__(
        self,
        call: Call[T],
        request: httpx.Request,
        response: httpx.Response,
        *,
        deadline: float,
        clock: Callable[[], float],
        secrets: tuple[str, ...],
    ) -> None:
        self.status_code = response.status_code
        self.headers = response.headers
        self._call = call
        self._request = request
        self._response = response
        self._deadline = deadline
        self._clock = clock
        self._secrets = secrets
        self._unpacker = Unpacker(response.headers.get("content-encoding", ""))
        self._length = response.headers.get("content-length")

    def _refuse_late(self) -> None:
        if self._clock() >= self._deadline:
            raise deadline_exceeded()

    def _parsed(self, body: bytes) -> T:
        return result_of(self._call, ReceivedResponse(self.status_code, self.headers, body), secrets=self._secrets)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.status_code})"


class StreamedResponse(_Open[T]):
    """An answer whose body has not been read yet. To be used with `with`, which closes it."""

    def iter_bytes(self) -> Iterator[bytes]:
        """The body in pieces, unpacked. Raises APIConnectionError when it breaks off."""
        try:
            for chunk in sync_chunks(self._response):
                self._refuse_late()
                yield from self._unpacker.feed(chunk)
        except httpx.TransportError as error:
            raise connection_error(error, self._request) from error
        self._unpacker.finish()

    def read(self) -> bytes:
        """The whole body. Raises APIResponseValidationError when it is larger than the call allows."""
        pieces, room = [], self._call.max_bytes
        for piece in self.iter_bytes():
            room -= len(piece)
            if room < 0:
                raise APIResponseValidationError("The server's answer is too large.", reason=Reason.TOO_LARGE)
            pieces.append(piece)
        return b"".join(pieces)

    def parse(self) -> T:
        """Reads the body and makes the result of it."""
        return self._parsed(self.read())

    def write_to_file(self, file: str | os.PathLike[str]) -> None:
        with Path(file).open("wb") as target:
            target.writelines(self.iter_bytes())

    def close(self) -> None:
        self._response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncStreamedResponse(_Open[T]):
    """The same for the async client, to be used with `async with`."""

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        """The body in pieces, unpacked. Raises APIConnectionError when it breaks off."""
        try:
            async for chunk in async_chunks(self._response):
                self._refuse_late()
                for piece in self._unpacker.feed(chunk):
                    yield piece
        except httpx.TransportError as error:
            raise connection_error(error, self._request) from error
        self._unpacker.finish()

    async def read(self) -> bytes:
        """The whole body. Raises APIResponseValidationError when it is larger than the call allows."""
        pieces, room = [], self._call.max_bytes
        async for piece in self.iter_bytes():
            room -= len(piece)
            if room < 0:
                raise APIResponseValidationError("The server's answer is too large.", reason=Reason.TOO_LARGE)
            pieces.append(piece)
        return b"".join(pieces)

    async def parse(self) -> T:
        """Reads the body and makes the result of it."""
        return self._parsed(await self.read())

    async def write_to_file(self, file: str | os.PathLike[str]) -> None:
        from anyio import open_file

        async with await open_file(file, "wb") as target:
            async for piece in self.iter_bytes():
                await target.write(piece)

    async def close(self) -> None:
        await self._response.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class AsyncOpening(Generic[T]):
    """An answer about to be opened: `async with client.files.content(id) as answer`, or await it and close it."""

    def __init__(self, opening: Coroutine[Any, Any, AsyncStreamedResponse[T]]) -> None:
        self._opening = opening
        self._opened: AsyncStreamedResponse[T] | None = None

    def __await__(self) -> Generator[Any, None, AsyncStreamedResponse[T]]:
        return self._opening.__await__()

    async def __aenter__(self) -> AsyncStreamedResponse[T]:
        self._opened = await self._opening
        return self._opened

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._opened is not None:
            await self._opened.close()
