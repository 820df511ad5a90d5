"""What program code passes to the API, as hosted services show it to be copied: Python, JavaScript, curl."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from assistants_client import strict_json
from assistants_server.importer import python_text

# Where a body begins and where one ends. Looked for apart, since one expression for both would read a long text once
# for each beginning that has no end.
CURL_BEGIN = re.compile(r"(?:-d|--data|--data-raw)\s+'(?=\{)")
CURL_END = re.compile(r"\}(?='(?:\s|$))")
CREATE_BEGIN = re.compile(r"\.create\(\s*+(?=\{)")
CREATE_END = re.compile(r"\}(?=\s*+\))")
# A text in quotes, which stays as it is, or a bare name before a colon, or a comma before a closing bracket.
TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|(?<!\w)([A-Za-z_]\w*+)(?=\s*:)|,(?=\s*+[}\]])', re.DOTALL)
MOST_CHARACTERS = 1 << 22


def calls_in(text: str) -> list[dict[str, Any]]:
    """The parameters of each call in a piece of code, as far as they are written out; none when it is no such code."""
    if len(text) > MOST_CHARACTERS:
        return []
    for source in (*_curl_bodies(text), *_javascript_bodies(text)):
        try:
            value = strict_json.loads(TOKEN.sub(_as_json, source))
        except strict_json.UnreadableJSONError:
            continue
        if isinstance(value, dict):
            return [value]
    try:
        return [call for call in python_text.passed_to_create(text) if call]
    except python_text.NotPythonError:
        return []


def _curl_bodies(text: str) -> Iterator[str]:
    at = 0
    while (begin := CURL_BEGIN.search(text, at)) and (end := CURL_END.search(text, begin.end())):
        yield text[begin.end() : end.end()]
        at = end.end()


def _javascript_bodies(text: str) -> Iterator[str]:
    """From the first call to the last bracket that could close one."""
    begin = CREATE_BEGIN.search(text)
    ends = [end.end() for end in CREATE_END.finditer(text, begin.end())] if begin else []
    if begin and ends:
        yield text[begin.end() : ends[-1]]


def _as_json(found: re.Match[str]) -> str:
    if found[1]:
        return f'"{found[1]}"'
    return found[0] if found[0].startswith('"') else ""
