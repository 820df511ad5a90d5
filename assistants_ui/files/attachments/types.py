"""What is attached, to what, and how a job remembers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

import assistants_client as wire
from assistants_ui.files.knowledge import Use
from assistants_ui.models import AttachmentJob
from assistants_ui.workspaces import problems
from dashboard.lib.stored_texts import english
from dashboard.lib.texts import sentences


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where a file is to go: to an assistant for a use, into a store, or just to the workspace."""

    assistant_id: str = ""
    use: Use | None = None
    store_id: str = ""
    purpose: str = "assistants"


@dataclass(frozen=True, kw_only=True)
class Content:
    """The bytes of an upload, open for reading, with its clean name, its size and its SHA-256 in hex."""

    name: str
    size: int
    sha256: str
    file: IO[bytes]


def save(job: AttachmentJob, **facts: object) -> AttachmentJob:
    for name, value in facts.items():
        setattr(job, name, value)
    job.problem = job.problem[:500]
    job.save(update_fields=[*facts, "updated_at"])
    return job


def words(error: wire.APIError, *, writing: bool) -> str:
    """What went wrong, as the row of a job keeps it."""
    with english():
        problem = problems.explain(error, writing=writing)
        return sentences(f"{problem.title}.", problem.text)
