"""/v1/uploads: a file that is sent in parts."""

from __future__ import annotations

import hashlib
import tracemalloc
from pathlib import Path
from typing import Any

from django.conf import settings as site
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from assistants_server.http.authentication import new_key
from assistants_server.models import File, Upload
from assistants_server.runs import worker
from dashboard.audit.models import Record
from tests.assistants_server.conftest import API

TEXT = b"Thirty days, and no questions asked."


def begin(api: API, **more: Any) -> dict[str, Any]:
    body = {"filename": "policy.txt", "purpose": "assistants", "bytes": len(TEXT), "mime_type": "text/plain"}
    answer = api.send("/uploads", body | more)
    assert answer.status_code == 200, answer.content
    made: dict[str, Any] = answer.json()
    return made


def add(api: API, upload_id: str, content: bytes, **headers: str) -> Any:
    data = {"data": SimpleUploadedFile("upload", content)}
    return api.post(f"/v1/uploads/{upload_id}/parts", data, headers=headers)


def on_disk() -> list[Path]:
    return [path for path in (Path(site.DATA_DIR) / "files").rglob("*") if path.is_file()]


def test_parts_become_a_file_in_the_order_that_is_asked_for(
    api: API, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    made = begin(api, expires_after={"anchor": "created_at", "seconds": 3600})
    upload_id = made["id"]
    assert made == {
        "id": upload_id,
        "object": "upload",
        "bytes": len(TEXT),
        "created_at": made["created_at"],
        "filename": "policy.txt",
        "purpose": "assistants",
        "status": "pending",
        "expires_at": made["created_at"] + 3600,
        "file": None,
    }
    last, first = add(api, upload_id, TEXT[20:]).json(), add(api, upload_id, TEXT[:20]).json()
    assert first == {
        "id": first["id"],
        "object": "upload.part",
        "created_at": first["created_at"],
        "upload_id": upload_id,
    }
    body = {"part_ids": [first["id"], last["id"]], "md5": hashlib.md5(TEXT).hexdigest().upper()}
    with django_capture_on_commit_callbacks(execute=True):
        done = api.send(f"/uploads/{upload_id}/complete", body).json()
    file = api.fetch(f"/files/{done['file']['id']}")
    assert done == made | {"status": "completed", "file": file}
    assert (file["filename"], file["bytes"], file["expires_at"]) == (
        "policy.txt",
        len(TEXT),
        file["created_at"] + 3600,
    )
    assert [path.read_bytes() for path in on_disk()] == [TEXT]
    assert File.objects.get().sha256 == hashlib.sha256(TEXT).hexdigest()
    recorded = [row.action for row in Record.objects.order_by("seq")]
    assert recorded == ["upload.create", "upload.add_part", "upload.add_part", "upload.complete", "file.create"]


def test_what_cannot_be_the_file_is_refused_and_can_be_put_right(api: API) -> None:
    upload_id = begin(api)["id"]
    one, two = (add(api, upload_id, piece).json()["id"] for piece in (TEXT[:9], TEXT[9:]))
    for part_ids, md5, status, param in (
        ([one], None, 400, "part_ids"),
        ([], None, 400, "part_ids"),
        ([one, one], None, 400, "part_ids[1]"),
        ([one, "part_x"], None, 404, "part_ids[1]"),
        ([two, one], hashlib.md5(TEXT).hexdigest(), 400, "md5"),
        ([one, two], "not a checksum", 400, "md5"),
    ):
        answer = api.send(f"/uploads/{upload_id}/complete", {"part_ids": part_ids, "md5": md5})
        assert (answer.status_code, answer.json()["error"]["param"]) == (status, param), answer.content
    assert not File.objects.exists()
    assert api.send(f"/uploads/{upload_id}/complete", {"part_ids": [one, two]}).json()["status"] == "completed"


def test_nothing_more_happens_to_an_upload_that_has_ended(
    api: API, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    completed, cancelled, expired = (begin(api)["id"] for _ in range(3))
    part_ids = [add(api, upload_id, TEXT).json()["id"] for upload_id in (completed, cancelled, expired)]
    with django_capture_on_commit_callbacks(execute=True):
        api.send(f"/uploads/{completed}/complete", {"part_ids": part_ids[:1]})
        assert api.send(f"/uploads/{cancelled}/cancel").json()["status"] == "cancelled"
    Upload.objects.filter(wire_id=expired).update(expires_at=1)
    for upload_id, status in ((completed, "completed"), (cancelled, "cancelled"), (expired, "expired")):
        said = f"Upload {upload_id} is already {status}."
        for answer in (
            add(api, upload_id, b"more"),
            api.send(f"/uploads/{upload_id}/complete", {"part_ids": part_ids}),
            api.send(f"/uploads/{upload_id}/cancel"),
        ):
            assert (answer.status_code, answer.json()["error"]["message"]) == (400, said)
    with django_capture_on_commit_callbacks(execute=True):
        worker.sweep()
    assert Upload.objects.get(wire_id=expired).status == "expired"
    assert [path.read_bytes() for path in on_disk()] == [TEXT]


def test_it_refuses_what_is_too_much_or_incomplete(api: API, settings: Settings) -> None:
    settings.MAX_UPLOAD_MB = 1
    good = {"filename": "a.txt", "purpose": "assistants", "bytes": 9, "mime_type": "text/plain"}
    for wrong, param in (
        ({"bytes": 2**20 + 1}, "bytes"),
        ({"bytes": 0}, "bytes"),
        ({"bytes": "9"}, "bytes"),
        ({"mime_type": None}, "mime_type"),
        ({"purpose": "fun"}, "purpose"),
        ({"expires_after": {"anchor": "created_at", "seconds": 1}}, "expires_after.seconds"),
        ({"size": 1}, "size"),
    ):
        answer = api.send("/uploads", good | wrong)
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, param), wrong
    upload_id = begin(api)["id"]
    assert add(api, upload_id, b"x" * (2**20 + 1)).status_code == 413
    assert add(api, upload_id, b"").json()["error"]["param"] == "data"
    wrong_field = api.post(f"/v1/uploads/{upload_id}/parts", {"file": SimpleUploadedFile("a", b"a")})
    assert wrong_field.json()["error"]["message"] == "Missing required parameter: 'data'."
    assert on_disk() == []


def test_an_upload_is_no_place_to_keep_things(api: API) -> None:
    upload_id = begin(api)["id"]
    row = Upload.objects.get(wire_id=upload_id)
    row.parts.create(workspace="main", wire_id="part_large", created_at=1, size=64 * 2**20 + 2 * len(TEXT))
    answer = add(api, upload_id, b"x")
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "data")


