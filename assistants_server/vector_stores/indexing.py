"""Read the files of vector stores in the background and write down what search needs.

Whatever is unread is found in the database, so no work is lost with a process: the next request
that looks at an unfinished store takes it up again.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from itertools import islice
from typing import TypeVar

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from assistants_server.files import storage
from assistants_server.files.text.extraction import Extraction, UnreadableDocumentError, extract
from assistants_server.files.text.words import chunks, count_words, words
from assistants_server.models import Chunk, File, Posting, StoreFile
from dashboard.bounds import READ_SECONDS
from dashboard.lib.signals import workspace_changed

# Much longer than any one file takes, so what is taken for longer has lost its worker.
ABANDONED_AFTER = 10 * READ_SECONDS
T = TypeVar("T")
_running: set[Future[None]] = set()
logger = logging.getLogger(__name__)


@cache
def _pool() -> ThreadPoolExecutor:
    # One at a time: reading is work for a processor, and the pages come first.
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="indexing")


def start(store_pk: int) -> None:
    """Read the waiting files of a store once the current transaction is through; returns at once."""

    def submit() -> None:
        future = _pool().submit(_work, store_pk)
        _running.add(future)
        future.add_done_callback(_ended)

    transaction.on_commit(submit, robust=True)


def _ended(future: Future[None]) -> None:
    _running.discard(future)
    if (error := future.exception()) is not None:
        # The file stays unread, and is taken up again once its claim is old.
        logger.error("Reading the files of a vector store failed", exc_info=error)


def wait() -> None:
    """Return when all that was started in this process is done; raises what a worker raised."""
    for future in list(_running):
        future.result()


def resume(store_pk: int) -> None:
    """Start again if files wait that nobody has taken, as after a restart."""
    if not _running and _waiting(store_pk).exists():
        start(store_pk)


def _work(store_pk: int) -> None:
    try:
        read_waiting(store_pk)
    finally:
        connection.close()


def read_waiting(store_pk: int) -> None:
    """Read every waiting file of the store, here and now."""
    while (row := _take(store_pk)) is not None:
        _read(row)


def _waiting(store_pk: int) -> QuerySet[StoreFile]:
    is_free = Q(taken_at=None) | Q(taken_at__lt=int(time.time()) - ABANDONED_AFTER)
    return StoreFile.objects.filter(is_free, store=store_pk, status=StoreFile.Status.IN_PROGRESS)


def _take(store_pk: int) -> StoreFile | None:
    """Claim one waiting file; of several workers exactly one gets it."""
    while (row := _waiting(store_pk).order_by("seq").first()) is not None:
        now = int(time.time())
        if _waiting(store_pk).filter(pk=row.pk).update(taken_at=now):
            row.taken_at = now
            return row
    return None


def _read(row: StoreFile) -> None:
    try:
        found = _extract(row)
    except UnreadableDocumentError as error:
        _finish(row, status=StoreFile.Status.FAILED, error_code=error.code, error_message=error.message)
        return
    store_text(row, found.text, left_out=found.left_out, encoding=found.encoding)


def store_text(row: StoreFile, text: str, *, left_out: Sequence[str] = (), encoding: str = "") -> None:
    """Cut the text of a file that was taken, write down what search needs, and complete it.

    What is written is invisible until then, so it goes in many small transactions: a long one
    would keep every other writer of SQLite waiting.
    """
    pieces = list(chunks(text, size=row.chunk_size, overlap=row.chunk_overlap))
    found = [Counter(words(piece)) for piece in pieces]
    _forget(row)
    try:
        for part in batched((Chunk(file=row, position=place, text=piece) for place, piece in enumerate(pieces)), 50):
            Chunk.objects.bulk_create(part)
        for postings in batched(_postings(row, found), 500):
            Posting.objects.bulk_create(postings)
    except IntegrityError:
        # The file was taken out of the store meanwhile, and there is nothing left to complete.
        return
    lengths = [counter.total() for counter in found]
    values = {
        "usage_bytes": len(text.encode()),
        "chunk_lengths": lengths,
        "extraction": {"words": count_words(text), "left_out": list(left_out), "encoding": encoding or "utf-8"},
    }
    if not _finish(row, status=StoreFile.Status.COMPLETED, **values):
        _forget(row)


def _forget(row: StoreFile) -> None:
    Chunk.objects.filter(file=row.pk).delete()
    Posting.objects.filter(file=row.pk).delete()


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most ``size``."""
    source = iter(items)
    while part := list(islice(source, size)):
        yield part


def _extract(row: StoreFile) -> Extraction:
    workspace = row.store.workspace
    file = File.objects.filter(workspace=workspace, wire_id=row.wire_id).first()
    try:
        if file is None:
            raise FileNotFoundError(row.wire_id)
        stored = storage.open_stored(file.storage_name)
    except FileNotFoundError as error:
        raise UnreadableDocumentError(
            "server_error", gettext_noop("The file was deleted before it could be read.")
        ) from error
    with stored:
        return extract(stored, filename=file.filename)


def _postings(row: StoreFile, found: list[Counter[str]]) -> list[Posting]:
    places: dict[str, dict[str, int]] = {}
    for position, counter in enumerate(found):
        for word, count in counter.items():
            places.setdefault(word, {})[str(position)] = count
    return [Posting(store_id=row.store_id, file=row, word=word, counts=counts) for word, counts in places.items()]


def _finish(row: StoreFile, **values: object) -> bool:
    """Write the end down, unless the file was cancelled, taken out or claimed by another meanwhile."""
    mine = StoreFile.objects.filter(pk=row.pk, status=StoreFile.Status.IN_PROGRESS, taken_at=row.taken_at)
    is_done = bool(mine.update(**values))
    if is_done:
        workspace = row.store.workspace
        transaction.on_commit(lambda: workspace_changed.send(sender=StoreFile, workspace=workspace), robust=True)
    return is_done
