"""The examples that a new team makes at one click, each with its document."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from django.utils.translation import gettext

from assistants_ui.assistants import starters
from assistants_ui.files.attachments import Destination, attach_upload, finish
from assistants_ui.files.attachments.types import Content
from assistants_ui.files.knowledge import Use
from assistants_ui.models import AttachmentJob
from assistants_ui.service import Service
from dashboard.lib.stored_texts import reword
from dashboard.lib.texts import sentences


def create_all(service: Service) -> list[str]:
    """Create every example; gives a sentence for each document that could not be attached to its own."""
    offered = service.models.list()
    problems = []
    # The newest stands first in the list, so the first is made last.
    for example in reversed(starters.examples()):
        made = service.assistants.create(starters.with_model(example, offered))
        for document in example.documents:
            job = _attach(service, made.id, document)
            if not job.is_done:
                text = gettext("“%(document)s” could not be attached to “%(name)s”.")
                said = text % {"document": document.name, "name": example.name}
                problems.append(sentences(said, reword(job.problem)))
    return problems


def _attach(service: Service, assistant_id: str, document: Path) -> AttachmentJob:
    data = document.read_bytes()
    with document.open("rb") as file:
        content = Content(name=document.name, size=len(data), sha256=hashlib.sha256(data).hexdigest(), file=file)
        destination = Destination(assistant_id=assistant_id, use=Use.SEARCH)
        job = attach_upload(service, content, to=destination, token=secrets.token_hex(16), even_if_known=False)
    # The file is there from an earlier time, and serves as well.
    return finish(service, job) if job.state == AttachmentJob.State.KNOWN else job
