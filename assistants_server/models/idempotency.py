from __future__ import annotations

from django.db import models


class GivenAnswer(models.Model):
    """The answer to a request that carried an ``Idempotency-Key``, kept for a day.

    It is written in the transaction of the change it answers, so either both exist or neither.
    """

    workspace = models.CharField(max_length=40)
    holder = models.CharField(max_length=16, help_text="the prefix of the API key; empty inside the process")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    body = models.TextField(default="")
    etag = models.CharField(max_length=64, default="")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "holder", "key"], name="one_answer_to_a_key")]

    def __str__(self) -> str:
        return self.key
