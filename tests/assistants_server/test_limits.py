"""What /v1 refuses because no program could read it back, or no disk could hold it."""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
import time
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings

from assistants_server.files import janitor, storage
from assistants_server.models import File
from dashboard.bounds import DISK_FULL_BYTES, DISK_RESERVE_BYTES, UNCERTAIN_SECONDS
from tests.assistants_server.conftest import API, upload

FILE = (
    '--xyz\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nassistants\r\n'
    '--xyz\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nThirty days.'
)


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def free_bytes(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(free * 2, free, free))


def on_the_disk() -> list[Path]:
    return [path for path in (Path(settings.DATA_DIR) / "files").rglob("*") if path.is_file()]


@pytest.mark.parametrize("content_type", ["text/xml", "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_is_no_json_by_its_own_account_is_refused(api: API, content_type: str) -> None:
    answer = api.post("/v1/assistants", json.dumps({"model": "gpt-4.1-mini"}), content_type=content_type)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == "unsupported_content_type"
    assert f"Unsupported content type: '{content_type}'." in error["message"]


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", ""])
def test_json_with_a_charset_or_without_a_type_is_taken(api: API, content_type: str) -> None:
    answer = api.post("/v1/assistants", json.dumps({"model": "gpt-4.1-mini"}), content_type=content_type)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("end", "status"),
    [("\r\n--xyz--\r\n", 200), ("\r\n--xyz--", 200), ("\r\n--xyz--\r\nafterwards", 200), ("", 400), ("\r\n--xyz", 400)],
)
def test_a_file_ends_with_its_last_boundary(api: API, end: str, status: int) -> None:
    answer = api.post("/v1/files", FILE + end, content_type="multipart/form-data; boundary=xyz")
    assert answer.status_code == status
    assert len(on_the_disk()) == (status == 200)


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 309, "9" * 4299])
def test_a_number_that_no_double_can_hold_is_refused(api: API, number: str) -> None:
    function = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "maximum": 0}}}
    text = json.dumps({"model": "gpt-4.1-mini", "tools": [function]}).replace('"maximum": 0', f'"maximum": {number}')
    answer = api.post("/v1/assistants", text, content_type="application/json")
    assert answer.status_code == 400
    assert "it holds a number that is too large" in answer.json()["error"]["message"]


@pytest.mark.parametrize("character", ["\ufffe", "\uffff", "\ufdd0", "\U0010ffff", "\U0001fffe"])
@pytest.mark.parametrize("field", ["name", "instructions", "metadata"])
def test_what_is_no_character_is_refused_at_its_field(api: API, field: str, character: str) -> None:
    value = {"team": f"a{character}"} if field == "metadata" else f"a{character}"
    answer = api.send("/assistants", {"model": "gpt-4.1-mini", field: value})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["param"] == ("metadata.team" if field == "metadata" else field)
    assert f"U+{ord(character):04X} is not a character." in error["message"]


def test_an_upload_leaves_room_for_everybody_else(api: API, monkeypatch: pytest.MonkeyPatch) -> None:
    body = (FILE + "\r\n--xyz--\r\n").encode()
    for free, status in ((len(body) + DISK_RESERVE_BYTES, 200), (len(body) + DISK_RESERVE_BYTES - 1, 507)):
        free_bytes(monkeypatch, free)
        answer = api.post("/v1/files", body, content_type="multipart/form-data; boundary=xyz")
        assert answer.status_code == status
    error = answer.json()["error"]
    assert error["message"] == "There is not enough room on the server's disk for this. Nothing was stored."
    assert set(error) == {"message", "type", "param", "code"}


def test_a_disk_that_fills_up_during_an_upload_is_said(api: API, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage.Incoming, "write", full)
    answer = api.post("/v1/files", {"file": BytesIO(b"Thirty days."), "purpose": "assistants"})
    assert answer.status_code == 507
    assert on_the_disk() == []


@pytest.mark.parametrize(("free", "status"), [(DISK_FULL_BYTES, 200), (DISK_FULL_BYTES - 1, 503)])
def test_a_site_with_a_full_disk_is_not_ready(
    api: API, monkeypatch: pytest.MonkeyPatch, free: int, status: int
) -> None:
    free_bytes(monkeypatch, free)
    answer = api.get("/readyz")
    assert (answer.status_code, answer.json()["disk"]) == (status, "ok" if status == 200 else "full")


class TestTheJanitor:
    def leave_behind(self, api: API) -> list[str]:
        """What stays after kill -9 during an upload, before its commit, and after a file was deleted elsewhere."""
        kept, lost = upload(api, name="kept.txt"), upload(api, name="lost.txt")
        storage.remove(File.objects.get(wire_id=lost).storage_name)
        with storage.writing():
            pass
        folder = storage.root() / "incoming"
        (folder / "0123").write_bytes(b"half")
        (storage.root() / "ab").mkdir(exist_ok=True)
        (storage.root() / "ab" / "abcd").write_bytes(b"whole, but its row was never committed")
        return [File.objects.get(wire_id=kept).storage_name]

    def test_it_removes_what_was_left_behind_and_says_so(self, api: API, caplog: pytest.LogCaptureFixture) -> None:
        kept = self.leave_behind(api)
        assert janitor.clean() == janitor.Cleaned(incoming=1, without_row=1, without_bytes=1)
        assert [str(path.relative_to(storage.root())) for path in on_the_disk()] == kept
        assert "1 half-received and 1 stored files without a row" in caplog.text
        assert "1 files have a row, but their bytes are not in" in caplog.text
        assert File.objects.count() == 2
        assert janitor.clean() == janitor.Cleaned(without_bytes=1)

    def test_it_touches_nothing_new_while_somebody_stores_a_file(self, api: API) -> None:
        self.leave_behind(api)
        left, now = storage.root() / "incoming" / "0123", time.time()
        incoming = storage.Incoming()
        try:
            assert janitor.clean() == janitor.Cleaned()
            os.utime(left, (now, now - UNCERTAIN_SECONDS + 60))
            assert janitor.clean() == janitor.Cleaned()
            os.utime(left, (now, now - UNCERTAIN_SECONDS))
            assert janitor.clean() == janitor.Cleaned(incoming=1)
        finally:
            incoming.drop()
        assert janitor.clean().without_row == 1

    def test_who_stores_a_file_waits_until_it_is_done(self, api: API) -> None:
        with storage.nobody_writing() as is_quiet:
            assert is_quiet
            done = threading.Event()

            def store() -> None:
                storage.Incoming().drop()
                done.set()

            thread = threading.Thread(target=store)
            thread.start()
            assert not done.wait(0.05)
        assert done.wait(10)
        thread.join()
