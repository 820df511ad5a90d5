"""Changing many assistants in a browser: which they are, what they become, and how many the buttons say."""

from __future__ import annotations

from playwright.sync_api import expect

from assistants_client import Client
from tests.browser.conftest import Visit
from tests.conftest import Person


def test_a_model_is_chosen_from_the_list_and_buttons_say_how_many(alice: Person, visit: Visit, server: Client) -> None:
    made = [server.assistants.create(model="gpt-4.1", name=name) for name in ("North", "South", "West")]
    page = visit(alice, "/w/main/assistants/", locale="de")
    for name in ("North", "South", "West"):
        page.get_by_role("row", name=name).get_by_role("checkbox").check()
    page.get_by_role("row", name="West").get_by_role("checkbox").uncheck()
    page.get_by_role("button", name="2 Assistenten ändern").click()
    page.get_by_label("Modell ändern").check()
    model = page.get_by_role("combobox", name="Neues Modell")
    model.click()
    page.get_by_role("option").filter(has_text="gpt-5.4-mini").click()
    expect(model).to_have_value("gpt-5.4-mini")
    page.get_by_role("button", name="Vorschau für 2 Assistenten").click()
    leave_out = page.get_by_label("Diesen auslassen")
    leave_out.first.check()
    leave_out.last.check()
    expect(page.get_by_role("button", name="2 Assistenten ändern")).to_be_disabled()
    leave_out.first.uncheck()
    page.get_by_placeholder("Warum?").fill("It is cheaper.")
    page.get_by_role("button", name="1 Assistenten ändern").click()
    expect(page.get_by_text("Fertig")).to_be_visible()
    models = [server.assistants.retrieve(one.id).model for one in made]
    assert sorted(models) == ["gpt-4.1", "gpt-4.1", "gpt-5.4-mini"]
