"""A server checks a new model against the stored settings, so a change of model brings them along."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from assistants_client import Client
from assistants_ui.assistants.editor.forms.assistant import AssistantForm
from tests.assistants_ui.conftest import Tap, typed
from tests.assistants_ui.pages import editor_form, read
from tests.conftest import Person

NEW = "/w/main/assistants/new/"


@pytest.mark.parametrize(
    ("stored", "model", "sent", "words"),
    [
        (
            {"model": "gpt-4.1-mini", "temperature": 0.3},
            "o3-mini",
            {"model": "o3-mini", "temperature": None, "top_p": None},
            "o3-mini takes no Temperature and Top P",
        ),
        (
            {"model": "o3-mini", "temperature": None, "top_p": None, "reasoning_effort": "high"},
            "gpt-4.1",
            {"model": "gpt-4.1", "reasoning_effort": None},
            "gpt-4.1 takes no Reasoning effort",
        ),
        ({"model": "gpt-4.1-mini", "temperature": 0.3}, "gpt-4.1", {"model": "gpt-4.1"}, ""),
        ({"model": "gpt-4.1-mini", "temperature": 0.3}, "our-own", {"model": "our-own"}, ""),
    ],
)
def test_what_the_new_model_refuses_is_sent_as_null_and_said(
    alice: Person, server: Client, tap: Tap, stored: dict[str, Any], model: str, sent: dict[str, Any], words: str
) -> None:
    assistant = server.assistants.create(name="Desk", **stored)
    address = f"/w/main/assistants/{assistant.id}/edit/"
    tap.clear()
    response = alice.post(address, editor_form(alice.get(address)) | {"model": model})
    assert tap.written == [sent]
    assert words in read(alice.get(response["Location"])).text


def test_a_new_assistant_on_a_reasoning_model_says_that_it_wants_no_sampling(alice: Person, tap: Tap) -> None:
    alice.post(NEW, typed(model="o3-mini"))
    assert tap.written == [{"name": "Support desk", "model": "o3-mini", "temperature": None, "top_p": None}]


def test_the_page_explains_it_before_saving(alice: Person, tap: Tap) -> None:
    response = alice.get("/w/main/assistants/model/", {"model": "gpt-5-mini", "temperature": "0.3"})
    assert "Saving sets Temperature back to the server's default." in " ".join(read(response).text.split())


def test_what_a_model_refuses_is_said_only_where_it_is_set(alice: Person, tap: Tap) -> None:
    page = alice.get("/w/main/assistants/model/", {"model": "gpt-6-luna"})
    assert "takes no" not in read(page).text
    assert 'data-refused="temperature top_p"' in page.content.decode()
    refused = alice.post(NEW, typed(model="gpt-6-luna", temperature="0.3", name="") | {"top_p": "9"})
    assert "gpt-6-luna takes no Temperature and Top P." in read(refused).text


@pytest.mark.parametrize(("model", "is_warned"), [("our-own", True), ("gpt-6-luna", False), ("", False)])
def test_a_model_that_the_server_does_not_list_is_pointed_out(
    alice: Person, tap: Tap, model: str, is_warned: bool
) -> None:
    page = read(alice.get("/w/main/assistants/model/", {"model": model}))
    assert ("This server does not list it" in page.text) is is_warned


def test_the_end_of_a_model_is_said_where_the_server_tells_it(alice: Person, server: Client, tap: Tap) -> None:
    models = {"object": "list", "data": [{"id": "gpt-4o", "object": "model", "shutdown_date": "2027-01-14"}]}
    tap.answer = lambda request: httpx.Response(200, json=models) if request.url.path.endswith("/models") else None
    assistant = server.assistants.create(name="Desk", model="gpt-4o")
    page = alice.get(f"/w/main/assistants/{assistant.id}/edit/")
    assert "Its provider ends it on 14 January 2027 and names gpt-6-luna in its place." in read(page).text
    assert "gpt-4o · Ends on 14 January 2027" in page.content.decode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "OpenAI ended it on 23 October 2026 and names gpt-6.1-terra in its place."),
        (
            {"shutdown_date": "2099-01-01"},
            "Its provider ends it on 1 January 2099 and names gpt-6.1-terra in its place.",
        ),
        ({"shutdown_date": None}, ""),
    ],
)
def test_what_the_server_says_of_an_end_counts_more_than_the_table(
    alice: Person, tap: Tap, said: dict[str, Any], words: str
) -> None:
    models = {"object": "list", "data": [{"id": "gpt-3.5-turbo", "object": "model", **said}]}
    tap.answer = lambda request: httpx.Response(200, json=models) if request.url.path.endswith("/models") else None
    page = " ".join(read(alice.get("/w/main/assistants/model/", {"model": "gpt-3.5-turbo"})).text.split())
    assert words in page
    assert ("in its place" in page) is bool(words)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"model": "gpt-6-luna", "reasoning_effort": "minimal"}, "The efforts that it takes are none, low, medium"),
        ({"model": "gpt-6-luna", "reasoning_effort": "none", "temperature": "0.3"}, ""),
        ({"model": "gpt-6-luna", "temperature": "0.3"}, "gpt-6-luna takes no Temperature."),
        ({"model": "gpt-6.2-sol", "reasoning_effort": "low", "top_p": "0.3"}, "gpt-6.2-sol takes no Top P."),
    ],
)
def test_what_a_model_takes_depends_on_the_effort(
    alice: Person, tap: Tap, settings: dict[str, str], words: str
) -> None:
    page = " ".join(read(alice.get("/w/main/assistants/model/", settings)).text.split())
    assert words in page
    assert ("takes" in page) is bool(words)


@pytest.mark.parametrize(
    ("offered", "starter", "model"),
    [
        (["gpt-4.1-mini", "gpt-6-luna"], "", "gpt-6-luna"),
        # This one has a temperature, which the other model refuses.
        (["gpt-5.4-mini", "gpt-6-luna"], "support-desk", "gpt-5.4-mini"),
        # None of them lasts: the one that ends last.
        (["gpt-5-mini", "gpt-4.1-mini"], "", "gpt-4.1-mini"),
        (["text-embedding-3-small", "house-model"], "", "house-model"),
        (["whisper-1"], "", ""),
    ],
)
def test_a_new_assistant_has_a_model_that_the_server_offers(
    alice: Person, server: Client, tap: Tap, offered: list[str], starter: str, model: str
) -> None:
    models = {"object": "list", "data": [{"id": name, "object": "model"} for name in offered]}
    tap.answer = lambda request: httpx.Response(200, json=models) if request.url.path.endswith("/models") else None
    form = editor_form(alice.get(f"/w/main/assistants/new/?starter={starter}"))
    assert form["model"] == model
    if model:
        alice.post("/w/main/assistants/new/", form | {"name": "Desk"})
        assert [made.model for made in server.assistants.list().data] == [model]


def test_version_1_has_retrieval_and_no_sampling() -> None:
    form = AssistantForm(base={"model": "gpt-4", "tools": [{"type": "retrieval"}]}, version="v1")
    assert [field.name for field in form.tool_switches()] == ["code_interpreter", "retrieval"]
    assert not {"temperature", "top_p", "response_format", "reasoning_effort", "file_search"} & set(form.fields)
    text = AssistantForm({"instructions": "x" * 32_769}, base={"model": "gpt-4", "name": "Old"}, version="v1")
    assert "of 32,768" in str(text.errors["instructions"])
