"""Pieces of generated code that several targets share. Texts of the assistant enter it as literals only."""

from __future__ import annotations

import builtins
import re
from typing import Any

from assistants_ui.handover.source import Function, Source
from assistants_ui.handover.target import Files
from assistants_ui.handover.texts import identifiers, javascript, python

# What the generated files call something else, so that no stub may have the name.
PYTHON_NAMES = frozenset(dir(builtins)) | frozenset(
    re.findall(
        r"\w+",
        "json os asyncio Path OpenAI AsyncOpenAI Agent Runner AgentOutputSchemaBase CodeInterpreterTool FileSearchTool "
        "FunctionTool ModelSettings Reasoning Schema OpenAIChatClient ChatOpenAI ProviderStrategy ToolMessage "
        "create_agent wrap_tool_call tool_of make_agent make_model make_tools run_functions CONFIG OUTPUT FUNCTIONS "
        "INSTRUCTIONS ASSISTANT_ID NAME DESCRIPTION AGENT_NAME MODEL TOOLS OPTIONS FILE_SEARCH CODE_FILES answer main "
        "configuration",
    )
)
JAVASCRIPT_NAMES = frozenset(
    re.findall(
        r"\w+",
        "readFileSync OpenAI CONFIG OUTPUT FUNCTIONS INSTRUCTIONS ASSISTANT_ID NAME DESCRIPTION answer main "
        "configuration Agent sdkTool toolOf makeAgent fileSearchTool codeInterpreterTool Object JSON Promise Map Error "
        "URL undefined process console NaN Infinity globalThis async of args",
    )
)


def header(source: Source) -> str:
    """Who the assistant was, as constants."""
    lines = [f"ASSISTANT_ID = {source.id!r}", f"NAME = {source.name!r}", f"DESCRIPTION = {source.description!r}"]
    return "\n".join(lines) + "\n"


def javascript_header(source: Source) -> str:
    pairs = {"ASSISTANT_ID": source.id, "NAME": source.name, "DESCRIPTION": source.description}
    return "".join(f"export const {name} = {javascript(value)};\n" for name, value in pairs.items())


def read_instructions(source: Source) -> str:
    """Read as bytes, so that no line end is changed."""
    if not source.instructions:
        return 'INSTRUCTIONS = ""\n'
    return 'INSTRUCTIONS = Path(__file__).with_name("instructions.md").read_bytes().decode("utf-8")\n'


def javascript_instructions(source: Source) -> str:
    if not source.instructions:
        return 'export const INSTRUCTIONS = "";\n'
    return 'export const INSTRUCTIONS = readFileSync(new URL("./instructions.md", import.meta.url)).toString("utf8");\n'


def stubs(functions: tuple[Function, ...]) -> str:
    """One Python function to be written for each function tool, and the table that finds it by its name."""
    names = identifiers((function.name for function in functions), reserved=PYTHON_NAMES)
    # Raised by the program that is written, until whoever takes it over has filled the function in.
    bodies = [
        f"def {name}(**arguments):\n"
        f"    # Yours to write: what it returns is what the model gets to read.\n"
        f"    raise NotImplementedError({function.name!r})\n\n\n"
        for name, function in zip(names, functions, strict=True)
    ]
    table = "".join(f"    {function.name!r}: {name},\n" for name, function in zip(names, functions, strict=True))
    return f"{''.join(bodies)}FUNCTIONS = {{\n{table}}}\n" if functions else "FUNCTIONS = {}\n"


def javascript_stubs(functions: tuple[Function, ...]) -> str:
    names = identifiers((function.name for function in functions), reserved=JAVASCRIPT_NAMES)
    bodies = [
        f"async function {name}(args) {{\n"
        f"  // Yours to write: what it returns is what the model gets to read.\n"
        f"  throw new Error({javascript(function.name + ' is not written yet')});\n}}\n\n"
        for name, function in zip(names, functions, strict=True)
    ]
    table = "".join(
        f"  [{javascript(function.name)}, {name}],\n" for name, function in zip(names, functions, strict=True)
    )
    return f"{''.join(bodies)}export const FUNCTIONS = new Map([\n{table}]);\n"


def constant(name: str, value: Any) -> str:
    return f"{name} = {python(value)}\n"


def store_script(source: Source) -> Files:
    """The call that makes a vector store of files that are in none yet; nothing when there are no such files."""
    search = source.file_search
    if search is None or not search.loose_files:
        return {}
    code = (
        '"""Put the files that were attached to the assistant into a vector store, and print its id."""\n\n'
        "from openai import OpenAI\n\n"
        f"{constant('FILE_IDS', list(search.loose_files))}\n"
        'if __name__ == "__main__":\n'
        "    client = OpenAI()\n"
        f"    store = client.vector_stores.create(name={source.title[:256]!r}, file_ids=FILE_IDS[:100])\n"
        "    for start in range(100, len(FILE_IDS), 100):\n"
        "        client.vector_stores.file_batches.create(store.id, file_ids=FILE_IDS[start : start + 100])\n"
        "    print(store.id)\n"
    )
    return {"create_vector_store.py": code}
