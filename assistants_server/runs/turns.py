"""One answer of the model, piece by piece, as the messages, steps and events of a run."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from assistants_server.ids import new_id
from assistants_server.models import Message, Run, RunStep
from assistants_server.runs import render, writer
from assistants_server.runs.citations import CitationReader, CitedText, PlainText
from assistants_server.runs.ending import content_so_far, keep_message
from assistants_server.runs.model import Piece, Reasoning, RefusedText, Text, ToolCall
from assistants_server.threads import render as thread_render

SEARCH = "file_search"
CODE = "code_interpreter"
THINKS, THOUGHT = "<think>", "</think>"
# Behind more of them nobody begins to think.
MOST_BLANKS = 1_000


@dataclass
class PendingCall:
    """A call of a tool as far as it has arrived."""

    index: int
    id: str
    name: str
    pieces: list[str] = field(default_factory=list)
    wire_index: int = 0

    @property
    def arguments(self) -> str:
        return "".join(self.pieces)

    @property
    def is_function(self) -> bool:
        """Whether the client is to answer it; what is not is done here."""
        return self.name not in (SEARCH, CODE)

    def shown(self) -> dict[str, Any]:
        if self.name == CODE:
            return {"id": self.id, "type": CODE, CODE: {"input": "", "outputs": []}}
        if self.name == SEARCH:
            return {"id": self.id, "type": SEARCH, SEARCH: {"ranking_options": render.RANKING, "results": []}}
        function = {"name": self.name, "arguments": self.arguments, "output": None}
        return {"id": self.id, "type": "function", "function": function}


@dataclass(frozen=True, kw_only=True)
class KnownFiles:
    """What a message may refer to: the file of each mark of a search, and the paths that code has written.

    ``file_of`` makes a file of a path; ``images`` are the files that the message shows first.
    """

    marks: dict[str, str] = field(default_factory=dict)
    paths: Collection[str] = ()
    file_of: Callable[[str], str | None] = lambda path: None
    images: list[str] = field(default_factory=list)


class TurnWriter:
    """Opens steps and messages when their first piece comes, never earlier: a turn of calls makes no message."""

    def __init__(self, held: writer.Writer, *, known: KnownFiles, is_parallel: bool) -> None:
        self.held = held
        self.run: Run = held.run
        self.thread_id = held.run.thread.wire_id
        self.step: RunStep | None = None
        self.message: Message | None = None
        self.calls: list[PendingCall] = []
        self.reasoning: list[dict[str, Any]] = []
        self.has_begun = False
        self._reader = CitationReader(known.marks, paths=known.paths, file_of=known.file_of)
        self._images = known.images
        self._is_parallel = is_parallel
        self._thoughts: str | None = ""
        self._has_text = False
        self._refusal: list[str] = []

    @property
    def text(self) -> str:
        """What was shown of the answer."""
        return "".join([self._reader.value, *self._refusal])

    def take(self, piece: Piece) -> None:
        match piece:
            case Text(value):
                for shown in self._reader.take(self._spoken(value)):
                    self._text(shown)
            case RefusedText(value):
                self._refuse(value)
            case ToolCall():
                self._call(piece)
            case Reasoning(item):
                self.reasoning.append(item)

    def rest(self) -> None:
        """The answer is at its end: show what was held back."""
        if self._thoughts and not self._thoughts.lstrip().startswith(THINKS):
            spoken, self._thoughts = self._thoughts, None
            for shown in self._reader.take(spoken):
                self._text(shown)
        for shown in self._reader.rest():
            self._text(shown)

    def _spoken(self, value: str) -> str:
        """The text less what a reasoning model thinks aloud before it answers."""
        if self._thoughts is None:
            return value
        self._thoughts += value
        begun = self._thoughts.lstrip()
        if begun.startswith(THINKS):
            _, end, said = begun.partition(THOUGHT)
            if not end:
                # Only what may be the beginning of the end is still of interest.
                self._thoughts = THINKS + begun[len(THINKS) :][1 - len(THOUGHT) :]
                return ""
            self._thoughts = None
            return said.lstrip()
        if THINKS.startswith(begun) and len(self._thoughts) < MOST_BLANKS:
            return ""
        said, self._thoughts = self._thoughts, None
        return said

    def _text(self, shown: PlainText | CitedText) -> None:
        self._open_message()
        content: dict[str, Any] = {"value": shown.text}
        if isinstance(shown, CitedText):
            annotation = {"index": len(self._reader.annotations) - 1} | shown.annotation
            if "file_citation" in annotation:
                annotation["file_citation"] = annotation["file_citation"] | {"quote": ""}
            content["annotations"] = [annotation]
        elif not self._has_text:
            content["annotations"] = []
        self._has_text = True
        self._delta({"index": len(self._images), "type": "text", "text": content})

    def _refuse(self, value: str) -> None:
        if value:
            self._open_message()
            self._refusal.append(value)
            index = len(self._images) + int(self._has_text)
            self._delta({"index": index, "type": "refusal", "refusal": value})

    def _delta(self, part: dict[str, Any]) -> None:
        if self.message is not None:
            data = {"id": self.message.wire_id, "object": "thread.message.delta", "delta": {"content": [part]}}
            self.held.emit("thread.message.delta", data)

    def _open_message(self) -> None:
        if self.message is not None:
            return
        self.has_begun = True
        now, run = int(time.time()), self.run
        message = Message(
            workspace=run.workspace,
            wire_id=new_id("msg_"),
            created_at=now,
            thread=run.thread,
            role="assistant",
            status=Message.Status.IN_PROGRESS,
            assistant_id=run.assistant_id,
            run_id=run.wire_id,
        )
        step = self._new_step("message_creation", message)

        def act() -> list[writer.Named]:
            message.save()
            step.save()
            body = thread_render.message(message, thread_id=self.thread_id)
            shown = self._shown(step)
            return [
                ("thread.run.step.created", shown),
                ("thread.run.step.in_progress", shown),
                ("thread.message.created", body),
                ("thread.message.in_progress", body),
            ]

        self.held.write(act, count=4)
        self.message, self.step = message, step
        for index, file_id in enumerate(self._images):
            self._delta({"index": index, "type": "image_file", "image_file": {"file_id": file_id}})

    def _new_step(self, kind: str, message: Message | None = None) -> RunStep:
        return RunStep(
            workspace=self.run.workspace,
            wire_id=new_id("step_"),
            created_at=int(time.time()),
            run=self.run,
            type=kind,
            message=message,
            message_wire_id=message.wire_id if message else "",
        )

    def _shown(self, step: RunStep) -> dict[str, Any]:
        return render.step(step, run_row=self.run, thread_id=self.thread_id, with_content=True)

    def close_message(self, *, usage: dict[str, int] | None, reason: str = "") -> Iterator[writer.Named]:
        """Complete the message that is open, within a write; ``reason``: why it is incomplete after all."""
        if self.message is None or self.step is None:
            return
        now, message, step = int(time.time()), self.message, self.step
        message.content = content_so_far(self.run, message.wire_id)
        if reason:
            message.status, message.incomplete_reason, message.incomplete_at = Message.Status.INCOMPLETE, reason, now
        else:
            message.status, message.completed_at = Message.Status.COMPLETED, now
        keep_message(message)
        step.status, step.ended_at, step.usage = RunStep.Status.COMPLETED, now, usage
        step.save(update_fields=["status", "ended_at", "usage"])
        name = "incomplete" if reason else "completed"
        yield f"thread.message.{name}", thread_render.message(message, thread_id=self.thread_id)
        yield "thread.run.step.completed", self._shown(step)
        self.message = self.step = None

    def _call(self, piece: ToolCall) -> None:
        pending = next((one for one in reversed(self.calls) if one.wire_index == piece.index), None)
        # Some servers give every call the same index.
        if pending is None or (piece.id and piece.id != pending.id and piece.name):
            if self.calls and not self._is_parallel:
                return
            pending = PendingCall(len(self.calls), piece.id or new_id("call_"), piece.name, wire_index=piece.index)
            self._open_calls()
            self.calls.append(pending)
            self._show_call(pending)
        if piece.arguments:
            pending.pieces.append(piece.arguments)
            if pending.is_function:
                self._call_delta(
                    {"index": pending.index, "type": "function", "function": {"arguments": piece.arguments}}
                )

    def _show_call(self, pending: PendingCall) -> None:
        if pending.is_function:
            self.show_begin(pending)

    def show_begin(self, pending: PendingCall) -> None:
        """Tell of a call; what a search looks for is shown to nobody."""
        self._call_delta({"index": pending.index} | pending.shown())

    def show_code(self, pending: PendingCall, *, code: str = "", outputs: list[dict[str, Any]] | None = None) -> None:
        """Tell which code is run, and then what it gave."""
        if code:
            self._call_delta({"index": pending.index, "type": CODE, CODE: {"input": code}})
        if outputs:
            numbered = [{"index": index} | output for index, output in enumerate(outputs)]
            self._call_delta({"index": pending.index, "type": CODE, CODE: {"outputs": numbered}})

    def _call_delta(self, call: dict[str, Any]) -> None:
        if self.step is not None:
            delta = {"step_details": {"type": "tool_calls", "tool_calls": [call]}}
            data = {"id": self.step.wire_id, "object": "thread.run.step.delta", "delta": delta}
            self.held.emit("thread.run.step.delta", data)

    def _open_calls(self) -> None:
        if self.step is not None and self.step.type == "tool_calls":
            return
        self.rest()
        self.has_begun = True
        step = self._new_step("tool_calls")

        def act() -> list[writer.Named]:
            # Together, so that no crash lies between a text that was shown and what follows from it.
            # What the call cost stands in the step of the tools, because it is not known before the call is over.
            named = list(self.close_message(usage={"prompt": 0, "completion": 0}))
            step.save()
            shown = self._shown(step)
            return [*named, ("thread.run.step.created", shown), ("thread.run.step.in_progress", shown)]

        self.held.write(act)
        self.step = step

    def save_calls(self, exchange: list[dict[str, Any]], shown: list[dict[str, Any]], usage: dict[str, int]) -> None:
        """Write down what was called and given, within a write; the step stays open."""
        if self.step is not None:
            self.step.exchange, self.step.tool_calls, self.step.usage = exchange, shown, usage
            self.step.save()

    def close_calls(self) -> Iterator[writer.Named]:
        """Complete the step of the calls, within a write."""
        if self.step is not None:
            self.step.status, self.step.ended_at = RunStep.Status.COMPLETED, int(time.time())
            self.step.save()
            yield "thread.run.step.completed", self._shown(self.step)
