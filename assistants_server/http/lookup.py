"""Look objects up by the ids that clients send, and refuse in the hosted API's words."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import QuerySet

from assistants_server.http.errors import Refusal, invalid, not_found
from assistants_server.http.pagination import Position
from assistants_server.models import Stored, Tombstone

Row = TypeVar("Row", bound=Stored)

NAMES = {
    "assistant": ("asst", "No assistant found with id '{id}'."),
    "file": ("file", "No such File object: {id}"),
    "vectorstore": ("vs", "No vector store found with id '{id}'."),
    "thread": ("thread", "No thread found with id '{id}'."),
    "message": ("msg", "No message found with id '{id}'."),
    "run": ("run", "No run found with id '{id}'."),
    "runstep": ("step", "No run step found with id '{id}'."),
    "upload": ("upload", "No upload found with id '{id}'."),
    "filebatch": ("vsfb", "No vector store file batch found with id '{id}'."),
}


def find(rows: QuerySet[Row], wire_id: str, *, param: str) -> Row:
    """The row with that id; raises a 404, or a 400 for what can never be such an id."""
    row = None if "\x00" in wire_id else rows.filter(wire_id=wire_id).first()
    if row is None:
        raise missing(rows.model, wire_id, param=param)
    return row


def missing(model: type[Stored], wire_id: str, *, param: str) -> Refusal:
    kind = str(model._meta.model_name)
    prefix, message = NAMES[kind]
    shown = wire_id[:128]
    # Imported objects keep foreign ids, so the shape matters only for ids that nobody has.
    if kind != "file" and not wire_id.startswith(prefix):
        return invalid(
            f"Invalid '{param}': '{shown}'. Expected an ID that begins with '{prefix}'.",
            param=param,
            code="invalid_value",
        )
    return not_found(message.format(id=shown), param="id" if kind == "file" else None)


def locate(rows: QuerySet[Row], workspace: str, wire_id: str) -> Position | None:
    """Where the object stands, or stood before it was deleted; None when nobody had that id."""
    if "\x00" in wire_id:
        return None
    found = rows.filter(wire_id=wire_id).values_list("created_at", "seq").first()
    if found is None:
        kind = str(rows.model._meta.model_name)
        tombstones = Tombstone.objects.filter(workspace=workspace, kind=kind, wire_id=wire_id)
        found = tombstones.values_list("created_at", "seq").first()
    return Position(*found) if found else None


def delete_with_tombstone(row: Stored) -> None:
    """Delete ``row`` and remember where it stood."""
    Tombstone.objects.update_or_create(
        workspace=row.workspace,
        kind=str(row._meta.model_name),
        wire_id=row.wire_id,
        defaults={"created_at": row.created_at, "seq": row.seq},
    )
    row.delete()
