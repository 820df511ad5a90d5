"""What program code passes to the API, as hosted services show it to be copied: Python, JavaScript, curl."""

from __future__ import annotations

import re
from typing import Any

from assistants_server import strict_json
from assistants_server.importer import python_text

CURL = re.compile(r"(?:-d|--data|--data-raw)\s+'(\{.*?\})'(?:\s|$)", re.DOTALL)
JAVASCRIPT = re.compile(r"\.create\(\s*(\{.*\})\s*\)", re.DOTALL)
# A text in quotes, which stays as it is, or a bare name before a colon, or a comma before a closing bracket.
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|([A-Za-z_]\w*)(?=\s*:)|,(?=\s*[}\]])', re.DOTALL)
MOST_CHARACTERS = 1 << 22


def calls_in(text: str) -> list[dict[str, Any]]:
    """The parameters of each call in a piece of code, as far as they are written out; none when it is no such code."""
    if len(text) > MOST_CHARACTERS:
        return []
    for source in (*CURL.findall(text), *JAVASCRIPT.findall(text)):
        try:
            value = strict_json.loads(TOKEN.sub(_as_json, source))
        except strict_json.UnreadableError:
            continue
        if isinstance(value, dict):
            return [value]
    try:
        return [call for call in python_text.passed_to_create(text) if call]
    except python_text.NotPythonError:
        return []


def _as_json(found: re.Match[str]) -> str:
    if found[1]:
        return f'"{found[1]}"'
    return found[0] if found[0].startswith('"') else ""
