"""/v1/files."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.assistants_server.conftest import API


def upload(api: API, *, name: str = "policy.txt", content: bytes = b"Thirty days.", purpose: str = "assistants") -> str:
    answer = api.post("/v1/files", {"file": SimpleUploadedFile(name, content), "purpose": purpose})
    assert answer.status_code == 200, answer.content
    return str(answer.json()["id"])


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
