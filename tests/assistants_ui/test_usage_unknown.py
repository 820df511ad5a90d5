"""What a page says, and what an undo leaves, where not every assistant could be read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest

from assistants_client import Assistant, Client
from assistants_ui.catalog import filling
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.assistants_ui.test_undo_files import attach, undo_in
from tests.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def short_walks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list without an end is left after five pages, not after the seconds that a page may take."""
    monkeypatch.setattr(filling, "MOST_PAGES", 5)


def assistants(numbers: Iterator[int]) -> list[dict[str, Any]]:
    made = {"object": "assistant", "created_at": 1_700_000_000, "model": "gpt-4.1-mini", "metadata": {}, "tools": []}
    return [made | {"id": f"asst_{next(numbers)}", "name": "Another"} for _ in range(2)]


def answers_for_ever(tap: Tap) -> None:
    """A list of assistants that has no end."""
    numbers = count()

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path != "/v1/assistants" or request.method != "GET":
            return None
        return httpx.Response(200, json={"object": "list", "data": assistants(numbers), "has_more": True})

    tap.answer = answer


def answers_one_that_cannot_be_read(tap: Tap) -> None:
    listed = {"object": "list", "data": ["damaged", *assistants(count())], "has_more": False}
    tap.answer = lambda request: (
        httpx.Response(200, json=listed) if request.url.path == "/v1/assistants" and request.method == "GET" else None
    )


@pytest.mark.parametrize("answers", [answers_for_ever, answers_one_that_cannot_be_read])
def test_nothing_is_called_unused_that_could_not_be_ruled_out(
    alice: Person, server: Client, tap: Tap, answers: Any
) -> None:
    file = server.files.create(file=("prices.txt", b"A screw costs 12 cents."), purpose="assistants")
    store = server.vector_stores.create(name="Prices")
    answers(tap)
    for address, words in {
        f"files/{file.id}/": "we cannot say whether anything uses this file",
        f"files/delete/?id={file.id}": "We could not look everywhere.",
        "files/": "Not certain",
        f"vector-stores/{store.id}/": "We could not read every assistant, so this is not certain.",
        f"vector-stores/{store.id}/delete/": "We could not read every assistant of this workspace.",
        "vector-stores/": "Not certain",
    }.items():
        text = read(alice.get(f"/w/main/{address}")).text
        assert words in text, address
        assert "No assistant" not in text, address
        assert "Nobody" not in text, address


def test_a_list_without_an_end_costs_no_more_calls_than_its_bound(alice: Person, server: Client, tap: Tap) -> None:
    store = server.vector_stores.create(name="Prices")
    answers_for_ever(tap)
    alice.get(f"/w/main/vector-stores/{store.id}/delete/")
    assert len([one for one in tap.requests if one.url.path == "/v1/assistants"]) == 5


def test_nothing_is_said_where_everything_was_read(alice: Person, server: Client) -> None:
    store = server.vector_stores.create(name="Prices")
    text = read(alice.get(f"/w/main/vector-stores/{store.id}/delete/")).text
    assert "No assistant searches in it." in text
    assert "could not" not in text


def test_an_undo_keeps_what_others_may_use(alice: Person, server: Client, assistant: Assistant, tap: Tap) -> None:
    address = undo_in(alice, attach(alice, assistant)["Location"])
    [store] = server.vector_stores.list().data
    answers_for_ever(tap)
    assert "We could not read every assistant." in read(alice.get(address)).text
    alice.post(address)
    tap.answer = lambda request: None
    assert [kept.id for kept in server.vector_stores.list().data] == [store.id]
    assert server.assistants.retrieve(assistant.id).vector_store_ids == []
    assert [kept.filename for kept in server.files.list()] == ["prices.txt"]
