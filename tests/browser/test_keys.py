"""A key from its making to its end, in a real browser, and the SDK that holds it."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from axe_playwright_python.sync_playwright import Axe
from openai import OpenAI
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Visit
from tests.conftest import Person


def violations(page: Page) -> list[str]:
    return [f"{page.url}: {found['id']}" for found in Axe().run(page).response["violations"]]


def make(page: Page) -> str:
    """Make a key called Shop; the text that is shown."""
    page.get_by_role("link", name="New key").first.click()
    page.get_by_label("Name").fill("Shop")
    page.get_by_role("button", name="Make the key").click()
    return page.get_by_label("Key", exact=True).input_value()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}], ids=["desktop", "without JavaScript"])
def test_a_key_is_made_used_and_revoked(
    dora: Person, visit: Visit, live_server: LiveServer, options: dict[str, Any]
) -> None:
    page = visit(dora, "/team/", **options)
    page.get_by_role("link", name="API keys").click()
    key = make(page)
    with OpenAI(base_url=f"{live_server.url}/v1", api_key=key, max_retries=0) as client:
        client.beta.assistants.create(model="gpt-4.1", name="Made by a program")
        page.goto("/w/main/assistants/")
        expect(page.get_by_role("link", name="Made by a program")).to_be_visible()

        page.goto("/team/keys/")
        expect(page.get_by_role("row", name="Shop")).to_contain_text("just now")
        expect(page.get_by_text(key)).to_have_count(0)
        page.get_by_role("link", name="Revoke Shop").click()
        expect(page.get_by_role("heading", name="Revoke the key Shop?")).to_be_visible()
        page.get_by_role("button", name="Revoke Shop").click()
        expect(page.get_by_role("row", name="Shop")).to_contain_text("Revoked")
        with pytest.raises(openai.AuthenticationError):
            client.models.list()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_about_keys_are_usable_by_everyone(dora: Person, visit: Visit, scheme: str) -> None:
    page = visit(dora, "/team/keys/", color_scheme=scheme)
    broken = violations(page)
    make(page)
    broken += violations(page)
    page.get_by_role("link", name="Done").click()
    broken += violations(page)
    page.get_by_role("link", name="Revoke Shop").click()
    broken += violations(page)
    page.goto("/team/keys/new/")
    assert broken + violations(page) == []
