"""What the address of a list means: which page, how long, in which order, narrowed to what."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy

from assistants_ui.catalog.facets import FILES_LABELS, PERIOD_LABELS
from assistants_ui.catalog.search import SORTS
from assistants_ui.catalog.states import STATE_LABELS

LIMITS = (10, 20, 50, 100)
# The columns of the list of assistants that can be left out; the name always stays.
COLUMNS = {
    "labels": gettext_lazy("Labels"),
    "model": gettext_lazy("Model"),
    "tools": gettext_lazy("Tools"),
    "files": gettext_lazy("Files"),
    "changed": gettext_lazy("Changed"),
}
FILTER_LABELS = {
    "q": gettext_lazy("the words"),
    "model": gettext_lazy("Model"),
    "tool": gettext_lazy("Tool"),
    "metadata": gettext_lazy("Label"),
    "files": gettext_lazy("Files"),
    "by": gettext_lazy("Changed by"),
    "changed": gettext_lazy("Changed"),
    "state": gettext_lazy("State"),
}
FILTERS = tuple(FILTER_LABELS)
# The columns by which a list is sorted with a click on their head: name in the address, and what the head says.
SORTABLE = {
    "name": gettext_lazy("Name"),
    "model": gettext_lazy("Model"),
    "changed": gettext_lazy("Changed"),
    "files": gettext_lazy("Files"),
}


class PageForm(forms.Form):
    """The cursor, length and order of a list as its address names them.

    Whatever cannot be used falls back to the default, because an address may be old or mistyped.
    """

    after = forms.CharField(required=False, max_length=256)
    before = forms.CharField(required=False, max_length=256)
    limit = forms.IntegerField(required=False, min_value=1, max_value=100)
    order = forms.ChoiceField(
        required=False, choices=[("desc", gettext_lazy("Newest first")), ("asc", gettext_lazy("Oldest first"))]
    )

    def query(self) -> dict[str, Any]:
        """The arguments for a page of the service; ``after`` wins over ``before``."""
        self.is_valid()
        values = self.cleaned_data
        cursor = {name: values[name] for name in ("after", "before") if values.get(name)}
        if "after" in cursor:
            cursor.pop("before", None)
        return {"limit": values.get("limit") or 20, "order": values.get("order") or "desc", **cursor}


class ListForm(PageForm):
    """And what it is narrowed to and sorted by.

    A filter that cannot be used leaves nothing: without it the list would be longer than its address says, and a
    change of all in it would be of others too.
    """

    q = forms.CharField(required=False, max_length=1000)
    model = forms.CharField(required=False, strip=False)
    tool = forms.CharField(required=False, strip=False)
    metadata = forms.CharField(required=False, strip=False)
    # Django moves it to `fields`, so the form's own attribute of this name, its uploads, is left alone.
    files = forms.ChoiceField(required=False, choices=FILES_LABELS)  # type: ignore[assignment]  # as said above
    by = forms.CharField(required=False, max_length=240)
    changed = forms.ChoiceField(required=False, choices=PERIOD_LABELS)
    state = forms.ChoiceField(required=False, choices=STATE_LABELS)
    sort = forms.ChoiceField(required=False, choices=[(name, name) for name in SORTS])

    def filters(self) -> dict[str, Any]:
        """What the list is narrowed to, by the name of the filter; empty for the whole list."""
        self.is_valid()
        given = {name: self.cleaned_data.get(name) or self._unusable(name) for name in FILTERS}
        return {name: value for name, value in given.items() if value.strip()}

    def _unusable(self, name: str) -> str:
        """What the address says where that is no value of this filter; nothing in the list has it."""
        return self.data.get(name, "").replace("\0", "\ufffd")[:1000] if name in self.errors else ""

    def place(self) -> str:
        """Filters, length and order as an address of the list is always written; no cursor."""
        query = self.query()
        # In the order in which the list writes its own address, so that the two can be compared.
        kept = {"limit": query["limit"], "order": query["order"], "sort": self.sorted_by(), **self.filters()}
        return address("", kept).removeprefix("?")

    def sorted_by(self) -> str:
        """What a list of assistants is sorted by beside its order; empty for the time of creation."""
        self.is_valid()
        return str(self.cleaned_data.get("sort") or "")


class ColumnsForm(forms.Form):
    """Which columns a person wants, and how high the rows are."""

    columns = forms.MultipleChoiceField(required=False, choices=list(COLUMNS.items()))
    is_compact = forms.BooleanField(required=False)


def is_descending(sort: str) -> bool:
    """Whether a list sorted like that begins with the greatest; by files and by time the greatest come first anyway."""
    return sort.startswith("-") != (sort.removeprefix("-") in ("changed", "files"))


def address(path: str, query: dict[str, Any], **changes: Any) -> str:
    """``path`` with the list's query, changed; defaults are left out so that an address stays short."""
    values = {**query, **changes}
    defaults = {"limit": 20, "order": "desc"}
    shown = {name: value for name, value in values.items() if value and defaults.get(name) != value}
    return f"{path}?{urlencode(shown)}" if shown else path
