"""Every page against the rules of WCAG 2.2 AA that a program can check, in light, dark and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from assistants_ui.workspaces.connections import workspace_client
from dashboard.audit.models import Record
from tests.browser.conftest import Visit
from tests.conftest import Person

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
}
# What reaches beyond the window, apart from what scrolls in a box of its own.
TOO_WIDE = """[...document.querySelectorAll("main *")]
    .filter(element => element.getBoundingClientRect().right > document.documentElement.clientWidth)
    .map(element => `${element.tagName}.${element.getAttribute("class")}`)"""


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_breaks_a_rule(dora: Person, visit: Visit, look: str) -> None:
    server = workspace_client("main")
    assistant = server.assistants.create(
        model="gpt-4.1-mini",
        name="Returns desk",
        description="Answers questions about returns.",
        instructions="Be kind.\nBe brief.",
        tools=[{"type": "file_search"}, {"type": "function", "function": {"name": "lookup_order"}}],
        metadata={"team": "logistics"},
    )
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
        "/team/keys/",
        "/account/",
        "/no/such/page/",
    ]
    page = visit(dora, "/", **LOOKS[look])
    found: list[str] = []
    for path in pages:
        page.goto(path)
        for violation in Axe().run(page, options=RULES).response["violations"]:
            places = ", ".join(" ".join(node["target"]) for node in violation["nodes"][:3])
            found.append(f"{path}: {violation['id']}: {violation['help']} ({places})")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{path}: is wider than the window, by {page.evaluate(TOO_WIDE)}")
    assert found == [], "\n".join(found)


def test_the_sign_in_page_breaks_no_rule(visit: Visit, db: None) -> None:
    page = visit(None, "/login/")
    assert Axe().run(page, options=RULES).response["violations"] == []
