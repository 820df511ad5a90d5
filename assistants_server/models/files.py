from __future__ import annotations

from django.db import models

from assistants_server.models.base import Stored


class File(Stored):
    """An uploaded file; ``storage_name`` is its path below ``DATA_DIR/files`` and ours alone."""

    filename = models.CharField(max_length=255)
    purpose = models.CharField(max_length=40)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_name = models.CharField(max_length=100)
    expires_at = models.BigIntegerField(null=True)

    class Meta(Stored.Meta):
        pass
