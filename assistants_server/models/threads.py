from __future__ import annotations

from django.db import models

from assistants_server.models.base import JSONText, Stored


class Thread(Stored):
    metadata = JSONText(default=dict)
    tool_resources = JSONText(default=dict)

    class Meta(Stored.Meta):
        pass


class Message(Stored):
    """One message of a thread; ``content`` and ``attachments`` are kept as a v2 client receives them.

    ``assistant_id`` and ``run_id`` go by the ids on the wire and are empty for what a client wrote.
    """

    class Status(models.TextChoices):
        IN_PROGRESS = "in_progress"
        INCOMPLETE = "incomplete"
        COMPLETED = "completed"

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="messages")
    role = models.CharField(max_length=16)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.COMPLETED)
    content = JSONText(default=list)
    attachments = JSONText(default=list)
    metadata = JSONText(default=dict)
    assistant_id = models.CharField(max_length=128, blank=True)
    run_id = models.CharField(max_length=128, blank=True)
    incomplete_reason = models.CharField(max_length=32, blank=True)
    completed_at = models.BigIntegerField(null=True)
    incomplete_at = models.BigIntegerField(null=True)

    class Meta(Stored.Meta):
        indexes = [models.Index(fields=["thread", "created_at", "seq"], name="message_order")]
