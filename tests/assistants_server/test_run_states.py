"""Whatever happens to a run, and in whatever order: it goes only where it may, and the thread is free at its end."""

from __future__ import annotations

from unittest import mock

from django.conf import settings as site
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from assistants_server.http.authentication import new_key
from assistants_server.models import Message, Run, RunStep
from assistants_server.runs import connect, executor, worker, writer
from assistants_server.runs.executor import Control, execute
from assistants_server.runs.model import End, ModelError, Text, ToolCall
from dashboard.environment.models import ModelServer
from dashboard.environment.workspaces import WorkspaceSettings
from tests.assistants_server.conftest import API
from tests.assistants_server.scripted import USAGE, ScriptedModel, Step

TOOLS = [{"type": "function", "function": {"name": "weather"}}]
CALL = ToolCall(0, "call_1", "weather", "{}")


class Killed(BaseException):
    """What no handler in the process sees, as with kill -9."""


def die() -> None:
    raise Killed


ANSWERS: list[list[Step]] = [
    [Text("Yes."), End("stop", USAGE)],
    [Text("Ye"), End("length", USAGE)],
    [CALL, End("tool_calls", USAGE)],
    [Text("First"), CALL, End("tool_calls", USAGE)],
    [ModelError("No.")],
    [Text("Half"), ModelError("Broken.", is_passing=True)],
    [die],
    [Text("Half"), die],
    [CALL, die],
]
ACTS = st.sampled_from(["work", "work", "cancel", "submit", "message", "run", "lose", "expire", "look"])
FINAL = {"completed", "failed", "incomplete", "cancelled", "expired"}


@override_settings(WORKSPACES={"main": WorkspaceSettings(name="main", label="Main", model=ModelServer(base_url="x"))})
class TestARun(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(acts=st.lists(ACTS, min_size=3, max_size=12), answers=st.lists(st.sampled_from(ANSWERS), max_size=6))
    def test_its_states_follow_the_rules(self, acts: list[str], answers: list[list[Step]]) -> None:
        model = ScriptedModel([list(answer) for answer in answers] + [list(ANSWERS[0])] * 40)
        with (
            mock.patch.object(connect, "open_model", return_value=model),
            mock.patch.object(executor.Control, "wait"),
        ):
            story = Story(API(new_key(name="tests", workspace="main")[1]))
            for act in acts:
                getattr(story, act)()
                story.check()
            Run.objects.filter(lease_until__isnull=False).update(lease_until=1)
            Run.objects.update(expires_at=1)
            worker.sweep()
            story.check()
            assert story.status in FINAL
            assert not RunStep.objects.filter(status="in_progress").exists()
            assert not Message.objects.filter(status="in_progress").exists()


class Story:
    def __init__(self, api: API) -> None:
        assert "main" in site.WORKSPACES
        self.api = api
        self.assistant = api.send("/assistants", {"model": "m", "instructions": "i", "tools": TOOLS}).json()["id"]
        run = api.send("/threads/runs", {"assistant_id": self.assistant}).json()
        self.thread, self.first = run["thread_id"], run["id"]
        self.status = "queued"

    @property
    def path(self) -> str:
        return f"/threads/{self.thread}/runs/{self.first}"

    def work(self) -> None:
        for pk in list(worker.claimable()):
            row = writer.claim(pk)
            assert row is not None
            try:
                execute(row, Control(writer.Writer(row)))
            except Killed:
                assert writer.claim(pk) is None

    def cancel(self) -> None:
        self.api.send(f"{self.path}/cancel")

    def submit(self) -> None:
        outputs = [{"tool_call_id": "call_1", "output": "warm"}]
        self.api.send(f"{self.path}/submit_tool_outputs", {"tool_outputs": outputs})

    def message(self) -> None:
        # One whose time is up is ended by the request itself.
        is_active = Run.objects.filter(status__in=Run.ACTIVE, expires_at__gt=1).exists()
        answer = self.api.send(f"/threads/{self.thread}/messages", {"role": "user", "content": "And?"})
        assert answer.status_code == (400 if is_active else 200)

    def run(self) -> None:
        # One whose time is up is ended by the request itself.
        is_active = Run.objects.filter(status__in=Run.ACTIVE, expires_at__gt=1).exists()
        answer = self.api.send(f"/threads/{self.thread}/runs", {"assistant_id": self.assistant})
        assert answer.status_code == (400 if is_active else 200)

    def lose(self) -> None:
        Run.objects.filter(lease_until__isnull=False).update(lease_until=1)

    def expire(self) -> None:
        Run.objects.filter(wire_id=self.first).update(expires_at=1)

    def look(self) -> None:
        self.api.fetch(self.path)

    def check(self) -> None:
        row = Run.objects.get(wire_id=self.first)
        before, self.status = self.status, str(row.status)
        assert self.status in reachable(before)
        assert Run.objects.filter(status__in=Run.ACTIVE).count() <= 1
        numbers: list[int] = []
        names: list[str] = []
        for events in row.events.order_by("first"):
            numbers += range(events.first, events.last + 1)
            names += [name for name, _ in events.events]
        assert numbers == list(range(row.next_event))
        ends = [name for name in names if name.removeprefix("thread.run.") in FINAL]
        assert ends == ([f"thread.run.{self.status}"] if self.status in FINAL else [])


def reachable(status: str) -> set[str]:
    found, waiting = {status}, [status]
    while waiting:
        for to in writer.TRANSITIONS.get(waiting.pop(), set()):
            if to not in found:
                found.add(str(to))
                waiting.append(str(to))
    return found
