"""What somebody wants to do to many assistants."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from assistants_ui.bulk.changes import KINDS, ManyChange

NEEDED = {
    "replace": {"find": gettext_lazy("Enter the text to find.")},
    "add-label": {"key": gettext_lazy("Enter the label's name."), "value": gettext_lazy("Enter the label's value.")},
    "remove-label": {"key": gettext_lazy("Enter the label's name.")},
    "model": {"model": gettext_lazy("Enter a model.")},
    "delete": {},
}


class ManyChangeForm(forms.Form):
    """The kind of change and its values; only what belongs to the kind has to be there."""

    kind = forms.ChoiceField(choices=KINDS, widget=forms.RadioSelect, label=gettext_lazy("What to do"))
    find = forms.CharField(required=False, max_length=2000, strip=False, label=gettext_lazy("Find"))
    replacement = forms.CharField(required=False, max_length=20_000, strip=False, label=gettext_lazy("Replace with"))
    any_case = forms.BooleanField(required=False, label=gettext_lazy("Upper and lower case count as the same"))
    key = forms.CharField(required=False, max_length=64, label=gettext_lazy("Label name"))
    value = forms.CharField(required=False, max_length=512, label=gettext_lazy("Label value"))
    model = forms.CharField(
        required=False,
        max_length=256,
        label=gettext_lazy("New model"),
        help_text=gettext_lazy("Choose one from the list, or type its name."),
        widget=forms.TextInput(attrs={"list": "models", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name, message in NEEDED.get(values.get("kind", ""), {}).items():
            if not values.get(name):
                self.add_error(name, message)
        return values

    def change(self) -> ManyChange:
        return ManyChange(**self.cleaned_data)
