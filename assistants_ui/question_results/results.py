"""What a run of questions came to, question by question; never one number for all of them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext

from assistants_ui.domain.outcomes import WORDS, AnswerOutcome, Words
from assistants_ui.models import Question, QuestionAnswer, QuestionRun, QuestionVerdict
from assistants_ui.question_results.checks import CheckFinding, CheckResult, Checks, plain
from assistants_ui.question_results.fingerprints import answering_fingerprint
from dashboard.audit.read.diff import DiffPart, words
from dashboard.bounds import COMPARISON_CHARACTERS
from dashboard.lib.matching import Budget
from dashboard.lib.relative_time import relative_time
from dashboard.lib.stored_texts import reword

# What a page shows of a run, and nothing else asks for.
TEXTS = ("answer", "calls", "detail", "findings", "good_answer", "sources", "text")
RESULTS_SHOWN = 50


class Standing(StrEnum):
    """How a question stands after a run, as a person counts it."""

    WRONG = "wrong"
    WORSE = "worse"
    BROKEN = "broken"
    UNKNOWN = "could not tell"
    HELD = "held"
    AS_BEFORE = "as before"
    BETTER = "better"

    @property
    def label(self) -> str:
        """What a person reads of it."""
        return str(LABELS[self])

    @property
    def is_passed(self) -> bool:
        return self in (Standing.HELD, Standing.AS_BEFORE, Standing.BETTER)


LABELS = {
    Standing.WRONG: gettext_lazy("wrong"),
    Standing.WORSE: gettext_lazy("worse"),
    Standing.BROKEN: gettext_lazy("failed"),
    Standing.UNKNOWN: gettext_lazy("could not tell"),
    Standing.HELD: gettext_lazy("passed"),
    Standing.AS_BEFORE: gettext_lazy("as before"),
    Standing.BETTER: gettext_lazy("better"),
}


@dataclass(frozen=True, kw_only=True)
class Side:
    """The answers to one question from one state. ``result`` is held only when each of them holds every check."""

    answers: Sequence[QuestionAnswer]

    @property
    def result(self) -> CheckResult:
        results = [answer.result for answer in self.answers]
        if CheckResult.BROKEN.value in results:
            return CheckResult.BROKEN
        held = bool(results) and all(one == CheckResult.HELD.value for one in results)
        return CheckResult.HELD if held else CheckResult.UNKNOWN

    @property
    def tally(self) -> str:
        """``1 of 1``: how many of the answers held."""
        held = sum(answer.result == CheckResult.HELD.value for answer in self.answers)
        return gettext("%(held)d of %(all)d") % {"held": held, "all": len(self.answers)}

    @property
    def first(self) -> QuestionAnswer:
        return self.answers[0]

    @property
    def findings(self) -> list[CheckFinding]:
        """What each check says of the first answer, told anew: a row keeps that in English."""
        told = zip(Checks.of(self.first.checks).described(), self.first.findings, strict=False)
        return [
            replace(check, result=CheckResult(kept["result"]), why=reword(kept.get("why", ""))) for check, kept in told
        ]

    @property
    def is_done(self) -> bool:
        return all(answer.state == QuestionAnswer.State.DONE for answer in self.answers)

    @property
    def words(self) -> Words:
        return WORDS[AnswerOutcome(self.first.outcome)] if self.first.outcome else WORDS[AnswerOutcome.RUNNING]


@dataclass(frozen=True, kw_only=True)
class QuestionResult:
    """One question: the ``old`` side from the saved state, and the ``new`` one from the draft where there is one."""

    position: int
    old: Side
    new: Side | None
    verdict: QuestionVerdict | None
    budget: Budget = field(default_factory=Budget)

    @property
    def main(self) -> Side:
        """The side that the result is about."""
        return self.new or self.old

    @property
    def text(self) -> str:
        return self.old.first.text

    @property
    def good_answer(self) -> str:
        return self.old.first.good_answer

    @property
    def has_checks(self) -> bool:
        return bool(self.old.first.checks)

    @property
    def is_done(self) -> bool:
        return self.old.is_done and (self.new is None or self.new.is_done)

    @property
    def is_changed(self) -> bool:
        """Whether the new answer differs from the old one in its words, its end, its sources or its functions."""
        if self.new is None:
            return False
        return self.old.first.shape != self.new.first.shape or self.old.result != self.new.result

    @property
    def standing(self) -> Standing:
        if self.verdict is not None:
            judged = {"same": Standing.AS_BEFORE if self.new else Standing.HELD}
            return judged.get(self.verdict.verdict) or Standing(self.verdict.verdict)
        result = self.main.result
        if result is CheckResult.BROKEN:
            return Standing.BROKEN
        is_whole = all(AnswerOutcome(one.outcome).is_whole for one in self.main.answers if one.outcome)
        if self.new is not None and self.is_done and is_whole and not self.is_changed:
            # Word for word the same, from the same sources.
            return Standing.AS_BEFORE
        return Standing.HELD if result is CheckResult.HELD else Standing.UNKNOWN

    @property
    def label(self) -> str:
        """How it stands, in a word or two."""
        is_both = self.new is not None and self.old.result is self.new.result is CheckResult.HELD
        return gettext("passed before and now") if is_both and self.verdict is None else self.standing.label

    def marked(self) -> tuple[tuple[DiffPart, ...], tuple[DiffPart, ...]]:
        """Both answers with the words marked that the other one lacks."""
        return words(self.old.first.answer, self.main.first.answer, self.budget)

    @property
    def sources(self) -> tuple[list[str], list[str]]:
        """The sources that the new answer has more, and those that it has no more."""
        return _more_and_less(self.old.first.sources, self.main.first.sources)

    @property
    def functions(self) -> tuple[list[str], list[str]]:
        return _more_and_less(
            [_call(one) for one in self.old.first.calls], [_call(one) for one in self.main.first.calls]
        )

    @property
    def order(self) -> tuple[int, int]:
        """Broken first, then what nobody can tell, then what changed, at last what is as before."""
        if self.standing in (Standing.WRONG, Standing.WORSE, Standing.BROKEN):
            return (0, self.position)
        if self.standing is Standing.UNKNOWN:
            return (1, self.position)
        return (2 if self.is_changed else 3, self.position)

    @property
    def is_folded(self) -> bool:
        return self.order[0] == 3


def results_of(run: QuestionRun) -> list[QuestionResult]:
    """Every question of the run, what matters most first; the texts are read where they are asked for."""
    return _results(run, run.answers.defer(*TEXTS))


def shown_results(run: QuestionRun, *, at: int | None = None) -> ResultsPage:
    """The results that fit on one page: the first ones, or those around the question at the position ``at``."""
    everything = [one.position for one in results_of(run)]
    sizes = dict(run.answers.values_list("position").annotate(size=Sum(Length("answer"))).order_by())
    pages: list[list[int]] = [[]]
    room = COMPARISON_CHARACTERS
    for position in everything:
        room -= sizes[position] or 0
        if pages[-1] and (room < 0 or len(pages[-1]) == RESULTS_SHOWN):
            pages.append([])
            room = COMPARISON_CHARACTERS - (sizes[position] or 0)
        pages[-1].append(position)
    number = next((number for number, page in enumerate(pages) if at in page), 0)
    return ResultsPage(
        results=_results(run, run.answers.filter(position__in=pages[number])),
        before=pages[number - 1][0] if number else None,
        after=pages[number + 1][0] if number + 1 < len(pages) else None,
    )


def _results(run: QuestionRun, rows: QuerySet[QuestionAnswer]) -> list[QuestionResult]:
    verdicts = {verdict.position: verdict for verdict in run.verdicts.all()}
    budget = Budget()
    found = []
    for position, answers in groupby(rows, key=lambda one: one.position):
        sides = list(answers)
        old = [one for one in sides if not one.is_draft]
        new = [one for one in sides if one.is_draft]
        side = Side(answers=new) if new else None
        verdict = verdicts.get(position)
        found.append(QuestionResult(position=position, old=Side(answers=old), new=side, verdict=verdict, budget=budget))
    return sorted(found, key=lambda one: one.order)


@dataclass(frozen=True, kw_only=True)
class ResultsPage:
    """Some results of a run, and the positions of the first questions of the pages ``before`` and ``after``."""

    results: list[QuestionResult]
    before: int | None
    after: int | None


@dataclass(frozen=True, kw_only=True)
class Tested:
    """What is known of one text by its questions: a sentence, and whether every question passed on exactly it.

    ``run`` is the last one on exactly this text where ``is_exact``, else the last of all.
    """

    sentence: str
    is_passed: bool = False
    is_exact: bool = False
    run: QuestionRun | None = None


def tested(
    workspace: str,
    assistant_id: str,
    state: Mapping[str, Any],
    *,
    is_saved_version: bool = False,  # noqa: PT028  (this is no test)
) -> Tested | None:
    """What the last run on exactly this text says; None for an assistant without questions.

    Where other texts are in sight, the sentence names the saved version, if the text ``is_saved_version``.
    """
    ids = list(Question.objects.filter(workspace=workspace, assistant_id=assistant_id).values_list("pk", flat=True))
    if not ids:
        return None
    mark = answering_fingerprint(state)
    ended = QuestionRun.objects.filter(
        workspace=workspace, assistant_id=assistant_id, is_cancelled=False, ended_at__isnull=False
    ).order_by("-created_at", "-pk")
    runs = list(ended[:20])
    run = next((one for one in runs if mark in (one.draft_fingerprint, one.saved_fingerprint)), None)
    if run is None:
        last = runs[0] if runs else None
        return Tested(sentence=_untested(len(ids), last, is_saved_version=is_saved_version), run=last)
    results = results_of(run)
    if run.draft is not None and run.draft_fingerprint != mark:
        # The run compares another text with this one: only its old side is about this text.
        results = [QuestionResult(position=one.position, old=one.old, new=None, verdict=None) for one in results]
    counts = Counter(one.standing for one in results)
    asked = set(run.answers.values_list("question_id", flat=True))
    missing = len(set(ids) - asked)
    sentence = _account(counts, run, missing=missing, is_saved_version=is_saved_version)
    is_passed = not missing and all(one.standing.is_passed for one in results)
    return Tested(sentence=sentence, is_passed=is_passed, is_exact=True, run=run)


def _untested(count: int, last: QuestionRun | None, *, is_saved_version: bool) -> str:
    """What to say of a text that no run was about."""
    if last is None:
        text = ngettext("%(count)d test question, never asked.", "%(count)d test questions, never asked.", count)
        return text % {"count": count}
    if is_saved_version:
        text = ngettext(
            "%(count)d test question, last asked %(when)s, before the last saved change.",
            "%(count)d test questions, last asked %(when)s, before the last saved change.",
            count,
        )
    else:
        text = ngettext(
            "%(count)d test question, last asked %(when)s, before this change.",
            "%(count)d test questions, last asked %(when)s, before this change.",
            count,
        )
    return text % {"count": count, "when": relative_time(last.created_at, now=timezone.now())}


def _account(counts: Counter[Standing], run: QuestionRun, *, missing: int, is_saved_version: bool) -> str:
    """What a run said of the text; ``missing`` questions were added since."""
    count = counts.total()
    if is_saved_version:
        text = ngettext(
            "%(count)d test question, asked %(when)s on the saved version: %(standings)s.",
            "%(count)d test questions, asked %(when)s on the saved version: %(standings)s.",
            count,
        )
    else:
        text = ngettext(
            "%(count)d test question, asked %(when)s on exactly this text: %(standings)s.",
            "%(count)d test questions, asked %(when)s on exactly this text: %(standings)s.",
            count,
        )
    standings = [f"{counts[one]} {one.label}" for one in Standing if counts.get(one)]
    standings += [gettext("%(missing)d not asked yet") % {"missing": missing}] if missing else []
    when = relative_time(run.created_at, now=timezone.now())
    return text % {"count": count, "when": when, "standings": ", ".join(standings)}


def shape_of(answer: QuestionAnswer) -> str:
    """The same for answers that say the same, end in the same way, and rest on the same sources and functions."""
    calls = sorted(_call(one) for one in answer.calls)
    said = [plain(answer.answer), answer.outcome, sorted(answer.sources), calls]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _call(one: Sequence[str]) -> str:
    return f"{one[0]}({one[1]})"


def _more_and_less(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    return [one for one in new if one not in old], [one for one in old if one not in new]
