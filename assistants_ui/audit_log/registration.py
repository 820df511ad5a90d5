"""What the record is told about assistants, files and vector stores when the site starts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, pgettext_lazy

from assistants_ui.audit_log import phrases, related, undoable
from assistants_ui.domain import recorded_fields
from assistants_ui.domain.fields import FIELD_LABELS, RECORDED
from assistants_ui.domain.labels import VERDICT_LABELS
from dashboard.audit.registry import LogAction, registry


def register() -> None:
    """Called once, when the app is ready."""
    registry.register_fields(*RECORDED, *recorded_fields.OF_STORES, *recorded_fields.UNRECORDED)
    registry.register_references(*recorded_fields.REFERENCES)
    registry.register_subject(related.ASSISTANT)
    registry.register_related(related.related, details=["assistant_id", "assistant_name", "vector_store", "undo_of"])
    registry.register_undo(undoable.address)
    registry.register_notes(
        target=gettext_lazy("Handed over to"),
        together_with=gettext_lazy("Others handed over with it"),
        changed=gettext_lazy("Unsaved fields"),
        model=gettext_lazy("Model"),
        questions=gettext_lazy("Questions"),
        question=gettext_lazy("Question"),
        repeats=gettext_lazy("Answers to each question"),
        has_draft=gettext_lazy("With unsaved changes"),
        saved=gettext_lazy("Fingerprint of the saved text"),
        draft=gettext_lazy("Fingerprint of the unsaved text"),
        verdict=gettext_lazy("Verdict"),
        line=gettext_lazy("Why, in a line"),
    )
    registry.register_note_words("verdict", VERDICT_LABELS)
    registry.register_note_words("changed", FIELD_LABELS)
    _register_actions()


def _register_actions() -> None:
    registry.register_actions(
        "assistant",
        gettext_lazy("Assistants"),
        LogAction(
            "assistant.create",
            gettext_lazy("created the assistant"),
            pgettext_lazy("infinitive", "create the assistant"),
            is_whole=True,
            phrase=phrases.created,
        ),
        LogAction(
            "assistant.update",
            gettext_lazy("saved the assistant"),
            pgettext_lazy("infinitive", "change the assistant"),
            unchanged=gettext_lazy("saved it as it was"),
            phrase=phrases.updated,
        ),
        LogAction(
            "assistant.delete",
            gettext_lazy("deleted the assistant"),
            pgettext_lazy("infinitive", "delete the assistant"),
            is_whole=True,
        ),
        LogAction(
            "assistant.changed_outside",
            gettext_lazy("changed the assistant"),
            pgettext_lazy("infinitive", "change the assistant"),
        ),
        LogAction(
            "assistant.handed_over",
            gettext_lazy("handed over the assistant"),
            pgettext_lazy("infinitive", "hand over the assistant"),
        ),
        LogAction(
            "assistant.try",
            gettext_lazy("tried the assistant"),
            pgettext_lazy("infinitive", "try the assistant"),
            is_whole=True,
            phrase=phrases.tried,
        ),
        LogAction(
            "assistant_file.create",
            gettext_lazy("attached the file"),
            pgettext_lazy("infinitive", "attach the file"),
            is_whole=True,
            phrase=phrases.attached,
        ),
        LogAction(
            "assistant_file.delete",
            gettext_lazy("detached the file"),
            pgettext_lazy("infinitive", "detach the file"),
            is_whole=True,
            phrase=phrases.detached,
        ),
    )
    registry.register_actions(
        "question",
        gettext_lazy("Test questions"),
        LogAction(
            "question.create",
            gettext_lazy("kept the question"),
            pgettext_lazy("infinitive", "keep the question"),
            is_whole=True,
        ),
        LogAction(
            "question.update", gettext_lazy("changed the question"), pgettext_lazy("infinitive", "change the question")
        ),
        LogAction(
            "question.delete",
            gettext_lazy("deleted the question"),
            pgettext_lazy("infinitive", "delete the question"),
            is_whole=True,
        ),
        LogAction(
            "question_run.start",
            gettext_lazy("ran the test questions"),
            pgettext_lazy("infinitive", "run the test questions"),
            is_whole=True,
            phrase=phrases.ran_questions,
        ),
        LogAction(
            "question_run.cancel",
            gettext_lazy("stopped a run of the test questions"),
            pgettext_lazy("infinitive", "stop a run of the test questions"),
            is_whole=True,
        ),
        LogAction(
            "question_run.judge",
            gettext_lazy("judged an answer to a test question"),
            pgettext_lazy("infinitive", "judge an answer to a test question"),
            is_whole=True,
            phrase=phrases.judged,
        ),
    )
    registry.register_actions(
        "saved_view",
        gettext_lazy("Saved views"),
        LogAction(
            "saved_view.create",
            gettext_lazy("saved a view for the team"),
            pgettext_lazy("infinitive", "save a view for the team"),
        ),
        LogAction(
            "saved_view.update",
            gettext_lazy("changed a view of the team"),
            pgettext_lazy("infinitive", "change a view of the team"),
        ),
        LogAction(
            "saved_view.delete",
            gettext_lazy("deleted a view of the team"),
            pgettext_lazy("infinitive", "delete a view of the team"),
        ),
    )
    registry.register_actions(
        "file",
        gettext_lazy("Files"),
        LogAction(
            "file.create",
            gettext_lazy("uploaded the file"),
            pgettext_lazy("infinitive", "upload the file"),
            is_whole=True,
        ),
        LogAction(
            "file.delete",
            gettext_lazy("deleted the file"),
            pgettext_lazy("infinitive", "delete the file"),
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
            "vector_store.create",
            gettext_lazy("created the vector store"),
            pgettext_lazy("infinitive", "create the vector store"),
            is_whole=True,
        ),
        LogAction(
            "vector_store.update",
            gettext_lazy("changed the vector store"),
            pgettext_lazy("infinitive", "change the vector store"),
        ),
        LogAction(
            "vector_store.changed_outside",
            gettext_lazy("changed the vector store"),
            pgettext_lazy("infinitive", "change the vector store"),
        ),
        LogAction(
            "vector_store.delete",
            gettext_lazy("deleted the vector store"),
            pgettext_lazy("infinitive", "delete the vector store"),
            is_whole=True,
            irreversible=gettext_lazy(
                "A deleted vector store cannot be brought back. The files that were in it are kept."
            ),
        ),
        LogAction(
            "vector_store_file.create",
            gettext_lazy("added the file"),
            pgettext_lazy("infinitive", "add the file"),
            is_whole=True,
            phrase=phrases.added_to_store,
        ),
        LogAction(
            "vector_store_file.update",
            gettext_lazy("changed the attributes of the file"),
            pgettext_lazy("infinitive", "change the attributes of the file"),
            phrase=phrases.changed_attributes,
        ),
        LogAction(
            "vector_store_file.delete",
            gettext_lazy("removed the file"),
            pgettext_lazy("infinitive", "remove the file"),
            is_whole=True,
            phrase=phrases.removed_from_store,
        ),
        LogAction(
            "vector_store_file_batch.create",
            gettext_lazy("added several files to the vector store"),
            pgettext_lazy("infinitive", "add several files to a vector store"),
            is_whole=True,
            phrase=phrases.added_batch,
        ),
        LogAction(
            "vector_store_file_batch.cancel",
            gettext_lazy("stopped adding files"),
            pgettext_lazy("infinitive", "stop adding files"),
        ),
    )
