"""The files and vector stores that a bundle takes along, as far as the server gives them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_noop

import assistants_client as wire
from assistants_ui.handover.options import Contents, HandedFile
from assistants_ui.handover.source import Source
from assistants_ui.handover.targets.bundle import files_of
from assistants_ui.models import Question
from assistants_ui.service import Service
from assistants_ui.workspaces.problems import explain
from dashboard.lib.stored_texts import english, register

# A page that only shows what would come along fetches no more than this for it.
SHOWN_BYTES = 20 * 2**20
TOO_LARGE = gettext_noop("it is large, so it is fetched only for the download")
NOT_GIVEN = gettext_noop("the assistant service gives out no files with the purpose “%(purpose)s”")
REFUSED = gettext_noop("the assistant service refused this: %(said)s")
register(NOT_GIVEN, REFUSED)


def gather(
    service: Service, assistants: Iterable[Mapping[str, Any] | Source], folder: Path, *, most_bytes: int | None = None
) -> Contents:
    """Read what the assistants refer to, and fetch the bytes of the files into ``folder``.

    What the server refuses or does not have is left out with the reason; ``most_bytes`` bounds what is
    fetched altogether. Raises nothing of the client's: an account with a gap is better than none.
    """
    sources = [Source.of(assistant) for assistant in assistants]
    wanted = dict.fromkeys(one for source in sources for one in files_of(source))
    stores: dict[str, Mapping[str, Any]] = {}
    for store_id in dict.fromkeys(one for source in sources for one in _stores_of(source)):
        store = _store(service, store_id)
        if store is not None:
            stores[store_id] = store
            wanted |= dict.fromkeys(file["id"] for file in store["files"])
    files: dict[str, HandedFile] = {}
    left = most_bytes
    for number, file_id in enumerate(wanted):
        found = _file(service, file_id, folder / str(number), most=left)
        if found.path is None and found.reason != TOO_LARGE:
            holders = [one for one, store in stores.items() if any(file["id"] == file_id for file in store["files"])]
            found = replace(found, text=_text(service, holders, file_id, folder / f"{number}.txt"))
        if left is not None and (held := found.path or found.text):
            left -= held.stat().st_size
        files[file_id] = found
    return Contents(files=files, stores=stores)


def _stores_of(source: Source) -> tuple[str, ...]:
    return source.file_search.store_ids if source.file_search else ()


def _store(service: Service, store_id: str) -> dict[str, Any] | None:
    """The store with its files; None where the server does not give it."""
    try:
        store = service.vector_stores.retrieve(store_id)
        return {**store.raw, "files": [file.raw for file in service.vector_stores.files(store_id)]}
    except wire.APIError:
        return None


def _file(service: Service, file_id: str, path: Path, *, most: int | None) -> HandedFile:
    raw: Mapping[str, Any] = {"id": file_id}
    try:
        file = service.files.retrieve(file_id)
        raw = file.raw
        if most is not None and (file.bytes or 0) > most:
            return HandedFile(raw, reason=TOO_LARGE)
        return HandedFile(raw, path=path, sha256=_fetch(service, file_id, path))
    except wire.APIError as error:
        path.unlink(missing_ok=True)
        return HandedFile(raw, reason=_why(error, purpose=str(raw.get("purpose") or "")))


def _why(error: wire.APIError, *, purpose: str) -> str:
    """Why there is no file, in English: by which rule, where the service names one."""
    if isinstance(error, wire.BadRequestError | wire.UnprocessableEntityError) and error.message:
        if purpose and f"purpose: {purpose}" in error.message:
            return NOT_GIVEN % {"purpose": purpose}
        return REFUSED % {"said": error.message[:200].rstrip(". ")}
    with english():
        return str(explain(error, writing=False).title)


def _text(service: Service, stores: Iterable[str], file_id: str, path: Path) -> Path | None:
    """Write to ``path`` what a store read out of the file; None where none of them gives the whole of it."""
    for store_id in stores:
        try:
            page = service.vector_stores.text(store_id, file_id)
        except wire.APIError:
            continue
        if (text := "\n\n".join(page.data)) and not page.raw.get("has_more"):
            path.write_text(text, encoding="utf-8", errors="replace", newline="")
            return path
    return None


def _fetch(service: Service, file_id: str, path: Path) -> str:
    """Write the file's bytes to ``path`` and return their SHA-256 in hex."""
    digest = hashlib.sha256()
    with service.files.content(file_id) as answer, path.open("wb") as into:
        for piece in answer.iter_bytes():
            digest.update(piece)
            into.write(piece)
    return digest.hexdigest()


def questions_of(workspace: str, assistants: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many test questions each of these assistants has here, by its id; those without any are left out."""
    mine = Question.objects.filter(workspace=workspace, assistant_id__in=[one["id"] for one in assistants])
    return dict(mine.order_by().values_list("assistant_id").annotate(Count("pk")))
