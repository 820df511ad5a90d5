"""Each kind of tool once: its wire name, its label, the versions that have it, and how it is switched on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy

from assistants_client.types.base import dicts, text
from assistants_ui.domain.inputs import Input, NumberInput, SwitchInput, WholeNumberInput
from dashboard.lib.texts import StrOrPromise


@dataclass(frozen=True, kw_only=True)
class ToolKind:
    """``noun`` names it within a sentence. ``switch`` is how it is switched on.

    ``settings`` are the inputs below it, by label and form field.
    """

    type: str
    label: StrOrPromise
    noun: StrOrPromise = ""
    versions: tuple[str, ...] = ("v1", "v2")
    switch: SwitchInput | None = None
    settings: Mapping[str, tuple[StrOrPromise, Input]] = field(default_factory=dict)


TOOL_KINDS = (
    ToolKind(
        type="code_interpreter",
        label=gettext_lazy("Code interpreter"),
        noun=gettext_lazy("code interpreter"),
        switch=SwitchInput(help_text=gettext_lazy("It may write and run code: calculate, read tables, draw charts.")),
    ),
    ToolKind(
        type="file_search",
        label=gettext_lazy("File search"),
        noun=gettext_lazy("file search"),
        versions=("v2",),
        switch=SwitchInput(help_text=gettext_lazy("It looks up answers in the files you attach.")),
        settings={
            "max_num_results": (
                gettext_lazy("Number of results"),
                WholeNumberInput(
                    minimum=1,
                    maximum=50,
                    help_text=gettext_lazy(
                        "How many passages it reads for an answer, 1 to 50. More find more, and cost more."
                    ),
                ),
            ),
            "score_threshold": (
                gettext_lazy("Score threshold"),
                NumberInput(
                    minimum=0,
                    maximum=1,
                    middle=0,
                    help_text=gettext_lazy("0 to 1. Passages that fit less well than this are left out."),
                ),
            ),
        },
    ),
    ToolKind(
        type="retrieval",
        label=gettext_lazy("Retrieval"),
        noun=gettext_lazy("retrieval"),
        versions=("v1",),
        switch=SwitchInput(help_text=gettext_lazy("It looks up answers in the files you attach.")),
    ),
    ToolKind(type="function", label=gettext_lazy("Function")),
)
TOOL_LABELS = {kind.type: kind.label for kind in TOOL_KINDS}
# The tools of the protocol itself; any other name is a function's, which stays as it is written.
BUILT_IN_TOOLS = {kind.type: kind.label for kind in TOOL_KINDS if kind.switch}
TOOL_NOUNS = {kind.type: kind.noun for kind in TOOL_KINDS if kind.switch}


def kinds_of(tools: Any) -> set[str]:
    """Of which kinds these tools are, whatever a server may have put among them."""
    return {text(tool.get("type")) for tool in dicts(tools)}
