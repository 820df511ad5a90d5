"""The form of an assistant in a real browser: with and without JavaScript, by keyboard, when things break."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Dialog, expect

from assistants_client import Client
from tests.browser.conftest import Visit
from tests.browser.editing import KINDS, NAMES, NEW, Wire, make, open_advanced, save
from tests.conftest import PASSWORD, Person


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_a_conflict_is_compared_and_resolved(alice: Person, server: Client, visit: Visit, kind: dict[str, Any]) -> None:
    address = make(server)
    page = visit(alice, address, **kind)
    server.assistants.update(address.split("/")[4], instructions="One, theirs.\n\nTwo.")
    page.locator("[name=instructions]").fill("One.\n\nTwo, mine.")
    save(page)
    expect(page.get_by_role("heading", name="Compare and choose")).to_be_visible()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    page.get_by_label("Edit together").check()
    save(page)
    expect(page.get_by_text("Assistant saved.")).to_be_visible()
    assert server.assistants.retrieve(address.split("/")[4]).instructions == "One, theirs.\n\nTwo, mine."


def test_a_text_put_together_is_decided_once_somebody_was_in_it(alice: Person, server: Client, visit: Visit) -> None:
    address = make(server)
    page = visit(alice, address)
    server.assistants.update(address.split("/")[4], instructions="One, theirs.\n\nTwo.")
    page.locator("[name=instructions]").fill("One, mine.\n\nTwo.")
    save(page)
    page.get_by_label("Use theirs").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("0 of 1 decided")).to_be_visible()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    page.keyboard.press("Tab")
    expect(page.get_by_text("1 of 1 decided")).to_be_visible()
    page.get_by_label("Use mine").check()
    page.get_by_label("Edit together").check()
    expect(page.get_by_label("Both together, to edit")).to_be_focused()
    expect(page.get_by_label("Both together, to edit")).to_have_value("One, mine.\n\nOne, theirs.\n\nTwo.")


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_a_session_that_ends_in_the_middle_leads_back_to_the_text(
    alice: Person, server: Client, visit: Visit, kind: dict[str, Any]
) -> None:
    address = make(server)
    page = visit(alice, address, **kind)
    page.locator("[name=instructions]").fill("Words that must not be lost.")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    save(page)
    page.get_by_label("Username").fill("alice")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[name=instructions]")).to_have_value("Words that must not be lost.")
    save(page)
    expect(page.get_by_text("Assistant saved.")).to_be_visible()


def test_a_double_click_makes_one(alice: Person, server: Client, wire: Wire, visit: Visit) -> None:
    page = visit(alice, NEW)
    page.locator("[name=name]").fill("Desk")
    page.locator("[name=model]").fill("gpt-4.1-mini")
    page.get_by_role("button", name="Save", exact=True).dblclick()
    expect(page.get_by_role("heading", name="Desk", level=1)).to_be_visible()
    assert len(server.assistants.list().data) == 1


def test_a_server_that_dies_before_its_answer_is_found_out(
    alice: Person, server: Client, wire: Wire, visit: Visit
) -> None:
    page = visit(alice, NEW)
    page.locator("[name=name]").fill("Desk")
    page.locator("[name=model]").fill("gpt-4.1-mini")
    wire.loses_answers = True
    save(page)
    expect(page.get_by_role("heading", name="Desk", level=1)).to_be_visible()
    assert wire.posts == 1
    assert len(server.assistants.list().data) == 1


def test_256000_characters_are_pasted_and_saved(alice: Person, server: Client, visit: Visit) -> None:
    address = make(server)
    text = ("Twenty-five characters.\n" * 11_000)[:255_999] + "🦊"
    page = visit(alice, address)
    page.locator("[name=instructions]").select_text()
    page.locator("[name=instructions]").evaluate(
        """(field, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        text,
    )
    expect(page.get_by_text("256,000 of 256,000")).to_be_visible()
    save(page)
    expect(page.get_by_text("Assistant saved.")).to_be_visible()
    assert server.assistants.retrieve(address.split("/")[4]).instructions == text


