from __future__ import annotations

import json

import pytest
from django.db import transaction

from dashboard import audit
from dashboard.audit.models import Event, Head, OpenOperation

pytestmark = pytest.mark.django_db

MARIA = audit.Actor(kind="person", id="7", name="Maria", roles=("Editors",), address="192.0.2.1")
SUPPORT = audit.Target(type="assistant", id="asst_1", label="Support")


def rows() -> list[dict[str, object]]:
    return [json.loads(event.head) | {"body": event.body} for event in Event.objects.order_by("seq")]


def test_it_writes_the_intent_before_and_one_outcome_after() -> None:
    with audit.operation(action="assistant.update", actor=MARIA, target=SUPPORT, before={"name": "a"}) as operation:
        assert [row["kind"] for row in rows()] == ["intent"]
        operation.succeeded(after={"name": "b"}, status=200, upstream_request_id="req_9")
    intent, outcome = rows()
    assert intent["body"] == '{"before":{"name":"a"}}'
    assert (outcome["kind"], outcome["outcome"], outcome["status"]) == ("outcome", "succeeded", 200)
    assert outcome["upstream_request_id"] == "req_9"
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
            operation.ended(outcome=audit.Outcome.REFUSED, reason="No such assistant.", status=404)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        refused_and_then_broken()
    assert (rows()[1]["outcome"], rows()[1]["reason"]) == ("refused", "No such assistant.")


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
    assert not Event.objects.exists()


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
    assert not Event.objects.exists()
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
    everything = "".join(event.head + event.body for event in Event.objects.all())
    assert key not in everything
    assert "hunter2" not in everything
    assert "Bearer" not in everything
    assert '"api_key":"[kept out of the record:' in everything
