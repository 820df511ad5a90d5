"""Taking back one change of files or stores, as an ordinary change that is recorded itself.

The record tells what was done; the server, asked just now, whether there is still something to take
back. What was done since by others stays: only what the one change brought about goes.
"""

from __future__ import annotations

from assistants_ui.undo.plans import undo_plan_of
from assistants_ui.undo.types import Undone, UndoPlan

__all__ = ["UndoPlan", "Undone", "undo_plan_of"]
