"""Long texts, and texts that repeat themselves, are found exactly and at a bounded cost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from assistants_client import Client
from assistants_ui.catalog.excerpts import LEAST, MOST, excerpt_of, reach_of
from assistants_ui.catalog.ranking import look_up
from dashboard.bounds import EXCERPT_CHARACTERS, SEARCH_PIECES, SEARCH_WORDS
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
    many = " ".join(f"alike{number}" for number in range(SEARCH_WORDS + 1))
    server.assistants.create(model="gpt-4.1-mini", name="Desk", instructions=f"{many} {'ab' * 500} once {SENTENCE}")

    with django_assert_num_queries(SEARCH_PIECES):
        assert [len(group) for group in look_up([SENTENCE.lower()])[0].groups] == [1] * SEARCH_PIECES
    with django_assert_num_queries(3):
        found = look_up(["alike", "ba" * 400, "once"])
    assert [(one.is_word, len(one.groups)) for one in found] == [(False, 0), (True, 1), (True, 1)]
    assert read(alice.get(LIST, {"q": "alike once"})).text.count("Desk")


@pytest.mark.django_db
@pytest.mark.parametrize("words", [SEARCH_WORDS - 1, SEARCH_WORDS])
def test_what_many_words_hold_is_found_as_well(alice: Person, server: Client, words: int) -> None:
    """By its name first and then the newest, whether the words are looked up or the texts are read."""
    for number in range(3):
        held = " ".join(f"alike{each}" for each in range(number, words, 3))
        server.assistants.create(model="gpt-4.1-mini", name=f"Desk {number}", instructions=held)
    server.assistants.create(model="gpt-4.1-mini", name="Alike", instructions="Nothing.")
    server.assistants.create(model="gpt-4.1-mini", name="Other", instructions="Nothing.")
    page = read(alice.get(LIST, {"q": "like"}))
    found = [link for link in page.links if link.startswith("Desk") or link in ("Alike", "Other")]
    assert found == ["Alike", "Desk 2", "Desk 1", "Desk 0"]
    assert bool(look_up(["like"])[0].groups) == (words < SEARCH_WORDS)


@pytest.mark.django_db
def test_a_phrase_of_many_words_is_found_only_where_all_stand_in_their_order(alice: Person, server: Client) -> None:
    """More words than are looked up: those beyond decide too, and so does their order."""
    words = [f"{chr(97 + each) * (12 - each)}" for each in range(SEARCH_PIECES + 2)]
    texts = {"Whole": words, "Without the last": words[:-1], "Turned round": words[::-1]}
    for name, held in texts.items():
        server.assistants.create(model="gpt-4.1-mini", name=name, instructions=" ".join(held))
    page = read(alice.get(LIST, {"q": f'"{" ".join(words)}"'}))
    assert [name for name in texts if name in page.links] == ["Whole"]


def test_a_page_looks_through_so_much_text(server: Client) -> None:
    """The words are found at the end of a text until the texts of the page together are too long for that."""

    def page(length: int, rows: int) -> tuple[int, bool]:
        one = server.assistants.create(model="gpt-4.1-mini", instructions="x " * (length // 2 - 3) + "needle")
        reach = reach_of([one] * rows)
        return reach, excerpt_of(one, ["needle"], reach=reach) is not None

    assert page(EXCERPT_CHARACTERS // 6, 6) == (MOST, True)
    assert page(EXCERPT_CHARACTERS // 6, 7) == (EXCERPT_CHARACTERS // 7, False)
    assert page(EXCERPT_CHARACTERS // 60, 100) == (LEAST, True)
