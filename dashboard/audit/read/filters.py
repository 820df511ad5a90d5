"""What of the record is shown: every filter is in the address, and they combine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import BooleanField, Exists, Func, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext, gettext_lazy

from dashboard.audit.models import OpenOperation, Record
from dashboard.audit.read.entries import actor_name, head_of
from dashboard.audit.record.canonical import column, escaped
from dashboard.audit.record.operation_ids import for_subject
from dashboard.audit.record.types import OperationOutcome, RecordKind
from dashboard.audit.registry import registry
from dashboard.lib.relative_time import whole_day

OUTCOMES = {
    OperationOutcome.SUCCEEDED: gettext_lazy("Succeeded"),
    OperationOutcome.REFUSED: gettext_lazy("Refused"),
    OperationOutcome.NOT_SENT: gettext_lazy("Not sent"),
    OperationOutcome.UNKNOWN: gettext_lazy("Unknown"),
}
OTHER_ACTORS = {
    "command:": gettext_lazy("A command"),
    "system:": gettext_lazy("The dashboard"),
    "system:outside": gettext_lazy("Someone outside"),
    "system:server": gettext_lazy("The server"),
}
MOST_API_KEYS = 100
# From one key to the next by the index of actors; asked for as distinct values, every row of theirs would be read.
API_KEYS = """
    WITH RECURSIVE key(actor) AS (
        SELECT MIN(actor) FROM audit_event WHERE actor > 'api_key:'
        UNION ALL
        SELECT (SELECT MIN(actor) FROM audit_event WHERE actor > key.actor) FROM key WHERE key.actor LIKE 'api_key:%%'
    )
    SELECT (SELECT MAX(seq) FROM audit_event WHERE actor = key.actor) FROM key WHERE actor LIKE 'api_key:%%' LIMIT %s
"""
HOUR = r"^\d{4}-\d\d-\d\d(T\d\d)?$"


class FilterForm(forms.Form):
    """The filters as fields. A value that means nothing is ignored, as an old address may hold one."""

    q = forms.CharField(required=False, max_length=200, strip=True, label=gettext_lazy("Text"))
    actor = forms.CharField(required=False, max_length=200, label=gettext_lazy("Person"))
    action = forms.CharField(required=False, max_length=40, label=gettext_lazy("Action"))
    target = forms.CharField(required=False, max_length=200, label=gettext_lazy("Id"))
    # Accounts, questions and views are numbered each from one, so links to them say what they mean.
    type = forms.CharField(required=False, max_length=40)
    workspace = forms.CharField(required=False, max_length=40, label=gettext_lazy("Workspace"))
    outcome = forms.ChoiceField(required=False, choices=list(OUTCOMES.items()), label=gettext_lazy("Outcome"))
    since = forms.DateField(required=False, label=gettext_lazy("From"))
    until = forms.DateField(required=False, label=gettext_lazy("To"))
    hour = forms.RegexField(required=False, regex=HOUR)
    request = forms.CharField(required=False, max_length=64)

    def clean_hour(self) -> str:
        hour = str(self.cleaned_data["hour"])
        try:
            known = not hour or 2000 <= datetime.fromisoformat(hour).year < 9999
        except ValueError:
            known = False
        if not known:
            raise forms.ValidationError(gettext("There is no such hour."))
        return hour

    def filters(self) -> LogFilters:
        self.is_valid()
        return LogFilters(**{name: value for name, value in self.cleaned_data.items() if value})


@dataclass(frozen=True, kw_only=True)
class LogFilters:
    """One combination of filters; an empty value filters nothing.

    ``hour`` is a UTC day or hour, as in ``2026-11-21T20``: one bar of the picture of activity.
    """

    q: str = ""
    actor: str = ""
    action: str = ""
    target: str = ""
    type: str = ""
    workspace: str = ""
    outcome: str = ""
    since: Any = None
    until: Any = None
    hour: str = ""
    request: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.query()

    def query(self, **changes: Any) -> str:
        """The address's query with some of it changed; a cursor is given as ``before`` or ``after``."""
        values = {name: value for name, value in vars(self).items() if value} | changes
        return urlencode({name: str(value) for name, value in values.items() if value})

    @property
    def at_any_time(self) -> str:
        """The address's query without what it says of time."""
        return self.query(since="", until="", hour="")

    @property
    def hour_label(self) -> str:
        """The chosen day or hour in words."""
        if len(self.hour) <= len("2026-11-21"):
            return whole_day(datetime.fromisoformat(self.hour)) if self.hour else ""
        start = datetime.fromisoformat(self.hour)
        words = gettext("%(day)s, %(start)s to %(end)s UTC")
        return words % {"day": whole_day(start), "start": f"{start:%H:00}", "end": f"{start:%H:59}"}

    def rows(self) -> QuerySet[Record]:
        """Every matching row of any kind, newest first."""
        rows = Record.objects.order_by("-seq")
        if self.actor:
            rows = rows.filter(actor=column(self.actor))
        if self.action:
            rows = rows.filter(_is_action(self.action))
        if self.target:
            is_target = Q(target_id=column(self.target))
            if self.type:
                is_target &= Q(target_type=column(self.type))
            rows = rows.filter(is_target | for_subject(self.target))
        if self.workspace:
            rows = rows.filter(workspace=column(self.workspace))
        if self.outcome:
            rows = rows.filter(outcome=self.outcome)
        if self.request:
            rows = rows.filter(request_id=column(self.request))
        if self.hour:
            rows = rows.filter(at__gte=self.hour, at__lt=f"{self.hour}~")
        if self.since:
            rows = rows.filter(at__gte=self.since.isoformat())
        if self.until:
            rows = rows.filter(at__lt=f"{self.until.isoformat()}~")
        if self.q:
            # What a change took away stands in the row of its intent, which is not shown once its outcome is known.
            intents = Record.objects.filter(operation=OuterRef("operation"), kind=RecordKind.INTENT.value)
            rows = rows.filter(_holding(self.q) | ~Q(operation="") & Exists(intents.filter(_holding(self.q))))
        return rows

    def lines(self) -> QuerySet[Record]:
        """One row for each thing that happened: outcomes and events, and intents that have no outcome."""
        unfinished = OpenOperation.objects.filter(outcome="").values("seq")
        return self.rows().filter(~Q(kind=RecordKind.INTENT.value) | Q(seq__in=unfinished))


