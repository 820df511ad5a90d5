"""A reviewer's question and an editor's way back, with as few clicks as people have patience for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from assistants_client import Client
from assistants_ui.workspaces.connections import workspace_client
from dashboard.audit import api as audit
from dashboard.audit.record import chain
from tests.assistants_ui.test_history import save
from tests.browser.conftest import Visit
from tests.conftest import Person

HOME = "/w/main/assistants"


class Clicks:
    """Clicks like a person, and counts."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, what: Locator) -> None:
        what.click()
        self.count += 1


@pytest.fixture
def days_ago(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let the record be written some days ago."""

    def set_back(days: int) -> None:
        def now(zone: Any) -> datetime:
            return datetime.now(zone) - timedelta(days=days)

        monkeypatch.setattr(chain, "datetime", SimpleNamespace(now=now))

    return set_back


def files(ids: list[str]) -> dict[str, Any]:
    return {"tool_resources": {"code_interpreter": {"file_ids": ids}}}


def changed(
    actor: audit.Actor, before: dict[str, Any], after: dict[str, Any], context: dict[str, Any] | None = None
) -> None:
    """The support assistant was changed by somebody."""
    with audit.operation(
        action="assistant.update",
        actor=actor,
        workspace="main",
        target=audit.Target(type="assistant", id="asst_1", label="Support assistant"),
        before=before,
        context=context,
    ) as operation:
        operation.succeeded(after=after)


@pytest.fixture
def server(transactional_db: None) -> Client:
    return workspace_client("main")


def test_a_reviewer_finds_who_removed_the_price_list_what_else_and_that_the_log_is_whole(
    carol: Person, alice: Person, bob: Person, visit: Visit, days_ago: Callable[[int], None]
) -> None:
    peter = audit.Actor(kind="person", id=str(bob.user.pk), name="Peter", roles=("Editors",))
    maria = audit.Actor(kind="person", id=str(alice.user.pk), name="Maria", roles=("Editors",))
    days_ago(9)
    upload = audit.Target(type="file", id="file-1", label="price list.pdf")
    with audit.operation(action="file.create", actor=maria, target=upload):
        pass
    days_ago(6)
    changed(peter, files(["file-1"]), files([]), context={"detached": "price list.pdf"})
    changed(peter, {"temperature": 1}, {"temperature": 2})
    days_ago(0)
    changed(maria, {"name": "Support"}, {"name": "Support assistant"})

    click = Clicks()
    page = visit(carol, "/")
    click(page.get_by_role("link", name="Audit log"))
    page.get_by_label("Text").fill("price list")
    page.get_by_label("Text").press("Enter")
    removed = page.get_by_role("listitem").filter(has_text="Peter removed price list.pdf")
    expect(removed).to_contain_text("Support assistant")
    expect(removed).to_contain_text("6 days ago")

    click(removed.get_by_role("link", name="Peter"))
    click(page.get_by_role("listitem").filter(has_text="price list.pdf").get_by_role("link", name="6 days ago"))
    lines = page.get_by_role("region", name="What happened").get_by_role("listitem")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("changed the temperature from 1 to 2")

    click(page.get_by_role("link", name="Verify"))
    click(page.get_by_role("button", name="Verify now"))
    expect(page.get_by_text("The record is whole.")).to_be_visible()
    assert click.count <= 6


@pytest.mark.parametrize("browser_kind", [{}, {"java_script_enabled": False}], ids=["desktop", "without JavaScript"])
def test_an_editor_undoes_yesterdays_edit_and_brings_back_what_was_deleted(
    alice: Person, visit: Visit, server: Client, days_ago: Callable[[int], None], browser_kind: dict[str, Any]
) -> None:
    days_ago(1)
    made = server.assistants.create(model="gpt-4.1-mini", name="Returns desk", instructions="Thirty days, unopened.")
    lost = server.assistants.create(model="gpt-4.1-mini", name="Old friend", instructions="Hello.")
    save(alice, made.id, instructions="Sixty days, unopened.")
    days_ago(0)
    alice.post(f"{HOME}/{lost.id}/delete/")

    page = visit(alice, f"{HOME}/{made.id}/", **browser_kind)
    page.get_by_role("link", name="History").click()
    yesterday = page.get_by_role("listitem").filter(has_text="changed the instructions")
    expect(yesterday).to_contain_text("1 day ago")
    yesterday.get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The change of the instructions was undone.")).to_be_visible()
    assert server.assistants.retrieve(made.id).instructions == "Thirty days, unopened."

    page.goto("/")
    page.get_by_role("link", name="Deleted").click()
    page.get_by_role("link", name="Bring it back").click()
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_text("“Old friend” is back.")).to_be_visible()
    assert server.assistants.retrieve(lost.id).instructions == "Hello."


def test_a_date_is_typed_to_its_end_and_no_other_filter_is_lost(carol: Person, visit: Visit) -> None:
    page = visit(carol, "/audit/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "since=" in request.url else None)
    page.get_by_label("Outcome").select_option("succeeded")
    page.get_by_label("From", exact=True).focus()
    page.keyboard.type("11202026")
    assert [url for url in asked if "since=&" not in url] == []
    page.get_by_label("To", exact=True).focus()
    page.keyboard.type("11212026")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("outcome=succeeded.*since=2026-11-20.*until=2026-11-21"))
    expect(page.get_by_label("From", exact=True)).to_have_value("2026-11-20")


def test_a_printed_log_says_when_each_thing_happened(carol: Person, visit: Visit) -> None:
    changed(audit.Actor(kind="person", id="1", name="Maria", roles=()), {"temperature": 1}, {"temperature": 2})
    page = visit(carol, "/audit/")
    page.emulate_media(media="print")

    moment = page.get_by_role("listitem").filter(has_text="Maria").locator("time")

    said = moment.evaluate("element => getComputedStyle(element, '::after').content")
    assert re.search(r"\d+ \w+ 20\d\d, \d\d:\d\d:\d\d UTC", said)
