"""Which settings a model refuses. A server checks a new model against the settings that are stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

SAMPLING = ("temperature", "top_p")
EFFORT = ("reasoning_effort",)
# Names that tell their family. Of a deployment with a name of its own nothing is known.
REASONING = re.compile(r"(o\d|gpt-5|codex)(?!.*chat)")
OTHERS = re.compile(r"(gpt-3|gpt-4|chatgpt|gpt-5.*chat)")


def refused_by(model: str) -> tuple[str, ...]:
    """The wire fields that this model takes no value for; none for a model that is not known."""
    name = model.rsplit("/", maxsplit=1)[-1].removeprefix("ft:").lower()
    if REASONING.match(name):
        return SAMPLING
    return EFFORT if OTHERS.match(name) else ()


def null_when_new(model: str) -> tuple[str, ...]:
    """What must be sent as null with a new assistant, since a server may fill in a value that the model refuses."""
    return SAMPLING if refused_by(model) == SAMPLING else ()


def to_clear(model: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of ``values`` that must be set back to the server's default before ``model`` is taken."""
    return tuple(name for name in refused_by(model) if values.get(name) is not None)