def test_what_is_typed_is_kept_and_leaving_asks(alice: Person, server: Client, visit: Visit) -> None:
    address = make(server)
    page = visit(alice, address)
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.locator("[name=instructions]").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" More.")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Draft kept")).to_be_visible()
    page.get_by_role("link", name="Assistants", exact=True).first.click()
    page.wait_for_load_state("networkidle")
    assert asked == ["beforeunload"]
    page.goto(address)
    page.get_by_role("link", name="Continue with it").click()
    expect(page.locator("[name=instructions]")).to_have_value("One.\n\nTwo. More.")


@pytest.mark.parametrize("cookies", [[settings.SESSION_COOKIE_NAME], None], ids=["the session", "all cookies"])
def test_being_signed_out_is_told_where_one_looks(
    alice: Person, server: Client, visit: Visit, cookies: list[str] | None
) -> None:
    page = visit(alice, make(server))
    if cookies:
        page.context.clear_cookies(name=cookies[0])
    else:
        page.context.clear_cookies()
    open_advanced(page)
    page.locator("[name=metadata_key]").last.fill("team")
    page.keyboard.press("Tab")
    told = page.get_by_role("alert").filter(has_text="You were signed out")
    expect(told).to_be_in_viewport()
    expect(told).to_contain_text("Your text is kept")


def test_a_note_that_asks_for_sign_in_takes_nobody_away(alice: Person, server: Client, visit: Visit) -> None:
    page = visit(alice, make(server))
    page.locator("[name=description]").fill("Words of mine.")
    open_advanced(page)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    with page.expect_response(lambda response: "HX-Redirect".lower() in response.headers):
        page.locator("[name=temperature]").fill("0.5")
        page.keyboard.press("Tab")
    expect(page.get_by_role("alert").filter(has_text="You were signed out")).to_be_visible()
    expect(page.locator("[name=description]")).to_have_value("Words of mine.")


def test_control_s_saves(alice: Person, server: Client, visit: Visit) -> None:
    address = make(server)
    page = visit(alice, address)
    page.locator("[name=instructions]").fill("Saved by a key.")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Assistant saved.")).to_be_visible()
    assert server.assistants.retrieve(address.split("/")[4]).instructions == "Saved by a key."


def test_the_button_says_that_it_is_saving(alice: Person, server: Client, visit: Visit) -> None:
    page = visit(alice, make(server))
    # An answer that leads nowhere leaves the page as it stands while it is sent.
    page.route("**/edit/", lambda route: route.fulfill(status=204))
    save(page)
    expect(page.get_by_role("button", name="Saving…")).to_be_visible()


def test_what_was_saved_is_told_and_taken_back(alice: Person, server: Client, visit: Visit) -> None:
    page = visit(alice, make(server))
    page.locator("[name=instructions]").fill("New words.")
    save(page)
    told = page.get_by_role("status").filter(has_text="Assistant saved. Changed: Instructions.")
    expect(told).to_be_visible()
    # It lies over the page, and what is below can be pressed all the same.
    assert page.locator(".toasts").evaluate("toasts => getComputedStyle(toasts).position") == "fixed"
    told.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("was undone")).to_be_visible()


def test_the_whole_text_is_written_with_save_in_view(alice: Person, server: Client, visit: Visit) -> None:
    page = visit(alice, make(server))
    page.get_by_role("button", name="Full height").click()
    key = "sk-proj-" + "a1B2" * 12
    page.locator("[name=instructions]").fill(f"The key is {key}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="1 warning")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_in_viewport(ratio=1)
    save(page)
    expect(page.get_by_text("Assistant saved.")).to_be_visible()


def test_cancel_leaves_at_once_and_the_text_is_on_offer(alice: Person, server: Client, visit: Visit) -> None:
    address = make(server)
    page = visit(alice, address)
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.locator("[name=instructions]").fill("A thought for later.")
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", name="Desk", exact=True, level=1)).to_be_visible()
    assert asked == []
    page.goto(address)
    offer = page.get_by_role("status").filter(has_text="that was never saved")
    expect(offer).to_contain_text("4 words")
    expect(offer).to_contain_text("A thought for later.")
