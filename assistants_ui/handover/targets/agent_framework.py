"""The Microsoft Agent Framework in Python."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_lazy

from assistants_ui.handover.clients import pip
from assistants_ui.handover.code import constant, header, read_instructions, store_script, stubs
from assistants_ui.handover.losses import Case, FieldVerdict, changed, kept, lost
from assistants_ui.handover.options import HandoverOptions
from assistants_ui.handover.shapes import effort, function_tool, model_of, most_results, sampling
from assistants_ui.handover.source import Source
from assistants_ui.handover.target import Files, HandoverTarget, with_instructions
from assistants_ui.handover.verdicts import CODE

NO_RANKING = lost(gettext_lazy("The framework's file search takes no ranking."))


def _strict(case: Case) -> FieldVerdict:
    if case.field.value:
        return lost(gettext("The framework sends strict: false for every function."))
    return kept(gettext("The framework sends strict: false for every function."))


RULES = CODE | {
    "id": kept(gettext_lazy("As the agent's id.")),
    "name": kept(),
    "description": kept(),
    "function.parameters": changed(gettext_lazy("The framework adds additionalProperties: false.")),
    "function.strict": _strict,
    "ranker": NO_RANKING,
    "score_threshold": NO_RANKING,
    "metadata": lost(gettext_lazy("The agent has no metadata.")),
}

PYTHON = """

def make_tools():
    tools = [
        FunctionTool(
            name=tool["name"],
            description=tool.get("description", ""),
            input_model=tool["parameters"],
            func=FUNCTIONS[tool["name"]],
        )
        for tool in TOOLS
    ]
    if FILE_SEARCH:
        tools.append(OpenAIChatClient.get_file_search_tool(**FILE_SEARCH))
    if CODE_FILES is not None:
        tools.append(OpenAIChatClient.get_code_interpreter_tool(file_ids=CODE_FILES))
    return tools


def make_agent():
    return Agent(
        OpenAIChatClient(model=MODEL),
        INSTRUCTIONS or None,
        id=ASSISTANT_ID or None,
        name=NAME,
        description=DESCRIPTION,
        tools=make_tools(),
        default_options=OPTIONS,
    )


async def main():
    print(await make_agent().run(input("> ")))


if __name__ == "__main__":
    asyncio.run(main())
"""

IMPORTS = """import asyncio
from pathlib import Path

from agent_framework import Agent, FunctionTool
from agent_framework.openai import OpenAIChatClient

"""


def build(source: Source, options: HandoverOptions) -> Files:
    reasoning = effort(source, options)
    settings: dict[str, Any] = {
        **sampling(source, options),
        **({"reasoning": {"effort": reasoning}} if reasoning else {}),
        **({"response_format": source.format} if source.format else {}),
        "truncation": "auto",
    }
    search = source.file_search
    found = search and search.store_ids
    searching = (
        {"vector_store_ids": list(search.store_ids), "max_num_results": most_results(source)} if search else None
    )
    code_files = list(source.code_interpreter.file_ids) if source.code_interpreter else None
    code = (
        f'"""An assistant on the Microsoft Agent Framework. Needs: {pip("agent-framework-openai")}"""\n\n'
        f"{IMPORTS}{header(source)}{read_instructions(source)}{constant('MODEL', model_of(source, options))}"
        f"{constant('OPTIONS', settings)}{constant('TOOLS', [function_tool(one) for one in source.functions])}"
        f"{constant('FILE_SEARCH', searching if found else None)}{constant('CODE_FILES', code_files)}"
        f"\n\n{stubs(source.functions)}{PYTHON}"
    )
    return with_instructions(source, {"agent.py": code, **store_script(source)})


TARGET = HandoverTarget(
    name="agent-framework",
    label="Microsoft Agent Framework",
    summary=gettext_lazy("Code in Python that speaks the Responses API; ranking and strict are lost."),
    rules=RULES,
    build=build,
)
