"""Long texts, and texts that repeat themselves, are found exactly and at a bounded cost."""

from __future__ import annotations

import pytest

from assistants_client import Client
from assistants_ui.catalog.excerpts import LEAST, MOST, excerpt_of, reach_of
from assistants_ui.catalog.text_index import LONGEST_PHRASE, MOST_THREES, is_found_exactly, match_of
from dashboard.bounds import EXCERPT_CHARACTERS
from tests.assistants_ui.pages import read
from tests.conftest import Person

LIST = "/w/main/assistants/"
SENTENCE = "Wer eine Rechnung bezahlt, bekommt binnen zweier Tage eine Quittung, und zwar auf Papier."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "found", "not_found"),
    [
        ("a" * 500, ["a" * 500, "aaaa"], ["a" * 501, "aaab"]),
        ("abc" * 200, ["abcabc", "cab" * 100], ["abcacb", "acb" * 30]),
        ('"' * 300 + "end", ['""""end'], []),
        (SENTENCE, [f'"{SENTENCE}"'], [f'"{SENTENCE[:70]} {SENTENCE[71:-1]}!"', f'"{SENTENCE[::-1]}"']),
    ],
    ids=["one letter", "three letters", "quotes", "a long passage"],
)
def test_what_is_long_or_repeats_itself_is_found_exactly(
    alice: Person, server: Client, text: str, found: list[str], not_found: list[str]
) -> None:
    server.assistants.create(model="gpt-4.1-mini", name="Desk", instructions=text)

    def count(words: str) -> int:
        return read(alice.get(LIST, {"q": words})).text.count("Desk")

    assert [words for words in found if not count(words)] == []
    assert [words for words in not_found if count(words)] == []


def test_the_index_is_asked_for_no_long_phrase_and_for_none_that_repeats_itself() -> None:
    distinct = "".join(chr(0x4E00 + number) for number in range(LONGEST_PHRASE))
    assert is_found_exactly(distinct)
    assert match_of([distinct]) == f'"{distinct}"'
    assert not is_found_exactly(distinct + "x")
    assert match_of([distinct + "x"]).count(" AND ") == MOST_THREES - 1
    assert match_of(["a" * 1000]) == '"aaa"'


def test_a_page_looks_through_so_much_text(server: Client) -> None:
    """The words are found at the end of a text until the texts of the page together are too long for that."""

    def page(length: int, rows: int) -> tuple[int, bool]:
        one = server.assistants.create(model="gpt-4.1-mini", instructions="x " * (length // 2 - 3) + "needle")
        reach = reach_of([one] * rows)
        return reach, excerpt_of(one, ["needle"], reach=reach) is not None

    assert page(EXCERPT_CHARACTERS // 6, 6) == (MOST, True)
    assert page(EXCERPT_CHARACTERS // 6, 7) == (EXCERPT_CHARACTERS // 7, False)
    assert page(EXCERPT_CHARACTERS // 60, 100) == (LEAST, True)
