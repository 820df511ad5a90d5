"""Two editors and an outside writer, in any order: nothing accepted disappears unseen, nothing untouched is sent."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import assistants_client as wire
from assistants_ui.assistants.editor import saving
from assistants_ui.assistants.editor.merge import ABSENT, Conflict
from assistants_ui.assistants.editor.saving import SaveConflict, Saved
from assistants_ui.domain.canonical import same
from assistants_ui.service import Service

START: dict[str, Any] = {
    "id": "asst_1",
    "object": "assistant",
    "name": "v0",
    "model": "v0",
    "instructions": "v0",
    "metadata": {"a": "v0", "b": "v0"},
    "tools": [{"type": "code_interpreter"}, {"type": "function", "function": {"name": "f", "description": "v0"}}],
}
EDITORS = st.sampled_from(["alice", "dora"])
# What a person may do to one thing: the field and, within it, the key.
THINGS = [
    ("name", ""),
    ("model", ""),
    ("instructions", ""),
    ("metadata", "a"),
    ("metadata", "c"),
    ("tools", "f"),
    ("tools", "g"),
]


def value_of(state: Mapping[str, Any], thing: tuple[str, str]) -> Any:
    """What stands at this place; ABSENT where nothing does."""
    name, key = thing
    if name == "metadata":
        return state["metadata"].get(key, ABSENT)
    if name == "tools":
        texts = {
            tool["function"]["name"]: tool["function"]["description"] for tool in state["tools"] if "function" in tool
        }
        return texts.get(key, ABSENT)
    return state[name]


def with_value(state: Mapping[str, Any], thing: tuple[str, str], value: str) -> dict[str, Any]:
    changed = copy.deepcopy(dict(state))
    name, key = thing
    if name == "metadata":
        changed["metadata"][key] = value
    elif name == "tools":
        others = [tool for tool in changed["tools"] if tool.get("function", {}).get("name") != key]
        changed["tools"] = [*others, {"type": "function", "function": {"name": key, "description": value}}]
    else:
        changed[name] = value
    return changed


class Server:
    """A server with versions that refuses a change made from an older one, and may lose its answer."""

    def __init__(self) -> None:
        self.state = copy.deepcopy(START)
        self.version = 0
        self.loses_answer = False
        self.quicker: dict[str, Any] | None = None
        self.sent: list[dict[str, Any]] = []

    def retrieve(self, assistant_id: str, *, fresh: bool) -> wire.Assistant:
        return wire.Assistant(copy.deepcopy(self.state), etag=str(self.version))

    def update(self, before: wire.Assistant, changes: Mapping[str, Any], *, context: Any) -> wire.Assistant:
        if self.quicker:
            change, self.quicker = self.quicker, None
            self.write(change)
        if before.etag != str(self.version):
            raise wire.ConflictError("changed", status_code=412, outcome=wire.Outcome.REFUSED)
        self.sent.append(dict(changes))
        self.write(dict(changes))
        if self.loses_answer:
            self.loses_answer = False
            raise wire.APITimeoutError("lost", outcome=wire.Outcome.UNKNOWN)
        return self.retrieve("asst_1", fresh=True)

    def look_again(self, before: wire.Assistant) -> wire.Assistant | None:
        found = self.retrieve(before.id, fresh=True)
        return None if found.raw == before.raw else found

    def write(self, changes: dict[str, Any]) -> None:
        self.state |= copy.deepcopy(changes)
        self.version += 1


@dataclass
class Editor:
    """One person's open form: what it showed, what was typed, what a compare page showed since."""

    base: dict[str, Any]
    typed: dict[str, Any]
    touched: set[tuple[str, str]] = field(default_factory=set)
    seen: dict[tuple[str, str], list[Any]] = field(default_factory=dict)


