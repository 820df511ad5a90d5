"""OpenAI's hosted Agents API (beta): an object that can be edited, run by a harness of its own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_lazy

from assistants_ui.handover.hosted import hosted_files
from assistants_ui.handover.losses import Case, FieldVerdict, changed, kept, lost
from assistants_ui.handover.options import HandoverOptions
from assistants_ui.handover.shapes import effort, metadata_with, model_of
from assistants_ui.handover.source import Source
from assistants_ui.handover.target import Files, HandoverTarget
from assistants_ui.handover.verdicts import AGENT_ID, ANSWERED, OPENAI, described, in_metadata, metadata_as_text

NO_SEARCH = lost(
    gettext_lazy("There is no file search."),
    gettext_lazy("Bring the files to the agent's environment, or offer them by an MCP server"),
)
NO_SETTING = lost(gettext_lazy("There is no such setting."))


def _format(case: Case) -> FieldVerdict:
    return kept() if case.source.schema else lost(gettext("Only schemas can be given there."))


def metadata(source: Source) -> dict[str, str]:
    return metadata_with(source, assistant_id=source.id, description=source.description)


RULES = OPENAI | {
    "id": in_metadata(metadata, "assistant_id", AGENT_ID),
    "name": kept(),
    "description": in_metadata(
        metadata,
        "description",
        gettext_lazy("There is no description. It stays in the metadata, as description."),
    ),
    "instructions": changed(
        gettext_lazy("The same text, but it is added to the base instructions of OpenAI's harness.")
    ),
    "temperature": NO_SETTING,
    "top_p": NO_SETTING,
    "format": _format,
    "schema.name": NO_SETTING,
    "schema.description": NO_SETTING,
    "schema.strict": NO_SETTING,
    "function": described,
    "function.name": ANSWERED,
    "function.strict": lost(gettext_lazy("Functions have no strict there.")),
    "file_search": NO_SEARCH,
    "max_num_results": NO_SEARCH,
    "ranker": NO_SEARCH,
    "score_threshold": NO_SEARCH,
    "stores": NO_SEARCH,
    "file_ids": lost(
        gettext_lazy("Files belong to an environment there."),
        gettext_lazy("Put the files into the agent's environment"),
    ),
    "code_interpreter": changed(
        gettext_lazy(
            "Becomes the environment of a session (openai_hosted), which is chosen at each run and billed by time."
        ),
        gettext_lazy("Start sessions with an openai_hosted environment"),
    ),
    "code_files": changed(
        gettext_lazy("They are given with the environment of each session: /workspace/…"),
        gettext_lazy("Give the files with each session"),
    ),
    "metadata": metadata_as_text,
}


def build(source: Source, options: HandoverOptions) -> Files:
    tools = [
        {
            "type": "function",
            "name": function.name,
            "description": function.description or function.name,
            "parameters": function.parameters,
        }
        for function in source.functions
    ]
    reasoning = effort(source, options)
    body: dict[str, Any] = {
        "model": model_of(source, options),
        **({"name": source.name} if source.name else {}),
        **({"instructions": source.instructions} if source.instructions else {}),
        **({"reasoning": {"effort": reasoning}} if reasoning else {}),
        **({"tools": tools} if tools else {}),
        **({"text": {"format": {"type": "json_schema", "schema": source.schema["schema"]}}} if source.schema else {}),
        "metadata": metadata(source),
    }
    client = "from openai import OpenAI\n\nclient = OpenAI()"
    return hosted_files(source, body, package="openai", text_field="instructions", client=client)


TARGET = HandoverTarget(
    name="agents-api",
    label="OpenAI Agents API",
    summary=gettext_lazy("A hosted agent (beta) that can be edited over the wire; much is lost."),
    rules=RULES,
    build=build,
)
