"""What is typed on the page of a try: a question, or what the functions give."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from assistants_ui.conversations import canned
from assistants_ui.conversations.exchange import Exchange, Segment

MOST_CHARACTERS = 100_000
EARLIER_SALT = "assistants_ui.conversations.earlier"
# An answer carried along in the page to stand beside the next one.
MOST_CARRIED = 40_000


class AskForm(forms.Form):
    """The question."""

    message = forms.CharField(
        max_length=MOST_CHARACTERS,
        label=gettext_lazy("Question"),
        error_messages={"required": gettext_lazy("Type a question first.")},
        widget=forms.Textarea(
            attrs={"rows": 3, "dir": "auto", "placeholder": gettext_lazy("Ask something that your users would ask")}
        ),
    )


class OutputsForm(forms.Form):
    """What each function that the model called gives; a field ``output-<call>`` and a choice to keep it."""

    def __init__(self, data: Any = None, *, exchange: Exchange, kept: dict[str, str]) -> None:
        super().__init__(data)
        self.calls = exchange.waiting
        for call in self.calls:
            self.fields[f"output-{call.id}"] = forms.CharField(
                required=False,
                max_length=canned.MOST_CHARACTERS,
                label=gettext("What %(name)s gives") % {"name": call.name},
                initial=kept.get(call.name, ""),
                widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
            )
            self.fields[f"keep-{call.id}"] = forms.BooleanField(
                required=False,
                initial=call.name in kept,
                label=gettext("Use this each time that %(name)s is called here") % {"name": call.name},
            )

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"call": call, "output": self[f"output-{call.id}"], "keep": self[f"keep-{call.id}"]} for call in self.calls
        ]


def outputs_in(data: QueryDict) -> dict[str, str]:
    """What was typed for each call, by the id of the call."""
    prefix = "output-"
    return {
        name.removeprefix(prefix): str(data[name])
        .replace("\r\n", "\n")
        .replace("\0", "\ufffd")[: canned.MOST_CHARACTERS]
        for name in data
        if name.startswith(prefix)
    }


def keep_outputs(workspace: str, assistant_id: str, data: QueryDict) -> None:
    """Keep, or forget, what was typed beside the functions, as it was asked for."""
    outputs = outputs_in(data)
    names = {call_id: data.get(f"name-{call_id}", "") for call_id in outputs}
    kept = {names[call_id]: output for call_id, output in outputs.items() if f"keep-{call_id}" in data}
    canned.keep(workspace, assistant_id, {name: output for name, output in kept.items() if name})
    canned.forget(workspace, assistant_id, [name for name in names.values() if name and name not in kept])


def carried(exchange: Exchange) -> str:
    """The exchange as a page carries it to the next one, where it stands beside the new answer."""
    if not exchange.text:
        return ""
    segments = [[segment.text, segment.number] for segment in exchange.segments]
    body = {
        "question": exchange.question[:MOST_CARRIED],
        "outcome": exchange.outcome.value,
        "segments": segments,
        "seconds": exchange.seconds,
        "tokens": exchange.tokens,
        "model": exchange.model,
    }
    text = signing.dumps(body, salt=EARLIER_SALT, compress=True)
    return text if len(text) <= MOST_CARRIED * 2 else ""


def earlier_in(data: QueryDict) -> dict[str, Any] | None:
    """The answer that stood on the page before, or None."""
    try:
        body: dict[str, Any] = signing.loads(data.get("earlier", ""), salt=EARLIER_SALT)
    except signing.BadSignature:
        return None
    body["segments"] = [Segment(text, number) for text, number in body["segments"]]
    return body
