"""Every page against the rules of WCAG 2.2 AA that a program can check, in light and dark, at three widths.

No text is too small, nothing reaches beyond the window, and nothing moves while a page loads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from assistants_ui.workspaces.connections import workspace_client
from dashboard.audit.models import Record
from tests.browser.conftest import Visit
from tests.browser.states import STATES
from tests.conftest import Person

pytestmark = pytest.mark.services_do_not_matter

# Each page is loaded once and looked at in these ways; what a theme or a width cannot change is checked in the first.
EVERY_RULE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "rules": {"target-size": {"enabled": True}},
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
SIZES = {"runOnly": {"type": "rule", "values": ["target-size", "label", "button-name", "link-name"]}}
DESK: ViewportSize = {"width": 1280, "height": 800}
# Text that is smaller than anybody should have to read.
TOO_SMALL = """[...document.querySelectorAll("body *")]
    .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
    .filter(element => element.checkVisibility() && parseFloat(getComputedStyle(element).fontSize) < 12)
    .map(element => `${element.tagName}.${element.getAttribute("class")}`)"""
# What reaches beyond the window, apart from what scrolls in a box of its own.
TOO_WIDE = """[...document.querySelectorAll("main *")]
    .filter(element => element.getBoundingClientRect().right > document.documentElement.clientWidth)
    .map(element => `${element.tagName}.${element.getAttribute("class")}`)"""
# What begins before the window does, where nobody can scroll to.
CUT_OFF = """[...document.querySelectorAll("main *")]
    .filter(element => element.checkVisibility() && element.getBoundingClientRect().left < 0)
    .map(element => `${element.tagName}.${element.getAttribute("class")}`)"""

# How far what is on the screen moved while the page loaded; 0.1 is called good, and nothing here should move at all.
WATCH_SHIFTS = """window.shifted = 0;
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({type: "layout-shift", buffered: true});"""
MOST_SHIFT = 0.02


@pytest.mark.parametrize("part", [0, 1, 2])
def test_no_page_breaks_a_rule(dora: Person, visit: Visit, part: int) -> None:
    server = workspace_client("main")
    assistant = server.assistants.create(
        model="gpt-4.1-mini",
        name="Returns desk",
        description="Answers questions about returns.",
        instructions="Be kind.\nBe brief.",
        tools=[{"type": "file_search"}, {"type": "function", "function": {"name": "lookup_order"}}],
        metadata={"team": "logistics"},
    )
    gone = server.assistants.create(model="gpt-4.1-mini", name="Old desk")
    dora.post(f"/w/main/assistants/{gone.id}/delete/", {"name": "Old desk"})
    file = server.files.create(file=("prices.txt", b"A parcel costs 5 euros."), purpose="assistants")
    store = server.vector_stores.create(name="Price lists", file_ids=[file.id])
    dora.post(f"/w/main/assistants/{assistant.id}/edit/", {"name": "Returns", "file_search": "on"})

    changed = Record.objects.filter(target_id=assistant.id, outcome="succeeded").latest("seq").seq

    here = f"/w/main/assistants/{assistant.id}"
    pages = [
        "/w/main/assistants/",
        "/w/main/assistants/?q=nothing",
        "/w/main/assistants/new/",
        f"{here}/",
        f"{here}/edit/",
        f"{here}/delete/",
        f"{here}/duplicate/",
        f"{here}/files/",
        f"{here}/history/",
        f"{here}/history/{changed}/",
        f"{here}/history/{changed}/undo/",
        f"{here}/history/{changed - 1}/restore/",
        "/w/main/assistants/deleted/",
        "/w/main/files/",
        f"/w/main/files/{file.id}/",
        "/w/main/files/new/",
        f"/w/main/files/delete/?id={file.id}",
        "/w/main/vector-stores/",
        f"/w/main/vector-stores/{store.id}/?q=parcel",
        "/w/main/vector-stores/new/",
        f"/w/main/vector-stores/{store.id}/edit/",
        f"/w/main/vector-stores/{store.id}/add/",
        f"/w/main/vector-stores/{store.id}/delete/",
        "/audit/",
        f"/audit/{changed}/",
        "/audit/unknown/",
        "/audit/export/",
        "/audit/verify/",
        "/team/",
        f"/team/{dora.user.pk}/",
        "/team/keys/",
        "/team/style/",
        f"{here}/try/",
        f"{here}/questions/",
        f"{here}/questions/new/",
        f"{here}/questions/import/",
        "/w/main/import/",
        f"{here}/hand-over/?target=foundry",
        "/w/main/hand-over/?all=1&target=responses",
        f"/w/main/assistants/{gone.id}/",
        "/account/",
        "/account/password/",
        "/no/such/page/",
    ]
    page = visit(dora, "/healthz")
    page.add_init_script(WATCH_SHIFTS)
    found = [f"{path}: {fault}" for path in pages[part::3] for fault in faults(page, path)]
    assert found == [], "\n".join(found)


def test_no_state_breaks_a_rule(dora: Person, visit: Visit) -> None:
    made = workspace_client("main").assistants.create(
        model="gpt-4.1-mini", name="Returns desk", instructions="Be kind.\nBe brief.", tools=[{"type": "file_search"}]
    )
    # A message that is still coming in has less contrast than it will have.
    page = visit(dora, "/healthz", reduced_motion="reduce")
    page.on("dialog", lambda dialog: dialog.accept())
    found = []
    for state in STATES:
        page.set_viewport_size(DESK)
        page.emulate_media(color_scheme="light")
        state(page, f"/w/main/assistants/{made.id}/")
        found += [f"{state.__name__}: {fault}" for fault in faults_as_it_stands(page)]
    assert found == [], "\n".join(found)


def faults(page: Page, path: str) -> Iterator[str]:
    """What a program finds wrong with a page: in both themes, on a desk, a tablet and a phone."""
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")
    page.goto(path)
    yield from faults_as_it_stands(page)
    if (shifted := page.evaluate("window.shifted")) > MOST_SHIFT:
        yield f"moves by {shifted:.3f} while it loads"


def faults_as_it_stands(page: Page) -> Iterator[str]:
    """What is wrong with the page that is open on a desk in light colours; leaves it narrow and dark."""
    yield from broken_rules(page, EVERY_RULE)
    page.emulate_media(color_scheme="dark")
    yield from broken_rules(page, COLOURS)
    yield from (f"is smaller than 12 px: {name}" for name in page.evaluate(TOO_SMALL))
    for width in (768, 360):
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            yield f"is wider than a window of {width}, by {page.evaluate(TOO_WIDE)}"
        yield from (f"is cut off at the left in a window of {width}: {name}" for name in page.evaluate(CUT_OFF))
    yield from broken_rules(page, SIZES)


def broken_rules(page: Page, options: dict[str, Any]) -> Iterator[str]:
    for violation in Axe().run(page, options=options).response["violations"]:
        places = ", ".join(" ".join(node["target"]) for node in violation["nodes"][:3])
        yield f"{violation['id']}: {violation['help']} ({places})"


def test_the_sign_in_page_breaks_no_rule(visit: Visit, db: None) -> None:
    page = visit(None, "/login/")
    page.add_init_script(WATCH_SHIFTS)
    assert list(faults(page, "/login/")) == []
