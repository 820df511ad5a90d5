"""Each recorded session of the hosted service, sent again: the same statuses, events in the same order, the same keys.

The recordings lie beside some clones only. What a client sent goes out again with our ids in it, and each answer is
compared with the recorded one at every depth. What the model says is made up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistants_server.models import VectorStore
from assistants_server.runs import code_tool
from assistants_server.runs.model import Text
from assistants_server.sandbox import installed, process
from assistants_server.sandbox.pool import Pool
from tests.assistants_server.conftest import API, read_files, upload
from tests.assistants_server.scripted import ScriptedModel, work

pytestmark = pytest.mark.django_db
RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "reference" / "recordings"
NAMES = sorted(path.stem for path in RECORDINGS.glob("*.json")) or [""]
IDS = re.compile(r"(?:asst|thread|msg|run|step|call|vs)_\w{16,}|file-\w{16,}")
# Keys of version 1 with which the hosted service answered one update of a message.
FAULTS = {"file_ids"}
# Maps whose keys are the client's own, and lists that depend on what the model said.
FREE = {"metadata", "attributes", "tool_resources", "annotations", "outputs", "parameters"}
PASSING = ("queued", "in_progress")
SEARCH = ("file_search", json.dumps({"queries": ["Filip favorite food"]}))
CODE = ("code_interpreter", json.dumps({"code": "print(1 + 1)"}))


def plain(model: ScriptedModel) -> None:
    model.says("Hello ", "there.")


def search(model: ScriptedModel) -> None:
    model.calls(SEARCH)
    model.says("It is cake", "\u30104:0\u2020favorite_foods.txt\u3011", ".")


def function(name: str) -> Callable[[ScriptedModel], None]:
    def script(model: ScriptedModel) -> None:
        model.calls((name, '{"a": 1}'))
        model.says("Warm ", "and sunny.")

    return script


def code(model: ScriptedModel) -> None:
    for turn in range(6):
        model.calls(CODE)
        if turn:
            model.answers[-1].insert(0, Text("Let me see."))
    model.says("That is all.")


SCRIPTS: dict[str, Callable[[ScriptedModel], None]] = {
    "BasicRunOperationsWork": plain,
    "StreamingRunWorks": plain,
    "FileSearchStreamingWorks": search,
    "FunctionToolsWork": function("get_favorite_food_for_day_of_week"),
    "StreamingToolCall": function("get_current_weather"),
    "BasicRunStepFunctionalityWorks": code,
}


@pytest.fixture(autouse=True)
def _interpreter(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    own = Pool()
    monkeypatch.setattr(installed, "is_ready", lambda: True)
    monkeypatch.setattr(process, "CHILD", Path(__file__).with_name("fake_interpreter.py"))
    monkeypatch.setattr(code_tool, "pool", own)
    yield
    own.close()


class Session:
    """One recording, sent again; ``ids`` are ours for each that was recorded."""

    def __init__(self, api: API) -> None:
        self.api = api
        self.ids: dict[str, str] = {}
        self.statuses: list[str] = []

    def ours(self, text: str) -> str:
        return IDS.sub(lambda found: self.ids.get(found[0], found[0]), text)

    def send(self, entry: dict[str, Any]) -> None:
        recorded = entry["response"]
        if entry["path"] == "/v1/files":
            content = b"Filip's favorite food is cake."
            self.ids[recorded["id"]] = upload(self.api, name=recorded["filename"], content=content)
            for store in VectorStore.objects.all():
                read_files(store.wire_id)
            return
        if entry["method"] == "GET" and recorded.get("status") not in (None, *PASSING):
            work()
        body = "" if entry["request"] is None else self.ours(json.dumps(entry["request"]))
        path = f"{self.ours(entry['path'])}?{entry['query']}"
        headers = {"OpenAI-Beta": entry["beta"]}
        answer: Any = self.api.generic(entry["method"], path, body, "application/json", headers=headers)
        assert answer.status_code == entry["status"], answer.content
        for store in VectorStore.objects.all():
            read_files(store.wire_id)
        if "events" in recorded:
            work()
            self.compare_streams(b"".join(answer.streaming_content).decode(), recorded["events"])
        else:
            self.compare(answer.json(), recorded, entry["path"])

    def compare_streams(self, text: str, recorded: list[dict[str, Any]]) -> None:
        ours = []
        for record in text.removesuffix("\n\n").split("\n\n"):
            name, data = record.split("\n")
            data = data.removeprefix("data: ")
            ours.append({"event": name.removeprefix("event: "), "data": json.loads(data) if data[0] == "{" else data})
        mine, theirs = collapsed(ours), collapsed(recorded)
        assert [event["event"] for event in mine] == [event["event"] for event in theirs]
        for one, other in zip(mine, theirs, strict=True):
            self.compare(one["data"], other["data"], one["event"])

    def compare(self, ours: Any, recorded: Any, where: str) -> None:
        """Every key that was recorded is here, with a value of the same kind; ids are learnt on the way."""
        if isinstance(recorded, dict):
            assert isinstance(ours, dict), where
            missing = set(recorded) - set(ours) - FAULTS
            assert not missing, f"{where}: {missing}"
            for key, value in recorded.items():
                if key not in FAULTS:
                    self.compare_value(key, ours[key], value, f"{where}.{key}")
        elif isinstance(recorded, list):
            if where.startswith("/v1/threads") and where.endswith(".data"):
                assert len(ours) == len(recorded), where
            for one, other in zip(ours, recorded, strict=False):
                self.compare(one, other, f"{where}[]")

    def compare_value(self, key: str, ours: Any, recorded: Any, where: str) -> None:
        is_said = key in ("object", "type", "role", "ranker") or (key == "status" and recorded not in PASSING)
        if isinstance(recorded, str) and isinstance(ours, str) and IDS.fullmatch(recorded):
            self.ids.setdefault(recorded, ours)
        elif is_said:
            assert ours == recorded, where
        elif key not in FREE and not (key == "tools" and where.startswith("/v1/assistants")):
            # An assistant's tools come back as they were sent; what is left out of them is filled in for each run.
            if recorded is not None and ours is not None and not isinstance(recorded, int | float):
                assert type(ours) is type(recorded), where
            self.compare(ours, recorded, where)


def collapsed(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Repeated deltas as one: the model uses words of its own."""
    found: list[dict[str, Any]] = []
    for event in events:
        if not (found and found[-1]["event"] == event["event"] and event["event"].endswith(".delta")):
            found.append(event)
    return found


@pytest.mark.skipif(NAMES == [""], reason="the recordings are beside some clones only")
@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_session_goes_the_same_way(api: API, model: ScriptedModel, name: str) -> None:
    entries = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))
    if name in SCRIPTS:
        SCRIPTS[name](model)
    session = Session(api)
    for entry in without_repeats(entries):
        session.send(entry)
    assert not model.answers


def without_repeats(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A client that polls gets the same answer many times."""
    last = None
    for entry in entries:
        if (state := (entry["path"], entry["response"].get("status"))) != last or entry["method"] != "GET":
            yield entry
        last = state
