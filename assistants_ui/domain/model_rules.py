"""Which settings a model refuses. A server checks a new model against the settings that are stored."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, pgettext

import assistants_client as wire
from assistants_client.model_table import SUGGESTED, ends_soon, family_of
from assistants_ui.domain.labels import field_names
from dashboard.lib.relative_time import whole_day

SAMPLING = ("temperature", "top_p")
EFFORT = "reasoning_effort"


def refused_by(model: str, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The wire fields that this model takes no value for beside these settings; none for a name that is not known."""
    family = family_of(model)
    if family is None:
        return ()
    effort = settings.get(EFFORT)
    refuses_effort = not family.efforts or (effort is not None and not family.takes_effort(effort))
    takes_sampling = family.takes_sampling(None if refuses_effort else effort)
    return (*(() if takes_sampling else SAMPLING), *((EFFORT,) if refuses_effort else ()))


# Names that tell of a model which holds no conversation.
NO_CONVERSATION = re.compile(
    r"embed|whisper|tts|dall-e|image|moderation|audio|realtime|transcribe|babbage|davinci|sora"
)


class ModelGroup(IntEnum):
    """In the order in which they are offered."""

    RECOMMENDED = 0
    OTHERS = 1
    ENDING = 2
    NO_CONVERSATION = 3


@dataclass(frozen=True, kw_only=True)
class OfferedModel:
    """A model that the server offers, and what to know of it before it is chosen."""

    id: str
    group: ModelGroup
    end: Retirement | None

    @property
    def note(self) -> str:
        """``Recommended``, when it ends, or that it holds no conversation; empty where there is nothing to say."""
        if self.end:
            text = gettext("Ended on %(day)s") if self.end.has_come else gettext("Ends on %(day)s")
            return text % {"day": whole_day(self.end.day)}
        notes = {
            ModelGroup.RECOMMENDED: pgettext("a model", "Recommended"),
            ModelGroup.NO_CONVERSATION: gettext("Holds no conversation"),
        }
        return notes.get(self.group, "")


def in_groups(offered: Sequence[wire.Model]) -> list[OfferedModel]:
    """Each model once: the recommended, the others by name, those that have ended or end soon, and the mute."""
    each = {model.id: model for model in offered}.values()
    models = [_offered(model) for model in each]
    return sorted(models, key=lambda model: (model.group, _rank(model.id), _with_numbers(model.id)))


def _offered(model: wire.Model) -> OfferedModel:
    end = end_of(model.id, model)
    if NO_CONVERSATION.search(model.id.lower()):
        group = ModelGroup.NO_CONVERSATION
    elif ends_soon(end.day if end else None, timezone.localdate()):
        group = ModelGroup.ENDING
    else:
        group = ModelGroup.RECOMMENDED if model.id in SUGGESTED else ModelGroup.OTHERS
    return OfferedModel(id=model.id, group=group, end=end)


def _rank(model: str) -> int:
    return SUGGESTED.index(model) if model in SUGGESTED else len(SUGGESTED)


def _with_numbers(name: str) -> list[tuple[int, str]]:
    """A key that puts ``model-9`` before ``model-10``."""
    pieces = re.split(r"(\d+)", name.lower())
    return [(int(piece), "") if piece.isdecimal() else (-1, piece) for piece in pieces]


def suggested(offered: Sequence[wire.Model], *, settings: Mapping[str, Any]) -> str:
    """A model to begin with that takes these wire ``settings``; empty when the server names none that could answer.

    One that has ended or ends within sixty days is taken only where there is nothing else.
    """
    today = timezone.localdate()
    talking = {model.id: model for model in offered if not NO_CONVERSATION.search(model.id.lower())}
    ends = {name: end.day for name, model in talking.items() if (end := end_of(name, model))}
    lasting = sorted(name for name in talking if not ends_soon(ends.get(name), today))
    ranked = [*(name for name in SUGGESTED if name in lasting), *lasting]
    if not ranked:
        ranked = sorted(ends, key=lambda name: (-ends[name].toordinal(), name))
    return next((name for name in ranked if not to_clear(name, settings)), ranked[0] if ranked else "")


@dataclass(frozen=True, kw_only=True)
class Retirement:
    """When a model ends and what its provider names in its place, if it does.

    ``is_stated``: the server says so itself; otherwise it is known of OpenAI's model of this name.
    """

    day: date
    replacement: str
    is_stated: bool

    @property
    def has_come(self) -> bool:
        return self.day <= timezone.localdate()


def end_of(model: str, known: wire.Model | None = None) -> Retirement | None:
    """The end of a model. What the server says of it (``known``) wins over the table, also that there is none."""
    family = family_of(model)
    replacement = family.replacement if family else ""
    if known is not None and "shutdown_date" in known.raw:
        day = _day(known.shutdown_date)
        return Retirement(day=day, replacement=replacement, is_stated=True) if day else None
    return Retirement(day=family.ends, replacement=replacement, is_stated=False) if family and family.ends else None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


@dataclass(frozen=True, kw_only=True)
class Note:
    """What to know about a model beside its field: labels of settings, and whether and until when it is offered.

    ``efforts`` names those that it takes, where the one that is chosen is none of them.
    """

    model: str
    refused_fields: tuple[str, ...]
    cleared: str
    efforts: str
    end: Retirement | None
    is_unknown: bool


def note_on(model: str, *, settings: Mapping[str, Any], offered: Sequence[wire.Model]) -> Note:
    """What choosing ``model`` means for the ``settings`` beside it and for the time to come."""
    known = next((one for one in offered if one.id == model), None)
    family = family_of(model)
    refused = refused_by(model, settings)
    has_wrong_effort = bool(family and family.efforts and EFFORT in refused)
    refused_whole = tuple(name for name in refused if not (has_wrong_effort and name == EFFORT))
    return Note(
        model=model,
        refused_fields=refused_whole,
        cleared=field_names(to_clear(model, settings)),
        efforts=", ".join(family.efforts) if family and has_wrong_effort else "",
        end=end_of(model, known),
        is_unknown=bool(model and offered and known is None),
    )


def null_when_new(model: str, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """What must be sent as null with a new assistant, since a server may fill in a value that the model refuses."""
    return SAMPLING if SAMPLING[0] in refused_by(model, settings) else ()


def to_clear(model: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of ``values`` that must be set back to the server's default before ``model`` is taken."""
    return tuple(name for name in refused_by(model, values) if values.get(name) is not None)
