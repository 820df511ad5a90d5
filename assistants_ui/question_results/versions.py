"""Which versions in the history of an assistant have a text that test questions were asked of."""

from __future__ import annotations

from collections.abc import Iterable

from assistants_ui.models import QuestionRun
from assistants_ui.question_results.fingerprints import answering_fingerprint
from dashboard.audit.api import Target
from dashboard.audit.read.revisions import Revision, history_of, states_after


def runs_on(versions: Iterable[Revision], *, workspace: str, assistant_id: str) -> dict[int, int]:
    """The last run that was asked to the end on exactly the text of a version, by the version's number in the log."""
    ended = QuestionRun.objects.filter(
        workspace=workspace, assistant_id=assistant_id, is_cancelled=False, ended_at__isnull=False
    ).order_by("created_at", "pk")
    marks = ended.values_list("pk", "saved_fingerprint", "draft_fingerprint")
    runs = {mark: pk for pk, *both in marks for mark in both if mark}
    return {seq: runs[mark] for seq, mark in _marks(versions).items() if mark in runs} if runs else {}


def versions_of(run: QuestionRun) -> list[Revision]:
    """Those of the newest versions that have exactly a text of the run, newest first."""
    known = history_of(Target(type="assistant", id=run.assistant_id), workspace=run.workspace).revisions
    marks = _marks(known)
    return [one for one in known if marks.get(one.seq) in (run.saved_fingerprint, run.draft_fingerprint)]


def _marks(versions: Iterable[Revision]) -> dict[int, str]:
    versions = list(versions)
    states = states_after(one.seq for one in versions if not one.is_baseline)
    states |= {one.seq: one.state for one in versions if one.is_baseline and one.state}
    return {seq: answering_fingerprint(state) for seq, state in states.items()}
