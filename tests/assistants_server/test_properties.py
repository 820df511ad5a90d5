"""What holds for every request: no 5xx, exact reading back, and pages that neither lose nor repeat."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from assistants_server.assistants import operations as assistants
from assistants_server.http.authentication import new_key
from assistants_server.http.lookup import delete_with_tombstone
from assistants_server.models import Assistant
from tests.assistants_server.conftest import API, upload

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
TEXT = st.text(CHARACTERS, max_size=20)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=12,
)
STORABLE = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
KNOWN = [
    *("model", "name", "description", "instructions", "tools", "tool_resources", "metadata", "temperature", "top_p"),
    *("response_format", "reasoning_effort", "file_ids", "file_id", "files", "query", "filters", "ranking_options"),
    *("attributes", "chunking_strategy", "expires_after"),
    *("role", "content", "attachments", "messages", "thread", "assistant_id", "tool_choice", "truncation_strategy"),
]
BODIES = ANYTHING | st.dictionaries(st.sampled_from(KNOWN), ANYTHING, max_size=6)
PATHS = st.sampled_from(
    [
        "/assistants",
        "/assistants/{assistant}",
        "/assistants/{assistant}/files",
        "/vector_stores",
        "/vector_stores/{store}",
        "/vector_stores/{store}/search",
        "/vector_stores/{store}/files",
        "/vector_stores/{store}/files/{file}",
        "/vector_stores/{store}/file_batches",
        "/threads",
        "/threads/runs",
        "/threads/{thread}",
        "/threads/{thread}/messages",
        "/threads/{thread}/runs",
    ]
)
NAMES = st.from_regex(r"[a-zA-Z0-9_-]{1,20}", fullmatch=True)
OBJECTS = st.dictionaries(TEXT, STORABLE, max_size=4)


def function(name: str, parameters: dict[str, Any], strict: bool | None) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "parameters": parameters, "strict": strict}}


def searching(most: int) -> dict[str, Any]:
    return {"type": "file_search", "file_search": {"max_num_results": most}}


def kind_and_name(tool: dict[str, Any]) -> tuple[str, str]:
    return tool["type"], tool["function"]["name"] if tool["type"] == "function" else ""


TOOLS = st.lists(
    st.just({"type": "code_interpreter"})
    | st.builds(searching, st.integers(1, 50))
    | st.builds(function, NAMES, OBJECTS, st.none() | st.booleans()),
    max_size=4,
    unique_by=kind_and_name,
)
FIELDS = {
    "name": st.none() | TEXT,
    "description": st.none() | TEXT,
    "instructions": st.none() | st.text(CHARACTERS, max_size=400),
    "tools": TOOLS,
    "metadata": st.dictionaries(TEXT, TEXT, max_size=4),
    "temperature": st.none() | st.floats(0, 2) | st.integers(0, 2),
    "top_p": st.none() | st.floats(0, 1),
    "reasoning_effort": st.sampled_from([None, "none", "low", "max"]),
    "response_format": st.sampled_from(["auto", {"type": "text"}, {"type": "json_object"}])
    | st.builds(
        lambda name, schema: {"type": "json_schema", "json_schema": {"name": name, "schema": schema}}, NAMES, OBJECTS
    ),
}
ASSISTANTS = st.fixed_dictionaries({"model": st.text(CHARACTERS, min_size=1, max_size=20)}, optional=FIELDS)


class TestEveryRequest(TestCase):
    """Hypothesis needs a transaction for each example, which its own TestCase gives."""

    def setUp(self) -> None:
        self.api = API(new_key(name="tests", workspace="main")[1])

    @settings(max_examples=100, deadline=None)
    @given(path=PATHS, body=BODIES, version=st.sampled_from(["v1", "v2"]))
    def test_no_body_gives_a_fault(self, path: str, body: Any, version: str) -> None:
        file = upload(self.api)
        store = self.api.send("/vector_stores", {"file_ids": [file]}).json()["id"]
        assistant = self.api.send("/assistants", {"model": "gpt-4.1"}).json()["id"]
        thread = self.api.send("/threads").json()["id"]
        address = path.format(assistant=assistant, store=store, file=file, thread=thread)
        answer = self.api.send(address, body, **{"OpenAI-Beta": f"assistants={version}"})
        assert answer.status_code < 500
        assert ("error" in answer.json()) == (answer.status_code != 200)

    @settings(max_examples=100, deadline=None)
    @given(fields=ASSISTANTS)
    def test_what_is_accepted_reads_back_equal(self, fields: dict[str, Any]) -> None:
        answer = self.api.send("/assistants", fields)
        assert answer.status_code == 200, answer.content
        made = answer.json()
        assert {key: made[key] for key in fields} == fields
        assert self.api.get(f"/v1/assistants/{made['id']}").content == answer.content
        assert self.api.fetch("/assistants")["data"] == [made]
        changed = self.api.send(f"/assistants/{made['id']}", {"name": "New"}).json()
        assert json.dumps(changed) == json.dumps(made | {"name": "New"})

    @settings(max_examples=60, deadline=None)
    @given(data=st.data())
    def test_pages_hold_each_object_once_and_in_order_while_others_write(self, data: st.DataObject) -> None:
        stamps = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=12), label="created_at of each")
        for stamp in stamps:
            add(stamp)
        order = data.draw(st.sampled_from(["asc", "desc"]), label="order")
        forward = data.draw(st.booleans(), label="forward")
        stayed = {row.wire_id for row in Assistant.objects.all()}
        seen: list[str] = []
        cursor = ""
        while True:
            limit = data.draw(st.integers(1, 4), label="limit")
            query = f"limit={limit}&order={order}"
            if cursor:
                query += f"&{'after' if forward else 'before'}={cursor}"
            elif not forward:
                query += f"&before={self.last(order)}"
            page = self.api.fetch(f"/assistants?{query}")
            ids = [item["id"] for item in page["data"]]
            assert len(ids) <= limit
            assert (page["first_id"], page["last_id"]) == ((ids[0], ids[-1]) if ids else (None, None))
            if not cursor and not forward:
                seen = [self.last(order)]
            seen = seen + ids if forward else ids + seen
            if not page["has_more"]:
                break
            cursor = ids[-1] if forward else ids[0]
            stayed -= self.meddle(data)
        assert len(set(seen)) == len(seen)
        stays = [row.wire_id for row in ordered(order) if row.wire_id in stayed]
        assert [wire_id for wire_id in seen if wire_id in stayed] == stays

    def last(self, order: str) -> str:
        return ordered(order)[-1].wire_id

    def meddle(self, data: st.DataObject) -> set[str]:
        """Add one, and delete some; gives the ids of what is gone."""
        add(data.draw(st.integers(1, 3), label="created_at of one more"))
        rows = list(Assistant.objects.order_by("pk"))
        gone = data.draw(st.lists(st.sampled_from(rows), max_size=2, unique=True), label="deleted")
        for row in gone:
            delete_with_tombstone(row)
        return {row.wire_id for row in gone}


def add(created_at: int) -> None:
    row = assistants.create("main", {"model": "gpt-4.1"})
    Assistant.objects.filter(pk=row.pk).update(created_at=created_at)


def ordered(order: str) -> list[Assistant]:
    sign = "-" if order == "desc" else ""
    return list(Assistant.objects.order_by(f"{sign}created_at", f"{sign}seq"))
