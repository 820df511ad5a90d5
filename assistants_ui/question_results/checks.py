"""What a good answer must hold, and whether one does. Pure: no server, no database, no clock.

The one rule above all others: nothing is *held* by an answer that is not whole.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from functools import cache
from typing import Any

from django.utils.translation import gettext, gettext_lazy, gettext_noop
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing.exceptions import Unresolvable

from assistants_client import strict_json
from assistants_ui.domain.schemas.checks import BadJSONError, object_in
from dashboard.lib.stored_texts import register
from dashboard.lib.texts import as_choice, number

# What rows keep in English of why a check does not hold.
register(
    gettext_noop("It has %(count)d."),
    gettext_noop("%(problem)s (at %(where)s)"),
    gettext_noop("The shape points at something that is not there: %(name)s"),
)
register(gettext_noop("It took %(seconds)s."), decimals=["seconds"])


class CheckResult(StrEnum):
    """What a check says of an answer."""

    HELD = "held"
    BROKEN = "broken"
    UNKNOWN = "could not tell"

    @property
    def label(self) -> str:
        """What a person reads of it."""
        return str(LABELS[self])


LABELS = {
    CheckResult.HELD: gettext_lazy("passed"),
    CheckResult.BROKEN: gettext_lazy("failed"),
    CheckResult.UNKNOWN: gettext_lazy("could not tell"),
}


@dataclass(frozen=True, kw_only=True)
class CheckedAnswer:
    """An answer as far as checks look at it.

    ``sources`` are the names and ids of the files that it cites, ``calls`` the functions that it called with the
    text of their arguments. ``schema`` is the shape that its JSON was to have, if it was to have one.
    """

    text: str = ""
    is_whole: bool = False
    sources: Sequence[str] = ()
    calls: Sequence[tuple[str, str]] = ()
    seconds: float | None = None
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class CheckFinding:
    """One check, in words, what it says of an answer, and why."""

    check: str
    result: CheckResult
    why: str = ""
    is_for_good: bool = False
    """Whether half an answer can break it already: by a word that it must not have, by a limit."""


@dataclass(frozen=True, kw_only=True)
class Checks:
    """The checks of one question. What is empty, or None, is not checked."""

    contains_all: tuple[str, ...] = ()
    contains_any: tuple[str, ...] = ()
    contains_none: tuple[str, ...] = ()
    is_json: bool = False
    cites: tuple[str, ...] = ()
    calls: str = ""
    calls_with: str = ""
    most_seconds: float | None = None
    most_words: int | None = None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Checks:
        """The checks as they were stored by :meth:`stored`."""
        known = {one.name for one in fields(cls)}
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in stored.items() if name in known
        }
        return cls(**given)

    def stored(self) -> dict[str, Any]:
        """Those that check something, as JSON."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items() if value
        }

    def __bool__(self) -> bool:
        return bool(self.stored())

    def look_at(self, answer: CheckedAnswer) -> list[CheckFinding]:
        """What each check says of the answer, in the order of the form."""
        return [_unless_whole(finding, answer) for finding in self._findings(answer)]

    def described(self) -> Iterator[CheckFinding]:
        """The checks alone, of which nothing is known yet."""
        return self._findings(CheckedAnswer())

    def _findings(self, answer: CheckedAnswer) -> Iterator[CheckFinding]:
        text = plain(answer.text)
        for wanted in self.contains_all:
            yield _finding(gettext("contains “%(wanted)s”") % {"wanted": wanted}, plain(wanted) in text)
        if self.contains_any:
            any_of = as_choice([gettext("“%(name)s”") % {"name": wanted} for wanted in self.contains_any])
            check = gettext("contains %(any_of)s") % {"any_of": any_of}
            yield _finding(check, any(plain(wanted) in text for wanted in self.contains_any))
        for unwanted in self.contains_none:
            yield _finding(
                gettext("does not contain “%(unwanted)s”") % {"unwanted": unwanted},
                plain(unwanted) not in text,
                is_for_good=True,
            )
        if self.is_json:
            problem = json_problem(answer.text, answer.schema)
            yield _finding(gettext("is valid JSON of the answer's shape"), not problem, problem)
        cited = {plain(source) for source in answer.sources}
        for file in self.cites:
            yield _finding(gettext("cites %(file)s") % {"file": file}, plain(file) in cited)
        if self.calls:
            yield self._call_finding(answer)
        if self.most_seconds is not None:
            yield self._seconds_finding(answer)
        if self.most_words is not None:
            count = len(answer.text.split())
            yield _finding(
                gettext("at most %(count)d words") % {"count": self.most_words},
                count <= self.most_words,
                gettext("It has %(count)d.") % {"count": count},
                is_for_good=True,
            )

    def _call_finding(self, answer: CheckedAnswer) -> CheckFinding:
        made = [arguments for name, arguments in answer.calls if name == self.calls]
        if not self.calls_with:
            return _finding(gettext("calls %(function)s") % {"function": self.calls}, bool(made))
        check = gettext("calls %(function)s with %(arguments)s") % {
            "function": self.calls,
            "arguments": self.calls_with,
        }
        return _finding(check, any(holds(arguments, self.calls_with) for arguments in made))

    def _seconds_finding(self, answer: CheckedAnswer) -> CheckFinding:
        check = gettext("at most %(seconds)s seconds") % {"seconds": number(self.most_seconds or 0)}
        if answer.seconds is None:
            return CheckFinding(check=check, result=CheckResult.UNKNOWN, why=gettext("It was not measured."))
        assert self.most_seconds is not None  # noqa: S101  (asked for above)
        took = gettext("It took %(seconds)s.") % {"seconds": number(round(answer.seconds, 1))}
        return _finding(check, answer.seconds <= self.most_seconds, took, is_for_good=True)


