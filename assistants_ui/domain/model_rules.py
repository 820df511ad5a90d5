"""Which settings a model refuses. A server checks a new model against the settings that are stored."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import assistants_client as wire
from assistants_ui.domain.labels import field_names

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


# To begin with, the first of these that the server offers.
GOOD_TO_BEGIN = ("gpt-5-mini", "gpt-4.1-mini", "gpt-4o-mini")
# Names that tell of a model which holds no conversation.
NO_CONVERSATION = re.compile(
    r"embed|whisper|tts|dall-e|image|moderation|audio|realtime|transcribe|babbage|davinci|sora"
)


def in_order(offered: Sequence[wire.Model]) -> list[wire.Model]:
    """Each model once, by name; such as hold no conversation come last."""
    each = {model.id: model for model in offered}.values()
    return sorted(each, key=lambda model: (bool(NO_CONVERSATION.search(model.id.lower())), _with_numbers(model.id)))


def _with_numbers(name: str) -> list[tuple[int, str]]:
    """A key that puts ``model-9`` before ``model-10``."""
    pieces = re.split(r"(\d+)", name.lower())
    return [(int(piece), "") if piece.isdecimal() else (-1, piece) for piece in pieces]


def suggested(offered: Sequence[wire.Model], *, settings: Mapping[str, Any]) -> str:
    """A model to begin with that takes these wire ``settings``; empty when the server names none that could answer."""
    names = sorted(model.id for model in offered if not NO_CONVERSATION.search(model.id.lower()))
    ranked = [*(name for name in GOOD_TO_BEGIN if name in names), *names]
    return next((name for name in ranked if not to_clear(name, settings)), ranked[0] if ranked else "")


@dataclass(frozen=True, kw_only=True)
class Note:
    """What to know about a model beside its field: labels of settings, and whether and until when it is offered."""

    model: str
    refused: str
    cleared: str
    shutdown: str | None
    is_unknown: bool


def note_on(model: str, *, settings: Mapping[str, Any], offered: Sequence[wire.Model]) -> Note:
    """What choosing ``model`` means for the ``settings`` beside it and for the time to come."""
    known = next((one for one in offered if one.id == model), None)
    return Note(
        model=model,
        refused=field_names(refused_by(model)),
        cleared=field_names(to_clear(model, settings)),
        shutdown=known.shutdown_date if known else None,
        is_unknown=bool(model and offered and known is None),
    )


def null_when_new(model: str) -> tuple[str, ...]:
    """What must be sent as null with a new assistant, since a server may fill in a value that the model refuses."""
    return SAMPLING if refused_by(model) == SAMPLING else ()


def to_clear(model: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of ``values`` that must be set back to the server's default before ``model`` is taken."""
    return tuple(name for name in refused_by(model) if values.get(name) is not None)
