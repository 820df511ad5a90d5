"""Assistants that were saved elsewhere come in through the page, in a real browser."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from assistants_server.importer import jobs, views
from assistants_server.models import Assistant
from tests.assistants_server.importing import saved
from tests.browser.conftest import Visit
from tests.browser.editing import press_while_shown
from tests.conftest import Person

WAYS = pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}], ids=["desktop", "without JavaScript"])


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request stores two assistants and goes no further."""
    monkeypatch.setattr(jobs, "PIECE", 2)
    monkeypatch.setattr(views, "SECONDS", 0)


def upload(page: Page, *values: Any) -> None:
    page.get_by_role("link", name="Import").first.click()
    content = json.dumps([*values]).encode()
    page.get_by_label("Files", exact=True).set_input_files(
        {"name": "backup.json", "mimeType": "application/json", "buffer": content}
    )
    page.get_by_role("button", name="Preview").click()


@WAYS
@pytest.mark.usefixtures("slow")
def test_the_sound_ones_of_an_upload_are_taken_and_followed(
    dora: Person, visit: Visit, options: dict[str, Any]
) -> None:
    page = visit(dora, "/w/main/assistants/", **options)
    sound = [saved(f"asst_{number}", name=f"Desk {number}") for number in range(5)]
    upload(page, *sound, saved("asst_bad", model=None), "text")

    expect(page.get_by_role("heading", name="Not everything can be imported")).to_be_visible()
    expect(page.get_by_label("Cannot be imported as it is")).to_contain_text("object 7): it is not an object")
    page.get_by_label("Take what is sound").check()
    page.get_by_role("button", name="Preview again").click()
    expect(page.get_by_role("heading", name="Import 5 assistants?")).to_be_visible()
    expect(page.get_by_text("As it was: name").first).to_be_visible()
    assert not Assistant.objects.exists()

    page.get_by_role("button", name="Import", exact=True).click()
    status = page.get_by_role("status").filter(has_text="are done")
    if options:
        for done in ("2 of 5", "4 of 5"):
            expect(status).to_contain_text(f"{done} are done. The import continues if you leave this page.")
            page.get_by_role("button", name="Show how far it is").click()
    expect(status).to_contain_text("Finished: all 5 are done.")

    page.get_by_role("link", name="Back to the assistants").click()
    expect(page.get_by_role("link", name="Desk 4")).to_be_visible()
    assert set(Assistant.objects.values_list("wire_id", flat=True)) == {f"asst_{number}" for number in range(5)}


@WAYS
def test_a_prompt_that_is_pasted_becomes_an_assistant(dora: Person, visit: Visit, options: dict[str, Any]) -> None:
    page = visit(dora, "/w/main/import/", **options)
    prompt = {"id": "pmpt_1", "name": "Tone", "model": "gpt-4.1", "instructions": "Write {{kindly}}."}
    page.get_by_role("textbox", name="Or paste").fill(json.dumps(prompt))
    page.get_by_role("button", name="Preview").click()

    expect(page.get_by_text("it was a prompt (pmpt_1) and becomes an assistant")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("1 assistant imported, 0 overwritten, 0 already here.")).to_be_visible()
    expect(page.get_by_role("link", name="Tone")).to_be_visible()
    assert Assistant.objects.get().body["instructions"] == "Write {{kindly}}."


@pytest.mark.usefixtures("slow")
def test_an_import_is_stopped_and_gone_on_with(dora: Person, visit: Visit) -> None:
    page = visit(dora, "/w/main/assistants/", java_script_enabled=False)
    upload(page, *[saved(f"asst_{number}") for number in range(5)])
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("button", name="Stop").click()

    expect(page.get_by_role("status").filter(has_text="Stopped")).to_contain_text("were not imported")
    assert Assistant.objects.count() < 5
    with page.expect_navigation():
        page.get_by_role("button", name="Import the other").click()
    press_while_shown(page, page.get_by_role("button", name="Show how far it is"))
    expect(page.get_by_text("Finished: all 5 are done.")).to_be_visible()
    assert Assistant.objects.count() == 5
