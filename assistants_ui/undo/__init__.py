"""Taking back one change of files or stores, as an ordinary change that is recorded itself.

The record tells what was done; the server, asked just now, whether there is still something to take
back. What was done since by others stays: only what the one change brought about goes.
"""

from __future__ import annotations

from assistants_ui.undo.plans import undo_plan_of
from assistants_ui.undo.types import UndoPlan, UndoResult

__all__ = ["UndoPlan", "UndoResult", "undo_plan_of"]
