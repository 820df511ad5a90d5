from __future__ import annotations

from django.db import models

from assistants_server.models.base import JSONText, Stored
from assistants_server.models.threads import Message, Thread


class Run(Stored):
    """One answer of an assistant. This row, not the queue, says what is to be done.

    ``lease_until`` (milliseconds) is how long the worker of attempt number ``attempt`` may go
    without a sign of life; every write of a worker names its attempt, so one that was given up
    can write nothing any more. ``interruptions`` counts the workers that were lost.
    """

    class Status(models.TextChoices):
        QUEUED = "queued"
        IN_PROGRESS = "in_progress"
        REQUIRES_ACTION = "requires_action"
        CANCELLING = "cancelling"
        CANCELLED = "cancelled"
        COMPLETED = "completed"
        FAILED = "failed"
        INCOMPLETE = "incomplete"
        EXPIRED = "expired"

    # While a run has one of these, its thread takes no message and no other run.
    ACTIVE = (Status.QUEUED, Status.IN_PROGRESS, Status.REQUIRES_ACTION, Status.CANCELLING)

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="runs")
    assistant_id = models.CharField(max_length=128)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.QUEUED)
    model = models.CharField(max_length=256)
    instructions = models.TextField(null=True)  # noqa: DJ001  # null and "" are two values on the wire
    tools = JSONText(default=list)
    metadata = JSONText(default=dict)
    # Sampling, budgets and choices, as a v2 client receives them.
    parameters = JSONText(default=dict)
    # The assistant's own resources when the run was made; the thread's are read when they are needed.
    tool_resources = JSONText(default=dict)
    required_action = JSONText(null=True)
    last_error = JSONText(null=True)
    incomplete_reason = models.CharField(max_length=32, blank=True)
    usage = JSONText(null=True)
    started_at = models.BigIntegerField(null=True)
    expires_at = models.BigIntegerField()
    cancelled_at = models.BigIntegerField(null=True)
    failed_at = models.BigIntegerField(null=True)
    completed_at = models.BigIntegerField(null=True)
    ended_at = models.BigIntegerField(null=True)
    attempt = models.IntegerField(default=0)
    interruptions = models.IntegerField(default=0)
    lease_until = models.BigIntegerField(null=True)
    next_event = models.BigIntegerField(default=0)

    class Meta(Stored.Meta):
        constraints = [
            *Stored.Meta.constraints,
            models.UniqueConstraint(
                fields=["thread"],
                condition=models.Q(status__in=["queued", "in_progress", "requires_action", "cancelling"]),
                name="one_active_run_of_a_thread",
            ),
        ]
        indexes = [
            models.Index(fields=["thread", "created_at", "seq"], name="run_order"),
            models.Index(fields=["status", "expires_at"], name="run_unfinished"),
            models.Index(fields=["ended_at"], name="run_ended"),
        ]


class RunStep(Stored):
    """One call of the model: the message it wrote or the tools it called.

    ``tool_calls`` is what clients see; ``exchange`` what the model asked each tool and was told,
    which is needed for the next call and shown to nobody.
    """

    class Status(models.TextChoices):
        IN_PROGRESS = "in_progress"
        COMPLETED = "completed"
        FAILED = "failed"
        CANCELLED = "cancelled"
        EXPIRED = "expired"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps")
    type = models.CharField(max_length=24)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.IN_PROGRESS)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    message_wire_id = models.CharField(max_length=128, blank=True)
    tool_calls = JSONText(default=list)
    exchange = JSONText(default=list)
    usage = JSONText(null=True)
    last_error = JSONText(null=True)
    ended_at = models.BigIntegerField(null=True)

    class Meta(Stored.Meta):
        indexes = [models.Index(fields=["run", "created_at", "seq"], name="runstep_order")]


class RunEvents(models.Model):
    """What a stream shows of a run: ``events`` is a list of names and data, numbered from ``first``.

    Written in the transaction of the state that it tells of, and kept for an hour after the end.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="events")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    events = JSONText(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "first"], name="one_event_of_a_number")]
        indexes = [models.Index(fields=["run", "last"], name="runevents_last")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.first}-{self.last}"
