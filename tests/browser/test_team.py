"""People coming and going, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboard.accounts.models import Session
from tests.browser.conftest import Visit
from tests.conftest import PASSWORD, Person

NEW_PASSWORD = "a long and quiet river"


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def invite(page: Page) -> str:
    """Invite Maria as an editor; the link that is shown."""
    page.get_by_role("link", name="Invite a colleague").click()
    page.get_by_label("Name", exact=True).fill("Maria Silva")
    page.get_by_label("Username").fill("maria")
    page.get_by_label("Editor").check()
    page.get_by_role("button", name="Make the invitation").click()
    return page.get_by_label("Link").input_value()


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}], ids=["desktop", "without JavaScript"])
def test_a_colleague_is_invited_and_comes_in(dora: Person, visit: Visit, options: dict[str, Any]) -> None:
    administrator = visit(dora, "/team/", **options)
    link = invite(administrator)

    maria = visit(None, link.removeprefix("http://testserver"), **options)
    expect(maria.get_by_role("heading", name="Welcome, Maria Silva")).to_be_visible()
    maria.get_by_label("New password").fill(NEW_PASSWORD)
    maria.get_by_label("Once more").fill(NEW_PASSWORD)
    maria.get_by_role("button", name="Set password and sign in").click()

    expect(maria.get_by_role("link", name="New assistant").first).to_be_visible()
    administrator.get_by_role("link", name="Done").click()
    row = administrator.get_by_role("row", name="Maria Silva")
    expect(row).to_contain_text("just now")
    expect(row).not_to_contain_text("Invited")


def test_the_link_is_copied_with_one_click(dora: Person, visit: Visit) -> None:
    page = visit(dora, "/team/", permissions=["clipboard-read", "clipboard-write"])
    link = invite(page)

    page.get_by_role("button", name="Copy").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link


def test_a_session_that_ends_under_ones_hands_leads_to_sign_in_and_back(alice: Person, visit: Visit) -> None:
    page = visit(alice, "/w/main/assistants/?order=asc")
    Session.objects.all().delete()

    # What htmx would load into a part of the page.
    page.evaluate("htmx.ajax('GET', '/w/main/assistants/?q=x', '#main')")
    page.wait_for_url("**/login/?next=*")
    expect(page.get_by_role("navigation")).to_have_count(0)
    sign_in(page, "alice")

    page.wait_for_url("**/w/main/assistants/?order=asc")


def test_signing_out_leaves_nothing_behind_the_back_button(alice: Person, visit: Visit) -> None:
    page = visit(alice, "/account/")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/login/")

    page.go_back()

    page.wait_for_url("**/login/?next=%2Faccount%2F")


def violations(page: Page) -> list[str]:
    return [f"{page.url}: {found['id']}" for found in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_usable_by_everyone(dora: Person, bob: Person, visit: Visit, scheme: str) -> None:
    addresses = [
        "/team/",
        "/team/invite/",
        f"/team/{bob.user.pk}/",
        f"/team/{bob.user.pk}/deactivate/",
        "/account/",
        "/account/password/",
    ]
    page = visit(dora, "/team/", color_scheme=scheme)
    broken = []
    for address in addresses:
        page.goto(address)
        broken += violations(page)
    sign_in_page = visit(None, "/login/", color_scheme=scheme)
    sign_in(sign_in_page, "dora", "wrong")
    broken += violations(sign_in_page)

    assert broken == []


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_with_a_password_scrolls_sideways(width: int, dora: Person, visit: Visit) -> None:
    link = invite(visit(dora, "/team/"))

    for page in (
        visit(None, link.removeprefix("http://testserver"), viewport={"width": width, "height": 800}),
        visit(dora, "/account/password/", viewport={"width": width, "height": 800}),
    ):
        assert page.evaluate("document.documentElement.scrollWidth") == width
