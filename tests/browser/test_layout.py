"""Where things stand in lists with long names, on a phone and in a narrow window."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from assistants_client import Assistant
from assistants_server.vector_stores import indexing
from assistants_ui.workspaces.connections import workspace_client
from tests.browser.conftest import Visit
from tests.conftest import Person

LONG = "returns-policy-2026-final-version-approved-by-legal-and-customer-service-v12.txt"
DESK = "Customer service desk for Europe, Middle East and Africa"


@pytest.fixture
def desk(live_server: LiveServer) -> Assistant:
    """An assistant whose name, file and store take several lines wherever there is little room."""
    server = workspace_client("main")
    file = server.files.create(file=(LONG, b"A parcel costs 5 euros."), purpose="assistants")
    store = server.vector_stores.create(name=f"Files of {DESK}", file_ids=[file.id])
    indexing.wait()
    return server.assistants.create(
        model="gpt-4.1-mini",
        name=DESK,
        tools=[{"type": "file_search"}],
        tool_resources={"file_search": {"vector_store_ids": [store.id]}},
    )


def first_line(page: Page, element: Locator) -> float:
    """The middle of the first line of an element's text, from the top of the page."""
    return float(
        element.evaluate("""element => {
        const range = document.createRange();
        range.selectNodeContents(element);
        const [line] = range.getClientRects();
        return line.top + line.height / 2;
    }""")
    )


def middle(element: Locator) -> float:
    box = element.bounding_box()
    assert box
    return box["y"] + box["height"] / 2


def test_a_box_to_tick_stands_beside_the_first_line_of_a_long_name(
    alice: Person, visit: Visit, desk: Assistant
) -> None:
    page = visit(alice, "/w/main/files/", viewport={"width": 390, "height": 844})
    name = page.get_by_role("link", name=LONG)
    assert abs(middle(page.get_by_role("checkbox")) - first_line(page, name)) < 12


@pytest.mark.parametrize("width", [390, 900])
def test_an_icon_stands_beside_the_first_line_of_a_long_name(
    alice: Person, visit: Visit, desk: Assistant, width: int
) -> None:
    page = visit(alice, "/w/main/files/", viewport={"width": width, "height": 844})
    store = page.get_by_role("link", name=f"Files of {DESK}")
    box = store.locator("bdi").bounding_box()
    assert box
    assert box["height"] > 24, "the name takes several lines here"
    assert box["width"] > 100, "and is not squeezed"
    assert abs(middle(store.locator("svg")) - first_line(page, store.locator("bdi"))) < 6


def test_what_a_file_is_and_what_can_be_done_stand_on_one_line_below_its_name(
    alice: Person, visit: Visit, desk: Assistant
) -> None:
    page = visit(alice, f"/w/main/assistants/{desk.id}/", viewport={"width": 390, "height": 844})
    name = page.get_by_role("link", name=LONG).bounding_box()
    assert name
    assert name["width"] > 250
    remove = page.get_by_role("button", name=f"Remove {LONG}")
    assert abs(middle(page.get_by_text("Searchable", exact=True)) - middle(remove)) < 4
    assert middle(remove) > name["y"] + name["height"]


def test_every_title_stands_at_one_height(
    alice: Person, carol: Person, dora: Person, visit: Visit, desk: Assistant
) -> None:
    here = f"/w/main/assistants/{desk.id}/"
    shown = {
        alice: ["/w/main/assistants/", "/w/main/files/", here, f"{here}edit/", f"{here}history/", f"{here}try/"],
        carol: ["/audit/", "/audit/verify/"],
        dora: ["/team/", "/team/keys/", "/account/"],
    }
    heights = {}
    for person, paths in shown.items():
        page = visit(person, paths[0], viewport={"width": 1280, "height": 800})
        for path in paths:
            page.goto(path)
            heights[path] = first_line(page, page.locator("h1"))
    assert max(heights.values()) - min(heights.values()) < 2, heights


def test_the_menu_of_a_phone_begins_with_where_its_reader_is(dora: Person, visit: Visit) -> None:
    page = visit(dora, "/team/", viewport={"width": 360, "height": 740})
    here = page.locator(".side [aria-current=page]")
    expect(here).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.querySelector('.side').scrollLeft") > 0
    page.get_by_role("link", name="Assistants", exact=True).focus()
    box = page.locator(".side .brand").bounding_box()
    first = page.get_by_role("link", name="Assistants", exact=True).bounding_box()
    assert box
    assert first
    assert first["x"] >= box["x"] + box["width"], "it lies behind what stays in place"


def test_what_a_search_found_is_in_sight_on_a_phone(alice: Person, visit: Visit, desk: Assistant) -> None:
    page = visit(alice, "/w/main/assistants/?q=customer", viewport={"width": 360, "height": 740}, has_touch=True)
    box = page.get_by_role("link", name=DESK).bounding_box()
    assert box
    assert box["y"] + 24 < 740


def test_a_fact_beside_save_begins_no_line_with_a_point(alice: Person, visit: Visit, desk: Assistant) -> None:
    page = visit(alice, f"/w/main/assistants/{desk.id}/edit/", viewport={"width": 360, "height": 740}, has_touch=True)
    page.get_by_label("Instructions").fill("Be kind.")
    page.get_by_text("Draft kept").wait_for()
    status, first = page.locator(".status"), page.get_by_text("Not saved yet")
    edges = [part.evaluate("element => element.getBoundingClientRect().left") for part in (status, first)]
    assert edges[0] == edges[1]
    assert status.evaluate("element => getComputedStyle(element).overflowX") == "clip"
    find = page.get_by_placeholder("Find in the text").bounding_box()
    assert find
    assert find["height"] >= 44
