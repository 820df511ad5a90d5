"""What the catalog knows of each assistant: put in, replaced and taken out here and nowhere else."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import transaction

import assistants_client as wire
from assistants_ui.catalog.folding import fold
from assistants_ui.models import CatalogDocument, CatalogEntry, CatalogState, CatalogTag
from assistants_ui.models.catalog import TEXT
from dashboard.audit.read.revisions import LastChange, last_changes

Kind = CatalogTag.Kind
LONGEST_ID = 256


def now() -> int:
    """Microseconds since 1970."""
    return time.time_ns() // 1000


def is_in_use(workspace: str) -> bool:
    """Whether anybody has asked for this workspace's catalog yet; until then nothing has to be kept."""
    return CatalogState.objects.filter(workspace=workspace).exists()


def find(workspace: str, assistant_id: str) -> CatalogEntry | None:
    """The entry of an assistant, with its document."""
    rows = CatalogEntry.objects.filter(workspace=workspace, assistant_id=assistant_id, is_deleted=False)
    return rows.select_related("stored").first()


def drop(workspace: str, assistant_id: str) -> None:
    """Take out an assistant that was deleted. Its mark stays, since a page on its way may still list it."""
    with transaction.atomic():
        CatalogEntry.objects.filter(workspace=workspace, assistant_id=assistant_id).update(
            is_deleted=True, kept_at=now()
        )


def put(workspace: str, assistants: Iterable[wire.Assistant], *, read_at: int, walk: int = 0, place: int = 0) -> int:
    """Put in what the server was asked for at ``read_at``, and return how many are new to this ``walk``.

    What was found out later than that stays as it is. ``place`` is that of the first one that is not known yet;
    the next ones follow it. Needs a transaction.
    """
    found = {item.id: item for item in assistants if len(item.id) <= LONGEST_ID}
    rows = CatalogEntry.objects.filter(workspace=workspace, assistant_id__in=found)
    known = {entry.assistant_id: entry for entry in rows}
    fresh = sum(1 for name in found if name not in known or known[name].walk != walk)
    documents = {name: json.dumps(item.raw, separators=(",", ":")) for name, item in found.items()}
    digests = {name: hashlib.sha256(document.encode()).hexdigest() for name, document in documents.items()}
    same = [name for name, entry in known.items() if entry.digest == digests[name] and not entry.is_deleted]
    CatalogEntry.objects.filter(workspace=workspace, assistant_id__in=same, kept_at__lte=read_at).update(
        kept_at=read_at
    )
    if walk:
        CatalogEntry.objects.filter(workspace=workspace, assistant_id__in=known).update(walk=walk)
    for name in known.keys() - set(same):
        if known[name].kept_at <= read_at:
            _replace(known[name], found[name], document=documents[name], digest=digests[name], read_at=read_at)
    new = [name for name in found if name not in known]
    authors = last_changes("assistant", new, workspace=workspace) if new else {}
    entries = [
        CatalogEntry(
            workspace=workspace,
            assistant_id=name,
            walk=walk,
            place=(place or read_at) + step,
            kept_at=read_at,
            digest=digests[name],
            **_content(found[name]),
            **_change(authors.get(name)),
        )
        for step, name in enumerate(new)
    ]
    _add(entries, found, documents)
    return fresh


def _add(entries: list[CatalogEntry], assistants: Mapping[str, wire.Assistant], documents: Mapping[str, str]) -> None:
    if entries:
        made = CatalogEntry.objects.bulk_create(entries)
        CatalogDocument.objects.bulk_create(
            [
                CatalogDocument(entry=entry, text=_text(assistants[name]), document=documents[name])
                for entry in made
                for name in [entry.assistant_id]
            ]
        )
        CatalogTag.objects.bulk_create(
            [tag for entry in made for tag in _tags(entry, assistants[entry.assistant_id])], batch_size=500
        )


def _replace(entry: CatalogEntry, assistant: wire.Assistant, *, document: str, digest: str, read_at: int) -> None:
    content = _content(assistant)
    CatalogEntry.objects.filter(pk=entry.pk).update(kept_at=read_at, is_deleted=False, digest=digest, **content)
    CatalogDocument.objects.filter(entry=entry).update(text=_text(assistant), document=document)
    entry.tags.all().delete()
    CatalogTag.objects.bulk_create(_tags(entry, assistant))


def note_change(workspace: str, assistant_id: str, change: LastChange) -> None:
    """Say who changed it last."""
    kept = CatalogEntry.objects.filter(workspace=storable(workspace), assistant_id=storable(assistant_id))
    kept.update(**_change(change))


def _change(change: LastChange | None) -> dict[str, Any]:
    if change is None:
        return {}
    at = int(change.at.timestamp() * 1_000_000)
    return {
        "changed_at": at,
        "changed_by": storable(change.actor)[:240],
        "changed_by_name": storable(change.name)[:240],
    }


def _keys(assistant: wire.Assistant) -> dict[str, str]:
    return {
        "name_key": fold(assistant.name or ""),
        "description_key": fold(assistant.description or ""),
        "labels_key": "\n".join(fold(f"{name}: {value}") for name, value in labels_of(assistant)),
        "functions_key": "\n".join(fold(name) for name in function_names(assistant)),
    }


def _text(assistant: wire.Assistant) -> str:
    """All that can be searched, each text on a line of its own, so that no phrase reaches from one into the next.

    The id is the last.
    """
    texts = [*_keys(assistant).values(), fold(assistant.instructions or ""), fold(assistant.id)]
    return "\n".join(texts)


def _content(assistant: wire.Assistant) -> dict[str, Any]:
    return _keys(assistant) | {
        "id_key": fold(assistant.id),
        "created_at": assistant.created_at,
        "name": storable(assistant.name or ""),
        "model": storable(assistant.model)[:TEXT],
        "files": len(files_of(assistant)) + len(set(assistant.vector_store_ids)),
    }


def _tags(entry: CatalogEntry, assistant: wire.Assistant) -> Iterator[CatalogTag]:
    values: list[tuple[Kind, str]] = [
        *((Kind.TOOL, str(tool.get("type"))) for tool in assistant.tools),
        *((Kind.LABEL, f"{name}:{value}") for name, value in labels_of(assistant)),
        *((Kind.LABEL_NAME, name) for name, _ in labels_of(assistant)),
        *((Kind.FILE, file_id) for file_id in files_of(assistant)),
        *((Kind.STORE, store_id) for store_id in assistant.vector_store_ids),
    ]
    for kind, value in dict.fromkeys(values):
        yield CatalogTag(
            entry=entry, workspace=entry.workspace, kind=kind, key=tag_key(value), value=storable(value)[:TEXT]
        )


def tag_key(value: str) -> str:
    """By what a tag of this value is looked up."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def labels_of(assistant: wire.Assistant) -> list[tuple[str, str]]:
    """Its metadata as people see it; a value that is no text is written as JSON would."""
    return [
        (str(name), value if isinstance(value, str) else json.dumps(value))
        for name, value in assistant.metadata.items()
    ]


def function_names(assistant: wire.Assistant) -> list[str]:
    functions = (tool.get("function") for tool in assistant.tools)
    return [str(function.get("name")) for function in functions if isinstance(function, dict)]


def files_of(assistant: wire.Assistant) -> set[str]:
    """The files that it works with directly, in either version of the protocol."""
    return {*assistant.code_interpreter_file_ids, *assistant.file_ids}


def storable(text: str) -> str:
    """The text without what no database stores."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def assistant_of(document: str) -> wire.Assistant:
    """The assistant as the server sent it."""
    return wire.Assistant(json.loads(document))
