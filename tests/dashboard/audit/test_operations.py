from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from dashboard.audit import api as audit
from dashboard.audit.models import Head, OpenOperation, Record
from dashboard.audit.record import chain
from dashboard.audit.verify.verification import verify

pytestmark = pytest.mark.django_db

MARIA = audit.Actor(kind="person", id="7", name="Maria", roles=("Editors",), address="192.0.2.1")
SUPPORT = audit.Target(type="assistant", id="asst_1", label="Support")


def rows() -> list[dict[str, object]]:
    return [json.loads(event.head) | {"body": event.body} for event in Record.objects.order_by("seq")]


def test_it_writes_the_intent_before_and_one_outcome_after() -> None:
    with audit.operation(action="assistant.update", actor=MARIA, target=SUPPORT, before={"name": "a"}) as operation:
        assert [row["kind"] for row in rows()] == ["intent"]
        operation.succeeded(after={"name": "b"})
    intent, outcome = rows()
    assert intent["body"] == '{"before":{"name":"a"}}'
    assert (outcome["kind"], outcome["outcome"]) == ("outcome", "succeeded")
    assert outcome["changes"] == {"name": {"from": "a", "to": "b"}}
    assert (outcome["actor_name"], outcome["roles"], outcome["address"]) == ("Maria", ["Editors"], "192.0.2.1")
    assert outcome["body"] == '{"after":{"name":"b"}}'
    assert operation.outcome_seq == 2
    assert not OpenOperation.objects.exists()


def test_it_calls_a_block_that_raises_unknown_and_lets_the_exception_go_on() -> None:
    with (
        pytest.raises(ZeroDivisionError),
        audit.operation(action="assistant.create", actor=MARIA, target=audit.Target(type="assistant")),
    ):
        raise ZeroDivisionError
    outcome = rows()[1]
    assert (outcome["outcome"], outcome["reason"]) == ("unknown", "ZeroDivisionError")
    assert OpenOperation.objects.get().outcome == "unknown"


def test_it_keeps_what_was_said_when_the_block_raises_afterwards() -> None:
    def refused_and_then_broken() -> None:
        with audit.operation(action="assistant.delete", actor=MARIA, target=SUPPORT) as operation:
            operation.ended(
                outcome=audit.OperationOutcome.REFUSED,
                reason="No such assistant.",
                status=404,
                upstream_request_id="req_9",
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        refused_and_then_broken()
    outcome = rows()[1]
    assert (outcome["outcome"], outcome["reason"], outcome["status"]) == ("refused", "No such assistant.", 404)
    assert outcome["upstream_request_id"] == "req_9"


def test_it_takes_silence_for_success() -> None:
    with audit.operation(action="file.delete", actor=MARIA, target=audit.Target(type="file", id="file-1")):
        pass
    assert rows()[1]["outcome"] == "succeeded"


def test_it_gives_a_created_thing_its_id_in_the_outcome() -> None:
    with audit.operation(
        action="assistant.create", actor=MARIA, target=audit.Target(type="assistant", label="New")
    ) as operation:
        operation.succeeded(after={"id": "asst_9"}, target=audit.Target(type="assistant", id="asst_9", label="New"))
    assert [row["target_id"] for row in rows()] == ["", "asst_9"]


def test_it_refuses_an_action_that_is_not_in_the_list() -> None:
    with pytest.raises(ValueError, match=r"assistant\.explode"):
        audit.record(action="assistant.explode", actor=MARIA, target=SUPPORT)
    assert not Record.objects.exists()


def test_it_refuses_to_write_an_intent_that_could_be_rolled_back() -> None:
    with (
        transaction.atomic(),
        pytest.raises(RuntimeError),
        audit.operation(action="assistant.update", actor=MARIA, target=SUPPORT),
    ):
        pytest.fail("the block must not run")


def test_it_lets_one_row_events_share_the_fate_of_the_change_they_tell() -> None:
    peter = audit.Target(type="member", id="3", label="Peter")
    with transaction.atomic():
        audit.record(action="member.roles", actor=MARIA, target=peter)
        transaction.set_rollback(True)
    assert not Record.objects.exists()
    audit.record(action="member.roles", actor=MARIA, target=peter, detail={"added": ["x"]})
    assert rows()[0]["detail"] == {"added": ["x"]}
    assert Head.objects.get().seq == 1


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "é 漢 🎈", "\u202e", '"\\\n'])
def test_it_keeps_any_text_exactly(text: str) -> None:
    with audit.operation(
        action="assistant.update", actor=MARIA, target=audit.Target(type="assistant", id=text, label=text)
    ) as operation:
        operation.succeeded(after={"instructions": text})
    outcome = rows()[1]
    assert (outcome["target_id"], outcome["target_label"]) == (text, text)
    assert json.loads(str(outcome["body"])) == {"after": {"instructions": text}}


def test_it_never_keeps_a_key() -> None:
    key = "sk-proj-abcdefghijklmnopqrstuvwxyz123456"
    with audit.operation(
        action="assistant.update",
        actor=MARIA,
        target=SUPPORT,
        before={"instructions": f"Use {key} please", "password": "hunter2 hunter2"},
        context={"headers": {"Authorization": "Bearer abc"}},
    ) as operation:
        operation.succeeded(after={"tools": [{"api_key": "abc"}]})
    everything = "".join(event.head + event.body for event in Record.objects.all())
    assert key not in everything
    assert "hunter2" not in everything
    assert "Bearer" not in everything
    assert '"api_key":"[kept out of the record:' in everything


