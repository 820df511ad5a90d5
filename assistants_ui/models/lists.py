"""What a person keeps about lists: views with a name, favourites, what was opened when, and how rows are shown."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class SavedView(models.Model):
    """An address of the list with a name: of one person, or of the whole team.

    ``query`` is what follows the ``?``, without a cursor.
    """

    workspace = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    query = models.TextField()
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name", "id")
        indexes = (models.Index(fields=("workspace", "is_shared"), name="saved_view_shared"),)

    def __str__(self) -> str:
        return self.name


class AssistantOfPerson(models.Model):
    """An assistant as one person knows it: when they last opened it, and whether it is a favourite of theirs.

    ``opened_at`` is in microseconds. ``label`` is its name at that time, for when the catalog does not know it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    workspace = models.CharField(max_length=40)
    assistant_id = models.CharField(max_length=256)
    label = models.TextField()
    is_favourite = models.BooleanField(default=False)
    opened_at = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "workspace", "assistant_id"), name="assistant_of_person_once"),
        )
        indexes = (models.Index(fields=("user", "workspace", "opened_at"), name="assistant_of_person_opened"),)

    def __str__(self) -> str:
        return self.label
