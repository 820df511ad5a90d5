"""What the closest peer gets wrong about editing, by the number under which it is known: ours does not."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assistants_client import Assistant, Client
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import editor_form, read
from tests.assistants_ui.test_edit import FULL, address
from tests.conftest import Person

NEW = "/w/main/assistants/new/"


@pytest.fixture
def assistant(server: Client) -> Assistant:
    return server.assistants.create(**FULL)


def refuse(request: httpx.Request) -> httpx.Response | None:
    if request.method != "POST":
        return None
    return httpx.Response(400, json={"error": {"message": "No.", "param": None}})


def test_defect_2_adding_a_file_drops_no_tools(alice: Person, server: Client, assistant: Assistant) -> None:
    file = SimpleUploadedFile("prices.txt", b"5 euros")
    alice.post(f"/w/main/assistants/{assistant.id}/files/", {"use": "file_search", "files": file})
    kept = [tool["type"] for tool in server.assistants.retrieve(assistant.id).tools]
    assert kept == [tool["type"] for tool in FULL["tools"]]


def test_defect_3_what_came_from_elsewhere_keeps_its_functions_and_metadata(
    alice: Person, server: Client, assistant: Assistant
) -> None:
    alice.post(address(assistant), editor_form(alice.get(address(assistant))) | {"name": "Returns"})
    now = server.assistants.retrieve(assistant.id)
    assert now.tools == assistant.tools
    assert now.metadata == assistant.metadata


def test_defect_4_another_workspace_is_not_reached(alice: Person, assistant: Assistant) -> None:
    assert alice.post(f"/w/other/assistants/{assistant.id}/edit/", {"name": "x"}).status_code == 404


def test_defect_5_a_changed_model_counts_as_a_change(alice: Person, server: Client, assistant: Assistant) -> None:
    form = editor_form(alice.get(address(assistant)))
    server.assistants.update(assistant.id, model="gpt-4o")
    response = alice.post(address(assistant), form | {"name": "Returns"})
    assert "changed meanwhile in Model" in read(alice.get(response["Location"])).text
    assert alice.post(address(assistant), form | {"model": "gpt-4.1"}).status_code == 409


def test_defect_6_a_refused_create_leaves_nothing_behind(alice: Person, server: Client, tap: Tap) -> None:
    tap.answer = refuse
    form = editor_form(alice.get(NEW)) | {"name": "Desk", "model": "gpt-4.1-mini"}
    assert alice.post(NEW, form).status_code == 422
    tap.answer = lambda request: None
    alice.post(NEW, form)
    assert len(server.assistants.list().data) == 1


def test_defect_7_a_name_is_text_wherever_it_stands(alice: Person, server: Client) -> None:
    made = server.assistants.create(model="gpt-4.1-mini", name="</title><script>alert(1)</script>")
    for page in (address(made), f"/w/main/assistants/{made.id}/", f"/w/main/assistants/{made.id}/delete/"):
        assert b"<script>alert" not in alice.get(page).content


def test_defect_8_a_refused_change_says_that_nothing_was_changed(
    alice: Person, server: Client, assistant: Assistant, tap: Tap
) -> None:
    form = editor_form(alice.get(address(assistant)))
    tap.answer = refuse
    page = read(alice.post(address(assistant), form | {"name": "Returns"}))
    assert "Nothing was changed." in page.text
    assert "create" not in page.text.lower().replace("created", "")
    assert server.assistants.retrieve(assistant.id).name == "Returns desk"


def test_defect_9_a_stale_save_is_not_the_winner(alice: Person, server: Client, assistant: Assistant) -> None:
    form = editor_form(alice.get(address(assistant)))
    server.assistants.update(assistant.id, name="Theirs")
    assert alice.post(address(assistant), form | {"name": "Mine"}).status_code == 409
    assert server.assistants.retrieve(assistant.id).name == "Theirs"


def test_defect_11_opening_the_form_costs_one_call_once_the_models_are_known(
    alice: Person, assistant: Assistant, tap: Tap
) -> None:
    alice.get(address(assistant))
    tap.clear()
    alice.get(address(assistant))
    assert tap.sent == [f"GET /v1/assistants/{assistant.id}"]


def test_defect_12_there_is_a_description_a_duplicate_a_template_and_a_history(
    alice: Person, assistant: Assistant
) -> None:
    page = read(alice.get(f"/w/main/assistants/{assistant.id}/"))
    assert FULL["description"] in page.text
    assert "Duplicate" in page.text
    assert "History" in page.links
    assert "Start from a template" in read(alice.get(NEW)).text


def test_a_template_becomes_an_assistant(alice: Person, server: Client) -> None:
    page = f"{NEW}?starter=data-extractor"
    alice.post(page, editor_form(alice.get(page)) | {"model": "gpt-4.1-mini"})
    [made] = server.assistants.list().data
    assert made.name == "Data extractor"
    assert made.response_format == {"type": "json_object"}


def test_a_team_adds_templates_of_its_own(alice: Person, tap: Tap, settings: Any, tmp_path: Any) -> None:
    (tmp_path / "starters").mkdir()
    (tmp_path / "starters" / "ours.toml").write_text('name = "Ours"\nsummary = "Made here."', encoding="utf-8")
    (tmp_path / "starters" / "broken.toml").write_text("not toml", encoding="utf-8")
    settings.DATA_DIR = tmp_path
    assert "Made here." in read(alice.get(NEW)).text


def test_the_snippets_name_the_server_and_no_key(alice: Person, assistant: Assistant) -> None:
    text = read(alice.get(f"/w/main/assistants/{assistant.id}/")).text
    assert f'retrieve("{assistant.id}")' in text
    assert "http://testserver/v1" in text
    assert "ASSISTANTS_API_KEY" in text


def test_deleting_what_was_changed_since_asks_again(alice: Person, server: Client, assistant: Assistant) -> None:
    page = f"/w/main/assistants/{assistant.id}/delete/"
    form = next(form for form in read(alice.get(page)).forms if "opened" in form)
    server.assistants.update(assistant.id, name="Changed")
    response = alice.post(page, form)
    assert response.status_code == 409
    assert "It was changed since you opened this page" in read(response).text
    form = next(form for form in read(response).forms if "opened" in form)
    assert alice.post(page, form).status_code == 302


def test_duplicating_twice_from_one_page_makes_one(alice: Person, server: Client, assistant: Assistant) -> None:
    page = read(alice.get(f"/w/main/assistants/{assistant.id}/"))
    form = next(form for form in page.forms if "opened" in form)
    for _ in range(2):
        alice.post(f"/w/main/assistants/{assistant.id}/duplicate/", form)
    assert len(server.assistants.list().data) == 2
