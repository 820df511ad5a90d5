"""The tables of the record. Rows are only ever added; :mod:`dashboard.audit.record.chain` adds them."""

from __future__ import annotations

from django.db import models


class Record(models.Model):
    """One sealed row. ``head`` and ``body`` are the truth; the other columns are there to search by."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.CharField(max_length=27)
    kind = models.CharField(max_length=12)
    action = models.CharField(max_length=40)
    outcome = models.CharField(max_length=12)
    actor = models.CharField(max_length=200)
    workspace = models.CharField(max_length=200)
    target_type = models.CharField(max_length=200)
    target_id = models.CharField(max_length=200)
    operation = models.CharField(max_length=32)
    request_id = models.CharField(max_length=200)
    key = models.CharField(max_length=8)
    head = models.TextField()
    body = models.TextField()
    seal = models.CharField(max_length=64)

    class Meta:
        db_table = "audit_event"
        ordering = ("-seq",)
        constraints = (models.UniqueConstraint(fields=("operation", "kind"), name="audit_once_per_kind"),)
        indexes = (
            models.Index(fields=("at",), name="audit_at"),
            models.Index(fields=("actor", "seq"), name="audit_actor"),
            models.Index(fields=("action", "seq"), name="audit_action"),
            models.Index(fields=("outcome", "seq"), name="audit_outcome"),
            models.Index(fields=("target_id", "seq"), name="audit_target"),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.kind}"


class Head(models.Model):
    """The one row that every append locks: the last ``seq`` and seal, under a keyed mark.

    ``purged_to`` is the last row that a purge may have removed; the triggers let only those go.
    """

    seq = models.BigIntegerField()
    seal = models.CharField(max_length=64)
    key = models.CharField(max_length=8)
    mark = models.CharField(max_length=64)
    purged_to = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.seq}:{self.seal}"


class OpenOperation(models.Model):
    """An operation whose end nobody knows yet: a convenience, not evidence.

    ``outcome`` is empty while the intent has no outcome row at all.
    """

    operation = models.CharField(max_length=32, primary_key=True)
    seq = models.BigIntegerField()
    outcome = models.CharField(max_length=12)

    def __str__(self) -> str:
        return self.operation
