"""Read a multipart upload without ever holding the file in memory."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError

from assistants_server.files import storage
from assistants_server.files.storage import Incoming
from assistants_server.http.errors import NO_ROOM, invalid
from assistants_server.http.request_body import Body, too_large
from dashboard.lib import disk
from dashboard.lib.filenames import clean_name

MEGABYTE = 2**20
ROOM_FOR_FIELDS = 64 * 1024
FIELDS = {"file": "fields 'file' and 'purpose'", "data": "field 'data'"}


class Receiver(FileUploadHandler):
    """Takes the first file named ``field`` straight to where it will be stored."""

    def __init__(self, *, field: str, limit: int) -> None:
        super().__init__()
        self.field = field
        self.limit = limit
        self.incoming: Incoming | None = None
        self.filename = ""
        self.is_too_large = False

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, *args, **kwargs)
        if field_name != self.field or self.incoming is not None:
            raise SkipFile
        self.incoming = Incoming()
        self.filename = clean_name(self.file_name or "")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self.incoming is not None  # noqa: S101  # new_file made it
        if self.incoming.size + len(raw_data) > self.limit:
            self.is_too_large = True
            raise StopUpload(connection_reset=True)
        self.incoming.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        return None

    def drop(self) -> None:
        """Leave nothing on the disk."""
        if self.incoming is not None:
            self.incoming.drop()


class ReceivedFile:
    """A received file and the fields sent with it.

    A context manager: what was not kept is dropped at its end, and after an exception also what was.
    """

    def __init__(self, *, incoming: Incoming, filename: str, fields: QueryDict | None = None) -> None:
        self.incoming = incoming
        self.filename = filename
        self.fields = fields if fields is not None else QueryDict()
        self._storage_name: str | None = None

    def keep(self) -> str:
        """Put the bytes where they stay; gives their storage name."""
        self._storage_name = self.incoming.keep()
        return self._storage_name

    def __enter__(self) -> ReceivedFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        self.incoming.drop()
        if kind is not None and self._storage_name is not None:
            storage.remove(self._storage_name)


def receive(request: HttpRequest, *, field: str = "file", most: int | None = None) -> ReceivedFile:
    """The file in ``field``, of at most ``most`` bytes; raises a 400, 411 or 413, and leaves nothing behind then."""
    limit = settings.MAX_UPLOAD_MB * MEGABYTE
    limit = limit if most is None else min(limit, most)
    if request.content_type != "multipart/form-data":
        raise invalid(f"Files are uploaded as multipart/form-data with the {FIELDS[field]}.", param=field, code=None)
    body = Body(request)
    if body.length is not None and body.length > limit + ROOM_FOR_FIELDS:
        raise too_large(limit=limit, read=body.length)
    receiver = Receiver(field=field, limit=limit)
    request.upload_handlers = [receiver]
    if not disk.has_room(settings.DATA_DIR, body.length or 0):
        raise NO_ROOM
    # The parser takes a body without a length for an empty one.
    headers = request.META if body.length is not None else request.META | {"CONTENT_LENGTH": str(limit)}
    try:
        fields, _ = request.parse_file_upload(headers, body)
        if receiver.is_too_large:
            raise too_large(limit=limit, read=body.count)
        body.check_whole()
        _check_end(request, body)
    except (MultiPartParserError, SuspiciousOperation) as error:
        receiver.drop()
        raise invalid("We could not read the multipart body of your request.", param=None, code=None) from error
    except BaseException:
        receiver.drop()
        raise
    if receiver.incoming is None:
        raise invalid(f"Missing required parameter: '{field}'.", param=field, code="missing_required_parameter")
    return ReceivedFile(incoming=receiver.incoming, filename=receiver.filename, fields=fields)


def _check_end(request: HttpRequest, body: Body) -> None:
    """Raise where the last boundary is missing: the parser takes what was cut off before it for a whole file."""
    boundary = (request.content_params or {}).get("boundary", "").encode("ascii", "replace")
    if b"--" + boundary + b"--" not in body.tail:
        raise MultiPartParserError("The last boundary is missing.")
