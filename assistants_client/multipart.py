"""File uploads as multipart/form-data, read from the file as they are sent."""

from __future__ import annotations

import io
import mimetypes
import os
import re
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

import httpx

from .errors import APIConnectionError, Reason


class Readable(Protocol):
    """An open binary file, as far as it is needed here. With `tell` and `seek` too, its size is known beforehand."""

    def read(self, size: int, /) -> bytes | None: ...


@runtime_checkable
class Seekable(Protocol):
    """A file that can tell how long it is."""

    def tell(self) -> int: ...

    def seek(self, offset: int, whence: int = 0, /) -> object: ...


FileContent = Readable | bytes | Path
FileTypes = FileContent | tuple[str, FileContent] | tuple[str, FileContent, str]
"""A file to send: an open binary file, bytes, a path, or (filename, content[, content type])."""

Progress = Callable[[int, int | None], None]
"""Called with the bytes of the file sent so far and its whole size (None when it cannot be known)."""

CHUNK_BYTES = 256 * 1024
BASE_SECONDS = 60.0
SLOWEST_BYTES_PER_SECOND = 256 * 1024
MAX_SECONDS = 900.0

# The escapes of the HTML standard for names in form data, so that a name can end neither its quotes nor its line.
_NAME_ESCAPES = {'"': "%22", "\\": "\\\\"} | {chr(c): f"%{c:02X}" for c in range(0x20) if c != 0x1B}
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(?:; ?[\w.+-]+=[\w.+-]+)*", re.ASCII)
_NEEDS_ESCAPE = re.compile("|".join(re.escape(character) for character in _NAME_ESCAPES))


@dataclass(frozen=True, slots=True)
class FormUpload:
    """One file and the form fields beside it. An open file can be sent only once."""

    filename: str
    content: FileContent = field(repr=False)
    content_type: str
    fields: Mapping[str, str]
    size: int | None
    on_progress: Progress | None = field(default=None, repr=False)
    field_name: str = "file"

    @property
    def seconds(self) -> float:
        """How long the upload may take: a minute, and what a slow line needs for the size, at most 15 minutes."""
        if self.size is None:
            return MAX_SECONDS
        return min(MAX_SECONDS, BASE_SECONDS + self.size / SLOWEST_BYTES_PER_SECOND)


def upload_of(
    file: FileTypes, *, fields: Mapping[str, str], field_name: str = "file", on_progress: Progress | None = None
) -> FormUpload:
    """The upload of `file`. A path is opened when it is sent, and closed then."""
    filename: str
    content: FileContent
    content_type: str | None = None
    match file:
        case (str() as filename, content):
            pass
        case (str() as filename, content, str() as content_type):
            pass
        case bytes():
            filename, content = "upload", file
        case Path():
            filename, content = file.name, file
        case _:
            content = file
            filename = Path(str(getattr(content, "name", "upload"))).name
    if content_type is None or not _MEDIA_TYPE.fullmatch(content_type):
        content_type = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    return FormUpload(filename, content, content_type, fields, size_of(content), on_progress, field_name)


def size_of(content: FileContent) -> int | None:
    """The bytes from the file's position to its end, or None for a pipe and the like."""
    if isinstance(content, bytes):
        return len(content)
    if isinstance(content, Path):
        return content.stat().st_size
    if not isinstance(content, Seekable):
        return None
    try:
        position = content.tell()
        content.seek(0, os.SEEK_END)
        end = content.tell()
        content.seek(position)
    except OSError:
        return None
    return end - position


class MultipartStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of one upload. `started` tells whether any of it has been handed out."""

    def __init__(self, upload: FormUpload) -> None:
        self._upload = upload
        boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self.started = False
        head = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{_escaped(name)}"\r\n\r\n{value}\r\n'
            for name, value in upload.fields.items()
        ]
        head.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{upload.field_name}"; '
            f'filename="{_escaped(upload.filename)}"\r\nContent-Type: {upload.content_type}\r\n\r\n'
        )
        self._head = "".join(head).encode("utf-8", "replace")
        self._tail = f"\r\n--{boundary}--\r\n".encode("ascii")

    @property
    def content_length(self) -> int | None:
        size = self._upload.size
        return None if size is None else len(self._head) + size + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        self.started = True
        yield self._head
        sent = 0
        with self._source() as source:
            while chunk := _next_chunk(source, self._next_size(sent)):
                yield chunk
                sent += len(chunk)
                self._report(sent)
        self._refuse_short(sent)
        yield self._tail

    async def __aiter__(self) -> AsyncIterator[bytes]:
        from anyio.to_thread import run_sync

        self.started = True
        yield self._head
        sent = 0
        with self._source() as source:
            while chunk := await run_sync(_next_chunk, source, self._next_size(sent)):
                yield chunk
                sent += len(chunk)
                self._report(sent)
        self._refuse_short(sent)
        yield self._tail

    @contextmanager
    def _source(self) -> Iterator[Readable]:
        content = self._upload.content
        if isinstance(content, Path):
            with content.open("rb") as opened:
                yield opened
        else:
            yield io.BytesIO(content) if isinstance(content, bytes) else content

    def _next_size(self, sent: int) -> int:
        """A file that grew meanwhile is sent as long as it was announced."""
        return CHUNK_BYTES if self._upload.size is None else min(CHUNK_BYTES, self._upload.size - sent)

    def _refuse_short(self, sent: int) -> None:
        if self._upload.size is not None and sent < self._upload.size:
            raise APIConnectionError("The file became shorter while it was sent.", reason=Reason.REQUEST)

    def _report(self, sent: int) -> None:
        if self._upload.on_progress is not None:
            self._upload.on_progress(sent, self._upload.size)


def _next_chunk(source: Readable, size: int) -> bytes | None:
    try:
        return source.read(size)
    except OSError as error:
        raise APIConnectionError("The file could not be read to its end.", reason=Reason.REQUEST) from error


def _escaped(name: str) -> str:
    return _NEEDS_ESCAPE.sub(lambda match: _NAME_ESCAPES[match[0]], name)
