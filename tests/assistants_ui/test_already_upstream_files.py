"""Whatever files and vector stores a server may already hold: they are shown, and can be changed and deleted."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.assistants_ui.test_already_upstream import PLAIN, TEXTS, shown
from tests.conftest import Person

FILE: dict[str, Any] = {
    "id": "file-1",
    "object": "file",
    "created_at": 1_700_000_000,
    "filename": "prices.txt",
    "bytes": 20,
    "purpose": "assistants",
    "status": "processed",
}
STORE: dict[str, Any] = {
    "id": "vs_1",
    "object": "vector_store",
    "created_at": 1_700_000_000,
    "name": "Prices",
    "status": "completed",
    "usage_bytes": 20,
    "file_counts": {"in_progress": 0, "completed": 1, "failed": 0, "cancelled": 0, "total": 1},
    "metadata": {},
}
ENTRY: dict[str, Any] = {
    "id": "file-1",
    "object": "vector_store.file",
    "created_at": 1_700_000_000,
    "vector_store_id": "vs_1",
    "status": "completed",
    "last_error": None,
}
ASSISTANT = PLAIN | {
    "tools": [{"type": "file_search"}, {"type": "code_interpreter"}],
    "tool_resources": {"file_search": {"vector_store_ids": ["vs_1"]}, "code_interpreter": {"file_ids": ["file-1"]}},
}
MARKUP = "<script>alert(1)</script>"
Held = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
CASES: dict[str, Held] = {
    **{f"file name: {name}": ({"filename": text}, {}, {}) for name, text in TEXTS.items()},
    **{f"store name: {name}": ({}, {"name": text}, {}) for name, text in TEXTS.items()},
    "a file of no size": ({"bytes": None, "filename": None, "purpose": None, "created_at": None}, {}, {}),
    "a file of odd kinds": ({"bytes": -5, "filename": 7, "purpose": MARKUP, "created_at": "yesterday"}, {}, {}),
    "a file without bounds": ({"bytes": 10**30, "status": MARKUP, "expires_at": 10**20}, {}, {}),
    "a store of odd kinds": ({}, {"name": 5, "status": MARKUP, "file_counts": [1], "metadata": "text"}, {}),
    "a store of no counts": ({}, {"file_counts": {"total": "many"}, "usage_bytes": None}, {}),
    "a store without bounds": ({}, {"usage_bytes": 1e300, "expires_at": -1, "expires_after": {"days": MARKUP}}, {}),
    "metadata that is no text": ({}, {"metadata": {"a": 5, MARKUP: {"b": [MARKUP]}}}, {}),
    "a file that failed": ({}, {}, {"status": "failed", "last_error": {"code": MARKUP, "message": MARKUP * 99}}),
    "a file that failed oddly": ({}, {}, {"status": "failed", "last_error": MARKUP, "attributes": [MARKUP]}),
    "a file read in a way of tomorrow": ({}, {}, {"status": MARKUP, "chunking_strategy": {"type": MARKUP}}),
}


def answer(request: httpx.Request, held: Held) -> httpx.Response | None:
    file, store, entry = FILE | held[0], STORE | held[1], ENTRY | held[2]
    answers = {
        "/v1/files": [file],
        "/v1/files/file-1": file,
        "/v1/vector_stores": [store],
        "/v1/vector_stores/vs_1": store,
        "/v1/vector_stores/vs_1/files": [entry],
        "/v1/vector_stores/vs_1/files/file-1": entry,
        "/v1/assistants": [ASSISTANT],
        f"/v1/assistants/{PLAIN['id']}": ASSISTANT,
    }
    path = request.url.path
    if path.endswith("/content"):
        return httpx.Response(200, content=b"<script>alert(1)</script>", headers={"Content-Type": "text/html"})
    if path not in answers:
        return None
    body: Any = answers[path]
    if request.method == "DELETE":
        body = {"id": body["id"], "object": f"{body['object']}.deleted", "deleted": True}
    if isinstance(body, list):
        body = {"object": "list", "data": body, "has_more": False}
    return httpx.Response(200, content=json.dumps(body).encode(), headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("held", CASES.values(), ids=CASES)
def test_they_are_shown_and_deleted(alice: Person, carol: Person, tap: Tap, held: Held) -> None:
    tap.answer = lambda request: answer(request, held)
    for address in (
        "/w/main/files/",
        "/w/main/files/?q=%25_",
        "/w/main/files/file-1/",
        "/w/main/files/delete/?id=file-1",
        "/w/main/vector-stores/",
        "/w/main/vector-stores/vs_1/",
        "/w/main/vector-stores/vs_1/edit/",
        "/w/main/vector-stores/vs_1/add/",
        "/w/main/vector-stores/vs_1/delete/",
        f"/w/main/assistants/{PLAIN['id']}/",
        f"/w/main/assistants/{PLAIN['id']}/files/",
    ):
        shown(alice, address)
    assert alice.get(f"/w/main/assistants/{PLAIN['id']}/knowledge/", headers={"HX-Request": "true"}).status_code == 200
    download = alice.get("/w/main/files/file-1/content/")
    assert download["Content-Disposition"].startswith("attachment")
    assert download["Content-Type"] == "application/octet-stream"
    assert "\n" not in download["Content-Disposition"]
    for address in ("/w/main/vector-stores/vs_1/delete/", "/w/main/files/delete/?id=file-1"):
        deleted = alice.post(address.partition("?")[0], read(alice.get(address)).forms[-1])
        assert deleted.status_code == 302, (address, deleted.status_code)
    assert "DELETE /v1/vector_stores/vs_1" in tap.sent
    assert "DELETE /v1/files/file-1" in tap.sent
    for link in [link for link in read(shown(carol, "/audit/")).links.values() if link[:7] == "/audit/"]:
        if link[7:-1].isdecimal():
            shown(carol, link)
