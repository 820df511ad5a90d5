"""Whatever a server may already hold, put there by a stranger: it is shown, compared, exported, and can be deleted."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import httpx
import pytest

from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import editor_form, read
from tests.conftest import Person

ID = "asst_upstream"
PLACE = f"/w/main/assistants/{ID}/"
PLAIN: dict[str, Any] = {
    "id": ID,
    "object": "assistant",
    "created_at": 1_700_000_000,
    "name": "Support desk",
    "description": "Plain words.",
    "model": "gpt-4.1-mini",
    "instructions": "Be brief.",
    "tools": [],
    "tool_resources": {},
    "metadata": {},
    "temperature": 1.0,
    "top_p": 1.0,
    "response_format": "auto",
}
TEXTS = {
    "script": "<script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "attribute": "' onmouseover='alert(1)",
    "template": "{{7*7}}{% debug %}${7*7}#{7*7}",
    "textarea": "</textarea><script>alert(1)</script>",
    "title": "</title><svg/onload=alert(1)>",
    "address": "javascript:alert(1)",
    "markdown": "[x](javascript:alert(1)) ![y](https://evil.example/z.png)",
    "direction": "invoice\u202efdp.exe",
    "nothing visible": "\u3164\u200b\u2800",
    "tags": "a\U000e0061\U000e0062b",
    "joined": "👩‍👩‍👧‍👦" * 20,
    "zalgo": "Z" + "\u0351\u0300" * 3000,
    "right to left": "مساعد الدعم",
    "header": "a\r\nSet-Cookie: x=1",
    "formula": '=HYPERLINK("http://e","x")',
    "tab formula": "\t=1+1",
    "wide formula": "＝1",
    "path": "../../etc/passwd",
    "query": "' OR 1=1 --%_\\",
    "word": "null",
    "control": "bell\x07 escape\x1b[31m nul\x00 end",
    "surrogate": "half \ud800 pair",
    "byte order": "\ufeffBe brief.",
    "long": "word " * 40_000,
    "not composed": "Cafe\u0301",
}
ODD: dict[str, dict[str, Any]] = {
    "metadata keys of JavaScript": {"metadata": {"__proto__": "1", "constructor": "2", "toString": "3"}},
    "metadata that is no text": {"metadata": {"number": 5, "object": {"a": 1}, "nothing": None, "list": [1]}},
    "metadata that runs": {"metadata": {"<svg onload=alert(1)>": "=cmd|'/c calc'!A1"}},
    "metadata that is a list": {"metadata": ["a"]},
    "a schema that refers to itself": {
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "f",
                    "parameters": {"$ref": "#", "properties": {"a": {"$ref": "http://169.254.169.254/"}}},
                },
            }
        ]
    },
    "a pattern that never ends": {
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "f",
                    "parameters": {"type": "object", "properties": {"a": {"type": "string", "pattern": "(a+)+$"}}},
                },
            }
        ]
    },
    "ten thousand choices": {
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "f",
                    "parameters": {
                        "type": "object",
                        "properties": {"a": {"type": "string", "enum": [f"choice {n}" for n in range(10_000)]}},
                    },
                },
            }
        ]
    },
    "a name of markup for a function": {
        "tools": [{"type": "function", "function": {"name": "<script>alert(1)</script>"}}]
    },
    "tools of no known kind": {"tools": [{"type": "<script>alert(1)</script>"}, {"no": "type"}, "text", None]},
    "tools that are an object": {"tools": {"type": "function"}},
    "files that are no ids": {"tool_resources": {"file_search": {"vector_store_ids": [5, None, "../x", "<b>"]}}},
    "numbers as texts": {"temperature": "0.5", "top_p": "much"},
    "numbers without bounds": {"temperature": 1e300, "created_at": 10**17},
    "a model of markup": {"model": '"><script>alert(1)</script>'},
    "no model": {"model": None},
    "an answer shape of no known kind": {"response_format": {"type": "<script>alert(1)</script>"}},
    "fields of tomorrow": {"voice": {"tone": "<script>alert(1)</script>"}},
    "texts that are numbers": {"name": 5, "description": False, "instructions": ["a"]},
}
CASES = {
    **{
        f"{field}: {name}": {field: text}
        for name, text in TEXTS.items()
        for field in ("name", "description", "instructions")
    },
    **ODD,
}


class Far:
    """A server that holds one assistant, and forgets nothing that is sent to it."""

    def __init__(self, held: dict[str, Any]) -> None:
        self.held: dict[str, Any] | None = held

    def __call__(self, request: httpx.Request) -> httpx.Response | None:
        body: dict[str, Any]
        if request.url.path == "/v1/assistants":
            body = {"object": "list", "data": [self.held] if self.held else [], "has_more": False}
        elif request.url.path == f"/v1/assistants/{ID}" and self.held:
            body = self.held
            if request.method == "POST":
                self.held |= json.loads(request.content)
            elif request.method == "DELETE":
                self.held = None
                body = {"id": ID, "object": "assistant.deleted", "deleted": True}
        elif request.url.path.startswith("/v1/assistants/"):
            return httpx.Response(404, json={"error": {"message": "No assistant found."}})
        else:
            return None
        return httpx.Response(200, content=json.dumps(body).encode(), headers={"Content-Type": "application/json"})


@pytest.fixture(params=CASES)
def far(tap: Tap, request: pytest.FixtureRequest) -> Far:
    tap.answer = far = Far({**PLAIN, **CASES[request.param]})
    return far


def shown(person: Person, address: str, *, status: int = 200) -> Any:
    response = person.get(address)
    assert response.status_code == status, (address, response.status_code)
    content = response.content
    for markup in (b"<script>alert", b"<img src=x", b"<svg/onload", b"<svg onload", b"onmouseover='"):
        assert markup not in content, (address, markup)
    assert not any("\n" in value for _, value in response.items())
    return response


def test_it_is_shown_changed_and_deleted(alice: Person, carol: Person, tap: Tap, far: Far) -> None:
    shown(alice, "/w/main/assistants/")
    shown(alice, "/w/main/assistants/?q=%25_")
    shown(alice, PLACE)
    shown(alice, f"{PLACE}duplicate/")
    form = shown(alice, f"{PLACE}edit/")
    tap.clear()
    alice.post(f"{PLACE}edit/", editor_form(form))
    assert tap.written == []
    held = dict(far.held or {})
    saved = alice.post(
        f"{PLACE}edit/",
        editor_form(alice.get(f"{PLACE}edit/")) | {"metadata_key": ["reviewed"], "metadata_value": ["yes"]},
    )
    if saved.status_code == 302:
        assert [list(sent) for sent in tap.written] == [["metadata"]]
        assert {**(far.held or {}), "metadata": 0} == {**held, "metadata": 0}
    else:
        assert saved.status_code in {409, 422}
        assert tap.written == []
    shown(alice, f"{PLACE}history/")
    page = shown(alice, f"{PLACE}delete/")
    assert alice.post(f"{PLACE}delete/", read(page).forms[-1]).status_code == 302
    assert far.held is None
    shown(alice, "/w/main/assistants/")
    shown(alice, "/w/main/assistants/deleted/")
    audit = read(shown(carol, "/audit/"))
    for link in [link for link in audit.links.values() if link.startswith("/audit/") and link[7:-1].isdecimal()]:
        shown(carol, link)
    exported = carol.post("/audit/export/", {"format": "csv"})
    rows = list(csv.reader(io.StringIO(exported.getvalue().decode("utf-8-sig"))))
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for row in rows for cell in row)
