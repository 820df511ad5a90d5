"""What trying an assistant needs to remember: threads that must go again, counts, and canned answers. Never a text
that somebody asked or was answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class BorrowedThread(models.Model):
    """A thread that was made on a server only to try an assistant, and has to be deleted.

    The row is there before the thread is asked for. ``key`` is the idempotency key of that request: sent again,
    it tells the id of a thread whose making nobody heard of. ``lease_until`` is how long whoever uses the thread
    may go without a sign of life.
    """

    key = models.CharField(max_length=32, primary_key=True)
    workspace = models.CharField(max_length=100)
    thread_id = models.CharField(max_length=256, blank=True)
    lease_until = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.workspace} {self.thread_id or self.key}"


class TryCount(models.Model):
    """How much one person tried on one day (UTC)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    answers = models.PositiveIntegerField(default=0)
    tokens = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "day"), name="try_count_once"),)

    def __str__(self) -> str:
        return f"{self.user} {self.day} {self.answers}"


class CannedAnswer(models.Model):
    """What a function of an assistant answers when somebody tries it, until they say otherwise."""

    workspace = models.CharField(max_length=100)
    assistant_id = models.CharField(max_length=256)
    function = models.CharField(max_length=256)
    output = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("workspace", "assistant_id", "function"), name="canned_answer_once"),
        )

    def __str__(self) -> str:
        return f"{self.workspace} {self.assistant_id} {self.function}"
