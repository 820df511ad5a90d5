from __future__ import annotations

import pytest

from assistants_client import Client
from assistants_ui.assistants.editor.text_warnings import marked, text_warnings
from tests.assistants_ui.conftest import Tap, typed
from tests.assistants_ui.pages import editor_form, read
from tests.conftest import Person

NEW = "/w/main/assistants/new/"
SECRET = "sk-proj-abcdefghijklmnopqrstuvwx1234"


def test_a_secret_is_pointed_out_before_saving_and_never_repeated(alice: Person, tap: Tap) -> None:
    form = editor_form(alice.get(NEW)) | {"instructions": f"Be kind.\r\nUse {SECRET}."}
    page = read(alice.post(f"{NEW}draft/", form | {"dirty": "1"}))
    assert "Line 2 holds something that looks like a secret key (it ends in …1234)" in page.text
    assert SECRET not in page.text
    assert tap.written == []


def test_a_secret_is_pointed_out_without_a_script_too(alice: Person, server: Client) -> None:
    alice.post(NEW, typed(instructions="Be kind."))
    [assistant] = server.assistants.list().data
    response = alice.post(f"/w/main/assistants/{assistant.id}/edit/", {"instructions": SECRET})
    assert "looks like a secret key" in read(alice.get(response["Location"])).text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\u200b\u200bb", "2 characters that are not visible: 2 × zero width space U+200B."),
        ("a\u202eb", "1 character that is not visible: 1 × right-to-left override U+202E."),
        ("\ufeffa", "zero width no-break space U+FEFF"),
        ("\u200b\u200c\u200d\u2060\ufeff", "and 2 other kinds."),
    ],
)
def test_hidden_characters_are_counted_by_name(text: str, words: str) -> None:
    [finding] = text_warnings(text)
    assert words in finding.text


@pytest.mark.parametrize("text", ["plain words", "tabs\tand\nlines", "مساعد الدعم", "日本語", "\u00a0space"])
def test_ordinary_text_has_nothing_odd(text: str) -> None:
    assert text_warnings(text) == []


def test_hidden_characters_can_be_shown() -> None:
    assert marked("fine\na\u200bb\nfine") == [("a", "zero width space U+200B"), ("b\n", "")]


def test_of_very_many_hidden_characters_the_first_lines_are_shown() -> None:
    pieces = marked("a\u200bb\n" * 10_000)
    assert 20 < len(pieces) < 30
