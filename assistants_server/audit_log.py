"""How the record tells of what only the embedded server does."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, pgettext_lazy

from dashboard.audit.registry import LogAction, registry


def register() -> None:
    """Called once, when the app is ready."""
    registry.register_notes(
        thread_id=gettext_lazy("Thread"),
        messages=gettext_lazy("Messages"),
        runs=gettext_lazy("Runs"),
        role=gettext_lazy("Role"),
        characters=gettext_lazy("Characters"),
        attachments=gettext_lazy("Attachments"),
        tools=gettext_lazy("Tools"),
        model=gettext_lazy("Model"),
        files=gettext_lazy("Files"),
        part_id=gettext_lazy("Part"),
        bytes=gettext_lazy("Bytes"),
        rights=gettext_lazy("Rights"),
        imported_from=gettext_lazy("Imported from"),
        new=gettext_lazy("New"),
        replaced=gettext_lazy("Replaced"),
        unchanged=gettext_lazy("Unchanged"),
        left_out=gettext_lazy("Left out"),
        not_yet=gettext_lazy("Not yet imported"),
    )
    registry.register_note_words(
        "rights", {"full": gettext_lazy("Read and change"), "read-only": gettext_lazy("Only read")}
    )
    registry.register_actions(
        "api_key",
        gettext_lazy("API keys"),
        LogAction(
            "api_key.create",
            gettext_lazy("made an API key"),
            pgettext_lazy("infinitive", "make an API key"),
            is_whole=True,
        ),
        LogAction(
            "api_key.revoke", gettext_lazy("revoked an API key"), pgettext_lazy("infinitive", "revoke an API key")
        ),
    )
    registry.register_actions(
        "import",
        gettext_lazy("Imports"),
        LogAction("import.run", gettext_lazy("imported assistants"), pgettext_lazy("infinitive", "import assistants")),
    )
    registry.register_actions(
        "export",
        gettext_lazy("Exports"),
        LogAction("export.run", gettext_lazy("exported assistants"), pgettext_lazy("infinitive", "export assistants")),
    )
    registry.register_actions(
        "upload",
        gettext_lazy("Uploads in parts"),
        LogAction(
            "upload.create",
            gettext_lazy("began the upload of"),
            pgettext_lazy("infinitive", "begin the upload of"),
            is_whole=True,
        ),
        LogAction(
            "upload.add_part",
            gettext_lazy("added a part to the upload of"),
            pgettext_lazy("infinitive", "add a part to the upload of"),
            is_whole=True,
        ),
        LogAction(
            "upload.complete",
            gettext_lazy("completed the upload of"),
            pgettext_lazy("infinitive", "complete the upload of"),
            is_whole=True,
        ),
        LogAction(
            "upload.cancel",
            gettext_lazy("cancelled the upload of"),
            pgettext_lazy("infinitive", "cancel the upload of"),
            is_whole=True,
        ),
    )
    registry.register_actions(
        "thread",
        gettext_lazy("Threads"),
        LogAction(
            "thread.create",
            gettext_lazy("created the thread"),
            pgettext_lazy("infinitive", "create the thread"),
            is_whole=True,
        ),
        LogAction(
            "thread.update", gettext_lazy("changed the thread"), pgettext_lazy("infinitive", "change the thread")
        ),
        LogAction(
            "thread.delete",
            gettext_lazy("deleted the thread"),
            pgettext_lazy("infinitive", "delete the thread"),
            is_whole=True,
        ),
    )
    registry.register_actions(
        "message",
        gettext_lazy("Messages"),
        LogAction(
            "message.create",
            gettext_lazy("added a message"),
            pgettext_lazy("infinitive", "add a message"),
            is_whole=True,
        ),
        LogAction(
            "message.update",
            gettext_lazy("changed the metadata of the message"),
            pgettext_lazy("infinitive", "change the metadata of the message"),
        ),
        LogAction(
            "message.delete",
            gettext_lazy("deleted the message"),
            pgettext_lazy("infinitive", "delete the message"),
            is_whole=True,
        ),
    )
    registry.register_actions(
        "run",
        gettext_lazy("Runs"),
        LogAction(
            "run.create", gettext_lazy("started the run"), pgettext_lazy("infinitive", "start the run"), is_whole=True
        ),
        LogAction(
            "run.update",
            gettext_lazy("changed the metadata of the run"),
            pgettext_lazy("infinitive", "change the metadata of the run"),
        ),
        LogAction("run.cancel", gettext_lazy("cancelled the run"), pgettext_lazy("infinitive", "cancel the run")),
        LogAction(
            "run.submit_tool_outputs",
            gettext_lazy("submitted tool outputs to the run"),
            pgettext_lazy("infinitive", "submit tool outputs to the run"),
        ),
    )
