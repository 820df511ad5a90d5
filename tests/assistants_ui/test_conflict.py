"""Two people, one assistant: nobody's words are overwritten unseen."""

from __future__ import annotations

import re
from typing import Any

import pytest

from assistants_client import Assistant, Client
from assistants_ui.models import Snapshot
from assistants_ui.workspaces.locks import assistant_lock
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import editor_form, read
from tests.assistants_ui.test_edit import FULL, address
from tests.conftest import Person


@pytest.fixture
def assistant(server: Client) -> Assistant:
    return server.assistants.create(**FULL)


def compare_form(response: Any) -> dict[str, Any]:
    return next(form for form in read(response).forms if "typed" in form)


def choices(response: Any) -> list[str]:
    """The names of the decisions that the page asks for, in order."""
    return list(dict.fromkeys(re.findall(r'name="(decide-\w+)"', response.content.decode())))


def decide(person: Person, assistant: Assistant, response: Any, **chosen: str) -> Any:
    return person.post(f"{address(assistant)}compare/", compare_form(response) | chosen)


def test_changes_in_other_fields_are_merged_and_said(
    alice: Person, server: Client, assistant: Assistant, tap: Tap
) -> None:
    form = editor_form(alice.get(address(assistant)))
    server.assistants.update(assistant.id, description="By somebody else.", metadata={"team": "legal", "tier": "2"})
    tap.clear()
    response = alice.post(
        address(assistant),
        form | {"name": "Returns", "metadata_key": ["team", "tier", "new"], "metadata_value": ["logistics", "2", "1"]},
    )
    page = read(alice.get(response["Location"]))
    assert "Assistant saved." in page.text
    assert "changed meanwhile in Description and Labels" in page.text
    now = server.assistants.retrieve(assistant.id)
    assert (now.name, now.description) == ("Returns", "By somebody else.")
    assert now.metadata == {"team": "legal", "tier": "2", "new": "1"}
    assert set(tap.written[0]) == {"name", "metadata"}


def test_the_same_field_changed_twice_is_compared_and_nothing_is_sent(
    alice: Person, server: Client, assistant: Assistant, tap: Tap
) -> None:
    form = editor_form(alice.get(address(assistant)))
    server.assistants.update(assistant.id, name="Theirs")
    tap.clear()
    response = alice.post(address(assistant), form | {"name": "Mine", "description": "Mine too."})
    assert response.status_code == 409
    page = read(response)
    for words in ("Compare and choose", "Theirs", "Mine", "Use mine", "Use theirs", "Edit together", "Returns desk"):
        assert words in page.text
    assert tap.written == []
    assert not [name for name in compare_form(response) if name.startswith("decide-")]


@pytest.mark.parametrize(("choice", "name"), [("mine", "Mine"), ("theirs", "Theirs"), ("together", "Mine and theirs")])
def test_what_is_decided_is_saved_with_the_rest(
    alice: Person, server: Client, assistant: Assistant, choice: str, name: str
) -> None:
    form = editor_form(alice.get(address(assistant)))
    server.assistants.update(assistant.id, name="Theirs")
    response = alice.post(address(assistant), form | {"name": "Mine", "description": "Mine too."})
    [decision] = choices(response)
    together = {decision.replace("decide", "together"): "Mine and theirs"}
    response = decide(alice, assistant, response, **{decision: choice}, **together)
    assert response["Location"] == f"/w/main/assistants/{assistant.id}/"
    now = server.assistants.retrieve(assistant.id)
    assert (now.name, now.description) == (name, "Mine too.")


def test_a_card_left_open_is_asked_again(alice: Person, server: Client, assistant: Assistant, tap: Tap) -> None:
    form = editor_form(alice.get(address(assistant)))
    server.assistants.update(assistant.id, name="Theirs", model="gpt-4.1")
    response = alice.post(address(assistant), form | {"name": "Mine", "model": "gpt-4o"})
    tap.clear()
    first, _ = choices(response)
    response = decide(alice, assistant, response, **{first: "mine"})
    assert response.status_code == 409
    assert "Not everything is decided." in read(response).text
    assert compare_form(response)[first] == "mine"
    assert tap.written == []


def test_a_decision_does_not_hold_for_what_was_not_shown(
    alice: Person, server: Client, assistant: Assistant, tap: Tap
) -> None:
    form = editor_form(alice.get(address(assistant)))
    server.assistants.update(assistant.id, name="Theirs")
    response = alice.post(address(assistant), form | {"name": "Mine"})
    server.assistants.update(assistant.id, name="Theirs, later")
    [decision] = choices(response)
    response = decide(alice, assistant, response, **{decision: "mine"})
    assert response.status_code == 409
    assert "Theirs, later" in read(response).text
    assert server.assistants.retrieve(assistant.id).name == "Theirs, later"


