"""Finding, narrowing and sorting, with the catalog kept by whatever changes the embedded server."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from assistants_client import Assistant, Client
from assistants_ui.forms.lists import FILTERS
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person, html

LIST = "/w/main/assistants/"


@pytest.fixture
def desk(server: Client) -> dict[str, Assistant]:
    """One assistant that bears the name, and others that mention it elsewhere; from the worst place to the best."""
    made = [
        server.assistants.create(model="gpt-4.1", name="By instructions", instructions="Ask the support desk first."),
        server.assistants.create(
            model="gpt-6-luna",
            name="By function",
            tools=[{"type": "function", "function": {"name": "support_desk", "description": "x"}}],
        ),
        server.assistants.create(model="gpt-4.1", name="By label", metadata={"team": "Support Desk"}),
        server.assistants.create(model="gpt-4.1", name="By description", description="For the support desk."),
        server.assistants.create(model="gpt-4.1", name="Our support desk", tools=[{"type": "file_search"}]),
        server.assistants.create(model="gpt-4.1", name="Support desk of the north"),
        server.assistants.create(model="gpt-6-luna", name="Support Desk", metadata={"team": "north"}),
    ]
    for number in range(3):
        server.assistants.create(model="gpt-4.1", name=f"Newer {number}", instructions="Nothing.")
    return {item.name or "": item for item in made}


def found(person: Person, query: str) -> list[str]:
    page = person.get(f"{LIST}?{query}")
    assert page.status_code == 200
    return [name for name, href in read(page).links.items() if href.startswith(f"{LIST}asst_")]


def test_names_come_first_then_the_other_texts_in_turn(bob: Person, desk: dict[str, Assistant]) -> None:
    assert found(bob, "q=support+desk") == [
        "Support Desk",
        "Support desk of the north",
        "Our support desk",
        "By description",
        "By label",
        "By function",
        "By instructions",
    ]
    assert found(bob, "q=support_desk") == ["By function"]
    assert found(bob, f"q={desk['By label'].id}") == ["By label"]


def test_a_short_word_is_not_found_in_an_id_by_chance(bob: Person, desk: dict[str, Assistant]) -> None:
    wanted = desk["By label"].id
    assert found(bob, f"q={wanted[5:8]}") == []
    assert found(bob, f"q={wanted[5:16]}") == ["By label"]


def test_a_phrase_is_found_as_it_stands(bob: Person, desk: dict[str, Assistant]) -> None:
    assert found(bob, f"q={quote('north support')}") == ["Support desk of the north", "Support Desk"]
    assert found(bob, f"q={quote('desk of')}") == ["Support desk of the north"]
    assert found(bob, f"q={quote(chr(34) + 'the support desk' + chr(34))}") == ["By description", "By instructions"]


def test_ranked_matches_have_pages_in_both_directions(bob: Person, desk: dict[str, Assistant]) -> None:
    whole = found(bob, "q=support+desk")
    first = bob.get(f"{LIST}?q=support+desk&limit=3")
    second = bob.get(read(first).links["Next page"])
    third = bob.get(read(second).links["Next page"])
    pages = [[name for name in read(page).links if name in whole] for page in (first, second, third)]
    assert pages == [whole[:3], whole[3:6], whole[6:]]
    assert "Next page" not in read(third).links
    back = bob.get(read(third).links["Previous page"])
    assert [name for name in read(back).links if name in whole] == whole[3:6]
    assert "7 assistants" in read(back).text


def test_the_words_are_marked_where_they_were_found(bob: Person, desk: dict[str, Assistant]) -> None:
    page = html(bob.get(f"{LIST}?q=support+desk"))
    assert "<mark>Support</mark> <mark>Desk</mark>" in page
    assert "Ask the <mark>support</mark> <mark>desk</mark> first." in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("model=gpt-6-luna&q=support", ["Support Desk", "By function"]),
        ("tool=file_search", ["Our support desk"]),
        ("metadata=team:north&model=gpt-6-luna", ["Support Desk"]),
        ("files=no&q=label", ["By label"]),
        ("files=yes", []),
        ("changed=never&tool=function", ["By function"]),
        ("state=ending&q=desk+north", ["Support desk of the north"]),
        ("sort=name&model=gpt-6-luna", ["By function", "Support Desk"]),
        ("sort=-name&model=gpt-6-luna", ["Support Desk", "By function"]),
        ("sort=nonsense&order=up&limit=many&model=gpt-6-luna", ["Support Desk", "By function"]),
        # A filter that nothing can fit is still one: without it the list would be longer than its address says.
        *((f"{name}={value}&sort=name", []) for name in FILTERS for value in ("nonsense", "%00", "x" * 3000)),
    ],
)
def test_filters_combine(bob: Person, desk: dict[str, Assistant], query: str, names: list[str]) -> None:
    assert found(bob, query) == names


def test_the_filters_are_counted_among_what_the_others_leave(bob: Person, desk: dict[str, Assistant]) -> None:
    text = read(bob.get(f"{LIST}?q=support+desk&model=gpt-4.1")).text
    for words in ("gpt-4.1 (5)", "gpt-6-luna (2)", "File search (1)", "team: Support Desk (1)", "Without files (5)"):
        assert words in text


def test_who_changed_it_and_when(alice: Person, bob: Person, desk: dict[str, Assistant]) -> None:
    where = f"{LIST}{desk['By label'].id}/edit/"
    opened = next(form for form in read(alice.get(where)).forms if "instructions" in form)
    assert alice.post(where, opened | {"description": "Now described."}).status_code == 302
    assert found(bob, f"by=person:{alice.user.pk}&changed=day") == ["By label"]
    assert "Alice, just now" in read(bob.get(LIST)).text


def test_an_empty_result_says_what_to_drop(bob: Person, desk: dict[str, Assistant]) -> None:
    page = read(bob.get(f"{LIST}?q=support+desk&tool=code_interpreter"))
    assert page.links["Without Tool"] == f"{LIST}?q=support+desk"
    assert "Without the words" not in page.links


def test_changes_by_programs_are_found_at_once(bob: Person, server: Client, tap: Tap, desk: Any) -> None:
    found(bob, "q=north")
    tap.clear()
    changed = server.assistants.update(desk["Support Desk"].id, name="Renamed", metadata={"team": "west"})
    made = server.assistants.create(model="gpt-4.1", name="Brand new in the north")
    server.assistants.delete(desk["Support desk of the north"].id)
    assert found(bob, "q=north") == [made.name]
    assert found(bob, "metadata=team:west") == [changed.name]
    assert tap.sent == []


def test_more_words_than_a_database_takes_conditions_are_a_passage(alice: Person, server: Client) -> None:
    passage = " ".join(f"word{number}" for number in range(100))
    server.assistants.create(model="gpt-4.1-mini", name="Here", instructions=f"It says: {passage}.")
    server.assistants.create(model="gpt-4.1-mini", name="Elsewhere", instructions=passage.replace("word7 ", ""))

    page = read(alice.get(LIST, {"q": passage}))

    assert "This many words are searched for as one phrase" in page.text
    assert ("Here" in page.text, "Elsewhere" in page.text) == (True, False)


def test_a_label_is_found_by_its_own_address_whatever_blanks_it_has(bob: Person, server: Client) -> None:
    for labels in ({"team": "sales ", " shift": "early"}, {"desk": " : b"}):
        server.assistants.create(model="gpt-4.1", name="Blanks", metadata=labels)
    row = read(bob.get(LIST))
    chips = [href for href in row.links.values() if href.startswith(f"{LIST}?metadata=")]
    assert len(chips) == 3
    for chip in chips:
        assert found(bob, chip.partition("?")[2]) == ["Blanks"]
    assert found(bob, "metadata=+shift") == ["Blanks"]


def test_a_filter_that_leaves_nothing_is_named_in_the_readers_language(bob: Person, desk: dict[str, Assistant]) -> None:
    page = read(
        bob.get(
            f"{LIST}?state=ending&changed=day&tool=code_interpreter&files=yes&q=nothing",
            headers={"Accept-Language": "de"},
        )
    )
    for words in ("Modell endet bald", "In den letzten 24 Stunden", "Mit Dateien", "Code-Interpreter"):
        assert f": {words}" in page.text


def test_a_list_sorted_by_a_column_offers_no_order_that_does_not_hold(bob: Person, desk: dict[str, Assistant]) -> None:
    plain, by_name = (bob.get(f"{LIST}?{query}").content.decode() for query in ("", "sort=name"))
    assert "Newest first" in plain
    assert "Newest first" not in by_name
    assert found(bob, "sort=name&order=asc&limit=3") == found(bob, "sort=name&limit=3")


def test_the_first_steps_do_not_stand_above_what_was_found(alice: Person, desk: dict[str, Assistant]) -> None:
    assert "New here? Three steps" in read(alice.get(LIST)).text
    assert "New here? Three steps" not in read(alice.get(f"{LIST}?q=support")).text