@contextmanager
def the_record_fails(*, from_row: int) -> Iterator[None]:
    """The database refuses the audit rows from the given one on, as a full disk would."""
    rows_seen = 0

    def execute(run: Callable[..., Any], statement: str, parameters: Any, many: bool, context: Any) -> Any:
        nonlocal rows_seen
        if statement.startswith("INSERT INTO audit_event"):
            rows_seen += 1
            if rows_seen >= from_row:
                raise OperationalError("database or disk is full")
        return run(statement, parameters, many, context)

    with connection.execute_wrapper(execute):
        yield


def test_it_does_not_let_anything_happen_without_an_intent(caplog: pytest.LogCaptureFixture) -> None:
    with (
        the_record_fails(from_row=1),
        pytest.raises(audit.AuditUnavailable),
        audit.operation(action="assistant.update", actor=MARIA, target=SUPPORT),
    ):
        pytest.fail("the block must not run")
    assert not Record.objects.exists()
    assert [record.getMessage() for record in caplog.records if record.name == "dashboard.audit.record.operations"] == [
        "The activity record cannot be written: database or disk is full"
    ]


def test_it_says_when_the_outcome_could_not_be_written_and_keeps_the_intent_open() -> None:
    with (
        the_record_fails(from_row=2),
        pytest.raises(audit.OutcomeNotRecorded),
        audit.operation(action="assistant.update", actor=MARIA, target=SUPPORT) as operation,
    ):
        operation.succeeded(after={"name": "b"})
    assert [act.seq for act in audit.open_operations(older_than=timedelta(0))] == [1]
    assert audit.open_operations() == []


def test_an_open_act_is_settled_once_and_its_story_is_whole() -> None:
    with (
        the_record_fails(from_row=2),
        pytest.raises(audit.OutcomeNotRecorded),
        audit.operation(action="assistant.update", actor=MARIA, target=SUPPORT, before={"name": "a"}),
    ):
        pass
    (act,) = audit.open_operations(older_than=timedelta(0))
    assert (act.actor, act.target, act.before) == (MARIA, SUPPORT, {"name": "a"})
    assert act.reconcile(outcome=audit.OperationOutcome.SUCCEEDED, after={"name": "b"}, reason="Found on the server.")
    assert not act.reconcile(outcome=audit.OperationOutcome.REFUSED)
    assert audit.open_operations(older_than=timedelta(0)) == []
    outcome = rows()[1]
    assert (outcome["kind"], outcome["outcome"]) == ("outcome", "succeeded")
    assert outcome["changes"] == {"name": {"from": "a", "to": "b"}}


def test_an_unknown_outcome_is_settled_by_a_row_of_its_own() -> None:
    with (
        pytest.raises(ZeroDivisionError),
        audit.operation(action="assistant.create", actor=MARIA, target=audit.Target(type="assistant")),
    ):
        raise ZeroDivisionError
    (act,) = audit.open_operations()
    found = audit.Target(type="assistant", id="asst_5", label="Found")
    assert act.reconcile(outcome=audit.OperationOutcome.SUCCEEDED, after={"id": "asst_5"}, target=found)
    assert [row["kind"] for row in rows()] == ["intent", "outcome", "settlement"]
    assert [row["outcome"] for row in rows()] == ["", "unknown", "succeeded"]
    assert audit.open_operations() == []


def test_the_word_of_the_act_itself_is_kept_when_it_was_settled_too_early() -> None:
    with audit.operation(action="assistant.update", actor=MARIA, target=SUPPORT) as operation:
        (act,) = audit.open_operations(older_than=timedelta(0))
        act.reconcile(outcome=audit.OperationOutcome.NOT_SENT)
        operation.succeeded(after={"name": "b"})
    told = [(row["kind"], row["outcome"]) for row in rows()]
    assert told[1:] == [("outcome", "not_sent"), ("settlement", "succeeded")]


def test_every_action_that_the_code_names_is_in_the_list() -> None:
    known = set(audit.registry.actions)
    named = set()
    for package in ("dashboard", "assistants_ui", "assistants_server"):
        for file in Path(settings.BASE_DIR, package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.keyword) and node.arg == "action" and isinstance(node.value, ast.Constant):
                    named.add(node.value.value)
    assert {name for name in named if "." in str(name)} <= known
    assert "session.sign_in" in named


def test_a_row_follows_the_last_one_whoever_wrote_that(monkeypatch: pytest.MonkeyPatch) -> None:
    def written() -> int:
        with CaptureQueriesContext(connection) as asked:
            audit.record(action="session.sign_out", actor=MARIA, target=SUPPORT)
        return len([one for one in asked.captured_queries if one["sql"].startswith(("SELECT", "INSERT", "UPDATE"))])

    written()  # which also makes the head row
    monkeypatch.setattr(chain, "_left", None)
    read = written()
    left = chain._left
    assert written() == read - 1
    # As in another process, which knows only what it wrote itself.
    monkeypatch.setattr(chain, "_left", left)
    assert written() == read + 1
    with transaction.atomic():
        written()
        transaction.set_rollback(True)
    assert written() == read + 1
    assert [row.seq for row in Record.objects.order_by("seq")] == [1, 2, 3, 4, 5]
    assert verify().is_whole


def test_a_head_of_a_key_that_is_forgotten_is_not_gone_on_from(settings: Settings) -> None:
    audit.record(action="session.sign_out", actor=MARIA, target=SUPPORT)
    settings.SECRET_KEY = "another key that is long enough to be one"
    audit.record(action="session.sign_out", actor=MARIA, target=SUPPORT)
    actions = list(Record.objects.order_by("seq").values_list("action", flat=True))
    assert actions == ["session.sign_out", "security.head_unconfirmed", "session.sign_out"]
