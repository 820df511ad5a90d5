"""Questions that an assistant must go on answering well, the runs of them, and what people said of the answers."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Question(models.Model):
    """One question. ``checks`` are those of :class:`assistants_ui.question_results.checks.Checks` that check something;
    ``good_answer`` says in free words what a good answer holds, for the people who judge it.
    """

    workspace = models.CharField(max_length=100)
    assistant_id = models.CharField(max_length=256)
    group = models.CharField(max_length=100, blank=True)
    text = models.TextField()
    checks = models.JSONField(default=dict)
    good_answer = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("group", "pk")
        indexes = (models.Index(fields=("workspace", "assistant_id"), name="question_of_assistant"),)

    def __str__(self) -> str:
        return self.text[:80]


class QuestionRun(models.Model):
    """One asking of the questions: of the saved state and, where there is one, of a draft, ``repeats`` times each.

    Both states are kept as they were, and named by their fingerprints: a result belongs to exactly what was tested.
    """

    workspace = models.CharField(max_length=100)
    assistant_id = models.CharField(max_length=256)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by = models.CharField(max_length=200)
    saved = models.JSONField()
    draft = models.JSONField(null=True)
    saved_fingerprint = models.CharField(max_length=64)
    draft_fingerprint = models.CharField(max_length=64, blank=True)
    repeats = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    is_cancelled = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=("workspace", "assistant_id", "created_at"), name="question_run_order"),)

    def __str__(self) -> str:
        return f"{self.workspace} {self.assistant_id} {self.pk}"


class QuestionAnswer(models.Model):
    """One answer that a run asks for. The rows are the queue: whoever claims one asks it.

    ``key`` names the asking itself, so that it can be carried on by another process; ``token`` is the running answer's.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        ASKING = "asking"
        DONE = "done"

    run = models.ForeignKey(QuestionRun, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.SET_NULL, null=True, related_name="+")
    position = models.PositiveIntegerField()
    group = models.CharField(max_length=100, blank=True)
    text = models.TextField()
    checks = models.JSONField(default=dict)
    good_answer = models.TextField(blank=True)
    is_draft = models.BooleanField()
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    lease_until = models.DateTimeField(null=True)
    token = models.TextField(blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    detail = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    # The same for answers that say the same: they are counted without reading their texts.
    shape = models.CharField(max_length=64, blank=True)
    sources = models.JSONField(default=list)
    calls = models.JSONField(default=list)
    findings = models.JSONField(default=list)
    result = models.CharField(max_length=20, blank=True)
    model = models.CharField(max_length=256, blank=True)
    tokens = models.PositiveIntegerField(null=True)
    seconds = models.FloatField(null=True)

    class Meta:
        ordering = ("position", "is_draft", "number")
        constraints = (
            models.UniqueConstraint(fields=("run", "position", "is_draft", "number"), name="question_answer_once"),
        )
        indexes = (models.Index(fields=("state", "lease_until"), name="question_answer_open"),)

    def __str__(self) -> str:
        return f"{self.run_id} {self.position} {self.state}"


class QuestionVerdict(models.Model):
    """What a person said of the new answer to a question beside the old one."""

    run = models.ForeignKey(QuestionRun, on_delete=models.CASCADE, related_name="verdicts")
    position = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10)
    line = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("run", "position"), name="question_verdict_once"),)

    def __str__(self) -> str:
        return f"{self.run_id} {self.position} {self.verdict}"
