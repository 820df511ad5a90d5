"""A verification that takes longer than one request should: in slices, with its place carried along."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext, gettext_lazy

from dashboard.audit.verify.head_file import noted_head
from dashboard.audit.verify.verification import ChainBreak, VerificationProgress, begin, current_head, go_on, parse_head

# About half a second's work.
SLICE = 100_000
SALT = "dashboard.audit.verify.progress"


class HeadForm(forms.Form):
    """``head``: a SEQ:SEAL noted earlier, if there is one. ``state``: where the last slice ended."""

    head = forms.CharField(required=False, max_length=100, label=gettext_lazy("A head that you noted earlier"))
    state = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_head(self) -> str:
        head = str(self.cleaned_data["head"])
        try:
            return "{}:{}".format(*parse_head(head)) if head else ""
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_state(self) -> VerificationProgress | None:
        state = self.cleaned_data["state"]
        try:
            return unpacked(state) if state else None
        except signing.BadSignature as error:
            raise forms.ValidationError(gettext("The verification was interrupted. Start it again.")) from error

    def next_slice(self) -> tuple[VerificationProgress, int]:
        """Go on by one slice; the walk, and the row at which it will end."""
        walk: VerificationProgress = self.cleaned_data["state"] or begin_with(self.cleaned_data["head"])
        go_on(walk, rows=SLICE)
        return walk, int(current_head().partition(":")[0])


def begin_with(head: str) -> VerificationProgress:
    """A walk at its start, towards the head that a person noted, or else the one that the site noted itself."""
    walk = begin(known_head=head or noted_head())
    walk.is_own_note = not head
    return walk


def packed(walk: VerificationProgress) -> str:
    """The walk as a signed text, so that nobody can begin in the middle."""
    return signing.dumps(asdict(walk), salt=SALT, compress=True)


def unpacked(text: str) -> VerificationProgress:
    """The walk again. Raises ``BadSignature`` for a text that is not ours, or is older than an hour."""
    values: dict[str, Any] = signing.loads(text, salt=SALT, max_age=3600)
    values["breaks"] = [ChainBreak(**found) for found in values["breaks"]]
    return VerificationProgress(**values)