def summary(findings: Iterable[CheckFinding]) -> CheckResult:
    """Broken where one is; held only where there is something to hold and all of it does."""
    results = [finding.result for finding in findings]
    if CheckResult.BROKEN in results:
        return CheckResult.BROKEN
    return CheckResult.HELD if results and all(one is CheckResult.HELD for one in results) else CheckResult.UNKNOWN


def plain(text: str) -> str:
    """The text without its case, its accents and its line breaks."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(letters.translate(_combining()).split())


@cache
def _combining() -> dict[int, None]:
    """What is left out of a text so that accents make no difference; Unicode has none beyond these planes."""
    return {code: None for code in range(0x20000) if unicodedata.combining(chr(code))}


def json_problem(text: str, schema: Mapping[str, Any] | None) -> str:
    """Why the text is not JSON, or not of that shape; empty when it is."""
    try:
        value = object_in(text) if text.lstrip().startswith("{") else strict_json.loads(text)
    except BadJSONError as error:
        return str(error)
    except strict_json.UnreadableJSONError:
        return gettext("It is not JSON.")
    if not schema:
        return ""
    try:
        Draft202012Validator(dict(schema)).validate(value)
    except ValidationError as error:
        where = ".".join(str(step) for step in error.absolute_path)
        if not where:
            return error.message[:200]
        return gettext("%(problem)s (at %(where)s)") % {"problem": error.message[:200], "where": where}
    except Unresolvable as error:
        return gettext("The shape points at something that is not there: %(name)s") % {"name": str(error)[:200]}
    return ""


def holds(arguments: str, wanted: str) -> bool:
    """Whether the arguments of a call hold what is wanted: every member of it where both are JSON, else its words."""
    try:
        return _within(strict_json.loads(wanted), strict_json.loads(arguments))
    except strict_json.UnreadableJSONError:
        return plain(wanted) in plain(arguments)


def _within(wanted: Any, given: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(given, dict) and all(key in given and _within(one, given[key]) for key, one in wanted.items())
    if isinstance(wanted, str) and isinstance(given, str):
        return plain(wanted) == plain(given)
    return bool(wanted == given)


def _finding(check: str, is_held: bool, why: str = "", *, is_for_good: bool = False) -> CheckFinding:
    return CheckFinding(
        check=check,
        result=CheckResult.HELD if is_held else CheckResult.BROKEN,
        why="" if is_held else why,
        is_for_good=is_for_good,
    )


def _unless_whole(finding: CheckFinding, answer: CheckedAnswer) -> CheckFinding:
    """Of half an answer nothing is known but what it already broke for good: a word it must not have, a limit."""
    if answer.is_whole or (finding.is_for_good and finding.result is CheckResult.BROKEN):
        return finding
    return CheckFinding(check=finding.check, result=CheckResult.UNKNOWN, why=gettext("The answer is not whole."))
