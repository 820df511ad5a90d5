"""Targets that keep agents themselves: a JSON body, and a few lines that send it with the official client."""

from __future__ import annotations

from typing import Any

from assistants_ui.handover.clients import pip
from assistants_ui.handover.source import Source
from assistants_ui.handover.target import Files, with_instructions
from assistants_ui.handover.texts import pretty

CREATE = '''"""Create the agent. Needs: {install}"""

import json
from pathlib import Path

HERE = Path(__file__).parent


def body():
    """The agent to create; the text in instructions.md wins over the one in agent.json."""
    agent = json.loads((HERE / "agent.json").read_bytes())
    instructions = HERE / "instructions.md"
    if instructions.exists():
        agent["{text_field}"] = instructions.read_bytes().decode("utf-8")
    return agent


def create(client):
    return client.beta.agents.create(**body())


if __name__ == "__main__":
{main}
    print(create(client).id)
'''


def hosted_files(source: Source, body: dict[str, Any], *, package: str, text_field: str, client: str) -> Files:
    """``agent.json`` and the script that sends it; ``client`` is the code that makes the client."""
    main = "\n".join(f"    {line}" for line in client.splitlines())
    script = CREATE.format(install=pip(package), text_field=text_field, main=main)
    return with_instructions(source, {"agent.json": pretty(body), "create_agent.py": script})
