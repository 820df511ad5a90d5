"""What the catalog knows of each assistant: put in, replaced and taken out here and nowhere else."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connections, router, transaction

import assistants_client as wire
from assistants_ui.catalog import text_index
from assistants_ui.catalog.folding import fold
from assistants_ui.models import CatalogDocument, CatalogEntry, CatalogState, CatalogTag
from assistants_ui.models.catalog import TEXT
from dashboard.audit.read.revisions import LastChange, last_changes

Kind = CatalogTag.Kind
LONGEST_ID = 256


@dataclass(frozen=True)
class _Content:
    """An assistant, and what is stored of it: in the entry, beside it, and among the words."""

    assistant: wire.Assistant
    columns: dict[str, Any]
    stored: dict[str, Any]
    tokens: dict[int, str]


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
    new = [name for name in found if name not in known]
    changed = [name for name in known.keys() - set(same) if known[name].kept_at <= read_at]
    numbers: dict[str, int] = {}
    contents = {name: _content(found[name], documents[name], numbers) for name in (*changed, *new)}
    text_index.keep_words([content.tokens for content in contents.values()])
    for name in changed:
        _replace(known[name], contents[name], digest=digests[name], read_at=read_at)
    made = [
        CatalogEntry(
            workspace=workspace,
            assistant_id=name,
            walk=walk,
            place=(place or read_at) + step,
            kept_at=read_at,
            digest=digests[name],
            **contents[name].columns,
        )
        for step, name in enumerate(new)
    ]
    _add(workspace, made, contents)
    return fresh


def _add(workspace: str, new: list[CatalogEntry], contents: Mapping[str, _Content]) -> None:
    if new:
        authors = last_changes("assistant", [entry.assistant_id for entry in new], workspace=workspace)
        for entry in new:
            for column, value in _change(authors.get(entry.assistant_id)).items():
                setattr(entry, column, value)
        made = CatalogEntry.objects.bulk_create(new)
        CatalogDocument.objects.bulk_create(
            [CatalogDocument(entry=entry, **contents[entry.assistant_id].stored) for entry in made]
        )
        _add_tags(made, contents)


def _replace(entry: CatalogEntry, content: _Content, *, digest: str, read_at: int) -> None:
    CatalogEntry.objects.filter(pk=entry.pk).update(kept_at=read_at, is_deleted=False, digest=digest, **content.columns)
    CatalogDocument.objects.filter(entry=entry).update(**content.stored)
    entry.tags.all().delete()
    _add_tags([entry], {entry.assistant_id: content})


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


def _content(assistant: wire.Assistant, document: str, numbers: dict[str, int]) -> _Content:
    keys = {
        "name_key": fold(assistant.name or ""),
        "description_key": fold(assistant.description or ""),
        "labels_key": "\n".join(fold(f"{name}: {value}") for name, value in labels_of(assistant)),
        "functions_key": "\n".join(fold(name) for name in function_names(assistant)),
    }
    texts = [*keys.values(), fold(assistant.instructions or "")]
    keys["id_key"] = fold(assistant.id)
    tokens = text_index.tokens_of([*texts, keys["id_key"]], numbers)
    columns = keys | {
        "created_at": assistant.created_at,
        "name": storable(assistant.name or ""),
        "model": storable(assistant.model)[:TEXT],
        "files": len(files_of(assistant)) + len(set(assistant.vector_store_ids)),
    }
    stored = {"text": "\n".join(texts), "words": list(tokens), "document": document}
    return _Content(assistant, columns, stored, tokens)


def _add_tags(made: list[CatalogEntry], contents: Mapping[str, _Content]) -> None:
    rows = [
        (entry.pk, entry.workspace, kind.value, tag_key(value), storable(value)[:TEXT])
        for entry in made
        for kind, value in _tags(contents[entry.assistant_id].assistant)
    ]
    # As models they would take half of the time that a walk works.
    with connections[router.db_for_write(CatalogTag)].cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {CatalogTag._meta.db_table} (entry_id, workspace, kind, key, value)"  # noqa: S608  (a name of ours)
            " VALUES (%s, %s, %s, %s, %s)",
            rows,
        )


def _tags(assistant: wire.Assistant) -> Iterable[tuple[Kind, str]]:
    values: list[tuple[Kind, str]] = [
        *((Kind.TOOL, str(tool.get("type"))) for tool in assistant.tools),
        *((Kind.LABEL, f"{name}:{value}") for name, value in labels_of(assistant)),
        *((Kind.LABEL_NAME, name) for name, _ in labels_of(assistant)),
        *((Kind.FILE, file_id) for file_id in files_of(assistant)),
        *((Kind.STORE, store_id) for store_id in assistant.vector_store_ids),
    ]
    return dict.fromkeys(values)


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
