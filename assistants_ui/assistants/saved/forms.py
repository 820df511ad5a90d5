"""What somebody types about a view of the list."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy


class SavedViewForm(forms.Form):
    """The name of a view, and whether the team sees it."""

    name = forms.CharField(
        max_length=80,
        label=gettext_lazy("Name of the view"),
        error_messages={"required": gettext_lazy("Enter a name for the view.")},
    )
    is_shared = forms.BooleanField(required=False, label=gettext_lazy("The whole team sees it"))
