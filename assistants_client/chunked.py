"""Sends a file in parts, one after the other, each read from the file as it is sent."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from . import calls
from .call import Call, Omit, omit
from .multipart import FormUpload
from .types import Upload, UploadPart

if TYPE_CHECKING:
    from .protocols import AsyncCaller, Caller

PART_BYTES = 64 * 1024 * 1024
FileInParts = str | os.PathLike[str] | bytes


@dataclass(frozen=True, kw_only=True)
class UploadPlan:
    """What is sent, and under which names. `size` is what the file is announced to have."""

    file: FileInParts
    mime_type: str
    purpose: str
    filename: str
    size: int
    part_size: int
    md5: str | Omit

    def begin(self) -> Call[Upload]:
        return calls.uploads.create(
            bytes=self.size, filename=self.filename, mime_type=self.mime_type, purpose=self.purpose
        )

    @contextmanager
    def parts(self, upload_id: str) -> Iterator[Iterator[Call[UploadPart]]]:
        """The calls that send the parts, to be sent in their order while the file is open."""
        with io.BytesIO(self.file) if isinstance(self.file, bytes) else Path(self.file).open("rb") as source:
            yield self._parts(upload_id, source)

    def _parts(self, upload_id: str, source: BinaryIO) -> Iterator[Call[UploadPart]]:
        for start in range(0, self.size, self.part_size):
            size = min(self.part_size, self.size - start)
            form = FormUpload(
                "upload", source, "application/octet-stream", {}, size, field_name=calls.uploads.parts.FIELD
            )
            yield calls.uploads.parts.sending(upload_id, form)

    def complete(self, upload_id: str, part_ids: list[str]) -> Call[Upload]:
        return calls.uploads.complete(upload_id, part_ids=part_ids, md5=self.md5)


def plan(
    *,
    file: FileInParts,
    mime_type: str,
    purpose: str,
    filename: str | None = None,
    bytes: int | None = None,  # noqa: A002 - the SDK's name
    part_size: int | None = None,
    md5: str | Omit = omit,
) -> UploadPlan:
    """Raises TypeError for a file in memory whose name or size is not given, as the SDK does."""
    if isinstance(file, (str, os.PathLike)):
        filename = filename or Path(file).name
        size = Path(file).stat().st_size if bytes is None else bytes
    elif filename is None or bytes is None:
        raise TypeError(f"The `{'filename' if filename is None else 'bytes'}` of a file in memory must be given")
    else:
        size = bytes
    if part_size is not None and part_size < 1:
        raise ValueError("A part has at least one byte")
    return UploadPlan(
        file=file,
        mime_type=mime_type,
        purpose=purpose,
        filename=filename,
        size=size,
        part_size=part_size or PART_BYTES,
        md5=md5,
    )


def send(client: Caller, **given: Any) -> Upload:
    """The completed upload of the file that :func:`plan` takes."""
    planned = plan(**given)
    upload = client.send(planned.begin())
    with planned.parts(upload.id) as parts:
        part_ids = [client.send(call).id for call in parts]
    return client.send(planned.complete(upload.id, part_ids))


async def send_async(client: AsyncCaller, **given: Any) -> Upload:
    """:func:`send` for the async client."""
    planned = plan(**given)
    upload = await client.send(planned.begin())
    with planned.parts(upload.id) as parts:
        part_ids = [(await client.send(call)).id for call in parts]
    return await client.send(planned.complete(upload.id, part_ids))
