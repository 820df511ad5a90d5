"""The files and vector stores that a bundle takes along, as far as the server gives them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

import assistants_client as wire
from assistants_ui.handover.options import Contents, HandedFile
from assistants_ui.handover.source import Source
from assistants_ui.handover.targets.bundle import files_of
from assistants_ui.service import Service
from assistants_ui.workspaces.problems import explain
from dashboard.lib.stored_texts import english

# A page that only shows what would come along fetches no more than this for it.
SHOWN_BYTES = 20 * 2**20
TOO_LARGE = gettext_noop("it is large, so it is fetched only for the download")


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
        files[file_id] = found = _file(service, file_id, folder / str(number), most=left)
        if left is not None and found.path is not None:
            left -= found.path.stat().st_size
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
    try:
        file = service.files.retrieve(file_id)
        if most is not None and (file.bytes or 0) > most:
            return HandedFile(file.raw, reason=TOO_LARGE)
        return HandedFile(file.raw, path=path, sha256=_fetch(service, file_id, path))
    except wire.APIError as error:
        path.unlink(missing_ok=True)
        with english():
            return HandedFile({"id": file_id}, reason=str(explain(error, writing=False).title))


def _fetch(service: Service, file_id: str, path: Path) -> str:
    """Write the file's bytes to ``path`` and return their SHA-256 in hex."""
    digest = hashlib.sha256()
    with service.files.content(file_id) as answer, path.open("wb") as into:
        for piece in answer.iter_bytes():
            digest.update(piece)
            into.write(piece)
    return digest.hexdigest()
