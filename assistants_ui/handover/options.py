"""What a person decides about a hand-over, and what the server gave of the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class HandedFile:
    """A file that an assistant uses. ``path`` holds its bytes; without one, ``reason`` says why there are none, and
    ``text`` holds what a vector store read out of it, if one did.
    """

    raw: Mapping[str, Any]
    path: Path | None = None
    sha256: str = ""
    reason: str = ""
    text: Path | None = None


@dataclass(frozen=True)
class Contents:
    """The files and vector stores that assistants refer to, by id; a store's ``files`` are its vector store files."""

    files: Mapping[str, HandedFile] = field(default_factory=dict)
    stores: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class HandoverOptions:
    """The answers to what must be decided. None means that nobody has decided yet.

    ``models`` maps the model's name here to its name there. ``variables`` says whether ``{{…}}`` in
    instructions is a variable (True) or plain text (False). ``code_tools`` says whether a code interpreter
    may become tools that can do more. ``questions`` counts the test questions of each assistant, by its id.
    """

    models: Mapping[str, str] = field(default_factory=dict)
    variables: bool | None = None
    code_tools: bool | None = None
    contents: Contents = field(default_factory=Contents)
    questions: Mapping[str, int] = field(default_factory=dict)
