"""What the test questions say at Save, and the workspace's rule that they must have been asked before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from assistants_ui.question_results.fingerprints import answering_fingerprint
from assistants_ui.question_results.results import tested
from assistants_ui.workspaces.problems import SAFE, Problem
from dashboard.environment import WorkspaceSettings
from dashboard.lib.texts import sentences


def refusal(
    workspace: WorkspaceSettings, assistant_id: str, *, base: Mapping[str, Any], changes: Mapping[str, Any]
) -> Problem | None:
    """Why this change may not be saved yet; None where the workspace asks for nothing, or the questions passed.

    A change of the name, or of anything else that reaches no model, is never held up.
    """
    after = {**base, **changes}
    if not workspace.requires_questions or answering_fingerprint(after) == answering_fingerprint(base):
        return None
    found = tested(workspace.name, assistant_id, after)
    if found is None or found.is_passed:
        return None
    rule = gettext("In this workspace every test question must pass on exactly this text before it is saved.")
    return Problem(409, gettext("Run the test questions first"), sentences(SAFE, rule, found.sentence))
