"""Each kind of tool once: its wire name, its label, the versions that have it, and how it is switched on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistants_ui.domain.inputs import Input, NumberInput, SwitchInput, WholeNumberInput


@dataclass(frozen=True, kw_only=True)
class ToolKind:
    """``switch`` is how it is switched on; ``settings`` are the inputs below it, by label and form field."""

    type: str
    label: str
    versions: tuple[str, ...] = ("v1", "v2")
    switch: SwitchInput | None = None
    settings: Mapping[str, tuple[str, Input]] = field(default_factory=dict)


TOOL_KINDS = (
    ToolKind(
        type="code_interpreter",
        label="Code interpreter",
        switch=SwitchInput(help_text="It may write and run code: calculate, read tables, draw charts."),
    ),
    ToolKind(
        type="file_search",
        label="File search",
        versions=("v2",),
        switch=SwitchInput(help_text="It looks up answers in the files you attach."),
        settings={
            "max_num_results": (
                "Number of results",
                WholeNumberInput(
                    minimum=1,
                    maximum=50,
                    help_text="How many passages it reads for an answer, 1 to 50. More find more, and cost more.",
                ),
            ),
            "score_threshold": (
                "Score threshold",
                NumberInput(
                    minimum=0,
                    maximum=1,
                    middle=0,
                    help_text="0 to 1. Passages that fit less well than this are left out.",
                ),
            ),
        },
    ),
    ToolKind(
        type="retrieval",
        label="Retrieval",
        versions=("v1",),
        switch=SwitchInput(help_text="It looks up answers in the files you attach."),
    ),
    ToolKind(type="function", label="Function"),
)
TOOL_LABELS = {kind.type: kind.label for kind in TOOL_KINDS}
# The tools of the protocol itself; any other name is a function's, which stays as it is written.
BUILT_IN_TOOLS = {kind.type: kind.label for kind in TOOL_KINDS if kind.switch}
