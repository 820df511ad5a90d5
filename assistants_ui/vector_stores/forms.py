"""What people can set of a vector store."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext, gettext_lazy

import assistants_client as wire
from assistants_ui.assistants.editor.forms.codecs import Metadata
from assistants_ui.files.attachments.steps import marks_in
from assistants_ui.forms.api_form import ApiForm
from assistants_ui.forms.fields import BoundedIntegerField, MetadataField, NameField

MOST_DAYS = 365


class VectorStoreForm(ApiForm):
    """Name, expiry and metadata; :meth:`changes` gives only what differs from ``base``, in the wire's names."""

    name = NameField(
        label=gettext_lazy("Name"),
        max_length=256,
        required=True,
        error_messages={"required": gettext_lazy("Enter a name.")},
    )
    expires_after_days = BoundedIntegerField(
        label=gettext_lazy("Expires after this many days without use"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=gettext_lazy("Empty: it never expires. An expired store is no longer searched."),
    )
    metadata = MetadataField(
        label=gettext_lazy("Labels"),
        required=False,
        help_text=gettext_lazy("For people and programs, which know them as metadata."),
    )

    wire_names: ClassVar = {"expires_after": "expires_after_days"}

    def __init__(self, data: Any = None, *, base: wire.VectorStore | None = None) -> None:
        self.marks = marks_in(base.metadata) if base else {}
        initial = {
            "name": base.name if base else "",
            "expires_after_days": base.expires_after_days if base else None,
            "metadata": {key: value for key, value in base.metadata.items() if key not in self.marks} if base else {},
        }
        super().__init__(data, initial=initial)
        self.base = base
        metadata = self.fields["metadata"]
        assert isinstance(metadata, MetadataField)  # noqa: S101  (it is declared above)
        metadata.leave_room(len(self.marks))

    def clean_metadata(self) -> dict[str, str]:
        typed: dict[str, str] = self.cleaned_data["metadata"]
        for key in typed.keys() & self.marks.keys():
            raise forms.ValidationError(
                gettext("The key “%(key)s” is one that this dashboard uses itself. Choose another.") % {"key": key}
            )
        return typed

    def changes(self) -> dict[str, Any]:
        values = self.cleaned_data
        changed: dict[str, Any] = {name: values[name] for name in ("name", "metadata") if name in self.changed_data}
        if "expires_after_days" in self.changed_data:
            days = values["expires_after_days"]
            changed["expires_after"] = {"anchor": "last_active_at", "days": days} if days else None
        if self.base is None:
            return {name: value for name, value in changed.items() if value}
        if "metadata" in changed:
            kept = Metadata().write(self.base.raw, values, set(self.changed_data))
            changed["metadata"] = kept | self.marks
        return changed


class SearchForm(forms.Form):
    """A question to the store."""

    q = forms.CharField(required=False, max_length=1000)

    @property
    def question(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("q", "")).strip()