def test_repetitions_read_only_keys_and_other_workspaces(api: API, other: API) -> None:
    upload_id = begin(api)["id"]
    one = {"Idempotency-Key": "one"}
    first, again = add(api, upload_id, TEXT, **one), add(api, upload_id, TEXT, **one)
    assert (first.json(), again["Idempotent-Replayed"]) == (again.json(), "true")
    assert add(api, upload_id, b"other", **one).status_code == 409
    reader = API(new_key(name="reader", workspace="main", read_only=True)[1])
    for stranger, status in ((reader, 401), (other, 404)):
        assert add(stranger, upload_id, TEXT).status_code == status
        assert stranger.send(f"/uploads/{upload_id}/complete", {"part_ids": []}).status_code == status
        assert stranger.send(f"/uploads/{upload_id}/cancel").status_code == status
    body, two = {"part_ids": [first.json()["id"]]}, {"Idempotency-Key": "two"}
    done = [api.send(f"/uploads/{upload_id}/complete", body, **two).json() for _ in range(2)]
    assert done[0] == done[1]
    assert done[0]["status"] == "completed"
    assert File.objects.count() == 1


def test_completing_holds_no_file_in_memory(api: API, settings: Settings) -> None:
    upload_id = begin(api, bytes=12 * 2**20)["id"]
    part_ids = [add(api, upload_id, bytes(6 * 2**20)).json()["id"] for _ in range(2)]
    tracemalloc.start()
    try:
        api.send(f"/uploads/{upload_id}/complete", {"part_ids": part_ids})
        assert tracemalloc.get_traced_memory()[1] < 4 * 2**20
    finally:
        tracemalloc.stop()
    assert File.objects.get().size == 12 * 2**20
