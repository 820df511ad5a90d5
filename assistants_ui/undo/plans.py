"""Which way leads back from which change."""

from __future__ import annotations

from collections.abc import Callable

from assistants_ui.domain.actions import Action
from assistants_ui.service import Service
from assistants_ui.undo import assistant_files, store_files
from assistants_ui.undo.types import UndoPlan
from dashboard.audit.read.operations import Operation

OF_AN_ASSISTANT: dict[str, Callable[[Service, Operation], UndoPlan]] = {
    Action.VECTOR_STORE_FILE_CREATE: assistant_files.undo_attach,
    Action.VECTOR_STORE_FILE_DELETE: assistant_files.undo_detach,
    Action.ASSISTANT_FILE_CREATE: assistant_files.undo_attach,
    Action.ASSISTANT_FILE_DELETE: assistant_files.undo_detach,
}
OF_A_STORE: dict[str, Callable[[Service, Operation], UndoPlan]] = {
    Action.VECTOR_STORE_FILE_CREATE: store_files.undo_add_file,
    Action.VECTOR_STORE_FILE_DELETE: store_files.undo_remove_file,
    Action.VECTOR_STORE_FILE_BATCH_CREATE: store_files.undo_add_files,
}


def undo_plan_of(service: Service, operation: Operation) -> UndoPlan | None:
    """What undoing this would do now; None for what gave and took no file. Asks the server, changes nothing."""
    if operation.action == Action.ASSISTANT_UPDATE:
        plan = assistant_files.undo_attach if operation.context.get("attached") else assistant_files.undo_detach
        return plan(service, operation)
    plans = OF_AN_ASSISTANT if operation.line.subject_id else OF_A_STORE
    return plans[operation.action](service, operation) if operation.action in plans else None
