"""What a target is: rules for every field, and the files it makes of an assistant in normal form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistants_ui.handover.findings import TextFinding, findings_in
from assistants_ui.handover.losses import Case, FieldVerdict, Loss, LossKind, Rules, account, refused, verdict_on
from assistants_ui.handover.options import HandoverOptions
from assistants_ui.handover.report import report_of_one
from assistants_ui.handover.source import Source
from dashboard.lib.stored_texts import english
from dashboard.lib.texts import StrOrPromise

# A text, or the place of bytes that are too many to hold.
Content = str | Path
Files = dict[str, Content]
NO_OPTIONS = HandoverOptions()
# The kinds of field that ``HandoverOptions`` has an answer for.
DECIDABLE = ("model", "instructions", "code_interpreter")


def _never(source: Source) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class HandoverTarget:
    """One place that an assistant can go to.

    ``takes_files`` says that the bytes of the files come along. ``name_there`` gives the name that must be an
    assistant's own there, where there is such a name. ``refuses`` gives the reason why it cannot take an assistant at
    all, or nothing.
    """

    name: str
    label: StrOrPromise
    summary: StrOrPromise
    rules: Rules
    build: Callable[[Source, HandoverOptions], Files]
    takes_files: bool = False
    name_there: Callable[[Source], str] | None = None
    refuses: Callable[[Source], str] = _never

    def handover(
        self,
        assistant: Mapping[str, Any] | Source,
        options: HandoverOptions = NO_OPTIONS,
        *,
        findings: Sequence[TextFinding] | None = None,
    ) -> tuple[Files, list[Loss]]:
        """The files for one assistant, by their paths, and a verdict on every field that it has.

        Both are in English, whoever asks. Instructions are written as UTF-8 without any change of line ends.
        ``losses.md`` is always among the files; it tells of ``findings``, which are looked for where none are given.
        """
        with english():
            source = Source.of(assistant)
            losses = self.losses(source, options)
            files = Files() if self.refuses(source) else self.build(source, options)
            told = findings_in(source) if findings is None else findings
            questions = options.questions.get(source.id, 0)
            report = report_of_one(source, str(self.label), losses, told, questions=questions)
            return files | {"losses.md": report}, losses

    def losses(self, assistant: Mapping[str, Any] | Source, options: HandoverOptions = NO_OPTIONS) -> list[Loss]:
        """The verdict on every field that the assistant has, in the reader's language."""
        source = Source.of(assistant)
        reason = self.refuses(source)
        return refused(source, reason) if reason else account(source, options, self.rules)

    def asks(self, source: Source) -> dict[str, FieldVerdict]:
        """What a person can decide about this assistant: the verdicts as long as nobody has, by kind of field."""
        cases = [Case(source, NO_OPTIONS, field) for field in source.fields if field.kind in DECIDABLE]
        found = {} if self.refuses(source) else {case.field.kind: verdict_on(case, self.rules) for case in cases}
        return {kind: verdict for kind, verdict in found.items() if verdict.outcome is LossKind.DECIDE}


def with_instructions(source: Source, files: Files) -> Files:
    """The files with the instructions beside them; none when there are no instructions."""
    return files | ({"instructions.md": source.instructions} if source.instructions else {})
