"""A form whose change the server may refuse, or never answer; one way to tell it, whoever refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, TypeVar

from django import forms

import assistants_client as wire
from assistants_ui.forms.fields import MetadataField
from assistants_ui.workspaces import problems
from assistants_ui.workspaces.locks import LockTimeout

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class ErrorLink:
    """Where something must be mended: the ``id`` of its element, what it is called, and what is wrong."""

    id: str
    label: str
    text: str


class ApiForm(forms.Form):
    """Fields named as on the wire; ``wire_names`` tells which field holds a wire field of another name.

    ``problem`` is what befell the change as a whole, for the head of the page.
    """

    problem: problems.Problem | None = None
    wire_names: ClassVar[Mapping[str, str]] = {}

    def error_links(self) -> Iterator[ErrorLink]:
        """Each place of the page where something must be mended, in the order of the page."""
        for name in [name for name in self.fields if name in self.errors]:
            yield from self.places_of(name, text=str(self.errors[name][0]))

    def places_of(self, name: str, *, text: str) -> Iterator[ErrorLink]:
        """Where the refused field ``name`` is mended: at its input, or among its rows."""
        has_rows = isinstance(self.fields[name], MetadataField)
        yield ErrorLink(id=f"id_{name}_error" if has_rows else f"id_{name}", label=str(self[name].label), text=text)

    def submit(self, action: Callable[[], T]) -> T | None:
        """Run the change; None when the server refused or failed, with the problem put on the form.

        A refusal that names a field stands at that field, so that nothing typed is lost and the
        person sees what to mend.
        """
        try:
            return action()
        except problems.StillUnknown:
            self.problem = problems.STILL_UNKNOWN
            return None
        except LockTimeout:
            self.problem = problems.LOCK_TIMEOUT
            return None
        except wire.APIError as error:
            self.problem = problems.explain(error, writing=True)
            param = (error.param or "").split(".")[0].split("[")[0]
            field = self.wire_names.get(param, param)
            if error.outcome == wire.Outcome.REFUSED and field in self.fields:
                self.add_error(field, error.message[:300])
                # Its sentence stands at the field and is not said twice.
                self.problem = replace(self.problem, text=problems.SAFE)
            return None
