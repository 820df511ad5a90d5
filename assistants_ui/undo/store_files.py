"""Files that were put into a vector store or taken out of it on the store's own pages."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext, ngettext

import assistants_client as wire
from assistants_ui.domain.labels import label
from assistants_ui.service import Service
from assistants_ui.undo.types import UndoPlan, UndoResult
from dashboard.audit.read import operations
from dashboard.audit.read.operations import Operation

# Each is taken out by a call of its own.
MOST_AT_ONCE = 100


def undo_add_file(service: Service, operation: Operation) -> UndoPlan:
    """Take the file out again."""
    store, page = _store(service, operation)
    if store is None:
        return UndoPlan(page=page, obstacle=gettext("The vector store was deleted since."))
    file_id, name = operation.line.target_id, operation.line.target_name
    if service.vector_stores.find_file(store.id, file_id) is None:
        return UndoPlan(page=page, obstacle=gettext("“%(name)s” is no longer in this store.") % {"name": name})

    def apply() -> UndoResult:
        service.vector_stores.detach(store.id, file_id, label=name, context={"undo_of": operation.seq})
        return UndoResult(
            text=gettext("“%(name)s” was taken out again. The file itself is kept.") % {"name": name},
            seq=_last_row(service, file_id),
        )

    return UndoPlan(
        says=gettext("“%(name)s” will be taken out of “%(store)s” again.") % {"name": name, "store": label(store)},
        page=page,
        apply=apply,
    )


def undo_remove_file(service: Service, operation: Operation) -> UndoPlan:
    """Put the file in again, if both are still there."""
    store, page = _store(service, operation)
    if store is None:
        return UndoPlan(page=page, obstacle=gettext("The vector store was deleted since."))
    if store.status == "expired":
        return UndoPlan(page=page, obstacle=gettext("The vector store has expired since, so it no longer takes files."))
    file, name = service.files.find(operation.line.target_id), operation.line.target_name
    if file is None:
        return UndoPlan(page=page, obstacle=gettext("“%(name)s” was deleted since.") % {"name": name})
    if service.vector_stores.find_file(store.id, file.id) is not None:
        return UndoPlan(page=page, obstacle=gettext("“%(name)s” is in this store already.") % {"name": name})

    def apply() -> UndoResult:
        service.vector_stores.attach(store.id, file, context={"undo_of": operation.seq})
        return UndoResult(
            text=gettext("“%(name)s” was put in again.") % {"name": name}, seq=_last_row(service, file.id)
        )

    return UndoPlan(
        says=gettext("“%(name)s” will be put into “%(store)s” again.") % {"name": name, "store": label(store)},
        page=page,
        apply=apply,
    )


def undo_add_files(service: Service, operation: Operation) -> UndoPlan:
    """Take those of the files out again that are still in."""
    store, page = _store(service, operation)
    if store is None:
        return UndoPlan(page=page, obstacle=gettext("The vector store was deleted since."))
    added = set(operation.context.get("file_ids", []))
    inside = [entry.id for entry in service.vector_stores.files(store.id, fresh=True) if entry.id in added]
    if not inside:
        return UndoPlan(page=page, obstacle=gettext("None of these files is still in this store."))
    if len(inside) > MOST_AT_ONCE:
        return UndoPlan(
            page=page,
            obstacle=gettext("These are %(count)d files. Take them out on the page of the store.")
            % {"count": len(inside)},
        )

    def apply() -> UndoResult:
        names = service.files.names()
        for file_id in inside:
            name = names[file_id].filename if file_id in names else file_id
            service.vector_stores.detach(store.id, file_id, label=name, context={"undo_of": operation.seq})
        text = ngettext(
            "%(count)d file taken out again. The files themselves are kept.",
            "%(count)d files taken out again. The files themselves are kept.",
            len(inside),
        )
        return UndoResult(text=text % {"count": len(inside)})

    says = ngettext(
        "%(count)d file of “%(store)s” will be taken out again.",
        "%(count)d files of “%(store)s” will be taken out again.",
        len(inside),
    )
    return UndoPlan(says=says % {"count": len(inside), "store": label(store)}, page=page, apply=apply)


def _store(service: Service, operation: Operation) -> tuple[wire.VectorStore | None, str]:
    """The store, if it is still there, and the page to go on from."""
    store = service.vector_stores.find(str(operation.context["vector_store"]))
    workspace = service.gateway.workspace
    if store is None:
        return None, reverse("vector-store-list", args=[workspace])
    return store, reverse("vector-store-detail", args=[workspace, store.id])


def _last_row(service: Service, file_id: str) -> int | None:
    gateway = service.gateway
    return operations.last_record(workspace=gateway.workspace, targets=[file_id], request_id=gateway.request_id)
