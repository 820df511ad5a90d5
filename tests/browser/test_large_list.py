"""An editor's day on a large list, as one story.

``LIST_STORY_ASSISTANTS=10000 .venv/bin/python -m pytest -n 0 tests/browser/test_large_list.py`` tells it at full size.
"""

from __future__ import annotations

import os
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from assistants_server.assistants import operations
from assistants_server.ids import new_revision
from assistants_server.models import Assistant
from tests.browser.conftest import Visit
from tests.conftest import Person

MANY = int(os.environ.get("LIST_STORY_ASSISTANTS", "240"))
LIST = "/w/main/assistants/"
# Milliseconds; the first search of ten thousand reads the whole list.
PATIENCE = 120_000 if MANY > 1000 else 15_000
PHRASE = "a heron nests by the old sluice"
NUMBER, NEW_NUMBER = "555-0100", "555-0199"
CALLED, LOGISTICS, MENTIONS = 37, 12, 50


def fields(number: int) -> dict[str, Any]:
    """The oldest is found by a phrase alone; the second has the name that fifty others mention."""
    text = f"You are desk {number}. Answer in whole sentences and quote the section you used."
    text += f" Remember that {PHRASE}." if number == 0 else ""
    text += f" Call {NUMBER} in a hurry." if 1 <= number <= CALLED else ""
    text += " Send them to the Returns desk." if 60 <= number < 60 + MENTIONS else ""
    is_logistics = 120 <= number < 120 + LOGISTICS
    return {
        "name": {0: "Gatekeeper", 5: "Returns desk"}.get(number, f"Assistant {number:05}"),
        "model": "gpt-4.1-mini" if is_logistics and number % 2 else "gpt-4o",
        "instructions": text,
        "metadata": {"team": "logistics"} if is_logistics else {},
    }


@pytest.fixture
def many(transactional_db: None) -> None:
    """So many assistants of the embedded server, put into its table at once."""
    began = int(time.time()) - MANY
    rows = []
    for number in range(MANY):
        row = Assistant(workspace="main", wire_id=f"asst_{number:024}", created_at=began + number)
        content = operations.DEFAULTS | fields(number)
        row.document = operations.document_of(
            row.wire_id, row.created_at, {name: content[name] for name in operations.ORDER}
        )
        row.revision = new_revision()
        rows.append(row)
    Assistant.objects.bulk_create(rows, batch_size=500)


def holding(text: str) -> int:
    return Assistant.objects.filter(document__contains=text).count()


def search(page: Page, text: str) -> None:
    page.get_by_role("searchbox", name="Search assistants").fill(text)


def first_names(page: Page) -> list[str]:
    return page.locator("#assistants td.col-name a.name").all_inner_texts()[:3]


def change_all(page: Page, number: int, kind: str, **texts: str) -> None:
    """From a narrowed list to the preview of a change of all that match."""
    page.get_by_role("link", name=f"Change all {number} that match").click()
    page.get_by_role("radio", name=kind).check()
    for label, text in texts.items():
        page.locator(f"[name={label}]").fill(text)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text(f"{number} assistants will change.")).to_be_visible()


@pytest.mark.usefixtures("many")
def test_a_day_with_very_many_assistants(alice: Person, visit: Visit) -> None:
    page = visit(alice, LIST)
    page.set_default_timeout(PATIENCE)

    # By a phrase of its instructions; by its name among all that mention it.
    search(page, f'"{PHRASE}"')
    expect(page.get_by_role("link", name="Gatekeeper")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#assistants mark")).to_have_text(PHRASE)
    expect(page.locator("#catalog-status")).to_contain_text("1 assistant", timeout=PATIENCE)
    search(page, "returns desk")
    expect(page.locator("#catalog-status")).to_contain_text(f"{MENTIONS + 1} assistants")
    assert first_names(page)[0] == "Returns desk"

    # By a label; narrowed further, sorted, kept as a view.
    search(page, "")
    page.get_by_role("link", name="Filters", exact=True).click()
    page.locator("[name=metadata]").select_option(label=f"team: logistics ({LOGISTICS})")
    expect(page.locator("#catalog-status")).to_contain_text(f"{LOGISTICS} assistants")
    page.locator("[name=model]").select_option(label=f"gpt-4o ({LOGISTICS // 2})")
    expect(page.locator("#catalog-status")).to_contain_text(f"{LOGISTICS // 2} assistants")
    page.locator("#assistants th").get_by_role("link", name="Name").click()
    expect(page.locator("#assistants th[aria-sort=ascending]")).to_have_text("Name")
    page.get_by_role("link", name="Save this view").click()
    page.get_by_label("Name").fill("Logistics on gpt-4o")
    page.get_by_role("button", name="Save").click()
    view = page.get_by_role("link", name="Logistics on gpt-4o")
    view.click()
    expect(view).to_have_attribute("aria-current", "page")

    # Opened, and back to the same place.
    place, names = page.url, first_names(page)
    assert names == ["Assistant 00120", "Assistant 00122", "Assistant 00124"]
    page.get_by_role("link", name=names[2]).click()
    expect(page.get_by_role("heading", name=names[2], level=1)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("link", name=names[2])).to_be_visible()
    assert (page.url, first_names(page)) == (place, names)

    # A telephone number in many texts, and back again.
    page.goto(f"{LIST}?q={NUMBER}")
    change_all(page, CALLED, "Find and replace", find=NUMBER, replacement=NEW_NUMBER)
    expect(page.locator("ins").first).to_have_text("0199")
    page.get_by_role("button", name=f"Change {CALLED} assistants").click()
    expect(page.get_by_text(f"Finished: {CALLED} of {CALLED} done.")).to_be_visible()
    assert (holding(NUMBER), holding(NEW_NUMBER)) == (0, CALLED)
    page.get_by_role("button", name=f"Undo all {CALLED}").click()
    page.get_by_role("button", name=f"Undo {CALLED} assistants").click()
    expect(page.get_by_text(f"Finished: {CALLED} of {CALLED} done.")).to_be_visible()
    assert (holding(NUMBER), holding(NEW_NUMBER)) == (CALLED, 0)

    # The model of all that match.
    page.goto(f"{LIST}?metadata=team:logistics&model=gpt-4o")
    change_all(page, LOGISTICS // 2, "Change the model", model="gpt-4.1")
    page.get_by_role("button", name=f"Change {LOGISTICS // 2} assistants").click()
    expect(page.get_by_text(f"Finished: {LOGISTICS // 2} of {LOGISTICS // 2} done.")).to_be_visible()
    assert holding('"gpt-4.1"') == LOGISTICS // 2
