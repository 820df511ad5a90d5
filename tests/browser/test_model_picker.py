"""Choosing a model: from a short list, a long one, or none, by mouse, keyboard, finger and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from assistants_client import Client
from assistants_ui.workspaces.connections import connected
from tests.browser.conftest import Visit
from tests.conftest import Person

NEW = "/w/main/assistants/new/"
MANY = [f"{family}-{number}" for family in ("gpt-4o", "mistral", "text-embedding") for number in range(1, 101)]


@pytest.fixture
def offered(live_server: LiveServer, request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """The models of a server that answers nothing else."""
    names: list[str] = request.param

    def answer(sent: httpx.Request) -> httpx.Response:
        if not sent.url.path.endswith("/models") or not names:
            return httpx.Response(404, json={"error": {"message": "Not here.", "type": "not_found"}})
        listed = [{"id": name, "object": "model", "created": 1, "owned_by": "us"} for name in names]
        listed[0]["shutdown_date"] = "2031-01-14"
        return httpx.Response(200, json={"object": "list", "data": listed})

    far_end = httpx.MockTransport(answer)
    with Client(base_url="http://models.example/v1", transport=far_end) as client, connected("main", client):
        yield names


def options(page: Page) -> list[str]:
    """The names that are shown to choose from."""
    return [text.split()[0] for text in page.get_by_role("listbox").get_by_role("option").all_inner_texts()]


few = pytest.mark.parametrize("offered", [["gpt-4.1-mini", "o3", "gpt-4.1"]], indirect=True)
many = pytest.mark.parametrize("offered", [MANY], indirect=True)


@few
def test_all_are_shown_at_a_click_and_one_is_picked(alice: Person, visit: Visit, offered: list[str]) -> None:
    page = visit(alice, NEW)
    model = page.get_by_role("combobox", name="Model")
    expect(model).to_have_value("gpt-4.1-mini")
    model.click()
    assert options(page) == ["gpt-4.1-mini", "gpt-4.1", "o3"]
    expect(page.get_by_role("listbox").get_by_role("option", selected=True)).to_contain_text("Ends on 14 January 2031")
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("option", name="o3").click()
    expect(model).to_have_value("o3")
    expect(page.get_by_role("listbox")).to_be_hidden()
    # Choosing tells at once what there is to know of the model.
    expect(page.locator("#model-note")).to_contain_text("OpenAI ends it on")


@many
def test_a_long_list_is_searched_by_keyboard_and_enter_picks_without_saving(
    alice: Person, visit: Visit, offered: list[str]
) -> None:
    page = visit(alice, NEW)
    model = page.get_by_role("combobox", name="Model")
    model.click()
    assert (options(page)[:2], options(page)[-1]) == (["gpt-4o-1", "gpt-4o-2"], "text-embedding-100")
    model.fill("stral 9")
    assert options(page) == [name for name in MANY if name.startswith("mistral") and "9" in name]
    expect(page.locator(".combobox [role=status]")).to_have_text("19 of 300")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(model).to_have_value("mistral-19")
    assert page.url.endswith(NEW)
    model.fill("a-name-of-our-own")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.get_by_label("Name", exact=True).focus()
    expect(page.locator("#model-note")).to_contain_text("This server does not list it")
    expect(model).to_have_value("a-name-of-our-own")


@many
def test_it_is_closed_by_escape_and_opened_by_an_arrow(alice: Person, visit: Visit, offered: list[str]) -> None:
    page = visit(alice, NEW)
    model = page.get_by_role("combobox", name="Model")
    model.focus()
    page.keyboard.press("ArrowDown")
    expect(model).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    expect(model).to_have_attribute("aria-expanded", "false")
    expect(model).to_have_value("gpt-4o-1")


@many
def test_it_is_picked_with_a_finger(alice: Person, visit: Visit, offered: list[str]) -> None:
    page = visit(alice, NEW, viewport={"width": 390, "height": 844}, has_touch=True)
    page.get_by_role("button", name="Show the models").tap()
    page.get_by_role("option", name="mistral-7", exact=True).tap()
    expect(page.get_by_role("combobox", name="Model")).to_have_value("mistral-7")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("offered", [[]], indirect=True)
def test_a_server_that_names_none_is_told(alice: Person, visit: Visit, offered: list[str]) -> None:
    page = visit(alice, NEW)
    expect(page.get_by_text("There is no list to choose from, so type a name that the server knows.")).to_be_visible()
    expect(page.get_by_role("button", name="Show the models")).to_be_hidden()
    page.locator("[name=model]").fill("ours")
    expect(page.get_by_role("listbox")).to_have_count(0)


@many
def test_without_javascript_the_browser_suggests(alice: Person, visit: Visit, offered: list[str]) -> None:
    page = visit(alice, NEW, java_script_enabled=False)
    expect(page.locator("[name=model]")).to_have_attribute("list", "models")
    expect(page.locator("#models option")).to_have_count(300)
    expect(page.get_by_role("button", name="Show the models")).to_be_hidden()
