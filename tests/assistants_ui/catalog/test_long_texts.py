"""Long texts, and texts that repeat themselves, are found exactly and at a bounded cost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from assistants_client import Client
from assistants_ui.catalog.excerpts import LEAST, MOST, excerpt_of, reach_of
from assistants_ui.catalog.ranking import MOST_PIECES, MOST_WORDS, looked_up
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


@pytest.mark.django_db
def test_so_much_is_looked_up_for_the_terms_of_a_search(
    alice: Person, server: Client, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    """Not every word of a passage, few letters of a long word, and no word that stands for very many."""
    alice.get(LIST, {"q": "begin"})
    many = " ".join(f"alike{number}" for number in range(MOST_WORDS + 1))
    server.assistants.create(model="gpt-4.1-mini", name="Desk", instructions=f"{many} {'ab' * 500} once {SENTENCE}")

    with django_assert_num_queries(MOST_PIECES):
        assert [len(group) for group in looked_up([SENTENCE.lower()])[0].groups] == [1] * MOST_PIECES
    with django_assert_num_queries(3):
        found = looked_up(["alike", "ba" * 400, "once"])
    assert [(one.is_word, len(one.groups)) for one in found] == [(False, 0), (True, 1), (True, 1)]
    assert read(alice.get(LIST, {"q": "alike once"})).text.count("Desk")


def test_a_page_looks_through_so_much_text(server: Client) -> None:
    """The words are found at the end of a text until the texts of the page together are too long for that."""

    def page(length: int, rows: int) -> tuple[int, bool]:
        one = server.assistants.create(model="gpt-4.1-mini", instructions="x " * (length // 2 - 3) + "needle")
        reach = reach_of([one] * rows)
        return reach, excerpt_of(one, ["needle"], reach=reach) is not None

    assert page(EXCERPT_CHARACTERS // 6, 6) == (MOST, True)
    assert page(EXCERPT_CHARACTERS // 6, 7) == (EXCERPT_CHARACTERS // 7, False)
    assert page(EXCERPT_CHARACTERS // 60, 100) == (LEAST, True)
