"""The parts of an upload: `/uploads/{upload_id}/parts`."""

from __future__ import annotations

from typing import Unpack

from ... import readers
from ...call import Call, RequestOptions, path, uploading
from ...multipart import FileTypes, FormUpload, Progress, upload_of
from ...types import UploadPart

FIELD = "data"


def create(
    upload_id: str, *, data: FileTypes, on_progress: Progress | None = None, **options: Unpack[RequestOptions]
) -> Call[UploadPart]:
    """One part, at most 64 MB. `data` is read as it is sent, once; parts may arrive in any order."""
    return sending(upload_id, upload_of(data, fields={}, field_name=FIELD, on_progress=on_progress), **options)


def sending(upload_id: str, form: FormUpload, **options: Unpack[RequestOptions]) -> Call[UploadPart]:
    """:func:`create` for a form that is ready."""
    where = path("uploads", upload_id, "parts")
    return uploading(where, readers.one(UploadPart, "upload.part"), upload=form, options=options)
