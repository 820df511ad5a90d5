"""What the record is told about assistants, files and vector stores when the site starts."""

from __future__ import annotations

from assistants_ui.audit_log import phrases, related, undoable
from assistants_ui.domain import recorded_fields
from assistants_ui.domain.fields import RECORDED
from dashboard.audit.registry import LogAction, registry


def register() -> None:
    """Called once, when the app is ready."""
    registry.register_fields(*RECORDED, *recorded_fields.OF_STORES, *recorded_fields.UNRECORDED)
    registry.register_references(*recorded_fields.REFERENCES)
    registry.register_subject(related.ASSISTANT)
    registry.register_related(related.related, details=["vector_store"])
    registry.register_undo(undoable.address)
    _register_actions()


def _register_actions() -> None:
    registry.register_actions(
        "assistant",
        "Assistants",
        LogAction(
            name="assistant.create",
            past="created the assistant",
            infinitive="create the assistant",
            is_whole=True,
            phrase=phrases.created,
        ),
        LogAction(
            name="assistant.update",
            past="saved the assistant",
            infinitive="change the assistant",
            unchanged="saved it as it was",
            phrase=phrases.updated,
        ),
        LogAction(
            name="assistant.delete", past="deleted the assistant", infinitive="delete the assistant", is_whole=True
        ),
        LogAction(name="assistant.changed_outside", past="changed the assistant", infinitive="change the assistant"),
        LogAction(name="assistant.handed_over", past="handed over the assistant", infinitive="hand over the assistant"),
        LogAction(
            name="assistant.try",
            past="tried the assistant",
            infinitive="try the assistant",
            is_whole=True,
            phrase=phrases.tried,
        ),
        LogAction(
            name="assistant_file.create",
            past="attached the file",
            infinitive="attach the file",
            is_whole=True,
            phrase=phrases.of_file("attached"),
        ),
        LogAction(
            name="assistant_file.delete",
            past="detached the file",
            infinitive="detach the file",
            is_whole=True,
            phrase=phrases.of_file("detached"),
        ),
    )
    registry.register_actions(
        "question",
        "Test questions",
        LogAction(name="question.create", past="kept the question", infinitive="keep the question", is_whole=True),
        LogAction(name="question.update", past="changed the question", infinitive="change the question"),
        LogAction(name="question.delete", past="deleted the question", infinitive="delete the question", is_whole=True),
        LogAction(
            name="question_run.start",
            past="ran the test questions",
            infinitive="run the test questions",
            is_whole=True,
            phrase=phrases.ran_questions,
        ),
        LogAction(
            name="question_run.cancel",
            past="stopped a run of the test questions",
            infinitive="stop a run of the test questions",
            is_whole=True,
        ),
        LogAction(
            name="question_run.judge",
            past="judged an answer to a test question",
            infinitive="judge an answer to a test question",
            is_whole=True,
            phrase=phrases.judged,
        ),
    )
    registry.register_actions(
        "file",
        "Files",
        LogAction(name="file.create", past="uploaded the file", infinitive="upload the file", is_whole=True),
        LogAction(
            name="file.delete",
            past="deleted the file",
            infinitive="delete the file",
            is_whole=True,
            irreversible="A deleted file cannot be brought back: the record never holds what is in a file.",
        ),
    )
    registry.register_actions(
        "vector_store",
        "Vector stores",
        LogAction(
            name="vector_store.create",
            past="created the vector store",
            infinitive="create the vector store",
            is_whole=True,
        ),
        LogAction(name="vector_store.update", past="changed the vector store", infinitive="change the vector store"),
        LogAction(
            name="vector_store.delete",
            past="deleted the vector store",
            infinitive="delete the vector store",
            is_whole=True,
            irreversible="A deleted vector store cannot be brought back. The files that were in it are kept.",
        ),
        LogAction(
            name="vector_store_file.create",
            past="added the file",
            infinitive="add the file",
            is_whole=True,
            phrase=phrases.of_file("added", given="attached"),
        ),
        LogAction(
            name="vector_store_file.update",
            past="changed the attributes of the file",
            infinitive="change the attributes of the file",
            phrase=phrases.of_file("changed the attributes of"),
        ),
        LogAction(
            name="vector_store_file.delete",
            past="removed the file",
            infinitive="remove the file",
            is_whole=True,
            phrase=phrases.of_file("removed"),
        ),
        LogAction(
            name="vector_store_file_batch.create",
            past="added several files to the vector store",
            infinitive="add several files to a vector store",
            is_whole=True,
            phrase=phrases.added_batch,
        ),
        LogAction(name="vector_store_file_batch.cancel", past="stopped adding files", infinitive="stop adding files"),
    )
