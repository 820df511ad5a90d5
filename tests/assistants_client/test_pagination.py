"""Walking lists to the end, on servers that page well, badly, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anyio
import httpx
import pytest

from assistants_client import Assistant, AsyncClient, Client, CursorPage, Ending, Pager, calls
from assistants_client.pagination import MOST_PAGES

Query = dict[str, str]
Lists = Callable[[Query], dict[str, Any]]


def envelope(ids: list[str], **more: Any) -> dict[str, Any]:
    return {"object": "list", "data": [{"id": each, "object": "assistant"} for each in ids], **more}


def well(ids: list[str]) -> Lists:
    """Pages as the protocol says, with `before` giving the neighbours in front."""

    def lists(query: Query) -> dict[str, Any]:
        limit = int(query.get("limit", 20))
        if "before" in query:
            end = ids.index(query["before"])
            start = max(0, end - limit)
            return envelope(ids[start:end], has_more=start > 0)
        start = ids.index(query["after"]) + 1 if "after" in query else 0
        return envelope(ids[start : start + limit], has_more=start + limit < len(ids))

    return lists


class Walked:
    """A client whose server lists as told, and the queries it was sent."""

    def __init__(self, lists: Lists) -> None:
        self.queries: list[Query] = []
        self._lists = lists
        self.client = Client(base_url="http://server.test/v1", transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        self.queries.append(query)
        return httpx.Response(200, json=self._lists(query))

    def ids(self, **parameters: Any) -> list[str]:
        return [each.id for each in self.client.assistants.list(**parameters)]

    def ending(self) -> Ending | None:
        pager: Pager[Assistant] = Pager(self.client.send, calls.assistants.list())
        for _ in pager:
            pass
        return pager.ending

    def async_ids(self, **parameters: Any) -> list[str]:
        async def walk() -> list[str]:
            transport = httpx.MockTransport(self._answer)
            async with AsyncClient(base_url="http://server.test/v1", transport=transport) as client:
                return [each.id async for each in client.assistants.list(**parameters)]

        return anyio.run(walk)


SEVEN = [f"asst_{number}" for number in range(7)]


def test_it_walks_all_pages_with_the_same_query_and_the_last_id() -> None:
    walked = Walked(well(SEVEN))
    assert walked.ids(limit=3, order="asc") == SEVEN
    assert walked.queries == [
        {"limit": "3", "order": "asc"},
        {"limit": "3", "order": "asc", "after": "asst_2"},
        {"limit": "3", "order": "asc", "after": "asst_5"},
    ]
    assert walked.ending() is Ending.COMPLETE


def test_it_walks_asynchronously_too() -> None:
    walked = Walked(well(SEVEN))
    assert walked.async_ids(limit=3) == SEVEN
    assert len(walked.queries) == 3


def test_it_goes_forward_and_back_page_by_page() -> None:
    walked = Walked(well(SEVEN))
    first = walked.client.assistants.list(limit=3)
    second = first.next_page()
    assert second is not None
    third = second.next_page()
    assert third is not None
    assert [each.id for each in third.data] == ["asst_6"]
    assert third.next_page() is None
    again = third.previous_page()
    assert again == second
    assert walked.queries[-1] == {"limit": "3", "before": "asst_6"}


def test_it_goes_page_by_page_asynchronously() -> None:
    walked = Walked(well(SEVEN))

    async def walk() -> tuple[str | None, str | None, list[str]]:
        transport = httpx.MockTransport(walked._answer)
        async with AsyncClient(base_url="http://server.test/v1", transport=transport) as client:
            first = await client.assistants.list(limit=3)
            second = await first.next_page()
            assert second is not None
            back = await second.previous_page()
            assert back is not None
            return second.first_id, back.last_id, [each.id async for each in second]

    assert anyio.run(walk) == ("asst_3", "asst_2", SEVEN[3:])


BADLY: list[tuple[str, Lists, list[str], int, Ending]] = [
    ("the same page for ever", lambda query: envelope(["a", "b"], has_more=True), ["a", "b"], 2, Ending.REPEATED),
    (
        "two pages in a circle",
        lambda query: envelope(["c", "d"] if query.get("after") == "b" else ["a", "b"], has_more=True),
        ["a", "b", "c", "d"],
        3,
        Ending.REPEATED,
    ),
    ("an empty page that promises more", lambda query: envelope([], has_more=True), [], 1, Ending.COMPLETE),
    ("no has_more and no paging", lambda query: envelope(["a", "b"]), ["a", "b"], 2, Ending.COMPLETE),
    ("no has_more with paging", lambda query: envelope(["b"] if query else ["a"]), ["a", "b"], 3, Ending.COMPLETE),
    (
        "null has_more and one page",
        lambda query: envelope([] if query else ["a"], has_more=None),
        ["a"],
        2,
        Ending.COMPLETE,
    ),
    ("a wrong last_id", lambda query: envelope(["a"], last_id="zzz", has_more=False), ["a"], 1, Ending.COMPLETE),
    ("the same entry twice", lambda query: envelope(["a", "a", "b"], has_more=False), ["a", "b"], 1, Ending.COMPLETE),
]


@pytest.mark.parametrize(
    ("lists", "ids", "requests", "ending"), [row[1:] for row in BADLY], ids=[row[0] for row in BADLY]
)
def test_it_comes_to_an_end_whatever_the_server_says(
    lists: Lists, ids: list[str], requests: int, ending: Ending
) -> None:
    walked = Walked(lists)
    assert walked.ids() == ids
    assert len(walked.queries) == requests
    assert walked.ending() is ending
    assert walked.async_ids() == ids


def test_an_entry_that_moves_between_pages_is_given_once() -> None:
    walked = Walked(
        lambda query: envelope(["b", "c"], has_more=False) if query else envelope(["a", "b"], has_more=True)
    )
    assert walked.ids() == ["a", "b", "c"]


def test_an_endless_list_of_new_entries_is_cut_off() -> None:
    walked = Walked(lambda query: envelope([f"{int(query.get('after', 0)) + 1}"], has_more=True))
    assert len(walked.ids()) == MOST_PAGES
    assert walked.ending() is Ending.TOO_MANY


def test_models_have_no_pages_to_ask_for() -> None:
    walked = Walked(lambda query: envelope(["m"], has_more=True))
    assert [each.id for each in walked.client.models.list()] == ["m"]
    assert len(walked.queries) == 1


def test_a_page_tells_its_cursors_from_its_entries() -> None:
    page: CursorPage[Assistant] = CursorPage(envelope(["a", "b"], first_id="x", last_id=""), item=Assistant)
    assert (page.first_id, page.last_id, page.has_more) == ("a", "b", False)
    empty: CursorPage[Assistant] = CursorPage(envelope([], first_id=None, last_id=None), item=Assistant)
    assert (empty.first_id, empty.last_id, len(empty)) == (None, None, 0)
