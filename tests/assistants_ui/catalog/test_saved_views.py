"""Views with a name, favourites, what was opened last, and what others changed since."""

from __future__ import annotations

import pytest

from assistants_client import Assistant, Client
from assistants_ui.models import SavedView
from dashboard.audit.models import Record
from dashboard.bounds import VIEW_CHARACTERS
from tests.assistants_ui.pages import read
from tests.conftest import Person

LIST = "/w/main/assistants/"
VIEWS = f"{LIST}views/"


@pytest.fixture
def desk(server: Client) -> list[Assistant]:
    return [server.assistants.create(model="gpt-6-luna", name=name) for name in ("North desk", "South desk", "Lawyer")]


def recorded() -> list[str]:
    return list(
        Record.objects.filter(action__startswith="saved_view.").order_by("seq").values_list("action", flat=True)
    )


def test_a_view_of_ones_own_is_kept_and_nobody_else_sees_it(alice: Person, bob: Person, desk: list[Assistant]) -> None:
    page = read(bob.get(f"{LIST}?q=desk&model=gpt-6-luna&after={desk[0].id}"))
    save = page.links["Save this view"]
    saving = read(bob.get(save))
    assert "Search: desk Model: gpt-6-luna" in saving.text
    assert saving.links["Cancel"] == f"{LIST}?q=desk&model=gpt-6-luna"
    form = next(form for form in saving.forms if "query" in form)
    assert form["query"] == "q=desk&model=gpt-6-luna"
    assert "name" in bob.post(VIEWS, form | {"name": ""}).context["form"].errors
    kept = bob.post(VIEWS, form | {"name": "Desks", "is_shared": "on"})
    assert kept.headers["Location"] == f"{LIST}?q=desk&model=gpt-6-luna"
    again = read(bob.get(kept.headers["Location"]))
    assert "Views: Desks" in again.text
    assert again.links["Desks"] == f"{LIST}?q=desk&model=gpt-6-luna"
    assert "Save this view" not in again.links
    assert "Desks" not in read(alice.get(f"{LIST}?q=desk")).links
    view = SavedView.objects.get()
    bob.post(f"{VIEWS}{view.pk}/", {"name": "All desks"})
    assert "Views: All desks" in read(bob.get(LIST)).text
    bob.post(f"{VIEWS}{view.pk}/delete/")
    assert "All desks" not in read(bob.get(LIST)).links
    assert recorded() == []


def test_a_view_that_is_shared_appears_to_the_team_and_disappears_when_it_is_ones_own_again(
    alice: Person, bob: Person, desk: list[Assistant]
) -> None:
    def is_seen_by_bob() -> bool:
        return "Desks" in read(bob.get(LIST)).links

    alice.post(VIEWS, {"query": "q=desk", "name": "Desks"})
    seen = [is_seen_by_bob()]
    for is_shared in ("on", ""):
        alice.post(f"{VIEWS}{SavedView.objects.get().pk}/", {"name": "Desks", "is_shared": is_shared})
        seen.append(is_seen_by_bob())
    assert seen == [False, True, False]


def test_a_view_of_the_team_is_in_the_record_and_changed_by_editors_alone(
    alice: Person, bob: Person, desk: list[Assistant]
) -> None:
    alice.post(VIEWS, {"query": "model=gpt-6-luna&after=x&nonsense=1", "name": "Luna", "is_shared": "on"})
    assert read(bob.get(LIST)).links["Luna"] == f"{LIST}?model=gpt-6-luna"
    change = next(
        part.split('"')[0] for part in alice.get(VIEWS).content.decode().split('action="') if part.startswith(VIEWS)
    )
    assert bob.post(change, {"name": "Mine"}).status_code == 404
    assert bob.post(f"{change}delete/").status_code == 404
    alice.post(change, {"name": "Luna only", "is_shared": "on"})
    assert "Luna only" in read(bob.get(LIST)).links
    alice.post(f"{change}delete/")
    assert "Luna only" not in read(bob.get(LIST)).links
    assert recorded() == ["saved_view.create", "saved_view.update", "saved_view.delete"]


