"""What the address of the list of files means."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms

import assistants_client as wire

LIMIT = 50


class FileListForm(forms.Form):
    """A cursor, a name to look for and a purpose; whatever cannot be used is left out."""

    q = forms.CharField(required=False, max_length=255)
    purpose = forms.CharField(required=False, max_length=40)
    after = forms.CharField(required=False, max_length=256)
    before = forms.CharField(required=False, max_length=256)

    def query(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


@dataclass(frozen=True)
class FileWindow:
    """The files of one page, of ``total`` that match, and the cursors that lead on; None at the ends."""

    files: list[wire.File]
    total: int
    after: str | None
    before: str | None


def window(files: list[wire.File], query: dict[str, str]) -> FileWindow:
    """One page of ``files`` that match the query, next to its cursor. A cursor that is gone leads to the first page."""
    words = query.get("q", "").casefold().split()
    matching = [
        file
        for file in files
        if all(word in file.filename.casefold() or word == file.id.casefold() for word in words)
        and query.get("purpose", file.purpose) == file.purpose
    ]
    places = {file.id: place for place, file in enumerate(matching)}
    if query.get("after") in places:
        start = places[query["after"]] + 1
    elif query.get("before") in places:
        start = max(0, places[query["before"]] - LIMIT)
    else:
        start = 0
    shown = matching[start : start + LIMIT]
    return FileWindow(
        files=shown,
        total=len(matching),
        after=shown[-1].id if shown and start + LIMIT < len(matching) else None,
        before=shown[0].id if shown and start else None,
    )
