"""Reads the body of an answer, unpacking it while counting, so that no answer can fill the memory."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator
from typing import cast

import httpx

from .errors import APIConnectionError, APIResponseValidationError, Reason

PIECE_BYTES = 64 * 1024
ACCEPTED_ENCODINGS = "gzip, deflate"

# Accepts both gzip and zlib wrapping, with the largest window.
_AUTO_DETECT = zlib.MAX_WBITS | 32


class Unpacker:
    """Undoes one content coding, in pieces of at most 64 KiB whatever a chunk unpacks to."""

    def __init__(self, content_encoding: str) -> None:
        coding = content_encoding.strip().lower()
        if coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise APIResponseValidationError(
                "The server packed its answer in a way that was not asked for.", reason=Reason.ENCODING
            )
        self._inflate = None if coding in ("", "identity") else zlib.decompressobj(_AUTO_DETECT)

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        if self._inflate is None:
            yield chunk
            return
        try:
            while chunk and not self._inflate.eof:
                yield self._inflate.decompress(chunk, PIECE_BYTES)
                chunk = self._inflate.unconsumed_tail
        except zlib.error:
            raise APIResponseValidationError(
                "The server's answer is packed, and damaged.", reason=Reason.ENCODING
            ) from None

    def finish(self) -> None:
        if self._inflate is not None and not self._inflate.eof:
            raise APIConnectionError("The server's answer broke off.", reason=Reason.TRUNCATED)


class BodyReader:
    """Collects a body of at most `max_bytes`, counted unpacked. `so_far` is what has come of it."""

    def __init__(self, content_encoding: str, *, max_bytes: int) -> None:
        self._content_encoding = content_encoding
        self._unpacker: Unpacker | None = None
        self._room = max_bytes
        self._pieces: list[bytes] = []

    def feed(self, chunk: bytes) -> None:
        if self._unpacker is None:
            self._unpacker = Unpacker(self._content_encoding)
        for piece in self._unpacker.feed(chunk):
            self._room -= len(piece)
            if self._room < 0:
                raise APIResponseValidationError("The server's answer is too large.", reason=Reason.TOO_LARGE)
            self._pieces.append(piece)

    def finish(self) -> bytes:
        if self._unpacker is not None:
            self._unpacker.finish()
        return self.so_far

    @property
    def so_far(self) -> bytes:
        return b"".join(self._pieces)


def sync_chunks(response: httpx.Response) -> Iterator[bytes]:
    """The body as it came, packed; also of a response that was made whole, as mock transports do."""
    return iter(cast("httpx.SyncByteStream", response.stream))


def async_chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    """The same from an asynchronous transport."""
    return aiter(cast("httpx.AsyncByteStream", response.stream))
