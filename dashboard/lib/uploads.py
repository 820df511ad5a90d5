"""Takes uploads to the disk as they arrive, so that a file of any size costs the same memory.

A spooled file has no name on the disk: whatever ends it, the system takes its room back.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.utils.translation import gettext

from dashboard.access import Right, rights_of
from dashboard.lib import disk
from dashboard.lib.filenames import clean_name

MEGABYTE = 2**20


class UploadRefused(SuspiciousOperation):
    """A body that is not even read. ``status`` is 413 or 507; the text is for a person."""

    def __init__(self, text: str, *, status: int) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


class SpooledFile(UploadedFile):  # type: ignore[type-arg]  # generic only in the stubs
    """An upload as forms see it. ``sha256`` is that of its bytes, in hex.

    ``refusal`` says why nothing of it was kept: ``too_large``, ``no_room``, or empty.
    """

    def __init__(self, *, file: IO[bytes], name: str, size: int, content_type: str, sha256: str, refusal: str) -> None:
        super().__init__(file, name, content_type, size)
        self.sha256 = sha256
        self.refusal = refusal


class SpoolHandler(FileUploadHandler):
    """Writes each file to the spool while it is hashed and counted.

    Refuses a body that cannot fit before reading it (:class:`UploadRefused`), and files of people
    who may not change anything without keeping a byte of them.
    """

    file: IO[bytes]

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  (Django's name)
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        most = settings.DATA_UPLOAD_MAX_NUMBER_FILES * settings.MAX_UPLOAD_MB * MEGABYTE
        if content_length > most:
            raise UploadRefused(
                gettext("This is more than %(most)s files of %(size)s MB.")
                % {
                    "most": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
                    "size": settings.MAX_UPLOAD_MB,
                },
                status=413,
            )
        if not disk.has_room(settings.FILE_UPLOAD_TEMP_DIR, content_length):
            raise UploadRefused(gettext("There is not enough room to take this file right now."), status=507)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        user = getattr(self.request, "user", None)
        if user is None or not {Right.CHANGE, Right.ADMINISTER} & rights_of(user):
            raise StopUpload(connection_reset=True)
        self.file = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115  closed with its request
        self.size = 0
        self.refusal = ""
        self.hash = hashlib.sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.size += len(raw_data)
        if self.refusal:
            return
        if self.size > settings.MAX_UPLOAD_MB * MEGABYTE:
            self._refuse("too_large")
            return
        self.hash.update(raw_data)
        try:
            self.file.write(raw_data)
        except OSError as error:
            if not disk.is_full(error):
                raise
            self._refuse("no_room")

    def file_complete(self, file_size: int) -> SpooledFile:
        self.file.seek(0)
        return SpooledFile(
            file=self.file,
            name=clean_name(self.file_name or ""),
            size=self.size,
            content_type=self.content_type or "",
            sha256=self.hash.hexdigest(),
            refusal=self.refusal,
        )

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()

    def _refuse(self, refusal: str) -> None:
        # The rest is still read, so that the form around it arrives and the person gets an answer.
        self.refusal = refusal
        self.file.seek(0)
        os.ftruncate(self.file.fileno(), 0)
