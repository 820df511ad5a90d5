"""An import from the command line, and what is imported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from dashboard.audit.models import Record


def saved(wire_id: str = "asst_one", **changes: Any) -> dict[str, Any]:
    """An assistant as the hosted API gave it."""
    return {
        "id": wire_id,
        "object": "assistant",
        "created_at": 1751370000,
        "name": "Returns desk",
        "description": None,
        "model": "gpt-4.1-mini",
        "instructions": "Quote the policy.",
        "tools": [{"type": "code_interpreter"}],
        "top_p": 1.0,
        "temperature": 0.3,
        "reasoning_effort": None,
        "tool_resources": {"code_interpreter": {"file_ids": []}},
        "metadata": {"team": "logistics"},
        "response_format": "auto",
    } | changes


def written(tmp_path: Path, value: Any, *, name: str = "dump.json") -> str:
    path = tmp_path / name
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return str(path)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    call_command("import_assistants", *arguments)
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    with pytest.raises(CommandError) as error:
        call_command("import_assistants", *arguments)
    assert not Record.objects.filter(action="import.run").exists()
    return capsys.readouterr().err + str(error.value)