def test_paragraphs_of_both_are_proposed_together(alice: Person, server: Client, assistant: Assistant) -> None:
    text = "One.\n\nTwo.\n\nThree."
    server.assistants.update(assistant.id, instructions=text)
    form = editor_form(alice.get(address(assistant)))
    server.assistants.update(assistant.id, instructions=text.replace("One.", "One, theirs."))
    response = alice.post(address(assistant), form | {"instructions": text.replace("Three.", "Three, mine.")})
    [decision] = choices(response)
    proposed = compare_form(response)[decision.replace("decide", "together")]
    assert proposed == "One, theirs.\r\n\r\nTwo.\r\n\r\nThree, mine."
    assert "both in this text, each in its place" in read(response).text
    decide(alice, assistant, response, **{decision: "together"})
    assert server.assistants.retrieve(assistant.id).instructions == proposed.replace("\r\n", "\n")


def test_a_passage_that_both_rewrote_is_named_as_standing_twice(
    alice: Person, server: Client, assistant: Assistant
) -> None:
    server.assistants.update(assistant.id, instructions="One.\n\nTwo.\n\nThree.")
    form = editor_form(alice.get(address(assistant)))
    server.assistants.update(assistant.id, instructions="One.\n\nTwo, theirs.\n\nThree.")
    mine = {"instructions": "One.\n\nTwo, mine.\n\nAnd more of mine.\n\nThree."}
    page = read(alice.post(address(assistant), form | mine)).text
    assert "One passage appears twice: as you wrote it, and then as somebody else did." in page
    assert "Yours: “Two, mine. And more of mine.”Theirs: “Two, theirs.”" in page


def test_tools_are_told_apart_by_name(alice: Person, server: Client, assistant: Assistant) -> None:
    form = editor_form(alice.get(address(assistant)))
    search, lookup = FULL["tools"]
    server.assistants.update(assistant.id, tools=[search, lookup, {"type": "function", "function": {"name": "refund"}}])
    alice.post(address(assistant), form | {"code_interpreter": "on"})
    kinds = [
        (tool["type"], tool.get("function", {}).get("name")) for tool in server.assistants.retrieve(assistant.id).tools
    ]
    assert kinds == [
        ("file_search", None),
        ("function", "lookup_order"),
        ("function", "refund"),
        ("code_interpreter", None),
    ]


def test_the_same_change_by_both_is_no_conflict(alice: Person, server: Client, assistant: Assistant, tap: Tap) -> None:
    form = editor_form(alice.get(address(assistant)))
    server.assistants.update(assistant.id, name="Same")
    tap.clear()
    response = alice.post(address(assistant), form | {"name": "Same"})
    assert tap.written == []
    assert "already as you want it" in read(alice.get(response["Location"])).text


def test_somebody_quicker_between_reading_and_writing_is_noticed(
    alice: Person, server: Client, assistant: Assistant, tap: Tap
) -> None:
    form = editor_form(alice.get(address(assistant)))

    def be_quicker(request: Any) -> None:
        if request.method == "POST":
            tap.answer = lambda request: None
            server.assistants.update(assistant.id, name="Quicker")

    tap.answer = be_quicker
    response = alice.post(address(assistant), form | {"name": "Mine"})
    assert response.status_code == 409
    assert "Quicker" in read(response).text
    assert server.assistants.retrieve(assistant.id).name == "Quicker"


def test_a_form_whose_base_is_forgotten_asks_about_every_difference(
    alice: Person, server: Client, assistant: Assistant
) -> None:
    form = editor_form(alice.get(address(assistant)))
    Snapshot.objects.all().delete()
    response = alice.post(address(assistant), form | {"name": "Mine"})
    assert response.status_code == 409
    assert len(choices(response)) == 1


def test_without_the_tokens_of_a_form_the_base_is_what_the_server_holds(
    alice: Person, server: Client, assistant: Assistant
) -> None:
    server.assistants.update(assistant.id, name="Theirs")
    alice.post(address(assistant), {"name": "Mine"})
    assert server.assistants.retrieve(assistant.id).name == "Mine"


def test_it_waits_its_turn_and_says_when_that_takes_too_long(
    alice: Person, server: Client, assistant: Assistant, tap: Tap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistants_ui.assistants.editor.saving.PATIENCE_SECONDS", 0.0)
    form = editor_form(alice.get(address(assistant)))
    tap.clear()
    with assistant_lock("main", assistant.id):
        response = alice.post(address(assistant), form | {"name": "Mine"})
    assert response.status_code == 503
    assert "Somebody else is changing this assistant just now" in read(response).text
    assert editor_form(response)["name"] == "Mine"
    assert tap.written == []
