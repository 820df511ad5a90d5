"""What the record is told about assistants, files and vector stores when the site starts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, pgettext_lazy

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
        gettext_lazy("Assistants"),
        LogAction(
            name="assistant.create",
            past=gettext_lazy("created the assistant"),
            infinitive=pgettext_lazy("infinitive", "create the assistant"),
            is_whole=True,
            phrase=phrases.created,
        ),
        LogAction(
            name="assistant.update",
            past=gettext_lazy("saved the assistant"),
            infinitive=pgettext_lazy("infinitive", "change the assistant"),
            unchanged=gettext_lazy("saved it as it was"),
            phrase=phrases.updated,
        ),
        LogAction(
            name="assistant.delete",
            past=gettext_lazy("deleted the assistant"),
            infinitive=pgettext_lazy("infinitive", "delete the assistant"),
            is_whole=True,
        ),
        LogAction(
            name="assistant.changed_outside",
            past=gettext_lazy("changed the assistant"),
            infinitive=pgettext_lazy("infinitive", "change the assistant"),
        ),
        LogAction(
            name="assistant.handed_over",
            past=gettext_lazy("handed over the assistant"),
            infinitive=pgettext_lazy("infinitive", "hand over the assistant"),
        ),
        LogAction(
            name="assistant.try",
            past=gettext_lazy("tried the assistant"),
            infinitive=pgettext_lazy("infinitive", "try the assistant"),
            is_whole=True,
            phrase=phrases.tried,
        ),
        LogAction(
            name="assistant_file.create",
            past=gettext_lazy("attached the file"),
            infinitive=pgettext_lazy("infinitive", "attach the file"),
            is_whole=True,
            phrase=phrases.attached,
        ),
        LogAction(
            name="assistant_file.delete",
            past=gettext_lazy("detached the file"),
            infinitive=pgettext_lazy("infinitive", "detach the file"),
            is_whole=True,
            phrase=phrases.detached,
        ),
    )
    registry.register_actions(
        "question",
        gettext_lazy("Test questions"),
        LogAction(
            name="question.create",
            past=gettext_lazy("kept the question"),
            infinitive=pgettext_lazy("infinitive", "keep the question"),
            is_whole=True,
        ),
        LogAction(
            name="question.update",
            past=gettext_lazy("changed the question"),
            infinitive=pgettext_lazy("infinitive", "change the question"),
        ),
        LogAction(
            name="question.delete",
            past=gettext_lazy("deleted the question"),
            infinitive=pgettext_lazy("infinitive", "delete the question"),
            is_whole=True,
        ),
        LogAction(
            name="question_run.start",
            past=gettext_lazy("ran the test questions"),
            infinitive=pgettext_lazy("infinitive", "run the test questions"),
            is_whole=True,
            phrase=phrases.ran_questions,
        ),
        LogAction(
            name="question_run.cancel",
            past=gettext_lazy("stopped a run of the test questions"),
            infinitive=pgettext_lazy("infinitive", "stop a run of the test questions"),
            is_whole=True,
        ),
        LogAction(
            name="question_run.judge",
            past=gettext_lazy("judged an answer to a test question"),
            infinitive=pgettext_lazy("infinitive", "judge an answer to a test question"),
            is_whole=True,
            phrase=phrases.judged,
        ),
    )
    registry.register_actions(
        "saved_view",
        gettext_lazy("Saved views"),
        LogAction(
            name="saved_view.create",
            past=gettext_lazy("saved a view for the team"),
            infinitive=pgettext_lazy("infinitive", "save a view for the team"),
        ),
        LogAction(
            name="saved_view.update",
            past=gettext_lazy("changed a view of the team"),
            infinitive=pgettext_lazy("infinitive", "change a view of the team"),
        ),
        LogAction(
            name="saved_view.delete",
            past=gettext_lazy("deleted a view of the team"),
            infinitive=pgettext_lazy("infinitive", "delete a view of the team"),
        ),
    )
    registry.register_actions(
        "file",
        gettext_lazy("Files"),
        LogAction(
            name="file.create",
            past=gettext_lazy("uploaded the file"),
            infinitive=pgettext_lazy("infinitive", "upload the file"),
            is_whole=True,
        ),
        LogAction(
            name="file.delete",
            past=gettext_lazy("deleted the file"),
            infinitive=pgettext_lazy("infinitive", "delete the file"),
            is_whole=True,
            irreversible=gettext_lazy(
                "A deleted file cannot be brought back: the record never holds what is in a file."
            ),
        ),
    )
    registry.register_actions(
        "vector_store",
        gettext_lazy("Vector stores"),
        LogAction(
            name="vector_store.create",
            past=gettext_lazy("created the vector store"),
            infinitive=pgettext_lazy("infinitive", "create the vector store"),
            is_whole=True,
        ),
        LogAction(
            name="vector_store.update",
            past=gettext_lazy("changed the vector store"),
            infinitive=pgettext_lazy("infinitive", "change the vector store"),
        ),
        LogAction(
            name="vector_store.changed_outside",
            past=gettext_lazy("changed the vector store"),
            infinitive=pgettext_lazy("infinitive", "change the vector store"),
        ),
        LogAction(
            name="vector_store.delete",
            past=gettext_lazy("deleted the vector store"),
            infinitive=pgettext_lazy("infinitive", "delete the vector store"),
            is_whole=True,
            irreversible=gettext_lazy(
                "A deleted vector store cannot be brought back. The files that were in it are kept."
            ),
        ),
        LogAction(
            name="vector_store_file.create",
            past=gettext_lazy("added the file"),
            infinitive=pgettext_lazy("infinitive", "add the file"),
            is_whole=True,
            phrase=phrases.added_to_store,
        ),
        LogAction(
            name="vector_store_file.update",
            past=gettext_lazy("changed the attributes of the file"),
            infinitive=pgettext_lazy("infinitive", "change the attributes of the file"),
            phrase=phrases.changed_attributes,
        ),
        LogAction(
            name="vector_store_file.delete",
            past=gettext_lazy("removed the file"),
            infinitive=pgettext_lazy("infinitive", "remove the file"),
            is_whole=True,
            phrase=phrases.removed_from_store,
        ),
        LogAction(
            name="vector_store_file_batch.create",
            past=gettext_lazy("added several files to the vector store"),
            infinitive=pgettext_lazy("infinitive", "add several files to a vector store"),
            is_whole=True,
            phrase=phrases.added_batch,
        ),
        LogAction(
            name="vector_store_file_batch.cancel",
            past=gettext_lazy("stopped adding files"),
            infinitive=pgettext_lazy("infinitive", "stop adding files"),
        ),
    )
