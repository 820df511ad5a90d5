"""The bytes of a request, whole or refused."""

from __future__ import annotations

import io
from typing import BinaryIO

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from assistants_server.http.errors import Refusal


def too_large(*, limit: int, read: int) -> Refusal:
    """A 413 in the hosted API's words, which blamed the server for it; both numbers are bytes."""
    return Refusal(413, f"Maximum content size limit ({limit}) exceeded ({read} bytes read)", kind="server_error")


# What is kept of the end: a boundary of at most 200 characters, and a few line ends.
TAIL_BYTES = 1024


class Body(io.RawIOBase):
    """A body that is read once, and knows whether all of it came.

    A server reports a client that went away as an early end, and half a file would pass for a
    whole one. ``tail`` is the end of what was read. ``length`` is None when the body comes in
    chunks, which end with an end mark of their own; Django by itself sees no body then. Raises a
    411 where the server cannot tell.
    """

    def __init__(self, request: HttpRequest) -> None:
        super().__init__()
        self.count = 0
        self.tail = b""
        self.length: int | None = None
        self._source: HttpRequest | BinaryIO = request
        if "chunked" not in request.headers.get("Transfer-Encoding", ""):
            length = request.META.get("CONTENT_LENGTH") or "0"
            self.length = int(length) if length.isdecimal() else 0
        elif request.META.get("wsgi.input_terminated"):
            self._source = request.META["wsgi.input"]
        else:
            raise Refusal(411, "A request with a body must say its length in the Content-Length header.")

    def read(self, size: int | None = -1, /) -> bytes:
        piece = self._source.read(-1 if size is None else size)
        self.count += len(piece)
        self.tail = (self.tail + piece)[-TAIL_BYTES:]
        return piece

    def read_all(self, *, limit: int) -> bytes:
        """Everything; raises a 413 when that is more than ``limit`` bytes."""
        if self.length is not None and self.length > limit:
            raise too_large(limit=limit, read=self.length)
        content = b"".join(iter(lambda: self.read(min(1 << 16, limit + 1 - self.count)), b""))
        if self.count > limit:
            raise too_large(limit=limit, read=self.count)
        self.check_whole()
        return content

    def check_whole(self) -> None:
        """Raise ``BadRequest`` when less came than was announced."""
        if self.length is not None and self.count < self.length:
            raise BadRequest("The body ended too early.")