class Holds(Func):
    """Whether a text in ASCII holds another, in letters of any case: in time that grows with the length of the text.

    LIKE begins anew at each place of a text, so that two that repeat themselves cost the product of their lengths.
    """

    arity = 2
    output_field = BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        joined = {"template": "INSTR(LOWER(%(expressions)s)) > 0", "arg_joiner": "), LOWER("}
        return self.as_sql(compiler, connection, **joined, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # The stars say that the rest is no expression.
        joined = {"template": "%(expressions)s::text)", "arg_joiner": " ~* ('***=' || "}
        return self.as_sql(compiler, connection, **joined, **context)


def _is_action(name: str) -> Q:
    """Rows of this action, or of every action of a group's nouns, or after a minus all but what of these succeeded.

    A noun may be a group's or any other.
    """
    if name.startswith("-"):
        # What crowds the log is what went as usual; what failed is what a reviewer looks for.
        return ~(_is_action(name[1:]) & Q(outcome=OperationOutcome.SUCCEEDED.value))
    if name in registry.actions:
        return Q(action=name)
    found = Q()
    for noun in sorted(registry.nouns.get(name, {name})):
        found |= Q(action__startswith=f"{noun}.")
    return found


def _holding(text: str) -> Q:
    """Rows whose stored text holds these words, however they are written in it."""
    written = (escaped(spelling) for spelling in (text, text.lower(), text.upper(), text.title()))
    found = Q()
    # Databases themselves pass over the case of letters of ASCII; each spelling reads every row of the log once more.
    for spelling in {one.upper(): one for one in written}.values():
        for name in ("head", "body"):
            is_odd = repeats_itself(spelling.upper())
            found |= Q(Holds(name, Value(spelling))) if is_odd else Q((f"{name}__icontains", spelling))
    return found


def repeats_itself(text: str) -> bool:
    """Whether three letters in a row come again in it, without which no two places of a text can both look like it."""
    threes = [text[at : at + 3] for at in range(len(text) - 2)]
    return len(set(threes)) < len(threes)


def choices(filters: LogFilters) -> dict[str, list[tuple[str, str]]]:
    """What the form offers to choose from; a chosen value is offered even when nothing else has it."""
    people = User.objects.order_by("first_name", "username")
    actors = [(f"person:{user.pk}", user.get_full_name() or user.get_username()) for user in people]
    actors += [(actor, str(label)) for actor, label in OTHER_ACTORS.items()]
    actors += _api_keys()
    if filters.actor and filters.actor not in dict(actors):
        actors.append((filters.actor, _last_name(filters.actor)))
    actions = sorted(((group, str(label)) for group, label in registry.groups.items()), key=lambda group: group[1])
    actions = [*((group, str(label)) for group, label in registry.without.items()), *actions]
    if filters.action and filters.action not in dict(actions):
        actions.append((filters.action, filters.action))
    return {
        "actors": actors,
        "actions": actions,
        "target": [("", _id_label())],
        "outcomes": [(outcome.value, str(label)) for outcome, label in OUTCOMES.items()],
        "workspaces": [(name, workspace.label) for name, workspace in settings.WORKSPACES.items()],
    }


def _api_keys() -> list[tuple[str, str]]:
    """The API keys that acted, by their last names: each is one look into the index, however much it did."""
    with connection.cursor() as cursor:
        cursor.execute(API_KEYS, [MOST_API_KEYS])
        last = [seq for (seq,) in cursor.fetchall()]
    heads = [head_of(event) for event in Record.objects.filter(seq__in=last).defer("body")]
    return sorted(((str(head["actor"]), actor_name(head)) for head in heads), key=lambda key: key[1])


def _id_label() -> str:
    if registry.subject is None:
        return gettext("Id")
    return gettext("%(kind)s or other id") % {"kind": registry.subject.label}


def _last_name(actor: str) -> str:
    """What an actor without an account was called last."""
    last = Record.objects.filter(actor=column(actor)).defer("body").order_by("-seq").first()
    return actor_name(head_of(last)) or actor if last else actor
