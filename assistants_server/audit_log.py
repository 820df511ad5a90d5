"""How the record tells of what only the embedded server does."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, pgettext_lazy

from dashboard.audit.registry import LogAction, registry


def register() -> None:
    """Called once, when the app is ready."""
    registry.register_actions(
        "api_key",
        gettext_lazy("API keys"),
        LogAction(
            name="api_key.create",
            past=gettext_lazy("made an API key"),
            infinitive=pgettext_lazy("infinitive", "make an API key"),
            is_whole=True,
        ),
        LogAction(
            name="api_key.revoke",
            past=gettext_lazy("revoked an API key"),
            infinitive=pgettext_lazy("infinitive", "revoke an API key"),
        ),
    )
    registry.register_actions(
        "import",
        gettext_lazy("Imports"),
        LogAction(
            name="import.run",
            past=gettext_lazy("imported assistants"),
            infinitive=pgettext_lazy("infinitive", "import assistants"),
        ),
    )
    registry.register_actions(
        "export",
        gettext_lazy("Exports"),
        LogAction(
            name="export.run",
            past=gettext_lazy("exported assistants"),
            infinitive=pgettext_lazy("infinitive", "export assistants"),
        ),
    )
    registry.register_actions(
        "upload",
        gettext_lazy("Uploads in parts"),
        LogAction(
            name="upload.create",
            past=gettext_lazy("began the upload of"),
            infinitive=pgettext_lazy("infinitive", "begin the upload of"),
            is_whole=True,
        ),
        LogAction(
            name="upload.add_part",
            past=gettext_lazy("added a part to the upload of"),
            infinitive=pgettext_lazy("infinitive", "add a part to the upload of"),
            is_whole=True,
        ),
        LogAction(
            name="upload.complete",
            past=gettext_lazy("completed the upload of"),
            infinitive=pgettext_lazy("infinitive", "complete the upload of"),
            is_whole=True,
        ),
        LogAction(
            name="upload.cancel",
            past=gettext_lazy("cancelled the upload of"),
            infinitive=pgettext_lazy("infinitive", "cancel the upload of"),
            is_whole=True,
        ),
    )
    registry.register_actions(
        "thread",
        gettext_lazy("Threads"),
        LogAction(
            name="thread.create",
            past=gettext_lazy("created the thread"),
            infinitive=pgettext_lazy("infinitive", "create the thread"),
            is_whole=True,
        ),
        LogAction(
            name="thread.update",
            past=gettext_lazy("changed the thread"),
            infinitive=pgettext_lazy("infinitive", "change the thread"),
        ),
        LogAction(
            name="thread.delete",
            past=gettext_lazy("deleted the thread"),
            infinitive=pgettext_lazy("infinitive", "delete the thread"),
            is_whole=True,
        ),
    )
    registry.register_actions(
        "message",
        gettext_lazy("Messages"),
        LogAction(
            name="message.create",
            past=gettext_lazy("added a message"),
            infinitive=pgettext_lazy("infinitive", "add a message"),
            is_whole=True,
        ),
        LogAction(
            name="message.update",
            past=gettext_lazy("changed the metadata of the message"),
            infinitive=pgettext_lazy("infinitive", "change the metadata of the message"),
        ),
        LogAction(
            name="message.delete",
            past=gettext_lazy("deleted the message"),
            infinitive=pgettext_lazy("infinitive", "delete the message"),
            is_whole=True,
        ),
    )
    registry.register_actions(
        "run",
        gettext_lazy("Runs"),
        LogAction(
            name="run.create",
            past=gettext_lazy("started the run"),
            infinitive=pgettext_lazy("infinitive", "start the run"),
            is_whole=True,
        ),
        LogAction(
            name="run.update",
            past=gettext_lazy("changed the metadata of the run"),
            infinitive=pgettext_lazy("infinitive", "change the metadata of the run"),
        ),
        LogAction(
            name="run.cancel",
            past=gettext_lazy("cancelled the run"),
            infinitive=pgettext_lazy("infinitive", "cancel the run"),
        ),
        LogAction(
            name="run.submit_tool_outputs",
            past=gettext_lazy("submitted tool outputs to the run"),
            infinitive=pgettext_lazy("infinitive", "submit tool outputs to the run"),
        ),
    )
