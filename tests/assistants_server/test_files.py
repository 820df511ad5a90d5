"""/v1/files."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from assistants_server.models import File
from dashboard.lib.filenames import clean_name
from tests.assistants_server.conftest import API, upload


def stored() -> list[Path]:
    return [path for path in (Path(settings.DATA_DIR) / "files").rglob("*") if path.is_file()]


def test_it_stores_and_describes_an_upload(api: API) -> None:
    file_id = upload(api, name="../../etc/policy.txt")
    file = api.fetch(f"/files/{file_id}")
    assert file | {"created_at": 0} == {
        "id": file_id,
        "object": "file",
        "bytes": 12,
        "created_at": 0,
        "expires_at": None,
        "filename": "policy.txt",
        "purpose": "assistants",
        "status": "processed",
        "status_details": None,
    }
    assert [item["id"] for item in api.fetch("/files?purpose=assistants")["data"]] == [file_id]
    assert api.fetch("/files?purpose=vision")["data"] == []


def test_it_gives_back_the_bytes_of_what_may_be_downloaded(api: API) -> None:
    file_id = upload(api, content=b"\x00\xff" * 40_000, purpose="vision")
    answer = api.get(f"/v1/files/{file_id}/content")
    assert b"".join(answer.streaming_content) == b"\x00\xff" * 40_000  # type: ignore[attr-defined]  # a file is streamed
    assert answer["Content-Disposition"] == 'attachment; filename="policy.txt"'


def test_it_refuses_to_download_what_the_api_refuses(api: API) -> None:
    answer = api.get(f"/v1/files/{upload(api)}/content")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == "Not allowed to download files of purpose: assistants"


def test_deleting_removes_the_bytes(
    api: API, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    already = set(stored())
    file_id = upload(api)
    assert len(set(stored()) - already) == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert api.delete(f"/v1/files/{file_id}").json() == {"id": file_id, "object": "file", "deleted": True}
    assert set(stored()) == already
    answer = api.get(f"/v1/files/{file_id}")
    assert answer.status_code == 404
    assert answer.json()["error"] == {
        "message": f"No such File object: {file_id}",
        "type": "invalid_request_error",
        "param": "id",
        "code": None,
    }


def test_a_refused_upload_leaves_nothing_on_the_disk(api: API, settings: Settings) -> None:
    already = set(stored())
    settings.MAX_UPLOAD_MB = 1
    small = SimpleUploadedFile("a.txt", b"a")
    for data, status, param in (
        ({"purpose": "assistants"}, 400, "file"),
        ({"file": small}, 400, "purpose"),
        ({"file": small, "purpose": "fun"}, 400, "purpose"),
        ({"file": SimpleUploadedFile("a.txt", b""), "purpose": "assistants"}, 400, "file"),
        ({"file": SimpleUploadedFile("a.txt", b"x" * (2**20 + 1)), "purpose": "assistants"}, 413, None),
        ({"file": SimpleUploadedFile("a.txt", b"x" * 2**21), "purpose": "assistants"}, 413, None),
        ({"file": small, "purpose": "vision", "expires_after[anchor]": "created_at"}, 400, "expires_after.seconds"),
        (
            {
                "file": small,
                "purpose": "vision",
                "expires_after[anchor]": "created_at",
                "expires_after[seconds]": "3599",
            },
            400,
            "expires_after.seconds",
        ),
    ):
        small.seek(0)
        answer = api.post("/v1/files", data)
        assert (answer.status_code, answer.json()["error"]["param"]) == (status, param), data
    assert set(stored()) == already


def test_an_expired_file_is_gone(api: API) -> None:
    life = {"expires_after[anchor]": "created_at", "expires_after[seconds]": "3600"}
    made = api.post("/v1/files", {"file": SimpleUploadedFile("a.txt", b"a"), "purpose": "vision"} | life).json()
    assert made["expires_at"] == made["created_at"] + 3600
    File.objects.filter(wire_id=made["id"]).update(expires_at=made["created_at"] - 1)
    assert api.get(f"/v1/files/{made['id']}").status_code == 404
    assert api.fetch("/files")["data"] == []


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\plan.txt", "plan.txt"),
        ("a\r\nb\x00.txt", "ab.txt"),
        ("\u202egnp.exe", "gnp.exe"),
        ("...", "upload"),
        ("", "upload"),
        ("e\u0301.pdf", "\u00e9.pdf"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("x" * 300, "x" * 255),
    ],
)
def test_a_name_is_cleaned(sent: str, shown: str) -> None:
    assert clean_name(sent) == shown


@pytest.mark.parametrize("is_told", [True, False])
def test_an_upload_that_breaks_off_leaves_nothing_on_the_disk(api: API, is_told: bool) -> None:
    already = set(stored())
    body = b'--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nvision\r\n'
    body += b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + b"a" * 200_000
    said = {"CONTENT_LENGTH": "900000", "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    sent: dict[str, Any] = said | {"wsgi.input": BrokenOff(body, is_told=is_told)}
    answer = api.generic("POST", "/v1/files", **sent)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, None)
    assert set(stored()) == already
    assert not File.objects.exists()


class BrokenOff(BytesIO):
    """The body of a client that goes away, which a server reports as an error or as an early end."""

    def __init__(self, sent: bytes, *, is_told: bool) -> None:
        super().__init__(sent)
        self.is_told = is_told

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        if not piece and self.is_told:
            raise ConnectionResetError
        return piece


def test_the_bytes_of_an_expired_file_go_with_the_next_upload(
    api: API, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    already = set(stored())
    upload(api)
    File.objects.update(expires_at=1)
    with django_capture_on_commit_callbacks(execute=True):
        upload(api)
    assert len(set(stored()) - already) == 1


def test_an_assistant_keeps_the_id_of_a_file_that_was_deleted(api: API) -> None:
    resources = {"code_interpreter": {"file_ids": [upload(api)]}}
    made = api.send("/assistants", {"model": "gpt-4.1", "tool_resources": resources}).json()
    api.delete(f"/v1/files/{resources['code_interpreter']['file_ids'][0]}")
    assert api.fetch(f"/assistants/{made['id']}")["tool_resources"] == resources
