from __future__ import annotations

from django.db import models


class APIKey(models.Model):
    """A key of /v1. Only its hash is kept, so a key that is lost is replaced, never read back.

    ``prefix`` is the public beginning by which a key is found and recognised by people.
    """

    name = models.CharField(max_length=100)
    workspace = models.CharField(max_length=40)
    prefix = models.CharField(max_length=16, unique=True)
    sha256 = models.CharField(max_length=64)
    read_only = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
