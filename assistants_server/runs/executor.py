"""Answer a run: call the model, run its tools, call it again, until it has said its last word."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.utils.translation import gettext_noop

from assistants_server.models import Run, RunStep
from assistants_server.runs import code_tool, connect, prompt, render, search_tool, tool_calls, writer
from assistants_server.runs.ending import end
from assistants_server.runs.model import End, ModelError, Piece, RefusedText, Stream, Text, ToolCall, Turn
from assistants_server.runs.model.errors import masked
from assistants_server.runs.turns import SEARCH, KnownFiles, TurnWriter
from assistants_server.sandbox import installed as sandbox
from dashboard.bounds import ANSWER_CHARACTERS

logger = logging.getLogger(__name__)
S = Run.Status
MOST_CALLS = 20
MOST_INTERRUPTIONS = 2
# One call of the model, with growing pauses: half a minute in all.
MOST_TRIES = 6
# What each piece of an answer and each call of a tool costs beside its characters.
PIECE_WEIGHT, CALL_WEIGHT = 8, 1_000
# Nothing is tried again when there would be no time left for an answer.
SPARE_SECONDS = 60
SORRY = {"code": "server_error", "message": gettext_noop("Sorry, something went wrong.")}
RESTARTED = gettext_noop("The server was restarted while it was answering.")


class Control:
    """How others stop an execution: the next look, or the wait for the model, raises what they set."""

    def __init__(self, held: writer.Writer) -> None:
        self.held = held
        self.reason: Exception | None = None
        self._stopped = threading.Event()
        self._stream: Stream | None = None

    def stop(self, reason: Exception) -> None:
        self.reason = self.reason or reason
        self._stopped.set()
        if (stream := self._stream) is not None:
            stream.close()

    def check(self) -> None:
        if self.reason is not None:
            raise self.reason
        if time.time() >= self.held.run.expires_at:
            raise writer.ExpiredError

    def wait(self, seconds: float) -> None:
        self._stopped.wait(seconds)
        self.check()

    def watch(self, stream: Stream) -> None:
        """From now on a stop ends the reading of this stream."""
        self._stream = stream
        self.check()

    def watch_nothing(self) -> None:
        self._stream = None


def execute(row: Run, control: Control) -> None:
    """Carry on with a claimed run until it ends or waits for its client. Never raises."""
    held = control.held
    with suppress(writer.LostError):
        try:
            _resume(row, control)
        except writer.CancelledError:
            end(held, S.CANCELLED)
        except writer.ExpiredError:
            end(held, S.EXPIRED)
        except prompt.TooLongError as error:
            end(held, S.INCOMPLETE, reason=error.reason)
        except ModelError as error:
            logger.warning("%s failed: %s %s", _named(row), error.message, masked(error.detail))
            end(held, S.FAILED, error={"code": error.code, "message": error.message})
        except writer.LostError:
            raise
        except Exception:  # whatever went wrong here, the run must end and the thread be free again
            logger.exception("Run %s failed", row.wire_id)
            end(held, S.FAILED, error=SORRY)


def _resume(row: Run, control: Control) -> None:
    if row.status == S.CANCELLING:
        raise writer.CancelledError
    control.check()
    if row.status == S.QUEUED:
        now = int(time.time())
        control.held.write(
            lambda: [("thread.run.in_progress", render.run(row, thread_id=row.thread.wire_id))],
            count=1,
            status=S.IN_PROGRESS,
            started_at=now,
        )
    elif row.steps.filter(status=RunStep.Status.IN_PROGRESS).exists() or row.interruptions >= MOST_INTERRUPTIONS:
        # What the lost worker showed of this answer cannot be taken back, so it is not made again.
        raise ModelError(RESTARTED, detail="its worker was lost")
    Execution(row, control).run()


class Execution:
    def __init__(self, row: Run, control: Control) -> None:
        self.row, self.control, self.held = row, control, control.held
        self.connection = connect.model_of(row.workspace, row.model)
        self.used = dict(row.usage or {})
        self.window = self.connection.window
        # Nobody else has worked on it, so as long as this is the first call there are no steps to look for.
        self._has_steps = row.attempt > 1

    def run(self) -> None:
        if code_tool.is_wanted(self.row) and not code_tool.is_offered(self.row):
            warning = "Run %s goes without code_interpreter: there is no sandbox here. To add one: %s"
            logger.warning(warning, self.row.wire_id, sandbox.COMMAND)
        if not self.connection.calls_tools and search_tool.is_wanted(self.row):
            self._search_first()
        for _ in range(MOST_CALLS):
            self.control.check()
            if self._one_call():
                return
        raise ModelError(gettext_noop("The model called its tools too often without an answer."))

    def _search_first(self) -> None:
        """Search for the user's own words, as a step of the run like any other search."""
        queries = search_tool.words_of_user(self.row)
        if not queries or self.row.steps.filter(type="tool_calls").exists():
            return
        writing = TurnWriter(self.held, known=KnownFiles(), is_parallel=True)
        writing.take(ToolCall(0, name=SEARCH, arguments=json.dumps({"queries": queries})))
        self._tools(writing, {"prompt": 0, "completion": 0})

    def _one_call(self) -> bool:
        """ApiRequest the model once; whether that was all for now."""
        for attempt in (1, 2):
            turn = self._turn()
            try:
                writing, last = self._listen(turn)
            except ModelError as error:
                if attempt == 2 or not error.is_too_long:
                    raise
                self.window = self.window // 2
                continue
            usage = last.usage or _estimate(turn, writing)
            for key, count in usage.items():
                self.used[key] = self.used.get(key, 0) + count
            if writing.calls and last.reason != "length":
                return self._tools(writing, usage)
            if writing.message is not None or last.reason == "length":
                self._finish(writing, last, usage)
                return True
            if attempt == 2 or last.reason == "content_filter":
                break
        raise ModelError(gettext_noop("The model gave no answer."))

    def _turn(self) -> Turn:
        parameters, spent = self.row.parameters, self.used
        budget, most = self.window - self.connection.reserved, parameters["max_prompt_tokens"]
        if most is not None:
            budget = min(budget, most - spent.get("prompt", 0))
        left = parameters["max_completion_tokens"]
        if left is not None:
            left -= spent.get("completion", 0)
            if left <= 0:
                raise prompt.TooLongError("max_completion_tokens")
        tools = tool_calls.offered(self.row) if self.connection.calls_tools else []
        notes = prompt.Notes(system=tool_calls.notes(self.row, tools))
        return Turn(
            model=self.connection.model_name,
            messages=prompt.conversation(
                self.row, notes=notes, budget=budget - prompt.tokens_of(tools), has_steps=self._has_steps
            ),
            tools=tools,
            tool_choice=self._choice(tools),
            parallel_tool_calls=parameters["parallel_tool_calls"],
            temperature=_unless_default(parameters["temperature"]),
            top_p=_unless_default(parameters["top_p"]),
            reasoning_effort=parameters["reasoning_effort"],
            max_tokens=left,
            response_format=parameters["response_format"],
        )

    def _choice(self, tools: list[dict[str, Any]]) -> Any:
        """What the run forces, for its first call; a forced tool would be called for ever."""
        choice = self.row.parameters["tool_choice"]
        names = [tool["function"]["name"] for tool in tools]
        if choice == "none" or not tools:
            return "none" if tools else "auto"
        if choice == "auto" or self.row.steps.filter(type="tool_calls").exists():
            return "auto"
        if choice == "required":
            return choice
        name = choice["function"]["name"] if choice["type"] == "function" else choice["type"]
        return {"type": "function", "function": {"name": name}} if name in names else "auto"

    def _listen(self, turn: Turn) -> tuple[TurnWriter, End]:
        """The model's answer as it comes; tried again while nothing of it was shown and there is time."""
        wait, tries = 1.0, 1
        while True:
            writing = TurnWriter(
                self.held,
                known=tool_calls.known_files(self.row) if self._has_steps else KnownFiles(),
                is_parallel=self.row.parameters["parallel_tool_calls"],
            )
            try:
                return writing, self._stream(turn, writing)
            except ModelError as error:
                self.control.check()
                pause = error.retry_after or wait
                left = self.row.expires_at - time.time()
                if not error.is_passing or writing.has_begun or left - pause < SPARE_SECONDS or tries == MOST_TRIES:
                    raise
                # The first failure is worth a look; the same once more is not.
                level = logging.WARNING if tries == 1 else logging.INFO
                why = masked(error.detail) or error.message
                logger.log(level, "%s tries again in %.1f s: %s", _named(self.row), pause, why)
            self.control.wait(pause)
            wait, tries = min(2 * wait, 20.0), tries + 1

    def _stream(self, turn: Turn, writing: TurnWriter) -> End:
        stream = self.connection.model.stream(turn, seconds=self.row.expires_at - time.time())
        try:
            self.control.watch(stream)
            last = self._take(stream, writing)
        finally:
            self.control.watch_nothing()
            stream.close()
        self.control.check()
        if last is None:
            raise ModelError(gettext_noop("The model's answer broke off."), is_passing=True)
        writing.rest()
        return last

    def _take(self, stream: Iterable[Any], writing: TurnWriter) -> End | None:
        left = ANSWER_CHARACTERS
        for piece in stream:
            self.control.check()
            if isinstance(piece, End):
                return piece
            left -= _weight(piece)
            if left < 0:
                # A model without an end would fill the disk; what it said so far is kept, as at a limit of its own.
                return End("length")
            if not isinstance(piece, Text) or piece.value:
                writing.take(piece)
        return None

    def _finish(self, writing: TurnWriter, last: End, usage: dict[str, int]) -> None:
        if last.reason == "length":
            # The count of the last call stands in the run before the run is closed.
            self.held.write(usage=self.used)
            end(self.held, S.INCOMPLETE, reason="max_completion_tokens", usage=usage)
            return
        now, reason = int(time.time()), "content_filter" if last.reason == "content_filter" else ""

        def act() -> list[writer.Named]:
            named = list(writing.close_message(usage=usage, reason=reason))
            return [*named, ("thread.run.completed", render.run(self.row, thread_id=self.row.thread.wire_id))]

        ended = {"completed_at": now, "ended_at": now, "lease_until": None}
        self.held.write(act, count=3, status=S.COMPLETED, usage=self.used, **ended)

    def _tools(self, writing: TurnWriter, usage: dict[str, int]) -> bool:
        """Run what is ours and hand the rest to the client; whether the run waits for it now."""
        self._has_steps = True
        exchange, shown = tool_calls.answer_calls(
            self.row, writing, check=self.control.check, window=self.connection.window
        )
        waiting = [body for body in shown if body["type"] == "function"]
        if waiting:
            self._ask(writing, exchange, shown, waiting, usage)
            return True

        def act() -> list[writer.Named]:
            writing.save_calls(exchange, shown, usage)
            return list(writing.close_calls())

        self.held.write(act, usage=self.used)
        return False

    def _ask(
        self,
        writing: TurnWriter,
        exchange: list[dict[str, Any]],
        shown: list[dict[str, Any]],
        waiting: list[dict[str, Any]],
        usage: dict[str, int],
    ) -> None:
        calls = [body | {"function": {key: body["function"][key] for key in ("name", "arguments")}} for body in waiting]

        def act() -> list[writer.Named]:
            writing.save_calls(exchange, shown, usage)
            return [("thread.run.requires_action", render.run(self.row, thread_id=self.row.thread.wire_id))]

        self.held.write(
            act,
            status=S.REQUIRES_ACTION,
            required_action={"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": calls}},
            lease_until=None,
            usage=self.used,
        )


def _named(row: Run) -> str:
    """A run as the log names it: with its workspace and who answers there."""
    return f"Run {row.wire_id} (workspace {row.workspace}, answered by {connect.place_of(row.workspace)})"


def _weight(piece: Piece) -> int:
    """For how many characters a piece of an answer counts."""
    match piece:
        case Text(value) | RefusedText(value):
            return PIECE_WEIGHT + len(value)
        case ToolCall():
            named = CALL_WEIGHT + len(piece.id) + len(piece.name) if piece.name else 0
            return PIECE_WEIGHT + named + len(piece.arguments)
        case _:
            return PIECE_WEIGHT


def _unless_default(value: float | None) -> float | None:
    return None if value == 1.0 else value


def _estimate(turn: Turn, writing: TurnWriter) -> dict[str, int]:
    """What the answer may have cost, for a server that does not say."""
    said = [{"content": writing.text}, *({"content": called.arguments} for called in writing.calls)]
    return {"prompt": prompt.tokens(turn.messages), "completion": prompt.tokens(said)}
