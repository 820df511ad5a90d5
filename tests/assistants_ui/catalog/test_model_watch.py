"""Models that end soon or are no longer offered: told on the list, filtered, and changed with one click."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from assistants_client import Client
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person

LIST = "/w/main/assistants/"
MODELS = f"{LIST}models/"
HTMX = {"HX-Request": "true"}


def offers(tap: Tap, *models: dict[str, str]) -> None:
    listed = httpx.Response(200, json={"object": "list", "data": [{"object": "model"} | model for model in models]})
    tap.answer = lambda request: listed if request.url.path.endswith("/models") else None


@pytest.fixture
def team(server: Client) -> None:
    for number, model in enumerate(["gpt-4.1", "gpt-4.1", "gpt-6-luna", "our-own", "kept-longer"]):
        server.assistants.create(model=model, name=f"Assistant {number}", temperature=0.4)


def with_own_server(settings: Any) -> None:
    """What the embedded server lists comes from a model server that the deployer has named."""
    workspace = settings.WORKSPACES["main"]
    model = replace(workspace.model, base_url="http://models.invalid/v1", models={})
    settings.WORKSPACES = {"main": replace(workspace, model=model)}


def test_models_to_change_are_told_with_the_one_to_change_to(
    alice: Person, bob: Person, tap: Tap, team: None, settings: Any
) -> None:
    with_own_server(settings)
    offers(
        tap,
        {"id": "gpt-6-luna"},
        {"id": "gpt-4.1", "shutdown_date": "2026-01-02"},
        {"id": "kept-longer", "shutdown_date": "2099-01-02"},
    )
    page = alice.get(MODELS)
    text = read(page).text
    assert "Ended on 2 January 2026 as the server says" in text
    assert "Endete am 2. Januar 2026" in " ".join(
        read(alice.get(MODELS, headers={"Accept-Language": "de"})).text.split()
    )
    assert "Not in the server's list" in text
    assert "Ends on 2 January 2099" in text
    assert read(page).links["gpt-4.1"] == f"{LIST}?model=gpt-4.1"
    change = read(page).links["Change to gpt-6-luna"]
    assert "Change to" not in read(bob.get(MODELS)).text

    listed = read(bob.get(LIST))
    assert "2 assistants use a model that has ended or ends soon: gpt-4.1." in listed.text
    assert "1 assistant uses a model that the server does not offer: our-own." in listed.text
    assert listed.links["See the models"] == MODELS
    assert "2 assistants" in read(bob.get(f"{LIST}?state=ending")).text
    assert "Assistant 3" in read(bob.get(f"{LIST}?state=unoffered")).links

    form = next(form for form in read(alice.get(change)).forms if "kind" in form)
    assert (form["kind"], form["model"]) == ("model", "gpt-6-luna")


def test_what_the_new_model_refuses_is_told_before(alice: Person, tap: Tap, team: None) -> None:
    chosen = alice.post(f"{LIST}change/?all=1&model=gpt-4.1", {"kind": "model", "model": "gpt-5-mini"})
    text = read(alice.get(chosen.headers["Location"])).text
    assert "gpt-5-mini refuses what is set as Temperature in 2 assistants." in text
    assert "OpenAI ends it on 11 December 2026 and names gpt-6.1-terra in its place." in text


def test_a_list_asks_for_the_models_beside_itself_once_a_day(bob: Person, tap: Tap, team: None) -> None:
    first = bob.get(LIST)
    assert tap.sent == ["GET /v1/assistants"]
    assert f'hx-get="{MODELS}"' in first.content.decode()
    beside = bob.get(MODELS, headers=HTMX)
    assert tap.sent == ["GET /v1/assistants"] * 2 + ["GET /v1/models"]
    assert (beside.status_code, beside.content) == (204, b""), "what came would push the list away while it is read"
    after = bob.get(LIST).content.decode()
    assert f'hx-get="{MODELS}"' not in after
    assert "2 assistants use a model" in after


def test_a_server_without_a_list_of_models_is_believed_by_the_table(bob: Person, tap: Tap, team: None) -> None:
    tap.answer = lambda request: (
        httpx.Response(404, json={"error": {"message": "none"}}) if request.url.path.endswith("/models") else None
    )
    text = read(bob.get(MODELS)).text
    assert "Ends on 14 January 2027 as OpenAI announced" in text
    assert "Not in the server's list" not in text
