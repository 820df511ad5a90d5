"""What a person decides before a hand-over, as the page's address and its form name it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from assistants_ui.handover.options import Contents, HandoverOptions
from assistants_ui.handover.source import Source
from assistants_ui.handover.target import HandoverTarget
from dashboard.lib.texts import StrOrPromise

CHOICES = (("", gettext_lazy("Not decided yet")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))
ANSWERS = {"yes": True, "no": False}
MOST_MODELS = 100


@dataclass(frozen=True)
class ModelRow:
    """A model's name here, what is to know about it, and the one it becomes there; empty while nobody has chosen."""

    before: str
    about: StrOrPromise
    after: str


@dataclass(frozen=True)
class HandoverDecisions:
    """The answers given so far, and which questions the target asks of these assistants."""

    models: Sequence[ModelRow]
    variables: str
    code_tools: str
    asks_variables: bool
    asks_code_tools: bool

    choices = CHOICES

    @classmethod
    def read(
        cls, data: QueryDict, target: HandoverTarget, assistants: Sequence[Mapping[str, Any] | Source]
    ) -> HandoverDecisions:
        """Whatever cannot be used counts as not decided, because an address may be old or mistyped."""
        sources = [Source.of(assistant) for assistant in assistants]
        given = dict(zip(data.getlist("model_from"), data.getlist("model_to"), strict=False))
        asked = [(source, target.asks(source)) for source in sources]
        names = {
            source.model: asks["model"].about if "model" in asks else ""
            for source, asks in asked
            if "model" in asks or given.get(source.model)
        }
        return cls(
            models=[
                ModelRow(name, about if about != name else "", given.get(name, "").strip()[:256])
                for name, about in list(names.items())[:MOST_MODELS]
            ],
            variables=_answer(data, "variables"),
            code_tools=_answer(data, "code_tools"),
            asks_variables=any("instructions" in asks for _, asks in asked),
            asks_code_tools=any("code_interpreter" in asks for _, asks in asked),
        )

    @property
    def are_any(self) -> bool:
        return bool(self.models or self.asks_variables or self.asks_code_tools)

    def options(self, contents: Contents) -> HandoverOptions:
        return HandoverOptions(
            models={row.before: row.after for row in self.models if row.after},
            variables=ANSWERS.get(self.variables),
            code_tools=ANSWERS.get(self.code_tools),
            contents=contents,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The same answers for the form that downloads."""
        pairs = [(name, value) for row in self.models for name, value in _row(row)]
        return [*pairs, ("variables", self.variables), ("code_tools", self.code_tools)]


def _row(row: ModelRow) -> list[tuple[str, str]]:
    return [("model_from", row.before), ("model_to", row.after)]


def _answer(data: QueryDict, name: str) -> str:
    answer = data.get(name, "")
    return answer if answer in ANSWERS else ""
