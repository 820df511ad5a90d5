from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from dashboard.audit import api as audit
from dashboard.audit import retention
from dashboard.audit.management.commands import audit_purge
from dashboard.audit.models import Record
from dashboard.audit.record import triggers
from dashboard.audit.retention import purge
from dashboard.audit.space import database_space, in_words
from dashboard.audit.verify.verification import current_head, verify
from tests.dashboard.audit.logs import MARIA, SUPPORT, sql, write

pytestmark = pytest.mark.django_db

TOMORROW = datetime.now(UTC) + timedelta(days=2)
OPERATOR = audit.Actor(kind="command", id="test", name="A test")


def test_it_removes_old_rows_and_the_rest_still_verifies() -> None:
    write(5)
    assert purge(days=1, actor=OPERATOR, now=TOMORROW) == 10
    write(2)
    walk = verify(known_head=current_head())
    assert walk.is_whole
    assert (walk.purged_to, walk.first, walk.rows) == (10, 11, 5)


def test_it_removes_nothing_that_is_young() -> None:
    write(5)
    assert purge(days=1, actor=OPERATOR) == 0
    assert Record.objects.count() == 10


def test_it_keeps_an_act_whole_and_an_open_one_too() -> None:
    write(2)
    with (
        pytest.raises(ZeroDivisionError),
        audit.operation(action="assistant.update", actor=MARIA, target=SUPPORT),
    ):
        raise ZeroDivisionError
    write(1)
    assert purge(days=1, actor=OPERATOR, now=TOMORROW) == 4
    assert Record.objects.order_by("seq").values_list("seq", flat=True)[0] == 5


def test_a_second_purge_goes_on_from_the_first() -> None:
    write(3)
    purge(days=1, actor=OPERATOR, now=TOMORROW)
    write(2)
    purge(days=1, actor=OPERATOR, now=TOMORROW)
    walk = verify()
    assert walk.is_whole
    assert walk.purged_to == 11


def test_an_interrupted_purge_does_not_look_like_tampering(monkeypatch: pytest.MonkeyPatch) -> None:
    write(5)
    with monkeypatch.context() as patch:
        patch.setattr(retention, "_remove_batch", lambda limit: 0)
        purge(days=1, actor=OPERATOR, now=TOMORROW)
    sql("DELETE FROM audit_event WHERE seq <= 4")
    walk = verify()
    assert walk.is_whole
    assert walk.notes == ["6 purged rows are still there, from row 5 on, and prove nothing: run manage.py audit_purge."]
    assert purge(days=1, actor=OPERATOR) == 6
    assert (verify().is_whole, verify().notes) == (True, [])


def test_removing_more_than_was_promised_is_named() -> None:
    write(5)
    purge(days=1, actor=OPERATOR, now=TOMORROW)
    write(2)
    sql("DELETE FROM audit_event WHERE seq = 11")
    walk = verify()
    assert not walk.is_whole
    assert walk.breaks[0].seq in (1, 11)


def test_it_refuses_to_purge_a_broken_log(settings: Settings) -> None:
    write(5)
    sql("UPDATE audit_event SET actor = 'person:1' WHERE seq = 3")
    with pytest.raises(retention.LogIsBrokenError):
        purge(days=1, actor=OPERATOR, now=TOMORROW)
    assert Record.objects.count() == 10


def test_the_command_keeps_everything_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    write(1)
    call_command("audit_purge")
    assert "kept for ever" in capsys.readouterr().out


def test_the_command_removes_what_the_setting_says(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    write(1)
    settings.AUDIT_RETENTION_DAYS = 30
    call_command("audit_purge")
    assert capsys.readouterr().out.startswith("0 rows older than 30 days were removed.\n")


def wait_for_older_transactions() -> None:
    """PostgreSQL keeps the rows that a transaction which began earlier might still read, in any database of the
    server, and other tests run beside this one.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        begun = cursor.fetchone()[0]
        for _ in range(1200):
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot()) > %s::xid8", (begun,))
            if cursor.fetchone()[0]:
                return
            time.sleep(0.1)
    pytest.fail("A transaction that began earlier did not end within two minutes.")


@pytest.mark.django_db(transaction=True)
def test_the_command_says_how_large_the_database_is_and_gives_back_what_is_free(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.AUDIT_RETENTION_DAYS = 1
    monkeypatch.setattr(audit_purge, "WORTH_TELLING", 100_000)
    long = SUPPORT.__class__(type="assistant", id="asst_1", label="x" * 200)
    # What a database cannot press together.
    noise = random.Random(1).randbytes(10_000).hex()
    for _ in range(60):
        audit.record(action="assistant.update", actor=MARIA, target=long, after={"instructions": noise})
    monkeypatch.setattr(retention, "last_row_before", lambda moment: 55)
    call_command("audit_purge")
    told = capsys.readouterr().out
    assert "55 rows older than 1 day were removed." in told
    assert "takes " in told
    assert "Run manage.py audit_purge --vacuum" in told
    before = database_space().size
    monkeypatch.setattr(retention, "last_row_before", lambda moment: 0)
    wait_for_older_transactions()

    call_command("audit_purge", "--vacuum")

    assert database_space().size < before - 500_000
    assert f"now, and took {in_words(before)} before." in capsys.readouterr().out
    assert verify().is_whole


def test_the_command_says_that_the_log_is_broken(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    write(2)
    sql("UPDATE audit_event SET actor = 'person:1' WHERE seq = 3")
    settings.AUDIT_RETENTION_DAYS = 30
    monkeypatch.setattr(retention, "last_row_before", lambda moment: 2)
    with pytest.raises(CommandError, match="audit_verify"):
        call_command("audit_purge")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor = 'person:1' WHERE seq = 3",
        "DELETE FROM audit_event WHERE seq = 3",
        "DELETE FROM audit_event",
    ],
)
def test_the_database_itself_refuses_to_change_or_remove_a_row(statement: str) -> None:
    write(2)
    triggers.install(connection)
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(statement)
    assert purge(days=1, actor=OPERATOR, now=TOMORROW) == 4
    assert verify().is_whole


def test_the_database_refuses_to_replace_a_row() -> None:
    write(2)
    triggers.install(connection)
    copied = "INTO audit_event SELECT * FROM audit_event WHERE seq = 3"
    for statement in {
        "sqlite": [f"INSERT OR REPLACE {copied}", f"INSERT {copied} ON CONFLICT (seq) DO UPDATE SET actor = 'x'"],
        "postgresql": [f"INSERT {copied} ON CONFLICT (seq) DO UPDATE SET actor = 'x'"],
    }[connection.vendor]:
        with pytest.raises(DatabaseError), transaction.atomic():
            sql(statement)
    assert verify().is_whole
