"""Documents made with LibreOffice (scripts/make-corpus): every word that a reader sees is read, once.

`CORPUS` names another folder that the script wrote; with `-s` the share of each file is printed.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from assistants_server.files.text import formats
from assistants_server.files.text.document import UnreadableDocumentError

FOLDER = Path(os.environ.get("CORPUS") or Path(__file__).parent / "corpus")
MANIFEST: dict[str, dict[str, list[str]]] = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))


def counted(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+(?:\.\d+)+|\w+", text))


@pytest.mark.parametrize("name", sorted(MANIFEST))
def test_a_document_is_read_or_says_what_was_left_out(name: str) -> None:
    document = formats.read((FOLDER / name).read_bytes(), filename=name)
    written, read = counted(" ".join(MANIFEST[name]["seen"])), counted(document.text)
    share = (written & read).total() / written.total()
    sys.stdout.write(f"{share:.3f}  {name}  {', '.join(document.left_out_phrases())}\n")
    assert share >= 0.98 or document.left_out_phrases(), f"{share:.3f}, lacks {list((written - read).elements())[:5]}"
    assert [word for word in MANIFEST[name]["unseen"] if read[word]] == []


@pytest.mark.parametrize("name", sorted(name for name in MANIFEST if not name.startswith("sheets-")))
def test_nothing_is_read_twice(name: str) -> None:
    # A sheet that is saved as a web page names its tables once more, in an index.
    document = formats.read((FOLDER / name).read_bytes(), filename=name)
    written, read = counted(" ".join(MANIFEST[name]["seen"])), counted(document.text)
    assert [word for word in written if "word" in word and read[word] > written[word]] == []


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(MANIFEST) >= 60
    assert {name.rpartition(".")[2] for name in MANIFEST} >= {"docx", "odt", "pptx", "xlsx", "rtf", "html", "pdf"}


@pytest.mark.parametrize(("name", "advice"), [("text-plain.doc", "save it as .docx"), ("sheets-plain.xls", ".xlsx")])
def test_files_of_old_programs_are_refused_with_what_to_do(name: str, advice: str) -> None:
    with pytest.raises(UnreadableDocumentError, match=re.escape(advice)) as error:
        formats.read((FOLDER / name).read_bytes(), filename=name)
    assert error.value.code == "unsupported_file"


@pytest.mark.parametrize(("name", "left_out"), [("text-notes.docx", "1 comment"), ("text-plain.odt", "1 picture")])
def test_what_is_left_out_is_told(name: str, left_out: str) -> None:
    assert formats.read((FOLDER / name).read_bytes(), filename=name).left_out_phrases() == [left_out]


@pytest.mark.parametrize(
    "name", ["text-plain.docx", "text-plain.odt", "slides-grids.pptx", "text-plain.pdf", "text-plain.rtf"]
)
def test_a_file_is_read_as_what_it_is_whatever_its_name(name: str) -> None:
    data = (FOLDER / name).read_bytes()
    right = formats.read(data, filename=name).text
    assert [formats.read(data, filename=other).text for other in ("a.txt", "a.html", "a", "a.doc")] == [right] * 4
