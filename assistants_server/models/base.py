"""What every stored object of the API has in common."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import models

from assistants_client import strict_json
from assistants_server.ids import new_revision

if TYPE_CHECKING:
    AnyText = models.TextField[Any, Any]
else:
    AnyText = models.TextField


class JSONText(AnyText):
    """Any JSON value, kept as text.

    A native JSON column reorders keys and cannot tell ``1.0`` from ``1`` on PostgreSQL; what a
    client stored must come back as it was.
    """

    # How django-stubs learns what may be assigned and read.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Any:
        return None if value is None else json.loads(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else strict_json.dumps(value)

    def to_python(self, value: Any) -> Any:
        return value


class Stored(models.Model):
    """An object that clients name by ``wire_id`` within one workspace.

    Lists are ordered by ``created_at`` (Unix seconds) and, where that is equal, by ``seq``,
    which only ever grows; so the order is total and never changes.
    """

    seq = models.BigAutoField(primary_key=True)
    workspace = models.CharField(max_length=40)
    wire_id = models.CharField(max_length=128)
    created_at = models.BigIntegerField()
    revision = models.CharField(max_length=16, default=new_revision)

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["workspace", "wire_id"], name="one_%(class)s_of_an_id")]
        indexes = [models.Index(fields=["workspace", "created_at", "seq"], name="%(class)s_order")]

    def __str__(self) -> str:
        return self.wire_id


class Tombstone(models.Model):
    """Where a deleted object stood in its list.

    A client that deletes while it pages sends the id of what it just deleted as its cursor;
    the place is enough to go on exactly there.
    """

    workspace = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    wire_id = models.CharField(max_length=128)
    created_at = models.BigIntegerField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "kind", "wire_id"], name="one_tombstone_of_an_id")]

    def __str__(self) -> str:
        return self.wire_id
