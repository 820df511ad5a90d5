"""A server that changes more than it was asked to: told at once, ascribed to the server, brought back by one click."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from pytest_django import Settings

from assistants_client import Client
from assistants_ui.workspaces.connections import connected
from dashboard.audit.models import Record
from dashboard.audit.read.entries import states_of
from dashboard.environment import WorkspaceSettings
from tests.assistants_ui.pages import editor_form, read
from tests.conftest import Person

EMPTY: dict[str, Any] = {
    "name": "",
    "description": "",
    "model": "",
    "instructions": "",
    "tools": [],
    "metadata": {},
    "temperature": None,
    "top_p": None,
    "tool_resources": {},
    "response_format": "auto",
    "reasoning_effort": None,
}
DESK = {
    **EMPTY,
    "id": "asst_1",
    "object": "assistant",
    "created_at": 1720000001,
    "name": "Desk",
    "model": "gpt-4o",
    "instructions": "Be brief.",
    "tools": [{"type": "code_interpreter"}],
    "metadata": {"team": "logistics"},
    "temperature": 0.2,
}
EXPIRY = {"anchor": "last_active_at", "days": 7}
STORE = {
    "id": "vs_1",
    "object": "vector_store",
    "created_at": 1720000001,
    "name": "Prices",
    "status": "completed",
    "file_counts": {"in_progress": 0, "completed": 0, "failed": 0, "cancelled": 0, "total": 0},
    "metadata": {"team": "logistics"},
    "expires_after": EXPIRY,
}
STORE_PAGE = "/w/main/vector-stores/vs_1/"
PAGE = "/w/main/assistants/asst_1/"


class Replacing(httpx.BaseTransport):
    """A server of one assistant, whose update does to the fields that are not sent what ``side_effect`` says."""

    def __init__(self) -> None:
        self.now: dict[str, Any] = dict(DESK)
        self.side_effect: dict[str, Any] = EMPTY
        self.sent: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.store: dict[str, Any] = dict(STORE)
        # What is answered to an update, made of what was there and what was sent; by default what is stored.
        self.answer: Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]] | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(f"{request.method} {path}")
        if path == "/v1/vector_stores/vs_1":
            return self._store(request)
        if path == "/v1/assistants":
            return httpx.Response(200, json={"object": "list", "data": [self.now], "has_more": False})
        if path != "/v1/assistants/asst_1":
            return httpx.Response(200, json={"object": "list", "data": [], "has_more": False})
        if request.method == "POST":
            self.sent.append(json.loads(request.read()))
            before, self.now = self.now, {**self.now, **self.side_effect, **self.sent[-1]}
            return httpx.Response(200, json=self.now if self.answer is None else self.answer(before, self.sent[-1]))
        return httpx.Response(200, json=self.now)

    def _store(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.sent.append(json.loads(request.read()))
            self.store = {**self.store, **self.side_effect, **self.sent[-1]}
        return httpx.Response(200, json=self.store)


@pytest.fixture
def far_end(db: None) -> Iterator[Replacing]:
    server = Replacing()
    with connected("main", Client(base_url="http://server.test/v1", api_key="", transport=server)):
        yield server


def save(person: Person, **changes: str) -> str:
    """Save these fields in the editor; gives the page that follows."""
    answer = person.post(f"{PAGE}edit/", editor_form(person.get(f"{PAGE}edit/")) | changes)
    assert answer.status_code == 302
    return person.get(answer["Location"]).content.decode()


def test_what_was_emptied_besides_is_told_and_is_not_the_persons_doing(far_end: Replacing, alice: Person) -> None:
    page = save(alice, name="Front desk")
    told = "The server also emptied Model, Instructions, Tools, Temperature and Labels. Nobody asked it to."
    assert told in page
    assert "Assistant saved. Changed: Name." in page
    rows = list(Record.objects.exclude(kind="intent").order_by("seq"))
    assert [(row.action, row.actor) for row in rows][1:] == [("assistant.changed_outside", "system:server")]
    history = read(alice.get(f"{PAGE}history/")).text
    assert "The server by itself emptied the instructions" in history
    assert "Alice emptied" not in history


def test_one_click_brings_it_back_on_a_server_that_replaces_everything(far_end: Replacing, alice: Person) -> None:
    page = save(alice, name="Front desk")
    button = re.search(r'action="([^"]+/undo/)">[^<]*<input[^>]*><button[^>]*>Bring them back', page)
    assert button, page
    back = alice.post(button[1])
    assert back.status_code == 302
    assert far_end.now == DESK | {"name": "Front desk"}
    assert "The server also" not in alice.get(back["Location"]).content.decode()


@pytest.mark.parametrize(
    ("side_effect", "told"),
    [
        ({"reasoning_effort": "medium"}, "The server also changed Reasoning effort."),
        ({"temperature": 1.0, "metadata": {}}, "The server also emptied Labels and changed Temperature."),
        ({"tools": [*DESK["tools"], {"type": "file_search"}]}, "The server also changed Tools."),
        ({"tool_resources": {"code_interpreter": {"file_ids": ["file-1"]}}}, "The server also changed Files."),
        ({"description": "By the server"}, "The server also changed Description."),
        ({"instructions": None}, "The server also emptied Instructions."),
        # What only looks different is the same.
        ({"tool_resources": {"code_interpreter": {"file_ids": []}}}, ""),
        ({"description": None}, ""),
        ({"response_format": None}, ""),
        ({"tools": [{"type": "code_interpreter"}]}, ""),
        ({"usage": 5, "updated_at": 1}, ""),
    ],
)
def test_each_field_is_compared(far_end: Replacing, alice: Person, side_effect: dict[str, Any], told: str) -> None:
    far_end.side_effect = side_effect
    page = save(alice, name="Front desk")
    assert told in page if told else "The server also" not in page


ANSWERS: dict[str, Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]] = {
    "as if nothing else had changed": lambda before, sent: before | sent,
    "with what was sent": lambda before, sent: {"id": "asst_1", "object": "assistant"} | sent,
    "as it was before": lambda before, sent: before,
}


@pytest.fixture
def remote(far_end: Replacing, settings: Settings) -> Replacing:
    """The same server, which is not the embedded one: its answers are not believed."""
    served = WorkspaceSettings(name="main", label="Main", base_url="http://server.test/v1")
    settings.WORKSPACES = settings.WORKSPACES | {"main": served}
    return far_end


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_was_emptied_is_told_although_the_answer_does_not_show_it(
    remote: Replacing, alice: Person, answer: str
) -> None:
    remote.answer = ANSWERS[answer]
    page = save(alice, name="Returns desk")
    told = "The server also emptied Model, Instructions, Tools, Temperature and Labels. Nobody asked it to."
    assert told in page
    assert "did not keep" not in page
    last = Record.objects.latest("seq")
    assert (last.action, last.actor) == ("assistant.changed_outside", "system:server")


def test_an_answer_that_shows_little_costs_the_record_nothing(remote: Replacing, alice: Person) -> None:
    remote.side_effect, remote.answer = {}, ANSWERS["with what was sent"]
    page = save(alice, name="Returns desk")
    assert "The server" not in page
    last = Record.objects.filter(action="assistant.update").latest("seq")
    after = states_of(last)["after"]
    assert (after.get("instructions"), after.get("name")) == ("Be brief.", "Returns desk")


def test_a_look_after_a_save_asks_no_more_than_the_page_that_follows(remote: Replacing, alice: Person) -> None:
    remote.side_effect = {}
    form = editor_form(alice.get(f"{PAGE}edit/"))
    remote.asked.clear()
    alice.post(f"{PAGE}edit/", form | {"name": "Returns desk"}, follow=True)
    assert [call for call in remote.asked if call.endswith("/asst_1")] == [
        "GET /v1/assistants/asst_1",
        "POST /v1/assistants/asst_1",
        "GET /v1/assistants/asst_1",
    ]


def test_an_answer_that_leaves_fields_out_says_nothing_about_them(far_end: Replacing, alice: Person) -> None:
    handle = far_end.handle_request

    def short(request: httpx.Request) -> httpx.Response:
        answer = handle(request)
        if request.method != "POST":
            return answer
        return httpx.Response(200, json={key: far_end.now[key] for key in ("id", "object", "name", "model")})

    far_end.side_effect = {}
    far_end.handle_request = short  # type: ignore[method-assign]  # the same server with a shorter answer
    assert "The server also" not in save(alice, name="Front desk")


def test_undo_of_the_save_still_undoes_the_save(far_end: Replacing, alice: Person) -> None:
    far_end.side_effect = {"reasoning_effort": "medium"}
    page = save(alice, name="Front desk")
    button = re.search(r'action="([^"]+/undo/)">[^<]*<input[^>]*><button[^>]*>Undo', page)
    assert button, page
    alice.post(button[1])
    assert far_end.sent[-1] == {"name": "Desk"}


def save_store(person: Person, **changes: str) -> str:
    form = next(form for form in read(person.get(f"{STORE_PAGE}edit/")).forms if "name" in form)
    answer = person.post(f"{STORE_PAGE}edit/", form | changes)
    assert answer.status_code == 302
    return person.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("side_effect", "told"),
    [
        ({"metadata": {}, "expires_after": None}, "The server also emptied Labels and Expiry. Nobody asked it to."),
        ({"metadata": None}, "The server also emptied Labels."),
        ({"expires_after": None}, "The server also emptied Expiry."),
        ({"expires_after": EXPIRY | {"days": 1}}, "The server also changed Expiry."),
        ({"metadata": {"team": "x"}, "expires_after": None}, "The server also emptied Expiry and changed Labels."),
        ({"status": "in_progress", "usage_bytes": 7, "last_active_at": 9}, ""),
        ({}, ""),
    ],
)
def test_a_vector_store_is_compared_whole(
    far_end: Replacing, alice: Person, side_effect: dict[str, Any], told: str
) -> None:
    far_end.side_effect = side_effect
    page = save_store(alice, name="New prices")
    assert told in page if told else "The server also" not in page
    rows = [(row.action, row.actor) for row in Record.objects.exclude(kind="intent").order_by("seq")]
    assert rows[1:] == ([("vector_store.changed_outside", "system:server")] if told else [])


def test_one_click_brings_back_what_a_vector_store_lost(far_end: Replacing, alice: Person) -> None:
    far_end.side_effect = {"name": None, "metadata": {}, "expires_after": None}
    page = save_store(alice, name="New prices")
    button = re.search(r'action="([^"]+/undo/)">[^<]*<input[^>]*><button[^>]*>Bring them back', page)
    assert button, page
    back = alice.post(button[1])
    assert far_end.store == STORE | {"name": "New prices"}
    assert "The server also" not in alice.get(back["Location"]).content.decode()


def test_an_undo_that_the_server_takes_for_more_is_told(far_end: Replacing, alice: Person) -> None:
    far_end.side_effect = {}
    page = save(alice, name="Front desk")
    far_end.side_effect = {"instructions": "", "metadata": {}}
    button = re.search(r'action="([^"]+/undo/)">[^<]*<input[^>]*><button[^>]*>Undo', page)
    assert button, page
    after = alice.post(button[1])
    assert "The server also emptied Instructions and Labels." in alice.get(after["Location"]).content.decode()


def test_a_restored_version_that_the_server_takes_for_more_is_told(far_end: Replacing, alice: Person) -> None:
    far_end.side_effect = {}
    save(alice, name="Front desk")
    save(alice, name="Desk of the front")
    far_end.side_effect = {"temperature": None}
    first = Record.objects.filter(action="assistant.update", outcome="succeeded").order_by("seq")[0]
    restored = alice.post(f"{PAGE}history/{first.seq}/restore/", {"field": "name"})
    assert restored.status_code == 302, restored.content
    assert "The server also emptied Temperature." in alice.get(restored["Location"]).content.decode()


def test_a_file_that_is_detached_leaves_no_untold_damage(far_end: Replacing, alice: Person) -> None:
    far_end.now["tool_resources"] = {"code_interpreter": {"file_ids": ["file-1"]}}
    far_end.side_effect = {"instructions": "", "model": ""}
    answer = alice.post(f"{PAGE}files/file-1/detach/", {"use": "code_interpreter"})
    assert answer.status_code == 302
    assert "The server also emptied Model and Instructions." in alice.get(answer["Location"]).content.decode()
