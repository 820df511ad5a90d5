"""The form of a vector store in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from assistants_ui.workspaces.connections import workspace_client
from tests.browser.conftest import Visit
from tests.conftest import Person

NEW = "/w/main/vector-stores/new/"


def sent_by(page: Page) -> list[str]:
    """Every change that the page sends from now on."""
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    return posts


def test_nothing_is_sent_before_save(alice: Person, visit: Visit, live_server: LiveServer) -> None:
    page = visit(alice, NEW)
    page.clock.install()
    page.reload()
    posts = sent_by(page)
    page.get_by_label("Name").press_sequentially("Half a na")
    page.clock.run_for(60_000)
    page.get_by_placeholder("Key").first.fill("team")
    page.clock.run_for(60_000)
    assert posts == []
    assert workspace_client("main").vector_stores.list().data == []


def test_it_is_filled_and_saved_by_keyboard(alice: Person, visit: Visit, live_server: LiveServer) -> None:
    page = visit(alice, NEW)
    page.get_by_placeholder("Key").first.focus()
    for words in ("team", "sales", "year", "2026"):
        page.keyboard.type(words)
        page.keyboard.press("Enter")
    page.get_by_label("Name").focus()
    page.keyboard.type("Prices")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Prices", level=1)).to_be_visible()
    [made] = workspace_client("main").vector_stores.list().data
    assert (made.name, made.metadata) == ("Prices", {"team": "sales", "year": "2026"})


def test_what_is_wrong_is_told_at_the_head_and_leads_to_its_field(
    alice: Person, visit: Visit, live_server: LiveServer
) -> None:
    page = visit(alice, NEW)
    page.get_by_label("Expires after").fill("0")
    page.get_by_role("button", name="Save").click()
    summary = page.locator("[data-wrong]")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Not saved: New vector store"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name")).to_be_focused()
    summary.get_by_role("link", name="Expires after").click()
    expect(page.get_by_label("Expires after")).to_be_focused()


def test_a_save_pressed_twice_makes_one_store(alice: Person, visit: Visit, live_server: LiveServer) -> None:
    page = visit(alice, NEW)
    posts = sent_by(page)
    page.get_by_label("Name").fill("Prices")
    page.get_by_role("button", name="Save").dblclick()
    expect(page.get_by_role("heading", name="Prices", level=1)).to_be_visible()
    assert len(posts) == 1
    assert len(workspace_client("main").vector_stores.list().data) == 1
