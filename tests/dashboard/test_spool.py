"""How uploads reach the disk, and that nothing of them stays there."""

from __future__ import annotations

import errno
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.core.files.uploadhandler import StopUpload
from django.test import RequestFactory

from dashboard.lib.filenames import clean_name
from dashboard.lib.uploads import SpooledFile, SpoolHandler
from tests.conftest import Person

NEW = "/w/main/files/new/"


def named(name: str, content: bytes = b"content") -> BytesIO:
    file = BytesIO(content)
    file.name = name
    return file


def received(person: Person, *pieces: bytes) -> SpooledFile:
    """What the handler makes of a file that arrives in these pieces."""
    request = RequestFactory().post("/")
    request.user = person.user
    handler = SpoolHandler(request)
    handler.new_file("files", "a.txt", "text/plain", None)
    for piece in pieces:
        handler.receive_data_chunk(piece, 0)
    return handler.file_complete(0)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("prices.txt", "prices.txt"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\win.ini", "win.ini"),
        ("C:\\x.txt", "x.txt"),
        ("a\x00b\nc.txt", "abc.txt"),
        ("\u202egnp.exe", "gnp.exe"),
        ("e\u0301.txt", "é.txt"),
        ("...", "upload"),
        ("", "upload"),
        (" . ", "upload"),
        ("a" * 300 + ".pdf", "a" * 251 + ".pdf"),
        ("a" * 300, "a" * 255),
        ("CON.txt", "CON.txt"),
        ('q"uo;te.txt', 'q"uo;te.txt'),
        ("<img onerror=x>.txt", "<img onerror=x>.txt"),
    ],
)
def test_a_name_is_only_ever_shown(given: str, shown: str) -> None:
    assert clean_name(given) == shown


def test_it_counts_and_hashes_what_arrives(alice: Person) -> None:
    with received(alice, b"ab", b"c") as file:
        assert (file.read(), file.size, file.refusal) == (b"abc", 3, "")
        assert file.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_it_has_no_name_on_the_disk(alice: Person) -> None:
    with received(alice, b"abc"):
        assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


def test_what_is_too_large_is_dropped_while_it_arrives(alice: Person, settings: Any) -> None:
    settings.MAX_UPLOAD_MB = 1
    with received(alice, bytes(2**20), b"x", b"y") as file:
        assert (file.refusal, file.size, file.read()) == ("too_large", 2**20 + 2, b"")


def test_a_full_disk_is_told_and_not_an_error(alice: Person) -> None:
    class Full(BytesIO):
        def write(self, _: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    request = RequestFactory().post("/")
    request.user = alice.user
    handler = SpoolHandler(request)
    handler.new_file("files", "a.txt", "text/plain", None)
    real = handler.file
    full = Full()
    full.fileno = real.fileno  # type: ignore[method-assign]  # only its writing fails
    handler.file = full
    handler.receive_data_chunk(b"abc", 0)
    real.close()
    assert handler.refusal == "no_room"


def test_nothing_is_kept_of_somebody_who_may_not_change_anything(bob: Person) -> None:
    with pytest.raises(StopUpload):
        received(bob, b"abc")


def test_a_body_that_cannot_fit_is_refused_before_it_is_read(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    class Disk(NamedTuple):
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda path: Disk(free=64 * 2**20))
    response = alice.post(NEW, {"files": named("a.txt")})
    assert response.status_code == 507
    assert "not enough room to take this file right now" in response.content.decode()


def test_more_than_all_files_may_have_is_refused_before_it_is_read(alice: Person, settings: Any) -> None:
    settings.MAX_UPLOAD_MB = 1
    response = alice.post(NEW, {"files": named("a.bin", bytes(21 * 2**20))})
    assert response.status_code == 413


def test_more_files_than_a_form_takes_are_refused(alice: Person) -> None:
    response = alice.post(NEW, {"files": [named(f"{number}.txt") for number in range(21)]})
    assert response.status_code == 400
