"""The same server and scripted model as where an assistant is tried."""

from __future__ import annotations

from tests.assistants_ui.conversations.conftest import desk, model, tap

__all__ = ["desk", "model", "tap"]
