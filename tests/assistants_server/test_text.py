"""How text is read, cut and compared."""

from __future__ import annotations

import itertools
import signal
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistants_server.files.text import extraction
from assistants_server.files.text.extraction import UnreadableDocumentError, extract
from assistants_server.files.text.words import TOKEN, chunks, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Damaged PARCELS, policies & glasses", ["damaged", "parcel", "policy", "glass"]),
        ("the boss is as this bus", ["the", "boss", "is", "as", "this", "bus"]),
        ("Straße ﬁle e\u0301te\u0301", ["strasse", "file", "été"]),
        ("Rück\u00adgabe \ufeffdesk می\u200cشود", ["rückgabe", "desk", "میشود"]),
        ("snake_case v2.1", ["snake", "case", "v2", "1"]),
        ("返品は東京", ["返品", "品は", "は東", "東京"]),
        ("日 and x" + "y" * 100, ["日", "and", "x" + "y" * 63]),
        ("", []),
    ],
)
def test_words_are_brought_to_one_spelling(text: str, found: list[str]) -> None:
    assert list(words(text)) == found


@given(st.text(max_size=300), st.integers(2, 12), st.data())
def test_chunks_hold_every_token_and_overlap_as_asked(text: str, size: int, data: st.DataObject) -> None:
    overlap = data.draw(st.integers(0, size // 2))
    tokens = TOKEN.findall(text)
    pieces = [TOKEN.findall(piece) for piece in chunks(text, size=size, overlap=overlap)]
    whole = pieces[0] if pieces else []
    for before, after in itertools.pairwise(pieces):
        assert before[len(before) - overlap :] == after[:overlap]
        whole = whole + after[overlap:]
    assert whole == tokens
    assert all(0 < len(piece) <= size for piece in pieces)


def refused(path: Path) -> tuple[str, str]:
    with path.open("rb") as file, pytest.raises(UnreadableDocumentError) as error:
        extract(file, filename=path.name)
    return error.value.code, error.value.message


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "READ_SECONDS", 0.01)
    path = tmp_path / "a.html"
    path.write_text("<p>Hello")
    assert refused(path) == ("invalid_file", "Reading the file took too long.")


def test_a_file_that_keeps_the_processor_busy_for_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(command: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(command, -signal.SIGXCPU)

    monkeypatch.setattr(subprocess, "run", run)
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4")
    assert refused(path) == ("invalid_file", "Reading the file took too long.")


def test_a_file_that_holds_too_much_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.html"
    path.write_text("x" * 20_000_001)
    assert refused(path) == (
        "invalid_file",
        "The file holds too much text to be searched. Split it and attach the parts.",
    )
    monkeypatch.setattr(extraction, "READ_BYTES", 10)
    assert refused(path) == ("invalid_file", "The file is too large to be read for search.")


def test_the_reader_of_a_strangers_file_does_not_see_our_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, object] = {}

    def run(command: list[str], **options: object) -> None:
        given.update(options)
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setenv("SECRET_KEY", "do not hand on")
    monkeypatch.setattr(subprocess, "run", run)
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4")
    refused(path)
    assert "do not hand on" not in str(given["env"])
