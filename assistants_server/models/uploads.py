from __future__ import annotations

from django.db import models

from assistants_server.models.base import Stored
from assistants_server.models.files import File


class Upload(Stored):
    """A file that is sent in parts; it becomes a :class:`File` once it is complete.

    ``lifetime`` is how many seconds that file is to live, None for one that stays.
    """

    class Status(models.TextChoices):
        PENDING = "pending"
        COMPLETED = "completed"
        CANCELLED = "cancelled"
        EXPIRED = "expired"

    filename = models.CharField(max_length=255)
    purpose = models.CharField(max_length=40)
    size = models.BigIntegerField()
    lifetime = models.BigIntegerField(null=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.PENDING)
    expires_at = models.BigIntegerField()
    file = models.ForeignKey(File, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(Stored.Meta):
        indexes = [*Stored.Meta.indexes, models.Index(fields=["status", "expires_at"], name="upload_unfinished")]


class UploadPart(Stored):
    """One part of an upload; ``storage_name`` is its path below ``DATA_DIR/files``."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    size = models.BigIntegerField()
    storage_name = models.CharField(max_length=100)

    class Meta(Stored.Meta):
        pass
