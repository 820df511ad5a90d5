from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from assistants_ui.domain.actions import Action
from dashboard.audit.read.sentences import sentence
from dashboard.audit.record.changes import changes_between
from dashboard.audit.registry import LogAction, Registry, registry

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("dashboard", "assistants_ui", "assistants_server")
# Where actions are registered and named.
WORDS = ("actions", "audit_log", "registration")
CODE = {"code_interpreter": {"file_ids": ["file-1"]}}
BASE: dict[str, Any] = {
    "name": "Support",
    "instructions": "a\nb\nc",
    "tools": [{"type": "file_search"}, {"type": "function", "function": {"name": "find_order", "parameters": {}}}],
    "tool_resources": {**CODE, "file_search": {"vector_store_ids": []}},
    "metadata": {"team": "support"},
    "temperature": 1.0,
    "description": None,
}


def told(names: dict[str, str] | None = None, **after: Any) -> str:
    head = {"action": "assistant.update", "outcome": "succeeded", "changes": changes_between(BASE, BASE | after)}
    return sentence(head, names=names)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"instructions": "a\nx\nc"}, "changed the instructions (1 line)"),
        ({"instructions": "a\nx\ny\nz"}, "changed the instructions (3 lines)"),
        ({"instructions": "c\nb\na"}, "reordered the instructions"),
        ({"instructions": None}, "emptied the instructions"),
        ({"description": "New"}, "wrote the description (1 line)"),
        ({"name": "Help"}, "renamed it to “Help”"),
        ({"temperature": 0.2}, "changed the temperature from 1 to 0.2"),
        ({"temperature": None}, "changed the temperature"),
        ({"model": "gpt-5-mini"}, "set the model to gpt-5-mini"),
        ({"metadata": {"team": "sales"}}, "changed the label team"),
        ({"metadata": {}}, "removed the label team"),
        ({"metadata": {"team": "support", "a": "1", "b": "2", "c": "3"}}, "added 3 labels"),
        ({"tools": BASE["tools"][:1]}, "removed the tool find_order"),
        ({"tools": [*BASE["tools"], {"type": "code_interpreter"}]}, "added the tool code interpreter"),
        ({"tool_resources": {"code_interpreter": {"file_ids": []}}}, "removed prices.pdf"),
        ({"tool_resources": {"code_interpreter": {"file_ids": ["file-1", "file-2"]}}}, "added 1 file"),
        (
            {"tool_resources": {**BASE["tool_resources"], "file_search": {"vector_store_ids": ["vs_1"]}}},
            "connected 1 vector store",
        ),
        ({"description": "", "metadata": BASE["metadata"]}, "saved it as it was"),
        ({"instructions": "a\nb", "name": "Help"}, "changed the instructions (1 line) and renamed it to “Help”"),
        (
            {"instructions": "a", "name": "H", "temperature": 2, "metadata": {}, "tools": []},
            "changed the instructions (2 lines), removed the label team, renamed it to “H” and 2 more changes",
        ),
    ],
)
def test_it_says_what_changed(after: dict[str, Any], expected: str) -> None:
    assert told({"file-1": "prices.pdf"}, **after) == expected


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("refused", "tried to delete the assistant, but it was refused"),
        ("not_sent", "tried to delete the assistant, but nothing was sent"),
        ("unknown", "tried to delete the assistant, and no answer was heard"),
        ("", "tried to delete the assistant, and the end is not recorded"),
    ],
)
def test_it_never_says_that_something_was_done_that_was_not(outcome: str, expected: str) -> None:
    assert sentence({"action": "assistant.delete", "outcome": outcome}) == expected


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"duplicate_of": "asst_1"}, "made a copy of another assistant"),
        ({"undelete_of": "asst_1"}, "brought the deleted assistant back"),
    ],
)
def test_it_says_how_an_assistant_came_to_be(context: dict[str, str], expected: str) -> None:
    assert sentence({"action": "assistant.create", "outcome": "succeeded", "context": context}) == expected


def searching(*stores: str) -> dict[str, Any]:
    return {"tool_resources": {"file_search": {"vector_store_ids": list(stores)}}}


@pytest.mark.parametrize(
    ("context", "before", "after", "expected"),
    [
        ({"detached": "prices.pdf"}, searching("vs_1"), searching("vs_2"), "removed prices.pdf"),
        ({"detached": "prices.pdf"}, {"tool_resources": CODE}, {"tool_resources": {}}, "removed prices.pdf"),
        ({"detached": "vs_1"}, searching("vs_1"), searching(), "disconnected 1 vector store"),
        ({"attached": "prices.pdf"}, searching(), searching("vs_1"), "attached prices.pdf"),
        (
            {"attached": "prices.pdf"},
            searching("vs_1") | {"tools": []},
            searching("vs_2") | {"tools": BASE["tools"][:1]},
            "attached prices.pdf, added the tool file search and disconnected 1 vector store",
        ),
        ({"attached": "prices.pdf"}, {"tools": []}, {"tools": BASE["tools"][:1]}, "added the tool file search"),
    ],
)
def test_it_names_the_file_for_whose_sake_stores_were_exchanged(
    context: dict[str, str], before: dict[str, Any], after: dict[str, Any], expected: str
) -> None:
    changes = changes_between(before, after)
    head = {"action": "assistant.update", "outcome": "succeeded", "changes": changes, "context": context}
    assert sentence(head) == expected


def test_it_says_whose_roles_changed_and_how() -> None:
    changes = changes_between({"roles": ["Viewers"]}, {"roles": ["Editors"]})
    head = {"action": "member.roles", "outcome": "succeeded", "changes": changes}
    assert sentence(head) == "gave the role Editors and took the role Viewers"


def test_every_name_of_the_pages_is_registered() -> None:
    assert {action.value for action in Action} <= set(registry.actions)


@pytest.mark.parametrize("name", sorted(registry.actions))
def test_every_action_is_written_down_by_something(name: str) -> None:
    modules = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if path.stem not in WORDS]
    constant = name.replace(".", "_").upper()
    named = re.compile(rf'"{re.escape(name)}"|\bAction\.{constant}\b')

    assert any(named.search(path.read_text(encoding="utf-8")) for path in modules)


def test_an_action_is_registered_once_and_no_other_can_be_recorded() -> None:
    fresh, action = Registry(), LogAction("lamp.light", "lit the lamp", "light the lamp")
    fresh.register_actions("lamp", "Lamps", action)

    assert fresh.action("lamp.light") is action
    with pytest.raises(ValueError, match="registered already"):
        fresh.register_actions("lamp", "Lamps", action)
    with pytest.raises(ValueError, match="not a registered action"):
        fresh.action("lamp.break")


def test_a_row_whose_app_is_gone_is_told_by_its_name() -> None:
    assert sentence({"action": "lamp.light", "outcome": "succeeded"}) == "lamp.light"
