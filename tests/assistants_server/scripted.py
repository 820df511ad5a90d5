"""A model that says what a test tells it to, and a worker that works when a test says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from assistants_server.runs import worker, writer
from assistants_server.runs.executor import Control, execute
from assistants_server.runs.model import End, ModelError, Piece, Text, ToolCall, Turn

Step = Piece | ModelError | Callable[[], None]
USAGE = {"prompt": 10, "completion": 5}


class Said:
    """One answer, as a stream; an error is raised and a function called where it stands."""

    def __init__(self, steps: list[Step]) -> None:
        self.steps = steps

    def __iter__(self) -> Iterator[Piece]:
        for step in self.steps:
            if isinstance(step, ModelError):
                raise step
            if callable(step):
                step()
                continue
            yield step

    def close(self) -> None:
        pass


@dataclass
class ScriptedModel:
    answers: list[list[Step]] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)

    def says(self, *pieces: str, reason: Any = "stop") -> None:
        self.answers.append([*map(Text, pieces), End(reason, USAGE)])

    def calls(self, *calls: tuple[str, str]) -> None:
        """Call functions, each given by name and arguments; the arguments arrive in two pieces."""
        steps: list[Step] = []
        for index, (name, arguments) in enumerate(calls):
            half = len(arguments) // 2
            steps.append(ToolCall(index, f"call_{len(self.answers)}{index}", name))
            steps += [ToolCall(index, arguments=part) for part in (arguments[:half], arguments[half:]) if part]
        self.answers.append([*steps, End("tool_calls", USAGE)])

    def does(self, *steps: Step) -> None:
        self.answers.append(list(steps))

    def stream(self, turn: Turn, *, seconds: float) -> Said:
        self.turns.append(turn)
        return Said(self.answers.pop(0))


def work() -> None:
    """Do at once what the workers would do once the transactions, which no test here ends, are through."""
    while pks := list(worker.claimable()):
        for pk in pks:
            row = writer.claim(pk)
            assert row is not None
            execute(row, Control(writer.Writer(row)))
