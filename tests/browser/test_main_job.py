"""The main job from sign-in to deletion, as three people with different browsers do it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from assistants_ui.workspaces.connections import workspace_client
from tests.browser.conftest import Visit
from tests.conftest import PASSWORD, Person


@pytest.fixture
def papers(tmp_path: Path) -> list[Path]:
    """Two small files that somebody might attach."""
    files = [tmp_path / "price list.txt", tmp_path / "Rückgabe.md"]
    files[0].write_text("A parcel up to 2 kg costs 5 euros.")
    files[1].write_text("# Returns\n\nThirty days, unopened.")
    return files


def sign_in(page: Page, username: str) -> None:
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize(
    "browser_kind",
    [
        {},
        {"java_script_enabled": False},
        {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True},
    ],
    ids=["desktop", "without JavaScript", "phone"],
)
def test_from_sign_in_to_deletion(dora: Person, visit: Visit, papers: list[Path], browser_kind: dict[str, Any]) -> None:
    page = visit(None, "/", **browser_kind)
    sign_in(page, "dora")
    expect(page.get_by_role("heading", name="No assistants yet")).to_be_visible()

    page.get_by_role("link", name="New assistant").first.click()
    page.get_by_label("Name").fill("Returns desk")
    page.locator("[name=model]").fill("gpt-4.1-mini")
    page.locator("[name=instructions]").fill("You help with returns.\nBe brief.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Returns desk", level=1)).to_be_visible()

    page.get_by_role("link", name="Attach files").first.click()
    page.locator("input[type=file]").first.set_input_files(papers)
    page.get_by_role("button", name="Attach files").first.click()
    expect(page.get_by_text("price list.txt").first).to_be_visible()
    expect(page.get_by_text("Rückgabe.md").first).to_be_visible()
    # With JavaScript the page goes on by itself once both have arrived.
    page.wait_for_load_state("networkidle")

    page.goto("/")
    page.get_by_role("link", name="Returns desk").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.locator("[name=description]").fill("Answers questions about returns.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Answers questions about returns.").first).to_be_visible()

    page.get_by_role("link", name="Audit log").first.click()
    expect(page.get_by_text("Returns desk").first).to_be_visible()

    page.goto("/")
    page.get_by_role("link", name="Returns desk").click()
    page.get_by_role("link", name="Delete assistant").click()
    expect(page.get_by_role("heading", name="Delete “Returns desk”?")).to_be_visible()
    page.get_by_role("button", name="Delete assistant").click()
    expect(page.get_by_text("“Returns desk” was deleted")).to_be_visible()
    expect(page.get_by_role("link", name="Returns desk")).to_have_count(0)


# What the keyboard looks for, in each language.
WORDS = {
    "en": {
        "new": "New assistant",
        "edit": "Edit",
        "save": "Save",
        "delete": "Delete assistant",
        "question": "Delete “Typed by hand”?",
        "none": "No assistants yet",
    },
    "de": {
        "new": "Neuer Assistent",
        "edit": "Bearbeiten",
        "save": "Speichern",
        "delete": "Assistent löschen",
        "question": "„Typed by hand“ löschen?",
        "none": "Noch keine Assistenten",
    },
    "fr": {
        "new": "Nouvel assistant",
        "edit": "Modifier",
        "save": "Enregistrer",
        "delete": "Supprimer l’assistant",
        "question": "Supprimer «\u202fTyped by hand\u202f»\u202f?",
        "none": "Pas encore d’assistants",
    },
}


@pytest.mark.services_do_not_matter
@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("has_scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_by_keyboard_alone(alice: Person, visit: Visit, language: str, has_scripts: bool) -> None:
    words = WORDS[language]
    page = visit(alice, "/", locale=language, java_script_enabled=has_scripts)
    press(page, "link", words["new"])
    reach(page, page.locator("[name=name]"))
    page.keyboard.type("Typed by hand")
    page.keyboard.press("Tab")
    page.keyboard.type("gpt-4.1-mini")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Typed by hand", level=1)).to_be_visible()
    press(page, "link", words["edit"])
    reach(page, page.locator("[name=instructions]"))
    page.keyboard.type("Be kind.")
    press(page, "button", words["save"])
    expect(page.get_by_text("Be kind.", exact=True)).to_be_visible()
    press(page, "link", words["delete"])
    expect(page.get_by_role("heading", name=words["question"], level=1)).to_be_visible()
    press(page, "button", words["delete"])
    expect(page.get_by_role("heading", name=words["none"])).to_be_visible()
    expect(page.get_by_role("link", name="Typed by hand")).to_have_count(0)


def test_back_and_forward_walk_the_list(alice: Person, visit: Visit) -> None:
    from assistants_ui.workspaces.connections import workspace_client

    for number in range(25):
        workspace_client("main").assistants.create(model="gpt-4.1-mini", name=f"Assistant {number:02}")
    page = visit(alice, "/w/main/assistants/?limit=10")
    expect(page.get_by_role("link", name="Assistant 24")).to_be_visible()
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_role("link", name="Assistant 14")).to_be_visible()
    assert "after=" in page.url
    second = page.url
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_role("link", name="Assistant 04")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("link", name="Assistant 14")).to_be_visible()
    assert page.url == second
    page.go_forward()
    expect(page.get_by_role("link", name="Assistant 04")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="Assistant 04")).to_be_visible()


def reach(page: Page, wanted: Locator) -> None:
    """Press Tab until the element has the focus."""
    expect(wanted).to_be_visible()
    for _ in range(60):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"The keyboard does not reach {wanted}.")


def press(page: Page, role: Any, name: str) -> None:
    reach(page, page.get_by_role(role, name=name).first)
    page.keyboard.press("Enter")


def test_each_line_of_a_text_runs_in_its_own_direction(bob: Person, visit: Visit) -> None:
    made = workspace_client("main").assistants.create(
        model="gpt-4.1-mini", name="Both", instructions="אתה עוזר אדיב\nBe brief."
    )
    page = visit(bob, f"/w/main/assistants/{made.id}/")

    edges = page.locator(".prose").first.evaluate("""
        element => {
            const text = element.firstChild, range = document.createRange(), box = element.getBoundingClientRect();
            range.setStart(text, text.data.indexOf("Be")); range.setEnd(text, text.data.indexOf("Be") + 2);
            return [range.getBoundingClientRect().left - box.left, box.width];
        }
    """)

    assert edges[0] < edges[1] / 2
