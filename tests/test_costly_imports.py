"""Imports that a page or the command reads: what the largest may take, and what is said of a larger one."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from assistants_server.importer import parse, python_text, snippets, views
from assistants_server.importer.parse import UnreadableFileError, read_text
from dashboard.bounds import IMPORT_FAULTS, IMPORT_MARKS, IMPORT_MB, PRINTED_TOKENS
from tests.assistants_ui.pages import read
from tests.conftest import Person
from tests.work import endless_after

pytestmark = pytest.mark.services_do_not_matter
MEGABYTE = 2**20
# Each number and each comma is one token, and so is each bracket.
FITS = "[" + "1," * (PRINTED_TOKENS // 2 - 1) + "]"
BEYOND = f"[1,{FITS[1:]}"
WORST = {
    "numbers": "[" + "1," * 4 * MEGABYTE + "]",
    "words": "a('x')" + " or 1" * MEGABYTE,
    "quotation marks": "'\\" * 4 * MEGABYTE,
    "one text": "'" + "a" * 8 * MEGABYTE,
    "lines": "f('')\n" * MEGABYTE,
}


def peak(act: Callable[[], object]) -> float:
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1] / MEGABYTE
    finally:
        tracemalloc.stop()


def test_so_much_of_what_python_prints_is_read() -> None:
    assert python_text.read(f"'a'\n{FITS[:-4]}]")[0] == "a"
    with pytest.raises(python_text.NotPythonError):
        python_text.read(f"'a'\n{BEYOND}")
    # The commas of a text are no values.
    assert python_text.read(f"['{',' * PRINTED_TOKENS}']") == [["," * PRINTED_TOKENS]]
    with pytest.raises(UnreadableFileError, match=r"too long to be read as what Python prints; save it as JSON, with"):
        read_text(f"Assistant(id='a', tools={BEYOND})", name="saved.txt")


SOUND = '{"id": "asst_1", "object": "assistant", "model": "m"}'
FAULTS = {
    "numbers": (f"[{SOUND}", ",1", "]", "object 2"),
    "empty objects": (f"[{SOUND}", ",{}", "]", "object 2"),
    "errors": (f"[{SOUND}", ',{"error": {"message": "No."}}', "]", "object 2"),
    "bad lines": (f"{SOUND}\n{SOUND}", "\na line of a log", "", "line 3"),
    "numbers on lines": (SOUND, "\n1", "", "line 2"),
}


@pytest.mark.parametrize(("before", "fault", "after", "first"), FAULTS.values(), ids=FAULTS)
def test_a_file_may_hold_so_much_that_is_no_assistant(before: str, fault: str, after: str, first: str) -> None:
    found = read_text(before + fault * IMPORT_FAULTS + after, name="saved.txt").objects
    assert len(found) == before.count("asst_1") + IMPORT_FAULTS
    with pytest.raises(UnreadableFileError) as refused:
        read_text(before + fault * (IMPORT_FAULTS + 1) + after, name="saved.txt")
    assert str(refused.value) == (
        f"Nothing was read: more than 5000 things in it are no assistants. The first of them is saved.txt, {first}."
    )


def test_what_comes_after_too_many_faults_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    loads = parse._loaded

    def counted(line: str) -> Any:
        looked.append(line)
        return loads(line)

    monkeypatch.setattr(parse, "_loaded", counted)
    with pytest.raises(UnreadableFileError):
        read_text("1\n" + "line\n" * 10 * IMPORT_FAULTS, name="saved.txt")
    assert len(looked) < IMPORT_FAULTS + 10


@pytest.mark.parametrize("text", WORST.values(), ids=WORST)
def test_what_is_too_much_is_not_parsed(text: str) -> None:
    def act() -> None:
        with pytest.raises(python_text.NotPythonError):
            python_text.read(text)
        assert snippets.calls_in(text) == []

    assert python_text.is_too_much(text) is (text is not WORST["one text"] and text is not WORST["quotation marks"])
    assert peak(act) < 80


LONG = {
    "values in a text": "create f'" + "{a}" * 60_000 + "'",
    "unended texts": "create " + 'f"""{' * 100_000,
    "texts that follow one another": '"' * 2_000_000,
    "objects that follow one another": "{}" * 500_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_nobody_waits_for_what_holds_no_assistant(text: str) -> None:
    with endless_after(3), pytest.raises(UnreadableFileError):
        read_text(text, name="saved.txt")


def test_a_text_with_values_in_it_is_read_as_before() -> None:
    code = "client.beta.assistants.create(model='gpt-4o', instructions='Be kind.', name=f'{a} desk')"
    [found] = read_text(f"a = 'x'\n{code}\n", name="made.py").objects
    assert found.value["instructions"] == "Be kind."


def test_values_that_follow_one_another_are_read_up_to_the_last() -> None:
    text = f'{SOUND}{SOUND}\n\n{SOUND}\n{{"a": NaN}}\n'
    found = read_text(text, name="saved.txt").objects
    assert [str(one.where) for one in found] == [f"saved.txt, line {line}" for line in (1, 1, 3, 4)]
    assert found[-1].problem is not None


@pytest.mark.django_db
def test_a_page_imports_so_many_values(dora: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "IMPORT_MARKS", 1_000)
    assert IMPORT_MARKS == 1_000_000
    for count, words in ((999, "Not everything can be imported"), (1_000, "This holds too many values. The command")):
        # The bracket counts, too.
        page = dora.post("/w/main/import/", {"text": "[" + "1," * count + "1]"})
        assert words in read(page).text


@pytest.mark.django_db
def test_a_page_imports_so_many_megabytes(dora: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MEGABYTE", 10)
    for size, words in (
        (10 * IMPORT_MB, "cannot be read"),
        (10 * IMPORT_MB + 1, "This is more than 32 MB. The command"),
    ):
        assert words in read(dora.post("/w/main/import/", {"text": "x" * size})).text
