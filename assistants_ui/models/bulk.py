"""Changes of many assistants: what somebody asked for, and what became of each."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from assistants_ui.models.attachments import new_id


class BulkJob(models.Model):
    """One change of many assistants, from its preview to its end; ``id`` is its group in the record.

    ``change`` is JSON, as :class:`assistants_ui.bulk.changes.ManyChange` writes it. ``undo_of`` names the job that
    this one takes back, ``came_from`` is the query of the list in which the assistants were chosen.
    """

    id = models.CharField(max_length=32, primary_key=True, default=new_id)
    workspace = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    change = models.TextField()
    is_begun = models.BooleanField(default=False)
    undo_of = models.CharField(max_length=32, blank=True)
    came_from = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.id


class BulkItem(models.Model):
    """One assistant of a job. ``before`` and ``after`` are JSON of the fields that change, as they were previewed."""

    class State(models.TextChoices):
        WAITING = "waiting", gettext_lazy("Not yet")
        LEFT_OUT = "left_out", gettext_lazy("Left out")
        DONE = "done", gettext_lazy("Changed")
        DISPUTED = "disputed", gettext_lazy("Changed by somebody else meanwhile")
        GONE = "gone", gettext_lazy("Deleted meanwhile")
        REFUSED = "refused", gettext_lazy("Refused")
        UNKNOWN = "unknown", gettext_lazy("Unknown")

    job = models.ForeignKey(BulkJob, on_delete=models.CASCADE, related_name="items")
    assistant_id = models.CharField(max_length=256)
    label = models.TextField()
    before = models.TextField()
    after = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("job", "assistant_id"), name="bulk_once"),)
        indexes = (models.Index(fields=("job", "state"), name="bulk_state"),)

    def __str__(self) -> str:
        return f"{self.assistant_id} {self.state}"

    @property
    def old(self) -> dict[str, Any]:
        values: dict[str, Any] = json.loads(self.before)
        return values

    @property
    def new(self) -> dict[str, Any]:
        values: dict[str, Any] = json.loads(self.after)
        return values
