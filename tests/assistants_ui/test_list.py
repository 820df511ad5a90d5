from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.utils import translation

from assistants_client import Client
from assistants_ui.assistants.model_notice import MODELS
from assistants_ui.assistants.rows import row_of
from assistants_ui.assistants.saved.operations import VIEWS
from assistants_ui.assistants.starters import starters
from assistants_ui.bulk.jobs import CACHED as CHANGED_MANY
from assistants_ui.catalog.personal import CACHED as ASSISTANTS_OF_A_PERSON
from assistants_ui.workspaces import cache
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person

LIST = "/w/main/assistants/"


def make(server: Client, number: int) -> list[str]:
    """Assistants named 1, 2, 3 … in this order; their names, newest first."""
    for count in range(1, number + 1):
        server.assistants.create(model="gpt-4.1-mini", name=f"Assistant {count}")
    return [f"Assistant {count}" for count in range(number, 0, -1)]


def names(response: Any) -> list[str]:
    return [label for label in read(response).links if label.startswith("Assistant ")]


def test_it_works(bob: Person, server: Client) -> None:
    server.assistants.create(
        model="gpt-4.1-mini", name="Support desk", description="Answers.", tools=[{"type": "file_search"}]
    )
    page = read(bob.get(LIST))
    assert "Support desk" in page.links
    for words in ("Answers.", "gpt-4.1-mini", "File search", "just now"):
        assert words in page.text


def test_it_shows_an_assistant_without_a_name_by_its_id(bob: Person, server: Client) -> None:
    created = server.assistants.create(model="gpt-4.1-mini")
    assert f"Untitled {created.id}" in read(bob.get(LIST)).links


def test_it_walks_forward_and_back_by_cursor(bob: Person, server: Client) -> None:
    expected = make(server, 25)
    first = bob.get(LIST, {"limit": 10})
    assert names(first) == expected[:10]
    assert "Previous page" not in read(first).links
    second = bob.get(read(first).links["Next page"])
    assert names(second) == expected[10:20]
    third = bob.get(read(second).links["Next page"])
    assert names(third) == expected[20:]
    assert "Next page" not in read(third).links
    back = bob.get(read(third).links["Previous page"])
    assert names(back) == expected[10:20]
    start = bob.get(read(back).links["Previous page"])
    assert names(start) == expected[:10]
    assert "Previous page" not in read(start).links


def test_it_walks_the_oldest_first_too(bob: Person, server: Client) -> None:
    expected = make(server, 15)[::-1]
    first = bob.get(f"{LIST}?limit=10&order=asc")
    assert names(first) == expected[:10]
    second = bob.get(read(first).links["Next page"])
    assert names(second) == expected[10:]
    assert names(bob.get(read(second).links["Previous page"])) == expected[:10]


ODD: list[dict[str, str]] = [{"limit": "0"}, {"limit": "abc"}, {"order": ";drop"}, {"limit": "1000000000"}]


@pytest.mark.parametrize("query", ODD)
def test_it_falls_back_to_the_defaults(bob: Person, server: Client, query: dict[str, Any]) -> None:
    expected = make(server, 3)
    assert names(bob.get(LIST, query)) == expected


def test_it_answers_htmx_with_the_results_alone(bob: Person, server: Client) -> None:
    make(server, 1)
    response = bob.get(LIST, headers={"HX-Request": "true"})
    assert b"<html" not in response.content
    assert names(response) == ["Assistant 1"]


def test_it_says_what_to_do_when_empty(alice: Person, tap: Tap) -> None:
    page = read(alice.get(LIST))
    assert "No assistants yet" in page.text
    assert "New assistant" in page.links


def test_it_offers_nothing_to_a_viewer_that_only_editors_may_do(bob: Person, tap: Tap) -> None:
    page = read(bob.get(LIST))
    assert "New assistant" not in page.links
    assert "Create three examples" not in page.text