def test_favourites_and_what_was_opened_last_stand_on_top(alice: Person, bob: Person, desk: list[Assistant]) -> None:
    for item in desk:
        bob.get(f"{LIST}{item.id}/")
    assert bob.post(f"{LIST}{desk[0].id}/favourite/", {"is_favourite": "1"}).status_code == 302
    # What stands in the rows anyway is not told twice, so that each name is one link.
    assert "Favourites" not in read(bob.get(LIST)).text
    short = f"{LIST}?limit=1"
    text = " ".join(read(bob.get(short)).text.split())
    assert "Favourites North desk Recently opened South desk" in text
    assert "Favourites" not in read(alice.get(short)).text
    bob.post(f"{LIST}{desk[0].id}/favourite/", {"is_favourite": ""})
    assert "Favourites" not in read(bob.get(short)).text


def test_what_others_changed_since_one_looked_is_told(alice: Person, bob: Person, desk: list[Assistant]) -> None:
    bob.get(f"{LIST}?q=desk")
    for person in (alice, bob):
        person.get(f"{LIST}{desk[0].id}/")
    where = f"{LIST}{desk[0].id}/edit/"
    opened = next(form for form in read(alice.get(where)).forms if "instructions" in form)
    alice.post(where, opened | {"description": "Changed by Alice."})
    assert "Changed since you looked Show it" in " ".join(read(bob.get(LIST)).text.split())
    assert "Changed since you looked North desk Show it" in " ".join(read(bob.get(f"{LIST}?limit=1")).text.split())
    assert "1 assistant" in read(bob.get(f"{LIST}?state=news")).text
    assert "Changed since you looked North desk" not in read(alice.get(LIST)).text
    bob.get(f"{LIST}{desk[0].id}/")
    assert "No assistants match" in read(bob.get(f"{LIST}?state=news")).text


def test_a_view_whose_model_is_used_no_more_stays_and_says_what_to_drop(
    bob: Person, server: Client, desk: list[Assistant]
) -> None:
    bob.post(VIEWS, {"query": "q=desk&model=gpt-6-luna", "name": "Luna"})
    for item in desk:
        server.assistants.update(item.id, model="gpt-4.1")
    page = read(bob.get(f"{LIST}?q=desk&model=gpt-6-luna"))
    assert "No assistants match" in page.text
    assert page.links["Luna"] == f"{LIST}?q=desk&model=gpt-6-luna"
    assert page.links["Without Model"] == f"{LIST}?q=desk"
    # The filter still shows what it is set to, and that nothing has it.
    assert "gpt-6-luna (0)" in page.text


def test_all_that_match_are_exported(bob: Person, alice: Person, desk: list[Assistant]) -> None:
    page = read(alice.get(f"{LIST}?q=desk"))
    assert "2 assistants" in read(alice.get(page.links["Export all 2 that match"])).text


def test_what_a_view_keeps_is_described_so_that_no_two_look_alike(bob: Person, desk: list[Assistant]) -> None:
    queries = [
        "sort=name",
        "sort=-name",
        "sort=changed",
        "sort=-changed",
        "limit=50",
        "order=asc",
        "order=asc&sort=name",
    ]
    said = {query: read(bob.get(VIEWS, {"query": query})).text for query in queries}
    assert len(set(said.values())) == len(queries)
    assert "Sorted by: Name, descending" in said["sort=-name"]
    assert "Sorted by: Changed, descending" in said["sort=changed"]
    assert "Rows: 50" in said["limit=50"]
    assert "Order: Oldest first" in said["order=asc&sort=name"]


def test_a_search_may_be_so_long_to_be_kept(alice: Person, bob: Person, desk: list[Assistant]) -> None:
    query = "metadata=team%3A" + "x" * (VIEW_CHARACTERS - len("metadata=team%3A"))
    alice.post(VIEWS, {"query": query, "name": "Long", "is_shared": "on"})
    assert "Long" in read(bob.get(LIST)).links
    refused = alice.post(VIEWS, {"query": f"{query}x", "name": "Longer", "is_shared": "on"}, follow=True)
    assert "This search is too long to be kept." in read(refused).text
    assert "Longer" not in read(bob.get(LIST)).links
