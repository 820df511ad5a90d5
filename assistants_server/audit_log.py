"""How the record tells of what only the embedded server does."""

from __future__ import annotations

from dashboard.audit.registry import LogAction, registry


def register() -> None:
    """Called once, when the app is ready."""
    registry.register_actions(
        "api_key",
        "API keys",
        LogAction(name="api_key.create", past="made an API key", infinitive="make an API key", is_whole=True),
        LogAction(name="api_key.revoke", past="revoked an API key", infinitive="revoke an API key"),
    )
    registry.register_actions(
        "import",
        "Imports",
        LogAction(name="import.run", past="imported assistants", infinitive="import assistants"),
    )
    registry.register_actions(
        "export",
        "Exports",
        LogAction(name="export.run", past="exported assistants", infinitive="export assistants"),
    )
    registry.register_actions(
        "upload",
        "Uploads in parts",
        LogAction(name="upload.create", past="began the upload of", infinitive="begin the upload of", is_whole=True),
        LogAction(
            name="upload.add_part",
            past="added a part to the upload of",
            infinitive="add a part to the upload of",
            is_whole=True,
        ),
        LogAction(
            name="upload.complete", past="completed the upload of", infinitive="complete the upload of", is_whole=True
        ),
        LogAction(
            name="upload.cancel", past="cancelled the upload of", infinitive="cancel the upload of", is_whole=True
        ),
    )
    registry.register_actions(
        "thread",
        "Threads",
        LogAction(name="thread.create", past="created the thread", infinitive="create the thread", is_whole=True),
        LogAction(name="thread.update", past="changed the thread", infinitive="change the thread"),
        LogAction(name="thread.delete", past="deleted the thread", infinitive="delete the thread", is_whole=True),
    )
    registry.register_actions(
        "message",
        "Messages",
        LogAction(name="message.create", past="added a message", infinitive="add a message", is_whole=True),
        LogAction(
            name="message.update",
            past="changed the metadata of the message",
            infinitive="change the metadata of the message",
        ),
        LogAction(name="message.delete", past="deleted the message", infinitive="delete the message", is_whole=True),
    )
    registry.register_actions(
        "run",
        "Runs",
        LogAction(name="run.create", past="started the run", infinitive="start the run", is_whole=True),
        LogAction(
            name="run.update", past="changed the metadata of the run", infinitive="change the metadata of the run"
        ),
        LogAction(name="run.cancel", past="cancelled the run", infinitive="cancel the run"),
        LogAction(
            name="run.submit_tool_outputs",
            past="submitted tool outputs to the run",
            infinitive="submit tool outputs to the run",
        ),
    )