def test_it_creates_the_examples(alice: Person, server: Client) -> None:
    alice.post("/w/main/assistants/examples/")
    page = read(alice.get(LIST))
    assert {"Support desk", "Contract reader", "Numbers helper"} <= set(page.links)
    made = {str(one.name): one for one in server.assistants.list().data}
    assert list(made) == ["Support desk", "Contract reader", "Numbers helper"]
    [store] = made["Support desk"].vector_store_ids
    [file] = server.vector_stores.files.list(store).data
    assert server.files.retrieve(file.id).filename == "example-help-articles.md"
    assert len(made["Contract reader"].vector_store_ids) == 1


def test_a_document_that_cannot_be_attached_is_told_and_the_examples_are_made(alice: Person, tap: Tap) -> None:
    refusal = {"error": {"message": "No room.", "type": "invalid_request_error"}}
    tap.answer = lambda request: (
        httpx.Response(400, json=refusal) if (request.method, request.url.path) == ("POST", "/v1/files") else None
    )
    page = read(alice.post("/w/main/assistants/examples/", follow=True))
    assert "“example-help-articles.md” could not be attached to “Support desk”." in page.text
    assert "Support desk" in page.links


def test_the_examples_are_made_of_the_templates(alice: Person, server: Client, tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "starters").mkdir()
    ours = 'name = "Our desk"\nmodel = "gpt-4o"\nsummary = "Ours."\nmetadata = {team = "support"}\n'
    (tmp_path / "starters" / "support-desk.toml").write_text(ours)
    alice.post("/w/main/assistants/examples/")
    made = {str(one.name): one for one in server.assistants.list().data}
    offered = {starter.name: starter.fields for starter in starters()}
    assert set(made) == {"Our desk", "Contract reader", "Numbers helper"}
    assert (made["Our desk"].model, made["Our desk"].metadata) == ("gpt-4o", {"team": "support"})
    for name, assistant in made.items():
        assert (assistant.instructions or None) == offered[name].get("instructions")
        assert assistant.tools == offered[name]["tools"]


@pytest.mark.parametrize("language", ["de", "fr"])
def test_the_templates_are_in_the_language_of_their_reader(alice: Person, server: Client, language: str) -> None:
    in_english = {one.slug: one for one in starters()}
    with translation.override(language):
        read_there = {one.slug: one for one in starters()}
    assert set(read_there) == set(in_english)
    for slug, one in in_english.items():
        own, there = one.fields, read_there[slug].fields
        for name in ("name", "description", "instructions"):
            assert there[name] not in ("", own[name]), (slug, name)
        assert there["instructions"].count("\n") == own["instructions"].count("\n"), slug
        assert {**there, "name": "", "description": "", "instructions": ""} == {
            **own,
            "name": "",
            "description": "",
            "instructions": "",
        }
        assert len(read_there[slug].documents) == len(one.documents)


def test_the_examples_and_their_documents_are_in_german_for_who_reads_german(alice: Person, server: Client) -> None:
    german = {"Accept-Language": "de"}
    alice.post("/w/main/assistants/examples/", headers=german)
    made = {str(one.name): one for one in server.assistants.list().data}
    assert set(made) == {"Kundendienst", "Vertragsleser", "Zahlenhelfer"}
    assert str(made["Kundendienst"].instructions).startswith("Du beantwortest Fragen")
    assert {file.filename for file in server.files.list()} == {"beispiel-hilfeartikel.md", "beispiel-mietvertrag.md"}
    page = read(alice.get("/w/main/assistants/new/?starter=support-desk", headers=german))
    assert "Kundendienst" in page.text
    assert next(form for form in page.forms if "instructions" in form)["name"] == "Kundendienst"


def test_a_cold_page_asks_the_server_once_and_a_warm_one_never(bob: Person, server: Client, tap: Tap) -> None:
    make(server, 3)
    bob.get(LIST)
    assert tap.sent == ["GET /v1/assistants"]
    bob.get(LIST)
    assert len(tap.requests) == 1


def test_a_row_is_put_together_once_for_all_until_it_changes(dora: Person, alice: Person, server: Client) -> None:
    def made_anew(person: Person) -> int:
        before = row_of.cache_info().misses
        assert person.get(LIST).status_code == 200
        return row_of.cache_info().misses - before

    made = [server.assistants.create(model="gpt-4.1-mini", name=f"Row {number}") for number in range(3)]
    assert made_anew(alice) == 3
    assert made_anew(dora) == 0
    server.assistants.update(made[0].id, name="Another row")
    cache.forget("main")
    assert made_anew(dora) == 1
    assert "Another row" in dora.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("question", "is_own"),
    [(MODELS, False), (CHANGED_MANY, False), (VIEWS, True), (ASSISTANTS_OF_A_PERSON, True)],
)
def test_who_waits_in_vain_for_what_the_database_tells_asks_it_too(
    alice: Person, server: Client, monkeypatch: pytest.MonkeyPatch, question: str, is_own: bool
) -> None:
    make(server, 1)
    monkeypatch.setattr(cache, "PATIENCE_SECONDS", 0.01)
    begun, may_end = threading.Event(), threading.Event()

    def slow() -> Any:
        begun.set()
        may_end.wait(30)
        return None

    params = {"person": alice.user.pk} if is_own else {}
    first = threading.Thread(target=cache.get, args=["main", question, params, slow])
    first.start()
    begun.wait(5)
    assert alice.get(LIST).status_code == 200
    may_end.set()
    first.join()


def test_a_change_is_seen_at_once(alice: Person, tap: Tap) -> None:
    alice.get(LIST)
    alice.post("/w/main/assistants/examples/")
    assert "Support desk" in read(alice.get(LIST)).links


def test_a_hostile_name_is_shown_and_nothing_more(bob: Person, server: Client) -> None:
    server.assistants.create(model="gpt-4.1-mini", name="<script>alert(1)</script>{{7*7}}")
    response = bob.get(LIST)
    assert "<script>alert(1)</script>{{7*7}}" in read(response).links
    assert b"<script>alert" not in response.content


@pytest.mark.parametrize("created_at", [10**17, -(10**14)])
def test_a_time_that_no_calendar_has_is_left_out(bob: Person, server: Client, tap: Tap, created_at: int) -> None:
    made = server.assistants.create(model="gpt-4.1-mini", name="Support desk").raw | {"created_at": created_at}
    tap.answer = lambda request: httpx.Response(
        200, json=made if made["id"] in request.url.path else {"object": "list", "data": [made]}
    )
    assert "Support desk" in read(bob.get(LIST)).links
    assert "Created" not in read(bob.get(f"{LIST}{made['id']}/")).text


def test_another_workspace_does_not_exist(bob: Person) -> None:
    assert bob.get("/w/other/assistants/").status_code == 404


def test_the_next_page_is_read_ahead_and_asked_of_the_server_once(bob: Person, server: Client, tap: Tap) -> None:
    expected = make(server, 15)
    first = bob.get(f"{LIST}?limit=10")
    ahead = first.context["prefetch"]
    assert f'hx-get="{ahead}"'.replace("&", "&amp;") in first.content.decode()
    assert bob.get(ahead).status_code == 204
    assert tap.sent == ["GET /v1/assistants"] * 2
    second = bob.get(read(first).links["Next page"])
    assert names(second) == expected[10:]
    assert tap.sent == ["GET /v1/assistants"] * 2
    # The keyboard goes on from the list, and there is no further page to read ahead.
    assert 'tabindex="-1" autofocus' in second.content.decode()
    assert second.context["prefetch"] == ""
    assert bob.get(f"{LIST}?limit=10", headers={"Save-Data": "on"}).context["prefetch"] == ""


def test_each_person_chooses_the_columns(alice: Person, bob: Person, server: Client) -> None:
    make(server, 1)
    chosen = {"columns": ["model", "changed"], "is_compact": "on", "next": f"{LIST}?order=asc"}
    assert bob.post(f"{LIST}columns/", chosen).headers["Location"] == f"{LIST}?order=asc"
    assert 'class="responsive assistants no-labels no-tools no-files compact"' in bob.get(LIST).content.decode()
    assert 'class="responsive assistants "' in alice.get(LIST).content.decode()
    bob.post(f"{LIST}columns/", {"columns": ["nonsense"], "next": "https://elsewhere.example/"})
    assert "no-labels no-tools no-files compact" in bob.get(LIST).content.decode()
