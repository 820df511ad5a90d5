"""The managed agents of Anthropic: versions, and tools that can do more."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_lazy

from assistants_ui.handover.hosted import hosted_files
from assistants_ui.handover.losses import Case, FieldVerdict, changed, decide, kept, lost
from assistants_ui.handover.options import HandoverOptions
from assistants_ui.handover.shapes import metadata_with, model_of
from assistants_ui.handover.source import Source
from assistants_ui.handover.target import Files, HandoverTarget
from assistants_ui.handover.verdicts import AGENT_ID, HOSTED, described, in_metadata, metadata_as_text, other_model

NO_SETTING = lost(gettext_lazy("There is no such setting."))
NO_FORMAT = lost(gettext_lazy("There is no response format. Say in the instructions how the answer should look."))
NO_SEARCH = lost(
    gettext_lazy("There is no file search."), gettext_lazy("Decide how the agent gets at the files it searched")
)
EFFORTS = ("low", "medium", "high", "xhigh", "max")


def _effort(case: Case) -> FieldVerdict:
    return (
        kept()
        if case.source.effort in EFFORTS
        else lost(gettext("“%(effort)s” has no equal there.") % {"effort": case.source.effort})
    )


def _code(case: Case) -> FieldVerdict:
    if case.options.code_tools is None:
        sentence = gettext(
            "Could become the agent toolset, with a shell and files: far more power than a code interpreter. "
            "It is left out."
        )
        return decide(sentence, gettext("Decide whether the agent may have a shell and files"))
    if not case.options.code_tools:
        return lost(gettext("Left out, as you chose."))
    return changed(
        gettext("Becomes the agent toolset, with a shell and files: far more power than a code interpreter.")
    )


def metadata(source: Source) -> dict[str, str]:
    return metadata_with(source, assistant_id=source.id)


RULES = HOSTED | {
    "id": in_metadata(metadata, "assistant_id", AGENT_ID),
    "name": kept(),
    "description": kept(),
    "model": other_model("Claude"),
    "instructions": kept(gettext_lazy("The same, byte for byte, as system.")),
    "temperature": NO_SETTING,
    "top_p": NO_SETTING,
    "reasoning_effort": _effort,
    "format": NO_FORMAT,
    "schema.name": NO_FORMAT,
    "schema.description": NO_FORMAT,
    "schema.schema": NO_FORMAT,
    "schema.strict": NO_FORMAT,
    "function": described,
    "function.strict": lost(gettext_lazy("Functions have no strict there.")),
    "file_search": NO_SEARCH,
    "max_num_results": NO_SEARCH,
    "ranker": NO_SEARCH,
    "score_threshold": NO_SEARCH,
    "stores": NO_SEARCH,
    "file_ids": lost(gettext_lazy("The ids are those of this server."), gettext_lazy("Upload the attached files")),
    "code_interpreter": _code,
    "code_files": lost(
        gettext_lazy("The ids are those of this server."), gettext_lazy("Upload the files of the code interpreter")
    ),
    "metadata": metadata_as_text,
}


def build(source: Source, options: HandoverOptions) -> Files:
    tools: list[dict[str, Any]] = [
        {
            "type": "custom",
            "name": function.name,
            "description": function.description or function.name,
            "input_schema": function.parameters,
        }
        for function in source.functions
    ]
    if source.code_interpreter and options.code_tools:
        tools.insert(0, {"type": "agent_toolset_20260401"})
    model = model_of(source, options)
    body: dict[str, Any] = {
        "model": {"id": model, "effort": source.effort} if source.effort in EFFORTS else model,
        "name": source.title,
        **({"description": source.description} if source.description else {}),
        **({"system": source.instructions} if source.instructions else {}),
        **({"tools": tools} if tools else {}),
        "metadata": metadata(source),
    }
    client = "from anthropic import Anthropic\n\nclient = Anthropic()"
    return hosted_files(source, body, package="anthropic", text_field="system", client=client)


TARGET = HandoverTarget(
    name="claude",
    label="Claude managed agents",
    summary=gettext_lazy("A hosted agent with versions; no file search and no response format."),
    rules=RULES,
    build=build,
)
