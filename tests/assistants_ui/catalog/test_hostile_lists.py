"""Whatever a server does to its list: nobody who is there gets lost, nobody is there twice, and every walk ends."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
from django.test import override_settings
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

import assistants_client as wire
from assistants_ui.catalog import entries, filling
from assistants_ui.models import CatalogEntry, CatalogState, CatalogTag
from tests.assistants_ui.catalog.far_end import FarEnd, answer, body
from tests.assistants_ui.catalog.test_filling import client_of, far_end, known, walk
from tests.assistants_ui.pages import read
from tests.conftest import Person

__all__ = ["far_end"]
LIST = "/w/main/assistants/"
PAGE = 3
# So often a walk is taken further before it has to have come to its end.
MOST_STEPS = 150

FAULTS = ("honest", "repeats", "circles", "skips", "turns round", "says more", "is down", "hangs up", "babbles")
Event = tuple[str, int]
events = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(FAULTS), st.integers(0, 11)),
        st.tuples(st.sampled_from(("makes", "deletes", "deletes here", "moves the store")), st.integers(0, 11)),
    ),
    min_size=3,
    max_size=14,
)


def made(number: int) -> dict[str, Any]:
    """Every third assistant searches the store."""
    stores = ["vs_1"] if number % 3 == 0 else []
    return body(number, tool_resources={"file_search": {"vector_store_ids": stores}})


@dataclass
class Story:
    """A server that does to each page what is next on the list, over and over, and what is known of it."""

    server: FarEnd
    plan: list[Event]
    step: int = 0
    made: int = 12
    seen: set[str] = field(default_factory=set)

    def page(self, rows: list[dict[str, Any]], query: httpx.QueryParams) -> httpx.Response | None:
        name, number = self.plan[self.step % len(self.plan)]
        self.step += 1
        ids = [item["id"] for item in rows]
        at = ids.index(query["after"]) + 1 if query.get("after") in ids else 0
        if name in ("makes", "deletes", "deletes here", "moves the store"):
            self._change(name, number)
            return None
        answers: dict[str, Callable[[], httpx.Response | None]] = {
            "honest": lambda: None,
            "repeats": lambda: answer(rows[:PAGE], has_more=True),
            "circles": lambda: answer(rows[number:][:PAGE], has_more=True),
            "skips": lambda: answer(rows[at + 1 :][:PAGE], has_more=len(rows) > at + 1 + PAGE),
            "turns round": lambda: answer(rows[::-1][:PAGE], has_more=True),
            "says more": lambda: answer([], has_more=True),
            "is down": lambda: httpx.Response(503, json={"error": {"message": "down"}}),
            "hangs up": lambda: self._hang_up(),
            "babbles": lambda: httpx.Response(200, content=b'{"data": [{"id": '),
        }
        return answers[name]()

    def _hang_up(self) -> httpx.Response:
        raise httpx.ReadError("connection reset")

    def _change(self, name: str, number: int) -> None:
        there = sorted(self.server.assistants)
        chosen = there[number % len(there)] if there else None
        if name == "makes":
            self.server.assistants |= {item["id"]: item for item in [made(self.made)]}
            self.made += 1
        elif name == "deletes here" and chosen:
            del self.server.assistants[chosen]
            entries.drop("main", chosen)
        elif name == "deletes" and chosen:
            del self.server.assistants[chosen]
        elif chosen:
            self.server.assistants[chosen] |= {"tool_resources": {"file_search": {"vector_store_ids": ["vs_1"]}}}

    def check(self) -> None:
        """Whoever was known once and still exists is known, and nobody is known twice."""
        self.seen.update(known())
        assert len(known()) == len(set(known()))
        assert self.seen & set(self.server.assistants) <= set(known())


def searchers() -> set[str]:
    return set(
        CatalogTag.objects.filter(kind="store", key=entries.tag_key("vs_1")).values_list(
            "entry__assistant_id", flat=True
        )
    )


@rules(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=events)
def test_no_list_loses_or_doubles_anybody_and_every_walk_ends(far_end: FarEnd, plan: list[Event]) -> None:
    CatalogEntry.objects.all().delete()
    CatalogState.objects.all().delete()
    filling.PAGE = PAGE
    far_end.assistants = {item["id"]: item for item in map(made, range(12))}
    far_end.sent.clear()
    story = Story(far_end, plan)
    far_end.page = story.page
    with client_of(far_end) as client:
        filling.begin("main")
        for _ in range(MOST_STEPS):
            with suppress(wire.APIError):
                filling.advance("main", client.send, seconds=0)
            story.check()
            if not filling.state_of("main").is_walking:
                break
    is_always_down = all(name in ("is down", "hangs up", "babbles") for name, _ in plan)
    assert is_always_down or not filling.state_of("main").is_walking
    assert len(far_end.sent) <= 2 * MOST_STEPS

    # An honest walk afterwards puts everything right: who is there, and who searches the store.
    far_end.page = lambda rows, query: None
    walk(far_end)
    state = walk(far_end)
    assert (state.is_complete, known()) == (True, sorted(far_end.assistants))
    users = {
        name for name, raw in far_end.assistants.items() if raw["tool_resources"]["file_search"]["vector_store_ids"]
    }
    assert searchers() == users


def test_with_redis_and_the_server_gone_the_catalog_answers_and_says_how_old_it_is(
    far_end: FarEnd, alice: Person
) -> None:
    far_end.assistants = {item["id"]: item for item in map(made, range(12))}
    walk(far_end)
    nobody_listens = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    }
    far_end.sent.clear()
    far_end.is_down = True
    with override_settings(CACHES=nobody_listens):
        page = read(alice.get(f"{LIST}?q=assistant"))
        assert "12 assistants" in page.text
        assert far_end.sent == []
        # Read again before something is deleted: what is known is named, and nobody is ruled out.
        far_end.is_down, far_end.page = False, lambda rows, query: httpx.Response(503, json={"error": {}})
        far_end.objects["vector_stores"] = {"id": "vs_1", "object": "vector_store", "name": "Prices", "created_at": 1}
        page = read(alice.get("/w/main/vector-stores/vs_1/delete/"))
        assert "4 assistants search in it" in page.text
        assert "We could not read every assistant" in page.text
    far_end.page = lambda rows, query: None
    page = read(alice.get("/w/main/vector-stores/vs_1/delete/"))
    assert "4 assistants search in it" in page.text
    assert "We could not read every assistant" not in page.text
