"""The values of an assistant as a run is given them in the assistant's place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistants_ui.domain.fields import run_fields

# What of an assistant a run can be given in its place, by version. The other fields do not reach the model.
RUN_FIELDS = {version: run_fields(version) for version in ("v1", "v2")}
# What a run is told where the unsaved text has nothing: null would mean the saved value.
NOTHING: Mapping[str, Any] = {
    "instructions": "",
    "tools": [],
    "temperature": 1.0,
    "top_p": 1.0,
    "response_format": "auto",
}


def run_value(name: str, value: Any) -> Any:
    """The value as a run is told it; None where that cannot be said."""
    return NOTHING.get(name) if value is None else value