class TwoEditors(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.server = Server()
        self.service = cast(
            "Service", SimpleNamespace(assistants=self.server, gateway=SimpleNamespace(workspace="main"))
        )
        self.editors: dict[str, Editor] = {}
        self.count = 0

    def new_value(self) -> str:
        self.count += 1
        return f"v{self.count}"

    @rule(who=EDITORS)
    def open(self, who: str) -> None:
        now = copy.deepcopy(self.server.state)
        seen = {thing: [value_of(now, thing)] for thing in THINGS}
        self.editors[who] = Editor(base=now, typed=copy.deepcopy(now), seen=seen)

    @rule(who=EDITORS, thing=st.sampled_from(THINGS))
    def type_something(self, who: str, thing: tuple[str, str]) -> None:
        if editor := self.editors.get(who):
            editor.typed = with_value(editor.typed, thing, self.new_value())
            editor.touched.add(thing)

    @rule(thing=st.sampled_from(THINGS))
    def write_outside(self, thing: tuple[str, str]) -> None:
        changed = with_value(self.server.state, thing, self.new_value())
        self.server.write({thing[0]: changed[thing[0]]})

    @rule(thing=st.sampled_from(THINGS))
    def be_quicker_next_time(self, thing: tuple[str, str]) -> None:
        changed = with_value(self.server.state, thing, self.new_value())
        self.server.quicker = {thing[0]: changed[thing[0]]}

    @rule()
    def lose_the_next_answer(self) -> None:
        self.server.loses_answer = True

    @rule(who=EDITORS, choices=st.lists(st.sampled_from(["mine", "theirs"]), min_size=1, max_size=3))
    def save(self, who: str, choices: list[str]) -> None:
        editor = self.editors.get(who)
        if editor is None:
            return
        mine = {
            name: editor.typed[name]
            for name in ("name", "model", "instructions", "metadata", "tools")
            if not same(name, editor.base[name], editor.typed[name])
        }
        shown: dict[str, Any] = {}

        def decide(conflict: Conflict) -> Any:
            if conflict.id not in shown:
                raise LookupError(conflict.id)
            return shown[conflict.id]

        for _ in range(6):
            before, sent = copy.deepcopy(self.server.state), len(self.server.sent)
            quicker = self.server.quicker
            # One editor saves at a time here, and the lock would need a database.
            with mock.patch.object(saving, "assistant_lock", return_value=nullcontext()):
                result = saving.save(self.service, "asst_1", base=editor.base, mine=mine, decide=decide)
            if isinstance(result, SaveConflict):
                assert len(self.server.sent) == sent
                for number, conflict in enumerate(result.conflicts):
                    self.show(editor, conflict)
                    is_mine = choices[number % len(choices)] == "mine"
                    shown[conflict.id] = conflict.mine if is_mine else conflict.theirs
                continue
            assert isinstance(result, Saved)
            was_quicker = quicker is not None and self.server.quicker is None
            self.nothing_lost(editor, before | (quicker or {}) if was_quicker else before)
            for changes in self.server.sent[sent:]:
                assert set(changes) <= {name for name, _ in editor.touched}
            break
        del self.editors[who]

    def show(self, editor: Editor, conflict: Conflict) -> None:
        """Note that the compare page showed their side of this."""
        key = conflict.key.removeprefix("function ")
        theirs = conflict.theirs
        if conflict.field == "tools" and theirs is not ABSENT:
            theirs = theirs["function"]["description"]
        editor.seen.setdefault((conflict.field, key), []).append(theirs)

    def nothing_lost(self, editor: Editor, before: Mapping[str, Any]) -> None:
        """Whatever this save replaced had been shown to its author."""
        for thing in THINGS:
            old, new = value_of(before, thing), value_of(self.server.state, thing)
            if old is not ABSENT and old != new:
                assert thing in editor.touched
                assert old in editor.seen[thing]

    @invariant()
    def untouched_things_stay(self) -> None:
        if hasattr(self, "server"):
            assert self.server.state["tools"][0] == {"type": "code_interpreter"}
            assert self.server.state["metadata"]["b"] == "v0"


TestTwoEditors = TwoEditors.TestCase
TestTwoEditors.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
