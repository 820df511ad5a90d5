"""One short name for all states of an assistant that answer alike: what was tested is bound to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistants_ui.domain.canonical import canonical, digest_of
from assistants_ui.domain.run_values import RUN_FIELDS, run_value

# What reaches a model, and the files that it searches. A new name or description changes no answer.
TESTED = (*RUN_FIELDS["v2"], "tool_resources", "file_ids")


def answering_fingerprint(state: Mapping[str, Any]) -> str:
    """The name of the state; the same for a value that is left out and the one that then counts."""
    return digest_of({name: canonical(name, run_value(name, state.get(name))) or None for name in TESTED})


def answering_state(state: Mapping[str, Any]) -> dict[str, Any]:
    """What of the state is kept with a run of questions."""
    return {name: state[name] for name in (*TESTED, "id", "name") if state.get(name) is not None}
