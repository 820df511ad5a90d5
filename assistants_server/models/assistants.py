from __future__ import annotations

from typing import Any

from django.db import models

from assistants_client import strict_json
from assistants_server.models.base import Stored


class Assistant(Stored):
    """``document`` is the whole object as a v2 client receives it.

    It is kept as the text that is sent, so that a list of a hundred is joined, not parsed and
    written again.
    """

    document = models.TextField()

    class Meta(Stored.Meta):
        pass

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = strict_json.loads(self.document)
        return body


class AssistantFile(models.Model):
    """The v1 link from an assistant to a file, which goes by the file's id."""

    seq = models.BigAutoField(primary_key=True)
    assistant = models.ForeignKey(Assistant, on_delete=models.CASCADE, related_name="links")
    wire_id = models.CharField(max_length=128)
    created_at = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assistant", "wire_id"], name="one_link_to_a_file")]

    def __str__(self) -> str:
        return self.wire_id
