"""The agents of Azure AI Foundry: versions that never change, in a project."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_lazy

from assistants_ui.handover.clients import pip
from assistants_ui.handover.code import store_script
from assistants_ui.handover.losses import Case, FieldVerdict, changed, kept
from assistants_ui.handover.options import HandoverOptions
from assistants_ui.handover.shapes import configuration, metadata_with
from assistants_ui.handover.source import Source
from assistants_ui.handover.target import Files, HandoverTarget, with_instructions
from assistants_ui.handover.texts import VARIABLE, pretty, slug_of
from assistants_ui.handover.verdicts import (
    ANSWERED,
    DEPLOYMENT_NAMES,
    OPENAI,
    in_metadata,
    literal_braces,
    metadata_as_text,
    other_model,
)


def metadata(source: Source) -> dict[str, str]:
    return metadata_with(source, assistant_id=source.id, assistant_name=source.name)


def _name(case: Case) -> FieldVerdict:
    slug = slug_of(case.source)
    if case.source.name == slug:
        return kept()
    if metadata(case.source).get("assistant_name") == case.source.name:
        return changed(gettext("Becomes %(slug)s; the name stays in the metadata.") % {"slug": slug})
    return changed(gettext("Becomes %(slug)s; there is no room for the name in the metadata.") % {"slug": slug})


RULES = OPENAI | {
    "id": in_metadata(
        metadata,
        "assistant_id",
        gettext_lazy("There, a name and a version tell agents apart. The id stays in the metadata."),
    ),
    "name": _name,
    "description": kept(),
    "model": other_model("Foundry", DEPLOYMENT_NAMES),
    "instructions": literal_braces("Foundry"),
    "function.name": ANSWERED,
    "stores": changed(
        gettext_lazy(
            "The ids are those of this server. Upload the files of the vector stores to the Foundry project "
            "and replace them."
        ),
        gettext_lazy("Upload the files of the vector stores to the Foundry project"),
    ),
    "code_files": changed(
        gettext_lazy(
            "The ids are those of this server. Upload the files of the code interpreter to the Foundry project "
            "and replace them."
        ),
        gettext_lazy("Upload the files of the code interpreter to the Foundry project"),
    ),
    "metadata": metadata_as_text,
}

CREATE = (
    f'"""Create a version of the agent. Needs: {pip("azure-ai-projects")} azure-identity"""\n'
    '''

import json
import os
from pathlib import Path

HERE = Path(__file__).parent


def body():
    """The version to create; the text in instructions.md wins over the one in definition.json."""
    version = json.loads((HERE / "definition.json").read_bytes())
    instructions = HERE / "instructions.md"
    if instructions.exists():
        version["definition"]["instructions"] = instructions.read_bytes().decode("utf-8")
    return version


def create(project):
    version = body()
    return project.agents.create_version(version.pop("name"), body=version)


if __name__ == "__main__":
    from azure.ai.projects import AIProjectClient
    from azure.identity import DefaultAzureCredential

    with AIProjectClient(endpoint=os.environ["PROJECT_ENDPOINT"], credential=DefaultAzureCredential()) as project:
        agent = create(project)
        print(agent.name, agent.version)
'''
)


def build(source: Source, options: HandoverOptions) -> Files:
    definition: dict[str, Any] = {"kind": "prompt", **configuration(source, options)}
    if source.instructions:
        definition["instructions"] = source.instructions
    if options.variables and (names := variables(source)):
        definition["structured_inputs"] = {name: {"description": name, "required": True} for name in names}
    described = {"description": source.description} if source.description else {}
    version = {"name": slug_of(source), **described, "metadata": metadata(source), "definition": definition}
    files: Files = {"definition.json": pretty(version), "create_agent.py": CREATE}
    return with_instructions(source, files | store_script(source))


def variables(source: Source) -> list[str]:
    """The names between double braces, each once."""
    return list(dict.fromkeys(found for found in VARIABLE.findall(source.instructions) if found))


TARGET = HandoverTarget(
    name="foundry",
    label="Azure AI Foundry agents",
    summary=gettext_lazy("A definition with versions that never change; the most faithful hosted target."),
    rules=RULES,
    build=build,
    name_there=slug_of,
)
