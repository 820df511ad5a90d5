"""What a person may attach, and what they are told when it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from assistants_ui import errors, wire
from assistants_ui.knowledge import Use

T = TypeVar("T")
MOST_AT_ONCE = 20


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files, each refused by a sentence of its own."""

    widget = FilesInput(attrs={"multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        uploads: list[UploadedFile[Any]] = [upload for upload in data or [] if upload]
        if not uploads:
            raise ValidationError("Choose at least one file.")
        if len(uploads) > MOST_AT_ONCE:
            raise ValidationError(f"These are {len(uploads)} files; at most {MOST_AT_ONCE} go at once.")
        problems = [problem for upload in uploads if (problem := self._problem(upload))]
        if problems:
            raise ValidationError(problems)
        return uploads

    def _problem(self, upload: UploadedFile[Any]) -> str | None:
        if not upload.size:
            return f"“{upload.name}” is empty."
        if upload.size > settings.MAX_UPLOAD_MB * 2**20:
            return f"“{upload.name}” is {filesizeformat(upload.size)}; the limit is {settings.MAX_UPLOAD_MB} MB."
        return None


class AttachForm(forms.Form):
    """The files to attach and what they are for."""

    use = forms.ChoiceField(
        label="What are they for?",
        initial=Use.SEARCH,
        choices=[
            (Use.SEARCH, "Files the assistant can search"),
            (Use.CODE, "Files its code can open"),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        # A form's own attribute ``files`` holds what was uploaded, so the field cannot be declared.
        self.fields["files"] = FilesField(label="Files")

    def file_input(self) -> forms.BoundField:
        return self["files"]

    def submit(self, name: str, action: Callable[[], T]) -> T | None:
        """Run one upload; None when it failed, with the problem put on the form under the file's name."""
        try:
            return action()
        except wire.APIError as error:
            problem = errors.explain(error, writing=True)
            self.add_error("files", f"“{name}”: {problem.title}. {problem.text}")
            return None
