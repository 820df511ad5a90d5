"""The fields of the editor, their rows, and the keyboard."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from assistants_client import Client
from tests.browser.conftest import Visit
from tests.browser.editing import KINDS, NAMES, NEW, make, open_advanced, save
from tests.conftest import Person


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).last.click()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_a_person_who_knows_no_json_describes_a_function_and_an_answer(
    alice: Person, server: Client, visit: Visit, kind: dict[str, Any]
) -> None:
    page = visit(alice, NEW, **kind)
    page.locator("[name=name]").fill("Desk")
    page.locator("[name=model]").fill("gpt-4.1-mini")
    page.locator("[name=instructions]").fill("Be kind.")
    press(page, "Add a function")
    page.locator("[name=function-0-name]").press_sequentially("look_up_order" if kind else "look up ördér!")
    for number, field in enumerate(("number", "street_name", "country")):
        press(page, "Add a parameter")
        name = page.locator(f"[name=function-0-parameter-{number}-name]")
        name.press_sequentially(field if kind else field.replace("_", " ").replace("e", "é"))
    open_advanced(page)
    page.get_by_label("JSON in a fixed shape").check()
    page.locator("[name=response_format_name]").fill("verdict")
    page.get_by_text("Make the fields from an example answer").click()
    page.locator("#sample").fill('{"returnable": true}')
    press(page, "Make the fields")
    page.locator("[name=response_format_strict]").uncheck()
    save(page)
    expect(page.get_by_role("heading", name="Desk", level=1)).to_be_visible()
    [made] = server.assistants.list().data
    # Where a script runs, names are made valid while they are typed.
    assert made.tools[0]["function"]["name"] == "look_up_order"
    assert made.tools[0]["function"]["parameters"]["required"] == ["number", "street_name", "country"]
    assert isinstance(made.response_format, dict)
    assert made.response_format["json_schema"]["schema"]["properties"] == {"returnable": {"type": "boolean"}}
    assert made.instructions == "Be kind."


def test_a_name_that_came_from_elsewhere_keeps_its_signs(alice: Person, server: Client, visit: Visit) -> None:
    parameters = {"type": "object", "properties": {"$größe": {"type": "string"}}}
    tool = {"type": "function", "function": {"name": "look_up", "parameters": parameters}}
    made = server.assistants.create(model="gpt-4.1-mini", name="Desk", tools=[tool])
    page = visit(alice, f"/w/main/assistants/{made.id}/edit/")
    name = page.locator("[name=function-0-parameter-0-name]")
    name.press("End")
    name.press_sequentially(" ä%2")
    expect(name).to_have_value("$größe_a2")


def test_what_is_typed_while_a_row_is_being_added_stays(alice: Person, server: Client, visit: Visit) -> None:
    page = visit(alice, NEW)
    press(page, "Add a function")
    held: list[Route] = []
    page.route("**/new/", lambda route: held.append(route))
    page.get_by_role("button", name="Add a parameter").click()
    when = page.locator("[name=function-0-description]")
    when.press_sequentially("Look up")
    page.get_by_role("button", name="Add a parameter").click()
    expect(page.locator("#functions")).to_have_attribute("aria-busy", "true")
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator("[name=function-0-parameter-0-name]")).to_be_visible()
    expect(when).to_have_value("Look up")
    page.unroute("**/new/")
    page.get_by_role("button", name="Add a parameter").click()
    expect(page.locator("[name=function-0-parameter-1-name]")).to_be_focused()
    expect(when).to_have_value("Look up")


def test_a_part_whose_request_failed_can_be_used_again(alice: Person, server: Client, visit: Visit) -> None:
    page = visit(alice, NEW)
    press(page, "Add a function")
    page.route("**/new/", lambda route: route.fulfill(status=403, headers={"HX-Retarget": "#problem"}, body="Refused."))
    page.get_by_role("button", name="Show as JSON").first.click()
    expect(page.get_by_text("Refused.")).to_be_visible()
    page.unroute("**/new/")
    press(page, "Add a parameter")
    expect(page.locator("[name=function-0-parameter-0-name]")).to_be_visible()


def test_whoever_is_typing_stays_in_their_field(alice: Person, server: Client, visit: Visit) -> None:
    page = visit(alice, NEW)
    press(page, "Add a function")
    held: list[Route] = []
    page.route("**/new/", lambda route: held.append(route))
    page.get_by_role("button", name="Add a parameter").click()
    when = page.locator("[name=function-0-description]")
    when.press_sequentially("Look")
    held[0].continue_()
    expect(page.locator("[name=function-0-parameter-0-name]")).to_be_visible()
    expect(page.locator("#functions.htmx-settling")).to_have_count(0)
    expect(when).to_be_focused()
    page.keyboard.type(" up")
    expect(when).to_have_value("Look up")


def test_the_focus_is_never_behind_the_bar_that_saves(alice: Person, server: Client, visit: Visit) -> None:
    page = visit(alice, NEW, viewport={"width": 1000, "height": 500})
    open_advanced(page)
    page.locator("[name=name]").focus()
    stops = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        name, bottom, bar = page.evaluate(
            """() => {
                const active = document.activeElement;
                const { bottom, height } = active.getBoundingClientRect();
                const bar = document.querySelector(".form-foot").getBoundingClientRect().top;
                // Of a text as high as the window a part is always hidden, but not the line one writes in.
                const isElsewhere = !active.closest("[data-editor]") || active.closest(".form-foot") || height > 200;
                return [active.name, isElsewhere ? 0 : bottom, bar];
            }"""
        )
        assert bottom <= bar, name
        stops.add(name)
    assert {"file_search", "reasoning_effort", "metadata_key"} <= stops


def test_a_refused_form_says_where_and_leads_there(alice: Person, server: Client, visit: Visit) -> None:
    page = visit(alice, NEW)
    open_advanced(page)
    page.get_by_label("JSON in a fixed shape").check()
    save(page)
    expect(page.get_by_role("alert").filter(has_text="Nothing was saved yet.")).to_be_focused()
    page.get_by_role("link", name="Title of the schema").click()
    page.keyboard.press("Tab")
    expect(page.locator("[name=response_format_description]")).to_be_focused()


def test_what_is_found_in_the_text_is_seen_selected(alice: Person, server: Client, visit: Visit) -> None:
    page = visit(alice, make(server, instructions="One fox.\n\nTwo foxes."))
    text = page.locator("[name=instructions]")
    search = page.get_by_label("Find in the text")
    search.fill("fox")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 of 2")).to_be_visible()
    expect(text).to_be_focused()
    selected = "field => [field.selectionStart, field.selectionEnd]"
    assert text.evaluate(selected) == [4, 7]
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 of 2")).to_be_visible()
    assert text.evaluate(selected) == [14, 17]
    page.keyboard.press("Shift+Enter")
    assert text.evaluate(selected) == [4, 7]
    page.keyboard.type("cat")
    page.keyboard.press("Enter")
    expect(text).to_have_value("One cat\n.\n\nTwo foxes.")
    expect(page.get_by_text("1 of 2", exact=True)).to_have_count(0)
    box, bar = search.bounding_box(), page.locator("[data-writing-bar]").bounding_box()
    assert box
    assert bar
    assert abs(box["x"] + box["width"] - bar["x"] - bar["width"]) < 2


def test_the_form_is_filled_and_saved_by_keyboard_alone(alice: Person, server: Client, visit: Visit) -> None:
    page = visit(alice, NEW)

    def tab_to(selector: str) -> None:
        for _ in range(120):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"The Tab key never comes to {selector}.")

    tab_to("[name=name]")
    page.keyboard.type("Desk")
    tab_to("[name=model]")
    page.keyboard.type("gpt-4.1-mini")
    page.keyboard.press("Escape")
    tab_to("[name=instructions]")
    page.keyboard.type("Be kind.")
    tab_to("[name=file_search]")
    page.keyboard.press("Space")
    tab_to("[value=function-add]")
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    expect(page.locator("[name=function-0-name]")).to_be_focused()
    page.keyboard.type("look_up")
    # Enter in a row goes on to its next field.
    page.keyboard.press("Enter")
    page.keyboard.type("To find an order.")
    tab_to(".advanced > summary")
    page.keyboard.press("Enter")
    tab_to("[name=temperature]")
    # Enter in a field that stands alone saves, as everywhere.
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Desk", level=1)).to_be_visible()
    [made] = server.assistants.list().data
    assert [tool["type"] for tool in made.tools] == ["file_search", "function"]
    assert made.tools[1]["function"]["description"] == "To find an order."


def test_counts_agree_with_their_nouns(alice: Person, server: Client, visit: Visit) -> None:
    page = visit(alice, make(server))
    count = page.locator("[data-words-for=id_instructions]")
    for text, words in (("", "0 words · 0 of"), ("Hello", "1 word · 5 of"), ("Hello you", "2 words · 9 of")):
        page.locator("[name=instructions]").fill(text)
        expect(count).to_contain_text(words)


def test_enter_in_the_metadata_goes_on_and_saves_nothing(alice: Person, server: Client, visit: Visit) -> None:
    address = make(server)
    page = visit(alice, address)
    open_advanced(page)
    page.locator("[name=metadata_key]").first.focus()
    for number in range(1, 4):
        page.keyboard.type(f"key {number}")
        page.keyboard.press("Enter")
        page.keyboard.type(f"value {number}")
        page.keyboard.press("Enter")
    # The row that is empty needs none after it.
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("[name=metadata_key]")).to_have_count(4)
    expect(page).to_have_url(re.compile(address))
    assistant_id = address.split("/")[4]
    assert server.assistants.retrieve(assistant_id).metadata == {}
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Assistant saved.")).to_be_visible()
    assert server.assistants.retrieve(assistant_id).metadata == {f"key {n}": f"value {n}" for n in (1, 2, 3)}


def test_rows_of_metadata_end_at_sixteen(alice: Person, server: Client, visit: Visit) -> None:
    page = visit(alice, make(server, metadata={f"key {number}": "x" for number in range(15)}))
    open_advanced(page)
    expect(page.get_by_role("button", name="Remove this row")).to_have_count(1)
    page.get_by_role("button", name="Remove key 0").click()
    page.get_by_role("button", name="Add a row").click()
    expect(page.get_by_role("button", name="Add a row")).to_be_hidden()
    expect(page.locator("[name=metadata_key]")).to_have_count(16)


def test_a_program_is_copied_with_one_click(bob: Person, server: Client, visit: Visit) -> None:
    assistant = server.assistants.create(model="gpt-4.1-mini", name="Support desk")
    page = visit(bob, f"/w/main/assistants/{assistant.id}/", permissions=["clipboard-read", "clipboard-write"])
    python = page.locator("details", has_text="Python")

    python.get_by_role("button", name="Copy").click()

    expect(python.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == python.locator("pre").text_content()
