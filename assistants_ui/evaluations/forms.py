"""A test question as a form and as a row of a CSV file; both mean the same checks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, gettext_lazy

from assistants_ui.models import Question
from assistants_ui.question_results.checks import Checks
from dashboard.lib.texts import StrOrPromise, labelled

MOST_LINES = 50
MOST_ROWS = 1000
MOST_BYTES = 5 * 2**20
# A cell that begins so is a formula to a spreadsheet, unless it is quoted.
FORMULA = ("=", "+", "-", "@", "\t", "'")
# What spreadsheets write for a mark, in the languages of the pages.
YES = ("yes", "true", "1", "x", "on", "ja", "wahr", "oui", "vrai")
NO = ("", "no", "false", "0", "off", "nein", "falsch", "non", "faux")
# Among the cells of a row, what is wrong with it.
PROBLEM = "problem"


class LinesField(forms.CharField):
    """Several texts, one a line; empty lines count for nothing."""

    def __init__(self, *, label: StrOrPromise, help_text: StrOrPromise = "") -> None:
        widget = forms.Textarea(attrs={"rows": 2, "dir": "auto"})
        super().__init__(required=False, max_length=10_000, label=label, help_text=help_text, widget=widget)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> tuple[str, ...]:
        lines = [line.strip() for line in str(super().clean(value) or "").splitlines()]
        found = tuple(dict.fromkeys(line for line in lines if line))
        if len(found) > MOST_LINES:
            raise forms.ValidationError(gettext("At most %(most)s lines.") % {"most": MOST_LINES})
        return found


RARE_CHECKS = ("must_call", "must_call_with", "at_most_seconds", "at_most_words", "valid_json")


class QuestionForm(forms.Form):
    """Text, group and checks. The names of the fields are the columns of the CSV file too."""

    group = forms.CharField(
        required=False,
        max_length=100,
        label=gettext_lazy("Group"),
        help_text=gettext_lazy("To keep questions together."),
    )
    question = forms.CharField(
        max_length=100_000,
        label=gettext_lazy("Question"),
        error_messages={"required": gettext_lazy("Type the question.")},
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    must_contain_all = LinesField(
        label=gettext_lazy("Must contain all of"),
        help_text=gettext_lazy("One per line. Capitals and accents make no difference."),
    )
    must_contain_any = LinesField(label=gettext_lazy("Must contain one of"), help_text=gettext_lazy("One per line."))
    must_not_contain = LinesField(label=gettext_lazy("Must not contain"), help_text=gettext_lazy("One per line."))
    valid_json = forms.BooleanField(
        required=False,
        label=gettext_lazy("Must be valid JSON"),
        help_text=gettext_lazy("In the fixed shape that the assistant's response format sets, if it sets one."),
    )
    must_cite = LinesField(
        label=gettext_lazy("Must cite the file"), help_text=gettext_lazy("Its name or id, one per line.")
    )
    must_call = forms.CharField(required=False, max_length=256, label=gettext_lazy("Must call the function"))
    must_call_with = forms.CharField(
        required=False,
        max_length=5_000,
        label=gettext_lazy("… with"),
        help_text=gettext_lazy('As JSON, such as {"city": "Rome"}: what the call must hold, whatever else it holds.'),
    )
    at_most_seconds = forms.FloatField(
        required=False, min_value=0.1, max_value=600, label=gettext_lazy("At most seconds")
    )
    at_most_words = forms.IntegerField(
        required=False, min_value=1, max_value=100_000, label=gettext_lazy("At most words")
    )
    good_answer = forms.CharField(
        required=False,
        max_length=10_000,
        label=gettext_lazy("What a good answer says"),
        help_text=gettext_lazy("In your own words, for whoever judges the answers. Nothing checks this."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    @property
    def has_more_checks(self) -> bool:
        """Whether one of the checks that few questions need is used, or is wrong."""
        return any(self[name].value() or self.has_error(name) for name in RARE_CHECKS)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("must_call_with") and not self.cleaned_data.get("must_call"):
            self.add_error("must_call", gettext("Name the function, too."))
        return self.cleaned_data

    def checks(self) -> Checks:
        values = self.cleaned_data
        return Checks(
            contains_all=values["must_contain_all"],
            contains_any=values["must_contain_any"],
            contains_none=values["must_not_contain"],
            is_json=values["valid_json"],
            cites=values["must_cite"],
            calls=values["must_call"].strip(),
            calls_with=values["must_call_with"].strip(),
            most_seconds=values["at_most_seconds"],
            most_words=values["at_most_words"],
        )

    def fill(self, question: Question) -> Question:
        """Put what was typed into the row, which is not saved by this."""
        question.group = self.cleaned_data["group"].strip()
        question.text = self.cleaned_data["question"].replace("\r\n", "\n").strip()
        question.checks = self.checks().stored()
        question.good_answer = self.cleaned_data["good_answer"].replace("\r\n", "\n").strip()
        return question


class _Shared(dict[str, forms.Field]):
    """Fields that nothing changes, so that no form copies them."""

    def __deepcopy__(self, memo: object) -> _Shared:
        return self


class QuestionRow(QuestionForm):
    """One row of a file. Copying the fields for each of a thousand rows took most of the time of an import."""

    def __init__(self, cells: dict[str, Any]) -> None:
        super().__init__(cells)
        # Most cells are empty, and there is nothing to check in them; a fault of two cells is told at the function.
        self.fields = {
            name: field
            for name, field in self.fields.items()
            if cells.get(name) or field.required or name == "must_call"
        }

    def clean(self) -> dict[str, Any]:
        self.cleaned_data = EMPTY_CELLS | self.cleaned_data
        return super().clean()


QuestionRow.base_fields = _Shared(QuestionForm.base_fields)
EMPTY_CELLS = {name: field.clean("") for name, field in QuestionForm.base_fields.items() if not field.required}
COLUMNS = tuple(QuestionForm.base_fields)
MULTI = ("must_contain_all", "must_contain_any", "must_not_contain", "must_cite")


def values_of(question: Question) -> dict[str, Any]:
    """The question as the fields of the form hold it."""
    checks = Checks.of(question.checks)
    return {
        "group": question.group,
        "question": question.text,
        "must_contain_all": checks.contains_all,
        "must_contain_any": checks.contains_any,
        "must_not_contain": checks.contains_none,
        "valid_json": checks.is_json,
        "must_cite": checks.cites,
        "must_call": checks.calls,
        "must_call_with": checks.calls_with,
        "at_most_seconds": checks.most_seconds,
        "at_most_words": checks.most_words,
        "good_answer": question.good_answer,
    }


def csv_of(questions: Iterable[Question]) -> Iterator[str]:
    """The questions as a CSV file that :func:`rows_in` reads back to the same questions, one after the other."""
    # By the mark at its beginning a spreadsheet knows that this is UTF-8.
    yield "\ufeff" + _line(COLUMNS)
    for question in questions:
        yield _line([_cell(value) for value in values_of(question).values()])


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    text = "\n".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


@dataclass(frozen=True)
class BadRow:
    """A row that is no question, by its number in the file, and why."""

    number: int
    text: str


class ImportForm(forms.Form):
    """A CSV file of questions."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"})
    )

    def read(self) -> tuple[list[QuestionForm], list[BadRow]]:
        """The rows that are questions, each as a form that has been checked, and those that are none."""
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        if (upload.size or 0) > MOST_BYTES:
            return [], [BadRow(0, gettext("The file is larger than %(size)s MB.") % {"size": MOST_BYTES // 2**20})]
        try:
            text = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            return [], [BadRow(0, gettext("The file is not UTF-8. Save it as “CSV UTF-8”."))]
        return rows_in(text)


def rows_in(text: str) -> tuple[list[QuestionForm], list[BadRow]]:
    """What a CSV text holds. Columns may come in any order; ``question`` has to be one of them."""
    good: list[QuestionForm] = []
    bad: list[BadRow] = []
    try:
        for number, cells in _records(text):
            if len(good) + len(bad) >= MOST_ROWS:
                most = gettext("At most %(most)s questions can be imported at once.") % {"most": MOST_ROWS}
                bad.append(BadRow(number, most))
                break
            form = QuestionRow(cells)
            if problem := cells.pop(PROBLEM, "") or _problem_of(form):
                bad.append(BadRow(number, problem))
            else:
                good.append(form)
    except ValueError as error:
        bad.append(BadRow(0, str(error)))
    return good, bad


def _problem_of(form: QuestionForm) -> str:
    if form.is_valid():
        return ""
    name, errors = next(iter(form.errors.items()))
    return labelled(name, str(errors[0]))


def _records(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row with the number of its first line; raises ``ValueError`` for a file without the right head."""
    if len(text) > MOST_BYTES:
        raise ValueError(gettext("The file is too long."))
    head = text.splitlines()[0] if text else ""
    # Spreadsheets of many countries write semicolons, and some say so in a line of its own.
    says_so = head.startswith("sep=") and len(head) == 5
    delimiter = head[4] if says_so else max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    if says_so:
        next(reader)
    names: list[str] = []
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            text = gettext("From here on, quotation marks do not fit together: %(problem)s.") % {"problem": error}
            yield number, {PROBLEM: text}
            return
        if not names:
            names = _columns(row or [])
        elif row is None:
            return
        elif any(cell.strip() for cell in row):
            yield number, _values(names, row, delimiter)


def _columns(head: Sequence[str]) -> list[str]:
    names = [name.strip().lower().replace(" ", "_") for name in head]
    known = {"names": ", ".join(COLUMNS)}
    if "question" not in names:
        text = gettext("The first row must name the columns, “question” among them. Known are: %(names)s.")
        raise ValueError(text % known)
    if unknown := [name for name in names if name and name not in COLUMNS]:
        text = gettext("There is no column “%(name)s”. Known are: %(names)s.")
        raise ValueError(text % {"name": unknown[0], **known})
    if twice := [name for name in names if name and names.count(name) > 1]:
        raise ValueError(gettext("The column “%(name)s” is there twice.") % {"name": twice[0]})
    return names


def _values(names: Sequence[str], row: Sequence[str], delimiter: str) -> dict[str, Any]:
    """The cells as the form takes them; what belongs to no column is told and not left out."""
    values: dict[str, Any] = {name: _uncelled(cell) for name, cell in zip(names, row, strict=False) if name}
    if any(cell.strip() for name, cell in zip_longest(names, row, fillvalue="") if not name):
        text = gettext(
            "It has a cell that belongs to no column. A text with “%(delimiter)s” in it needs quotation marks."
        )
        values[PROBLEM] = text % {"delimiter": "Tab" if delimiter == "\t" else delimiter}
    if delimiter == ";":
        values["at_most_seconds"] = values.get("at_most_seconds", "").replace(",", ".")
    said = values.get("valid_json", "").strip().lower()
    if said not in (*YES, *NO):
        values[PROBLEM] = labelled("valid_json", gettext("Say yes or no."))
    return values | {"valid_json": "on" if said in YES else ""}


def _uncelled(cell: str) -> str:
    """Without the apostrophe that an export puts before what a spreadsheet would take for a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell
