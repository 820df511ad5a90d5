"""The states of pages that no address leads to: each is reached as a person reaches it.

The rules of accessibility are held against them, and ``scripts/take-pictures`` shows them.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.editing import open_advanced, save

LIST = "/w/main/assistants/"
SECRET = "sk-proj-" + "a1B2" * 12


def list_filtered(page: Page, here: str) -> None:
    page.goto(f"{LIST}?tool=file_search")
    expect(page.get_by_role("form", name="Filters")).to_be_visible()


def list_columns(page: Page, here: str) -> None:
    page.goto(LIST)
    page.get_by_text("Columns", exact=True).click()


def bulk_choose(page: Page, here: str) -> None:
    page.goto(f"{LIST}change/?id={here.split('/')[4]}")


def bulk_preview(page: Page, here: str) -> None:
    bulk_choose(page, here)
    page.get_by_label("Find and replace").check()
    page.locator("[name=find]").fill("kind")
    page.locator("[name=replacement]").fill("friendly")
    page.get_by_role("button", name="Preview").click()


def palette(page: Page, here: str) -> None:
    page.goto(LIST)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Go to")).to_be_focused()
    page.keyboard.type("re")


def keys(page: Page, here: str) -> None:
    page.goto(LIST)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def edit_advanced(page: Page, here: str) -> None:
    page.goto(f"{here}edit/")
    if page.locator("[name=top_p]").is_hidden():
        open_advanced(page)
    expect(page.locator("[name=top_p]")).to_be_visible()


def edit_full_height(page: Page, here: str) -> None:
    page.goto(f"{here}edit/")
    page.get_by_role("button", name="Full height").click()


def edit_warned(page: Page, here: str) -> None:
    page.goto(f"{here}edit/")
    page.locator("[name=instructions]").fill(f"The key is {SECRET}. Greet {{{{customer}}}}.")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="1 warning")).to_be_visible()


def edit_draft_offered(page: Page, here: str) -> None:
    page.goto(f"{here}edit/")
    page.locator("[name=instructions]").fill("A thought for later.")
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url(f"**{here}")
    page.goto(f"{here}edit/")


def edit_refused(page: Page, here: str) -> None:
    edit_advanced(page, here)
    page.locator("[name=top_p]").fill("7")
    save(page)
    expect(page.locator("[data-wrong]")).to_be_visible()


def edit_compared(page: Page, here: str) -> None:
    """Somebody else saves another text between opening and saving."""
    page.goto(f"{here}edit/")
    page.locator("[name=instructions]").fill("Be kind, always.\nBe brief.")
    other = page.context.new_page()
    other.goto(f"{here}edit/")
    other.locator("[name=instructions]").fill("Be kind and exact.\nBe brief.")
    save(other)
    expect(other.get_by_text("Assistant saved.")).to_be_visible()
    other.close()
    save(page)
    expect(page.get_by_role("heading", name="Compare and choose")).to_be_visible()


def edit_saved(page: Page, here: str) -> None:
    page.goto(f"{here}edit/")
    page.locator("[name=instructions]").fill("Be kind to everybody.\nBe brief.")
    save(page)
    expect(page.get_by_text("Assistant saved.")).to_be_visible()


def import_previewed(page: Page, here: str) -> None:
    page.goto("/w/main/import/")
    page.locator("[name=text]").fill(
        "[Assistant(id='asst_1', name='Saved one', model='gpt-4o', instructions='Kind.', tools=[]), {'id': 'asst_2'}]"
    )
    page.get_by_role("button", name="Preview").click()


def question_refused(page: Page, here: str) -> None:
    page.goto(f"{here}questions/new/")
    page.get_by_text("More checks").click()
    page.locator("[name=at_most_words]").fill("0")
    page.get_by_role("button", name="Save").click()


def store_refused(page: Page, here: str) -> None:
    page.goto("/w/main/vector-stores/new/")
    page.locator("[name=expires_after_days]").fill("9999")
    page.get_by_role("button", name="Save").click()


def audit_filtered(page: Page, here: str) -> None:
    page.goto("/audit/?action=assistant.update")


State = Callable[[Page, str], None]
# What they change stays; so they stand in the order in which they are to be gone through.
STATES: list[State] = [
    list_filtered,
    list_columns,
    bulk_choose,
    bulk_preview,
    palette,
    keys,
    edit_advanced,
    edit_full_height,
    edit_refused,
    import_previewed,
    question_refused,
    store_refused,
    edit_compared,
    edit_saved,
    audit_filtered,
    edit_warned,
    edit_draft_offered,
]
