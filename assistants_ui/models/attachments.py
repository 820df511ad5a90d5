"""Files on their way to where they will be used."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

# A transfer says every second that it is alive; one that was silent for so long is dead.
SILENCE = timedelta(seconds=60)
# After so long without a sign people are told of it, though nobody may take it over yet.
QUIET = timedelta(seconds=10)
# How the token of a job begins that undoes something; no token from a form can hold a colon.
UNDO = "undo:"


def new_id() -> str:
    return uuid.uuid4().hex


def is_id(text: str) -> bool:
    """Whether the text could be the id of a job."""
    return re.fullmatch(r"[0-9a-f]{32}", text) is not None


class AttachmentJob(models.Model):
    """One file that somebody wants an assistant or a vector store to have: from the click to the end.

    The row is kept for good. It is how the same click is recognised when it comes twice, how a
    half-finished job is found by anyone who may finish it, and the only proof that a file was
    uploaded here and may be removed again. ``token`` names the click, ``store_id`` the store that
    was chosen or made for it, ``made_store`` whether it was made.
    """

    class State(models.TextChoices):
        SENDING = "sending", gettext_lazy("On its way")
        UPLOADED = "uploaded", gettext_lazy("Uploaded, not attached")
        ATTACHED = "attached", gettext_lazy("Attached")
        KNOWN = "known", gettext_lazy("Here already")
        FAILED = "failed", gettext_lazy("Not uploaded")
        CANCELLED = "cancelled", gettext_lazy("Cancelled")
        REMOVED = "removed", gettext_lazy("Removed")

    id = models.CharField(max_length=32, primary_key=True, default=new_id)
    workspace = models.CharField(max_length=40)
    token = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    purpose = models.CharField(max_length=40, default="assistants")
    use = models.CharField(max_length=40, blank=True)
    assistant_id = models.CharField(max_length=256, blank=True)
    store_id = models.CharField(max_length=256, blank=True)
    made_store = models.BooleanField(default=False)
    file_id = models.CharField(max_length=256, blank=True)
    is_ours = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.SENDING)
    problem = models.CharField(max_length=500, blank=True)
    sent = models.BigIntegerField(default=0)
    busy_until = models.DateTimeField(null=True)
    by = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(fields=("workspace", "token", "name", "sha256"), name="one_job_of_a_click"),
        )
        indexes = (
            models.Index(fields=("workspace", "assistant_id", "state"), name="job_assistant"),
            models.Index(fields=("workspace", "sha256"), name="job_content"),
            models.Index(fields=("workspace", "file_id"), name="job_file"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"

    @property
    def context(self) -> dict[str, Any]:
        """What every row of the record says that tells of one of its steps."""
        context: dict[str, Any] = {"group": self.id}
        if self.assistant_id:
            context["assistant_id"] = self.assistant_id
        if self.token.startswith(UNDO):
            context["undo_of"] = int(self.token.split(":")[1])
        return context

    @property
    def is_busy(self) -> bool:
        """Whether somebody works on it just now."""
        return self.busy_until is not None and self.busy_until > timezone.now()

    @property
    def success(self) -> str:
        """What was done, once it is done."""
        is_attached = self.assistant_id or self.store_id
        text = gettext("“%(name)s” was attached.") if is_attached else gettext("“%(name)s” was uploaded.")
        return text % {"name": self.name}

    @property
    def is_done(self) -> bool:
        return self.state == self.State.ATTACHED


class Lock(models.Model):
    """Whose turn it is to change one thing; the next one waits until the row is gone or ``until`` is over."""

    name = models.CharField(max_length=340, primary_key=True)
    holder = models.CharField(max_length=32)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
