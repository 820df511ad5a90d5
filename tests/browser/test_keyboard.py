"""Going about by keys, on every page."""

from __future__ import annotations

import re

from playwright.sync_api import Route, expect

from assistants_ui.workspaces.connections import workspace_client
from tests.browser.conftest import Visit
from tests.conftest import Person


def test_keys_search_edit_and_go_to(alice: Person, visit: Visit) -> None:
    made = workspace_client("main").assistants.create(model="gpt-4.1-mini", name="Größenprüfung")
    page = visit(alice, "/w/main/assistants/")
    page.keyboard.press("/")
    expect(page.get_by_label("Search assistants")).to_be_focused()
    # In a field a key writes.
    page.keyboard.type("e?/")
    expect(page.get_by_label("Search assistants")).to_have_value("e?/")
    page.get_by_label("Search assistants").fill("")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Go to")).to_be_focused()
    page.keyboard.type("größenpr")
    expect(page.get_by_role("option", name="Größenprüfung")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Größenprüfung", level=1)).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Search on this page")
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    page.keyboard.press("Control+k")
    page.keyboard.type("vector")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Vector stores", level=1)).to_be_visible()
    page.go_back()
    page.wait_for_load_state()
    page.keyboard.press("e")
    expect(page).to_have_url(f"{page.url.split('/w/')[0]}/w/main/assistants/{made.id}/edit/")


def test_what_is_typed_while_the_palette_comes_is_meant_for_it(alice: Person, visit: Visit) -> None:
    page = visit(alice, "/w/main/assistants/")
    page.wait_for_load_state()
    held: list[Route] = []
    page.route("**/palette*.js", lambda route: held.append(route))
    page.get_by_label("Search assistants").focus()
    with page.expect_request("**/palette*.js"):
        page.keyboard.press("Control+k")
    page.keyboard.type("e?vectr")
    page.keyboard.press("Backspace")
    page.keyboard.type("or")
    page.keyboard.press("Control+k")
    while not held:
        page.wait_for_timeout(10)
    held.pop().continue_()

    expect(page.get_by_role("dialog", name="Go to").get_by_role("combobox")).to_have_value("e?vector")
    expect(page.get_by_role("dialog")).to_have_count(1)
    expect(page.get_by_label("Search assistants", exact=True)).to_have_value("")
    expect(page).to_have_url(re.compile("/assistants/$"))
