"""The versions of the clients for which hand-overs write; `scripts/run-handover-clients` drives what is written."""

from __future__ import annotations

PYTHON = {
    "openai": "3.57.0",
    "openai-agents": "0.24.0",
    "azure-ai-projects": "2.10.0",
    "mistralai": "3.7.0",
    "anthropic": "2.14.0",
    "langchain": "1.5.2",
    "langchain-openai": "1.7.4",
    "agent-framework-openai": "1.17.0",
}
JAVASCRIPT = {"openai": "7.59.0", "@openai/agents": "0.20.0"}


def pip(*names: str) -> str:
    """The command that installs these packages: such a version or a later one that breaks nothing."""
    return " ".join(["pip install", *(f"{name}~={_compatible(PYTHON[name])}" for name in names)])


def _compatible(version: str) -> str:
    """As far as later versions may differ: ``3.57`` of ``3.57.0``; before 1.0 the second number may break it."""
    return version if version.startswith("0.") else version.rpartition(".")[0]


def npm(name: str) -> str:
    return f"npm install {name}@{JAVASCRIPT[name]}"
