"""The catalog: filled over a slow connection, searched against a scan of the texts, and asked who uses what.

With ``DATABASE_URL`` naming PostgreSQL it is measured there. ``CATALOG_ASSISTANTS=100000`` measures that many too.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.apart import Samples, answer, samples_of
from benchmarks.catalog_corpus import COMMON, MIDDLING, RARE, RARE_PART, FarEnd, body
from benchmarks.rounds import measured, ratios
from benchmarks.table import Row, row

SMALL, LARGE = 1000, 10_000
LATENCY = 0.2
LIST = "/w/main/assistants/"


def rows(rounds: int) -> list[Row]:
    most = int(os.environ.get("CATALOG_ASSISTANTS", "0"))
    found: list[Row] = []
    by_size: dict[int, Samples] = {}
    for count in [SMALL, LARGE, *([most] if most > LARGE else [])]:
        samples = by_size[count] = _samples(rounds, count)
        word, part = (1 / 20, 1 / 4) if count <= LARGE else (1 / 50, 1 / 5)
        has_goal = count > SMALL
        found += [
            row(f"filling {count:,} / calls x latency", samples["filling"], at_most=1.1),
            # Hidden behind the next call while it is less than one, on a machine that gives the process so much.
            row(f"processor's time of filling {count:,} / calls x latency", samples["filling's work"], at_most=1),
            row(f"calls for {count:,}", samples["calls"], unit="", at_most=math.ceil(count / 100)),
            row(f"rare word / scan of {count:,}", ratios(samples, "rare", "scan"), at_most=word if has_goal else None),
            row(f"part of it / scan of {count:,}", ratios(samples, "part", "scan"), at_most=part if has_goal else None),
            # Nobody has the texts at hand as the scan above has: what a search without an index would take.
            row(f"rare word / the database's own scan of {count:,}", ratios(samples, "rare", "database's scan")),
            row(f"middling word / scan of {count:,}", ratios(samples, "middling", "scan of middling")),
            row(f"common word / scan of {count:,}", ratios(samples, "common", "scan of common")),
        ]
    for name in ("list page", "ten of the rare", "where used"):
        slopes = [_slope(one, other) for one, other in zip(by_size[SMALL][name], by_size[LARGE][name], strict=True)]
        found.append(row(f"slope of cost against number: {name}", slopes, unit="", at_most=0.2))
    found.append(row("memory of 1,000 changes and searches", by_size[LARGE]["memory"], unit="MB", at_most=60))
    names = (
        "rare",
        "part",
        "middling",
        "common",
        "scan",
        "database's scan",
        "list page",
        "narrowed page",
        "where used",
    )
    return found + [row(name, [1000 * value for value in by_size[LARGE][name]], unit="ms") for name in names]


def _slope(small: float, large: float) -> float:
    return math.log(large / small) / math.log(LARGE / SMALL)


def _samples(rounds: int, count: int) -> Samples:
    passed = {name: os.environ[name] for name in ("DATABASE_URL", "CACHE_URL") if name in os.environ}
    return samples_of(
        "benchmarks.catalog", rounds=rounds, settings="tests.settings", CATALOG_COUNT=str(count), **passed
    )


def measure(rounds: int) -> Samples:
    """Seconds for each question; as many samples of each as there are rounds, but one of filling."""
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client as Browser

    import assistants_client as wire
    from assistants_client import Client
    from assistants_ui.catalog import filling, keeping
    from assistants_ui.catalog.filters import Filters
    from assistants_ui.catalog.search import search
    from assistants_ui.models import CatalogDocument, CatalogEntry, CatalogState
    from assistants_ui.service.catalog import CatalogService
    from assistants_ui.service.gateway import Gateway
    from assistants_ui.workspaces import cache
    from assistants_ui.workspaces.connections import connected
    from dashboard.access import Role
    from dashboard.audit.api import Actor
    from tests.conftest import person

    count = int(os.environ["CATALOG_COUNT"])
    call_command("migrate", verbosity=0)
    # A database that is named from outside still holds what the size before this one left.
    CatalogState.objects.all().delete()
    CatalogEntry.objects.all().delete()
    User.objects.filter(username="alice").delete()
    far_end = FarEnd(count, latency=LATENCY)
    client = Client(base_url="https://far.example/v1", api_key="k", transport=far_end)
    filling.begin("main")
    began, began_working = time.perf_counter(), time.process_time()
    state = filling.advance("main", client.send, seconds=3600, is_ahead=True)
    filled = (time.perf_counter() - began) / (far_end.calls * LATENCY)
    worked = (time.process_time() - began_working) / (far_end.calls * LATENCY)
    assert (state.is_complete, state.walked) == (True, count)
    calls, far_end.latency = far_end.calls, 0.0
    # Another process works for us on PostgreSQL; on SQLite all is work of this one, whatever else the machine does.
    is_apart = connection.vendor == "postgresql"
    if is_apart:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    texts = list(CatalogDocument.objects.order_by("-entry_id").values_list("text", flat=True))

    def scan(word: str) -> Callable[[], object]:
        def newest() -> tuple[int, list[int]]:
            found = [place for place, text in enumerate(texts) if word in text]
            return len(found), found[:20]

        return newest

    position = "strpos" if is_apart else "instr"

    def scan_there() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT entry_id, count(*) OVER () FROM {CatalogDocument._meta.db_table}"
                f" WHERE {position}(text, %s) > 0 ORDER BY entry_id DESC LIMIT 20",
                [RARE],
            )
            assert cursor.fetchall()

    def find(word: str, limit: int = 20) -> Callable[[], object]:
        return lambda: search("main", Filters(q=word), limit=limit)

    for word in (RARE, RARE_PART, MIDDLING, COMMON):
        assert search("main", Filters(q=word), limit=20).total == sum(word in text for text in texts)
    alice: Browser = person("alice", Role.EDITORS)
    actor = Actor(kind="system", id="benchmark", name="Benchmark")
    catalog = CatalogService(Gateway(client=client, workspace="main", api_version="v2", actor=actor, request_id=""))

    def page(query: str = "") -> None:
        cache.forget("main")
        assert alice.get(f"{LIST}{query}").content.count(b"<tr") > 10

    variants: dict[str, Callable[[], object]] = {
        "rare": find(RARE),
        # As many as hold it among the fewest, so that pages of equal length are compared.
        "ten of the rare": find(RARE, limit=SMALL // 104),
        "part": find(RARE_PART),
        "middling": find(MIDDLING),
        "common": find(COMMON),
        "scan": scan(RARE),
        "database's scan": scan_there,
        "scan of middling": scan(MIDDLING),
        "scan of common": scan(COMMON),
        "where used": lambda: catalog.users_of_stores(["vs_5"]),
        "list page": page,
        "narrowed page": lambda: page("?model=gpt-4o"),
    }
    assert [user.id for user in catalog.users_of_stores(["vs_5"])["vs_5"]] == [body(n)["id"] for n in range(50, 60)]
    with connected("main", client):
        samples = measured(variants, rounds=rounds, clock=time.perf_counter if is_apart else time.process_time)

    before = _resident()
    for number in range(1000):
        changed = wire.Assistant(body(number * 7 % count) | {"name": f"Changed {number}"})
        keeping.keep("main", changed)
        search("main", Filters(q=RARE), limit=20)
    memory = (_resident() - before) / 2**20
    return samples | {"filling": [filled], "filling's work": [worked], "calls": [float(calls)], "memory": [memory]}


def _resident() -> int:
    """The bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    answer(measure)
