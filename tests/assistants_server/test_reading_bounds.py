"""What the reading of one file may cost: just within each bound, and just beyond it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from assistants_server.files.text import extraction, reader
from assistants_server.files.text.document import Document, TooMuchError
from assistants_server.files.text.extraction import Extraction, UnreadableDocumentError, extract
from assistants_server.files.text.formats import packages
from assistants_server.files.text.formats.packages import ZipPackage
from dashboard.bounds import (
    DOCUMENTS_INSIDE,
    MAILS_INSIDE,
    PACKAGE_PARTS,
    READ_BYTES,
    READ_CHARACTERS,
    READ_MEMORY_BYTES,
    READ_PROCESSOR_SECONDS,
    READ_SECONDS,
    REPEATED_CELLS,
    UNPACKED_BYTES,
)
from tests.assistants_server.documents import docx, par, read, rels, run, zipped


def test_a_document_gives_so_many_characters() -> None:
    document = Document()
    document.write("a" * READ_CHARACTERS)
    with pytest.raises(TooMuchError):
        document.write("a")


def test_a_file_of_so_many_bytes_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "_apart", lambda file, suffix: Extraction(text="a", left_out=[]))
    for length in (READ_BYTES, READ_BYTES + 1):
        with (tmp_path / "a.pdf").open("wb+") as file:
            file.truncate(length)
            if length == READ_BYTES:
                assert extract(file, filename="a.pdf").text == "a"
            else:
                with pytest.raises(UnreadableDocumentError, match=r"The file is too large to be read for search\."):
                    extract(file, filename="a.pdf")


def test_a_file_may_take_so_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []

    def late(command: list[str], **options: Any) -> None:
        given.append(options["timeout"])
        raise subprocess.TimeoutExpired(command, options["timeout"])

    monkeypatch.setattr(subprocess, "run", late)
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4")
    with path.open("rb") as file, pytest.raises(UnreadableDocumentError, match=r"Reading the file took too long\."):
        extract(file, filename="a.pdf")
    assert given == [READ_SECONDS]
    assert READ_PROCESSOR_SECONDS < READ_SECONDS


TAKING = """
import resource, sys
from assistants_server.files.text import formats, reader
from assistants_server.files.text.document import Document

def read(data, *, filename):
    bytearray(int(filename))
    return Document()

formats.read = read
ended = reader.main(sys.argv[1])
print(resource.getrlimit(resource.RLIMIT_CPU)[0])
sys.exit(ended)
"""


@pytest.mark.parametrize(("length", "ended"), [(READ_MEMORY_BYTES // 2, 0), (READ_MEMORY_BYTES, reader.TOO_MUCH)])
def test_its_process_has_so_much_memory_and_time(length: int, ended: int) -> None:
    command = [sys.executable, "-c", TAKING, str(length)]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (ended, "")
    assert done.stdout.splitlines()[-1].endswith(str(READ_PROCESSOR_SECONDS))


def test_a_package_may_hold_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (PACKAGE_PARTS, UNPACKED_BYTES) == (20_000, 200_000_000)
    monkeypatch.setattr(packages, "PACKAGE_PARTS", 2)
    monkeypatch.setattr(packages, "UNPACKED_BYTES", 10_000)
    assert "b" in ZipPackage(zipped({"a": "a" * 9_999, "b": "b"}))
    for parts in ({"a": "a" * 10_000, "b": "b"}, dict.fromkeys("abc", "a")):
        with pytest.raises(TooMuchError):
            ZipPackage(zipped(parts))


def test_so_many_documents_inside_one_another_are_read() -> None:
    def nested(number: int) -> Document:
        data = docx(par(run("Innermost")))
        for _ in range(number):
            parts: Any = {"word/_rels/document.xml.rels": rels(c="aFChunk:a.docx"), "word/a.docx": data}
            data = docx('<w:altChunk r:id="c"/>' + par(run("Around")), parts=parts)
        return read(data, "a.docx")

    within, beyond = nested(DOCUMENTS_INSIDE), nested(DOCUMENTS_INSIDE + 1)
    assert "Innermost" in within.text
    assert within.left_out_phrases() == []
    assert "Innermost" not in beyond.text
    assert beyond.left_out_phrases() == ["1 embedded document"]


def test_so_many_mails_inside_one_another_are_read() -> None:
    def nested(number: int) -> Document:
        mail = "From: a@b.c\nTo: d@e.f\nSubject: Innermost\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n\nText"
        for _ in range(number):
            head = "From: a@b.c\nTo: d@e.f\nSubject: Around\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n"
            mail = f"{head}Content-Type: message/rfc822\n\n{mail}"
        return read(mail.encode(), "a.eml")

    within, beyond = nested(MAILS_INSIDE), nested(MAILS_INSIDE + 1)
    assert "Innermost" in within.text
    assert within.left_out_phrases() == []
    assert "Innermost" not in beyond.text
    assert beyond.left_out_phrases() == ["1 attachment"]


@pytest.mark.parametrize(
    ("said", "given"), [(REPEATED_CELLS, REPEATED_CELLS), (REPEATED_CELLS + 1, REPEATED_CELLS), (10**9, REPEATED_CELLS)]
)
def test_a_cell_is_repeated_so_often(said: int, given: int) -> None:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    cell = f'<table:table-cell table:number-columns-repeated="{said}"><text:p>Rome</text:p></table:table-cell>'
    table = f"<table:table><table:table-row>{cell}</table:table-row></table:table>"
    sheet = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    text = read(f"<office:document {spaces}>{sheet}</office:document>".encode(), "a.fods").text
    assert text.count("Rome") == given
