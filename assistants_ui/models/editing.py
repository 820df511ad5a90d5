"""What editing needs to remember between two requests."""

from __future__ import annotations

import json
from functools import cached_property

from django.conf import settings
from django.db import models


class Snapshot(models.Model):
    """A JSON value kept under the digest of its content: what somebody opened, or was about to save.

    ``body`` is ASCII, because a text of the server may hold characters that a database refuses.
    """

    workspace = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    body = models.TextField()
    used_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("workspace", "digest"), name="snapshot_once"),)

    def __str__(self) -> str:
        return self.digest


class Draft(models.Model):
    """What one person typed about one assistant and has not saved; ``assistant_id`` is empty for a new one.

    ``body`` is the form as a browser sends it, ``opened`` the token that came with it, and ``op`` the
    token's own name for that opening: each opening keeps a text of its own.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    workspace = models.CharField(max_length=100)
    assistant_id = models.CharField(max_length=256, blank=True)
    body = models.TextField()
    opened = models.TextField(blank=True)
    op = models.CharField(max_length=32, blank=True)
    saved_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "workspace", "assistant_id", "op"), name="draft_once"),)

    def __str__(self) -> str:
        return f"{self.user} {self.workspace} {self.assistant_id}"

    @property
    def name(self) -> str:
        """What its author calls the assistant in it; empty where the name was not typed."""
        return self._typed("name").strip()

    @property
    def preview(self) -> str:
        """How the instructions in it begin, or the description."""
        text = " ".join((self._typed("instructions") or self._typed("description")).split())
        return text[:159].rstrip() + "…" if len(text) > 160 else text

    @property
    def word_count(self) -> int:
        return len(self._typed("instructions").split())

    def _typed(self, field: str) -> str:
        return self._texts.get(field, "")

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {name: value for name, value in json.loads(self.body) if name in ("name", "description", "instructions")}


class Submission(models.Model):
    """One press of a button that makes an assistant, so that pressing it twice makes one.

    ``sent`` is the digest of what was sent and ``fields`` its fields, comma separated. A created
    assistant belongs to at most one submission: that is how a lost one is claimed.
    """

    class State(models.TextChoices):
        SENDING = "sending"
        UNKNOWN = "unknown"
        DONE = "done"

    id = models.CharField(max_length=32, primary_key=True)
    workspace = models.CharField(max_length=100)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENDING)
    sent = models.CharField(max_length=64)
    fields = models.TextField()
    sent_at = models.DateTimeField(db_index=True)
    result_id = models.CharField(max_length=256, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("workspace", "result_id"), condition=~models.Q(result_id=""), name="submission_claims_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.id} {self.state}"


class Presence(models.Model):
    """Who has which assistant open for editing, and whether there is something unsaved."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    workspace = models.CharField(max_length=100)
    assistant_id = models.CharField(max_length=256)
    seen_at = models.DateTimeField()
    is_dirty = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "workspace", "assistant_id"), name="presence_once"),)
        indexes = (models.Index(fields=("workspace", "assistant_id", "seen_at"), name="presence_of_assistant"),)

    def __str__(self) -> str:
        return f"{self.user} {self.assistant_id}"
