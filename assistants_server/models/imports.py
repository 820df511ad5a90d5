"""Imports that somebody began on the page: what they were shown, and how far it has come."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from assistants_server.models.base import JSONText

# How a row names what came from no file.
PASTED = gettext_noop("pasted text")


def new_job_id() -> str:
    return secrets.token_hex(16)


class ImportJob(models.Model):
    """One import, from the word to go on to its end.

    ``preview`` is the token of the preview that was agreed to, so that agreeing twice begins once. ``unchanged`` and
    ``left_out`` count what the preview said would not be stored.
    """

    class State(models.TextChoices):
        RUNNING = "running", gettext_lazy("Running")
        STOPPED = "stopped", gettext_lazy("Stopped")
        DONE = "done", gettext_lazy("Done")

    id = models.CharField(max_length=32, primary_key=True, default=new_job_id)
    workspace = models.CharField(max_length=40)
    preview = models.CharField(max_length=64, unique=True)
    actor = JSONText()
    source = models.CharField(max_length=200)
    unchanged = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=("state",), name="import_job_state"),)

    def __str__(self) -> str:
        return self.id

    @property
    def source_label(self) -> str:
        """Where it came from, in the reader's language."""
        files, between, last = self.source.rpartition(", ")
        return files + between + gettext(PASTED) if last == PASTED else self.source


class ImportRow(models.Model):
    """One assistant of an import, in the order in which they are stored.

    ``saved`` is what is to be stored; it is emptied once it is. ``before`` is the stored document that the preview
    would overwrite, empty for an assistant that is new.
    """

    class State(models.TextChoices):
        WAITING = "waiting", gettext_lazy("Not yet")
        NEW = "new", gettext_lazy("Imported")
        REPLACED = "replaced", gettext_lazy("Overwritten")
        UNCHANGED = "unchanged", gettext_lazy("Already here")
        DISPUTED = "disputed", gettext_lazy("Changed here since the preview, so it was left as it is")

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="rows")
    wire_id = models.CharField(max_length=128)
    label = models.TextField()
    saved = JSONText()
    before = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("job", "wire_id"), name="import_once"),)
        indexes = (models.Index(fields=("job", "state"), name="import_row_state"),)

    def __str__(self) -> str:
        return f"{self.wire_id} {self.state}"
