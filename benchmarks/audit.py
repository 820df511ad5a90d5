"""The audit log: appending against a plain create, verifying and showing a million rows.

Run in a process and a data folder of its own. The raw loop reads the same rows in order and
hashes each with SHA-256 over the hash before; what is above it is what verification does more.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.rounds import measured, ratios
from benchmarks.table import Row, row

ROOT = Path(__file__).resolve().parent.parent
SIZE = 1_000_000
SMALL = 10_000
STATE = {"instructions": "Answer briefly, and say so when you do not know. " * 3}


def rows(rounds: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PATH": os.environ["PATH"], "DATA_DIR": folder, "SITE_URL": "http://127.0.0.1"}
        command = [sys.executable, "-m", "benchmarks.audit", str(rounds)]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout.splitlines()[-1])
        waits = [_saturated(environment) for _ in range(2)]
    append, walk, pages = found["append"], found["walk"], found["pages"]
    newest = {"large": pages["newest page"], "small": found["small"]}
    return [
        row("append one row / plain ORM create", ratios(append, "record", "create"), at_most=4),
        row("append an operation (two rows) / plain ORM create", ratios(append, "operation", "create"), at_most=8),
        row("append one row", [value * 1000 for value in append["record"]], unit="ms"),
        row("verify 1M rows: speed / raw hash loop", ratios(walk, "raw", "verify"), at_least=0.5),
        row("verify 1M rows, CPU", walk["verify"], unit="s"),
        row("memory that verifying 1M rows adds", [found["verify_megabytes"]], unit="MB", at_most=20),
        row("memory that exporting 200,000 rows adds", [found["export_megabytes"]], unit="MB", at_most=20),
        *(row(f"{name}, 1M rows", [value * 1000 for value in values], unit="ms") for name, values in pages.items()),
        row(
            "newest page: 1M rows / 10,000 rows",
            ratios(newest, "large", "small"),
            at_most=2,
        ),
        row("8 processes at once: the longest wait of any", waits, unit="s", at_most=3),
    ]


def measure(rounds: int) -> dict[str, Any]:
    """Seconds per call of each variant; needs the environment that :func:`rows` makes."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "dashboard.settings"
    import django

    logging.disable(logging.INFO)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from dashboard.audit.export.exports import json_lines, prepared
    from dashboard.audit.read.filters import LogFilters
    from dashboard.audit.verify.verification import verify

    append = measured(appending(), rounds=rounds)
    fill(SMALL)
    small = measured({"small": paging()["newest page"]}, rounds=rounds)["small"]
    fill(SIZE)
    before = megabytes()
    assert verify().is_whole
    verified = megabytes()
    for number, _ in enumerate(json_lines(prepared(LogFilters(), by="benchmark"))):
        if number == 400:
            break
    return {
        "append": append,
        "small": small,
        "verify_megabytes": verified - before,
        "export_megabytes": megabytes() - verified,
        "walk": measured(
            {"raw": raw_loop, "verify": whole}, rounds=min(rounds, 5), batch_seconds=0, clock=time.process_time
        ),
        "pages": measured(paging(), rounds=rounds, batch_seconds=0),
    }


def appending() -> dict[str, Callable[[], object]]:
    from django.db import connection, models

    from dashboard.audit import api as audit

    class Plain(models.Model):
        at = models.DateTimeField(auto_now_add=True)
        action = models.CharField(max_length=40)
        actor = models.CharField(max_length=80)
        target = models.CharField(max_length=80)
        body = models.TextField()

        class Meta:
            app_label = "audit"

        def __str__(self) -> str:
            return self.action

    with connection.schema_editor() as editor:
        editor.create_model(Plain)
    actor = audit.Actor(kind="person", id="3", name="Maria", roles=("Editors",), address="192.0.2.1")
    target = audit.Target(type="assistant", id="asst_1", label="Support")

    def create() -> None:
        Plain._default_manager.create(action="assistant.update", actor="3", target="asst_1", body=json.dumps(STATE))

    def record() -> None:
        audit.record(action="member.update", actor=actor, target=target, after=STATE)

    def operation() -> None:
        with audit.operation(action="assistant.update", actor=actor, target=target, before=STATE) as current:
            current.succeeded(after=STATE)

    return {"create": create, "record": record, "operation": operation}


