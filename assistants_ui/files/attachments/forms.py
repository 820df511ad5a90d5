"""What a person may attach, and what they are told when it cannot be."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext, gettext_lazy

from assistants_ui.files.attachments import Content
from assistants_ui.files.knowledge import Use
from dashboard.lib.uploads import SpooledFile

MOST_AT_ONCE = 20
TOKEN = re.compile(r"[A-Za-z0-9_-]{8,64}")


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files, each refused by a sentence of its own; see :attr:`problems`."""

    widget = FilesInput(attrs={"multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[Content]:
        uploads: list[SpooledFile] = [upload for upload in data or [] if upload is not None]
        if len(uploads) > MOST_AT_ONCE:
            raise ValidationError(
                gettext("These are %(count)s files; at most %(most)s go at once.")
                % {"count": len(uploads), "most": MOST_AT_ONCE}
            )
        self.problems = [problem for upload in uploads if (problem := self._problem(upload))]
        return [_content(upload) for upload in uploads if not self._problem(upload)]

    def _problem(self, upload: SpooledFile) -> str | None:
        if upload.refusal == "no_room":
            return gettext("“%(name)s”: there is not enough room to take this file right now.") % {"name": upload.name}
        if upload.refusal:
            return gettext("“%(name)s” is %(size)s; the limit is %(limit)s MB.") % {
                "name": upload.name,
                "size": filesizeformat(upload.size or 0),
                "limit": settings.MAX_UPLOAD_MB,
            }
        return None if upload.size else gettext("“%(name)s” is empty.") % {"name": upload.name}


def _content(upload: SpooledFile) -> Content:
    assert upload.file is not None  # noqa: S101  (an upload that was not refused has its bytes)
    return Content(name=upload.name or "upload", size=upload.size or 0, sha256=upload.sha256, file=upload.file)


class AttachForm(forms.Form):
    """The files to attach, new ones and such that are here already, and what they are for.

    ``job`` names the click. A script gives each file one of its own; without it, the form's
    CSRF token serves, since no two pages are given the same.
    """

    use = forms.ChoiceField(
        label=gettext_lazy("What are they for?"),
        initial=Use.SEARCH,
        choices=lambda: [(use, use.label) for use in Use],
        widget=forms.RadioSelect,
    )
    upload_token = forms.RegexField(TOKEN, required=False, widget=forms.HiddenInput)
    even_if_known = forms.BooleanField(label=gettext_lazy("Upload them even if they are here already"), required=False)

    def __init__(self, data: Any = None, files: Any = None, *, offered: list[tuple[str, str]] | None = None) -> None:
        """``offered`` are the files that may be picked: their ids and names."""
        super().__init__(data, files)
        # A form's own attribute ``files`` holds what was uploaded, so the field cannot be declared.
        self.fields["files"] = FilesField(label=gettext("Files"), required=False)
        self.fields["file_id"] = forms.MultipleChoiceField(
            label=gettext("Files that are here already"),
            required=False,
            choices=offered or [],
            widget=forms.CheckboxSelectMultiple,
        )

    def leave_out_use(self) -> None:
        """For a form whose files have one use only."""
        self.fields["use"].required = False
        self.fields["use"].widget = forms.HiddenInput()

    def file_input(self) -> forms.BoundField:
        return self["files"]

    @property
    def problems(self) -> list[str]:
        """Why some of the files were not taken; the others go on without them."""
        return getattr(self.fields["files"], "problems", [])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        nothing = not values.get("files") and not values.get("file_id") and not self.problems
        if nothing and not self.errors:
            self.add_error("files", gettext("Choose at least one file."))
        return values

    @property
    def token(self) -> str:
        """What names this click: the same for the same form sent twice."""
        given: str = self.cleaned_data.get("upload_token") or ""
        return given or hashlib.sha256(self.data.get("csrfmiddlewaretoken", "").encode()).hexdigest()[:40]
