"""Assistants to start from: one TOML file each, ours in this folder, a team's own in ``DATA_DIR/starters``.

A file holds ``name``, ``topic``, ``summary`` and any of the wire fields ``description``, ``model``,
``instructions``, ``tools`` (names of tools or whole wire tools), ``response_format``,
``metadata`` and the settings, such as ``temperature``. ``documents`` are files beside it, in a folder of that name,
which an example gets to search. A table named after a language, such as ``[de]``, holds what is different in it:
who begins an assistant wants to edit instructions in a language that they write.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext

import assistants_client as wire
from assistants_client.model_table import SUGGESTED
from assistants_ui.domain.fields import BY_NAME
from assistants_ui.domain.model_rules import null_when_new, suggested, to_clear
from dashboard.lib.texts import ENGLISH

log = logging.getLogger(__name__)

OURS = Path(__file__).parent
# Three to begin with on a server that holds nothing yet.
EXAMPLES = ("support-desk", "contract-reader", "numbers-helper")
# Wire fields that are read in a way of their own, or that belong to a server's files; the others are taken as they are.
READ_APART = frozenset({"name", "description", "tools", "response_format", "tool_resources", "file_ids"})


@dataclass(frozen=True, kw_only=True)
class Starter:
    """One assistant to start from. ``fields`` are its wire fields, ``documents`` what it searches as an example."""

    slug: str
    name: str
    topic: str
    summary: str
    fields: dict[str, Any] = field(default_factory=dict)
    documents: tuple[Path, ...] = ()


def starters() -> list[Starter]:
    """All that can be read, by topic and name; a team's file replaces ours of the same file name."""
    found: dict[str, Starter] = {}
    for folder in (OURS, settings.DATA_DIR / "starters"):
        for path in sorted(folder.glob("*.toml")):
            try:
                found[path.stem] = _starter(path)
            except (OSError, ValueError, KeyError, TypeError) as error:
                log.warning("The starter %s cannot be read: %s", path.name, error)
    return sorted(found.values(), key=lambda starter: (starter.topic, starter.name))


def starter(slug: str) -> Starter | None:
    """The starter of this file name, without its ending."""
    return next((found for found in starters() if found.slug == slug), None)


def examples() -> list[Starter]:
    """The starters that are made at one click, in the words of the team where it has its own of them."""
    found = {one.slug: one for one in starters()}
    return [found[slug] for slug in EXAMPLES]


def with_model(start: Starter, offered: Sequence[wire.Model]) -> dict[str, Any]:
    """The fields of a new assistant: with a model of those that the server offers, without what it refuses."""
    model = start.fields.get("model") or suggested(offered, settings=start.fields) or SUGGESTED[0]
    refused = to_clear(model, start.fields)
    taken = {name: value for name, value in start.fields.items() if name not in refused}
    return {**taken, "model": model, **dict.fromkeys(null_when_new(model, taken))}


def _starter(path: Path) -> Starter:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    content |= content.get(get_language() or ENGLISH, {})
    summary = str(content.get("summary", ""))
    fields = {name: content[name] for name in BY_NAME if name in content and name not in READ_APART}
    if isinstance(fields.get("instructions"), str):
        fields["instructions"] = fields["instructions"].strip()
    fields["name"] = str(content["name"])
    fields["description"] = str(content.get("description", summary))
    fields["tools"] = [{"type": tool} if isinstance(tool, str) else dict(tool) for tool in content.get("tools", [])]
    if "response_format" in content:
        given = content["response_format"]
        fields["response_format"] = {"type": given} if given in ("text", "json_object") else given
    return Starter(
        slug=path.stem,
        name=fields["name"],
        topic=str(content.get("topic") or gettext("Others")),
        summary=summary,
        fields=fields,
        documents=tuple(_document(path, name) for name in content.get("documents", [])),
    )


def _document(path: Path, name: str) -> Path:
    """The file of this name in the folder of documents; raises FileNotFoundError where it is not there."""
    document = path.parent / "documents" / Path(name).name
    if not document.is_file():
        raise FileNotFoundError(document)
    return document