def fill(size: int) -> None:
    """Extend the log to so many rows, sealed as appending would, in one transaction."""
    from django.db import connection, transaction

    from dashboard.audit.record import canonical, chain, seals

    with transaction.atomic(), connection.cursor() as cursor:
        seq, seal = chain._locked_head(cursor)
        name, key = seals.current_key()
        seal_text = seals.sealer(key)
        body = canonical.canonical({"after": STATE})
        told = {"actor_name": "Maria", "target_label": "Support", "changes": {"instructions": {"lines": 2}}}
        batch = []
        while seq < size:
            seq += 1
            at = f"2026-{1 + seq * 11 // SIZE:02}-{1 + seq % 28:02}T{seq % 24:02}:00:00.{seq % 1_000_000:06}Z"
            actor, target = f"person:{seq % 50}", f"asst_{seq % 1000}"
            what = (seq, at, "event", "assistant.update", "succeeded", actor, "main", "assistant", target)
            values = (*what, f"{seq:032x}", "", name)
            head = canonical.head_text(values, told)
            seal = seal_text(f"{seal}\n{head}\n{body}")
            batch.append((*values, head, body, seal))
            if len(batch) == 5000 or seq == size:
                cursor.executemany(chain.INSERT, batch)
                batch = []
        mark = seals.mark_of(key, seq=seq, seal=seal)
        cursor.execute("UPDATE audit_head SET seq = %s, seal = %s, key = %s, mark = %s", (seq, seal, name, mark))


def paging() -> dict[str, Callable[[], object]]:
    from dashboard.audit.read.filters import LogFilters
    from dashboard.audit.read.histogram import histogram
    from dashboard.audit.read.pages import page_of

    def page(**filters: Any) -> Callable[[], object]:
        def show() -> None:
            assert page_of(LogFilters(**filters)).lines

        return show

    def nothing() -> None:
        assert not page_of(LogFilters(q="no such words")).lines

    return {
        "newest page": page(),
        "page from the middle": lambda: page_of(LogFilters(), before=SIZE // 2),
        "one person": page(actor="person:7"),
        "one person, one assistant, succeeded": page(actor="person:7", target="asst_7", outcome="succeeded"),
        "free text that is nowhere, 50,000 rows back": nothing,
        "picture of activity": lambda: histogram(LogFilters()),
    }


def raw_loop() -> None:
    from django.db import connection

    previous = ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, head, body FROM audit_event ORDER BY seq")
        while batch := cursor.fetchmany(2000):
            for _, head, body in batch:
                previous = hashlib.sha256((previous + head + body).encode()).hexdigest()


def whole() -> None:
    from dashboard.audit.verify.verification import verify

    assert verify().is_whole


def megabytes() -> float:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _saturated(environment: dict[str, str]) -> float:
    """The longest wait for one row while eight processes write as fast as they can for two seconds each."""
    command = [sys.executable, "-m", "benchmarks.audit", "append"]
    writers = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(8)
    ]
    return max(float(writer.communicate()[0].splitlines()[-1]) for writer in writers)


def append_for_two_seconds() -> float:
    os.environ["DJANGO_SETTINGS_MODULE"] = "dashboard.settings"
    import django

    logging.disable(logging.INFO)
    django.setup()
    from dashboard.audit import api as audit

    actor, target = audit.Actor(kind="command", id="b", name="b"), audit.Target(type="assistant", id="asst_1")
    longest, end = 0.0, time.perf_counter() + 2
    while (start := time.perf_counter()) < end:
        audit.record(action="member.update", actor=actor, target=target, after=STATE)
        longest = max(longest, time.perf_counter() - start)
    return longest


if __name__ == "__main__":
    print(append_for_two_seconds() if sys.argv[1] == "append" else json.dumps(measure(int(sys.argv[1]))))
