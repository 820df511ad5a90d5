"""What of the record is shown: every filter is in the address, and they combine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from dashboard.audit.models import OpenOperation, Record
from dashboard.audit.read.entries import head_of
from dashboard.audit.record.canonical import column, escaped
from dashboard.audit.record.operation_ids import for_subject
from dashboard.audit.record.types import OperationOutcome, RecordKind
from dashboard.audit.registry import registry

OUTCOMES = {
    OperationOutcome.SUCCEEDED: "Succeeded",
    OperationOutcome.REFUSED: "Refused",
    OperationOutcome.NOT_SENT: "Not sent",
    OperationOutcome.UNKNOWN: "Unknown",
}
OTHER_ACTORS = {
    "command:": "A command",
    "system:": "The dashboard",
    "system:outside": "Someone outside",
    "system:server": "The server",
}
HOUR = r"^\d{4}-\d\d-\d\d(T\d\d)?$"


class FilterForm(forms.Form):
    """The filters as fields. A value that means nothing is ignored, as an old address may hold one."""

    q = forms.CharField(required=False, max_length=200, strip=True, label="Text")
    actor = forms.CharField(required=False, max_length=200, label="Person")
    action = forms.CharField(required=False, max_length=40, label="Action")
    target = forms.CharField(required=False, max_length=200, label="Id")
    workspace = forms.CharField(required=False, max_length=40, label="Workspace")
    outcome = forms.ChoiceField(required=False, choices=list(OUTCOMES.items()), label="Outcome")
    since = forms.DateField(required=False, label="From")
    until = forms.DateField(required=False, label="To")
    hour = forms.RegexField(required=False, regex=HOUR)
    request = forms.CharField(required=False, max_length=64)

    def clean_hour(self) -> str:
        hour = str(self.cleaned_data["hour"])
        try:
            known = not hour or 2000 <= datetime.fromisoformat(hour).year < 9999
        except ValueError:
            known = False
        if not known:
            raise forms.ValidationError("There is no such hour.")
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
            return f"{datetime.fromisoformat(self.hour):%-d %B %Y}" if self.hour else ""
        return f"{datetime.fromisoformat(self.hour):%-d %B %Y, %H:00 to %H:59} UTC"

    def rows(self) -> QuerySet[Record]:
        """Every matching row of any kind, newest first."""
        rows = Record.objects.order_by("-seq")
        if self.actor:
            rows = rows.filter(actor=column(self.actor))
        if self.action:
            is_one = self.action in registry.actions
            rows = rows.filter(action=self.action) if is_one else rows.filter(action__startswith=self.action + ".")
        if self.target:
            rows = rows.filter(Q(target_id=column(self.target)) | for_subject(self.target))
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
            rows = rows.filter(_holding(self.q))
        return rows

    def lines(self) -> QuerySet[Record]:
        """One row for each thing that happened: outcomes and events, and intents that have no outcome."""
        unfinished = OpenOperation.objects.filter(outcome="").values("seq")
        return self.rows().filter(~Q(kind=RecordKind.INTENT.value) | Q(seq__in=unfinished))


def _holding(text: str) -> Q:
    """Rows whose stored text holds these words, however they are written in it."""
    spellings = {escaped(text), escaped(text.lower()), escaped(text.upper()), escaped(text.title())}
    found = Q()
    for spelling in spellings:
        found |= Q(head__icontains=spelling) | Q(body__icontains=spelling)
    return found


def choices(filters: LogFilters) -> dict[str, list[tuple[str, str]]]:
    """What the form offers to choose from; a chosen value is offered even when nothing else has it."""
    people = User.objects.order_by("first_name", "username")
    actors = [(f"person:{user.pk}", user.get_full_name() or user.get_username()) for user in people]
    actors += OTHER_ACTORS.items()
    if filters.actor and filters.actor not in dict(actors):
        actors.append((filters.actor, _last_name(filters.actor)))
    actions = sorted(registry.groups.items(), key=lambda group: group[1])
    if filters.action and filters.action not in registry.groups:
        actions.append((filters.action, filters.action))
    return {
        "actors": actors,
        "actions": actions,
        "target": [("", f"{registry.subject.label} or other id" if registry.subject else "Id")],
        "outcomes": [(outcome.value, label) for outcome, label in OUTCOMES.items()],
        "workspaces": [(name, workspace.label) for name, workspace in settings.WORKSPACES.items()],
    }


def _last_name(actor: str) -> str:
    """What an actor without an account was called last."""
    last = Record.objects.filter(actor=column(actor)).defer("body").order_by("-seq").first()
    return str(head_of(last).get("actor_name", actor)) if last else actor
