"""Form fields whose meaning is shared by several forms about assistants.

A field tells by ``has_changed`` whether the person changed it. What a browser does to a text on
its way (line ends become CRLF) and how a number is written (``1`` or ``1.0``) never count.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext

from dashboard.lib.characters import NONCHARACTERS, mixed_alphabets, skeleton
from dashboard.lib.texts import StrOrPromise, as_list, number

REPLACEMENT = "\ufffd"
# Controls, lone surrogates, direction marks, the tag block and noncharacters: in a name each of
# these can only mislead the reader.
MISLEADING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f\ud800-\udfff]"
)
UNSAVABLE = re.compile(f"[\x00\ud800-\udfff]|{NONCHARACTERS.pattern}")
INVISIBLE = frozenset("\u115f\u1160\u2800\u3164\uffa0\u00ad\u034f\u180e\ufeff")


def reason_in(posted: QueryDict) -> str:
    """Why somebody makes a change, in one line of at most 300 characters."""
    return " ".join(posted.get("why", "").split())[:300]


def unix_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def one_line(text: Any) -> Any:
    """What a browser makes of a text in a field of one line: it leaves the line ends out."""
    return re.sub(r"[\r\n]", "", text) if isinstance(text, str) else text


def has_visible_character(text: str) -> bool:
    return any(
        character not in INVISIBLE and unicodedata.category(character) not in {"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Cs"}
        for character in text
    )


def describe(character: str) -> str:
    """A character for a person to find: its Unicode name, or failing that its kind, and its number."""
    name = unicodedata.name(character, "control character").capitalize()
    return gettext("%(name)s (U+%(code)s)") % {"name": name, "code": f"{ord(character):04X}"}


class TextField(forms.CharField):
    """Text kept exactly as typed, apart from line ends, which are those of a newline character.

    Refuses NUL, noncharacters, lone surrogates and a U+FFFD that was not there before, since that one stands for
    text the browser could not send.
    """

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(strip=False, required=options.pop("required", False), **options)
        self.set_limit(max_length)

    def set_limit(self, limit: int) -> None:
        """Allow this many characters."""
        self.limit = limit
        # A browser counts UTF-16 units and would cut a text of emoji short; the count beside the
        # field and the check below count characters.
        self.widget.attrs["data-limit"] = str(limit)

    def to_python(self, value: Any) -> str:
        return unix_newlines(super().to_python(value) or "")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return data is not None and self.to_python(data) != self.to_python(initial)

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > self.limit:
            raise ValidationError(
                gettext("Too long by %(excess)s: %(count)s of %(limit)s characters.")
                % {"excess": number(len(value) - self.limit), "count": number(len(value)), "limit": number(self.limit)}
            )
        if found := UNSAVABLE.search(value):
            raise ValidationError(
                gettext("Character %(position)s cannot be saved: %(character)s. Remove it.")
                % {"position": number(found.start() + 1), "character": describe(found.group())}
            )


class NameField(TextField):
    """A text of one line that people must be able to see and tell apart."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(initial, data) and data != one_line(initial)

    def clean(self, value: Any) -> str:
        return unicodedata.normalize("NFC", super().clean(value))

    def validate(self, value: str) -> None:
        super().validate(value)
        found = MISLEADING.search(value)
        if found:
            raise ValidationError(
                gettext("Character %(position)s is not visible or can mislead: %(character)s. Remove it.")
                % {"position": found.start() + 1, "character": describe(found.group())}
            )
        if value and not has_visible_character(value):
            raise ValidationError(
                gettext("Needs a visible character; this holds only %(character)s.") % {"character": describe(value[0])}
            )


def refuse_beyond(value: float | None, minimum: float, maximum: float) -> None:
    """Raise, naming both bounds, unless the value lies between them or there is none."""
    if value is not None and not (math.isfinite(value) and minimum <= value <= maximum):
        raise ValidationError(
            gettext("Must be from %(minimum)s to %(maximum)s.")
            % {"minimum": number(minimum), "maximum": number(maximum)}
        )


class BoundedIntegerField(forms.IntegerField):
    """A whole number between two bounds, both of which its refusal names."""

    def __init__(self, *, min_value: int, max_value: int, **options: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **options)
        self.bounds = min_value, max_value

    def validate(self, value: Any) -> None:
        super().validate(value)
        refuse_beyond(value, *self.bounds)


class NumberField(forms.Field):
    """A number between two bounds; empty means that the server's own default holds."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    has_slider = True

    def __init__(self, *, minimum: float, maximum: float, middle: float | None = None, **options: Any) -> None:
        """``middle`` is where a slider rests while the server's default holds, by default the middle."""
        super().__init__(required=False, **options)
        self.minimum, self.maximum = minimum, maximum
        self.middle = (minimum + maximum) / 2 if middle is None else middle
        self.widget.attrs["placeholder"] = gettext("Server default")

    def to_python(self, value: Any) -> float | None:
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        # Half of Europe writes 0,3. Bounds this narrow leave no room for a comma that sets thousands apart.
        if re.fullmatch(r"-?\d*,\d+", text, re.ASCII):
            text = text.replace(",", ".")
        # float() alone would take "1_0", "nan" and digits of other scripts.
        if not re.fullmatch(r"-?(\d+\.?\d*|\.\d+)([eE]-?\d{1,3})?", text, re.ASCII):
            raise ValidationError(
                gettext("Needs a number from %(minimum)s to %(maximum)s.")
                % {"minimum": number(self.minimum), "maximum": number(self.maximum)}
            )
        return float(text)

    def validate(self, value: float | None) -> None:
        refuse_beyond(value, self.minimum, self.maximum)

    def has_changed(self, initial: Any, data: Any) -> bool:
        # A value that is no number at all can still be one that the server holds.
        if data is None or str(data).strip() == ("" if initial is None else str(initial)):
            return False
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True


class MetadataWidget(forms.Widget):
    """Rows of a key and a value, sent as the repeated fields ``metadata_key`` and ``metadata_value``."""

    template_name = "assistants/_metadata.html"
    blank_rows, most = 2, 16

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[tuple[str, str]] | None:
        if self.value_omitted_from_data(data, files, name):
            return None
        keys, values = data.getlist(f"{name}_key"), data.getlist(f"{name}_value")
        rows = [(key, unix_newlines(value)) for key, value in zip(keys, values, strict=False)]
        return [row for row in rows if row != ("", "")]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}_key" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = list(value.items()) if isinstance(value, Mapping) else list(value or [])
        context["rows"] = [row for row in rows if isinstance(row[1], str)]
        context["fixed_rows"] = [row for row in rows if not isinstance(row[1], str)]
        context["blank_rows"] = [("", "")] * min(self.blank_rows, max(0, self.most - len(rows)))
        context["most"] = max(1, self.most - len(context["fixed_rows"]))
        return context


class MetadataField(forms.Field):
    """The wire's ``metadata``: at most 16 pairs, keys of 64 and values of 512 characters.

    A value that is not text can only have come from a lenient server; it is shown and kept, never edited.
    """

    widget: MetadataWidget = MetadataWidget()
    max_pairs, max_key, max_value = 16, 64, 512

    def leave_room(self, pairs: int) -> None:
        """Keep so many pairs free for such as are not edited here."""
        self.max_pairs -= pairs
        self.widget.most = self.max_pairs

    def has_changed(self, initial: Any, data: Any) -> bool:
        texts = [(one_line(key), one_line(value)) for key, value in (initial or {}).items() if isinstance(value, str)]
        return data is not None and data != [pair for pair in texts if pair != ("", "")]

    def clean(self, value: Any) -> dict[str, str]:
        rows: list[tuple[str, str]] = value or []
        problems = [problem for key, text in rows if (problem := self._problem(key, text))]
        keys = [key for key, _ in rows]
        problems += [
            gettext("The key “%(key)s” appears twice.") % {"key": key}
            for key in dict.fromkeys(keys)
            if keys.count(key) > 1
        ]
        problems += _alike(list(dict.fromkeys(keys)))
        if len(rows) > self.max_pairs:
            problems.append(
                gettext("At most %(most)s pairs; there are %(count)s.") % {"most": self.max_pairs, "count": len(rows)}
            )
        if problems:
            raise ValidationError([ValidationError(problem) for problem in problems])
        return dict(rows)

    def _problem(self, key: str, text: str) -> str | None:
        if not has_visible_character(key):
            return gettext("The value “%(value)s” needs a key.") % {"value": text[:40]}
        found = MISLEADING.search(key)
        if found:
            return gettext("The key “%(key)s” holds %(character)s. Remove it.") % {
                "key": key,
                "character": describe(found.group()),
            }
        if len(key) > self.max_key:
            return gettext("The key “%(key)s…” is longer than %(most)s characters.") % {
                "key": key[:40],
                "most": self.max_key,
            }
        if len(text) > self.max_value:
            return gettext("The value of “%(key)s” is longer than %(most)s characters: %(count)s.") % {
                "key": key,
                "most": self.max_value,
                "count": len(text),
            }
        if "\x00" in text:
            return gettext("The value of “%(key)s” holds a NUL character. Remove it.") % {"key": key}
        if found := NONCHARACTERS.search(key + text):
            return gettext("“%(key)s” holds %(character)s, which is not a character. Remove it.") % {
                "key": key,
                "character": describe(found.group()),
            }
        return None


def _alike(keys: list[str]) -> list[str]:
    """What to say of keys that a reader would take for one another because they mix alphabets."""
    problems = []
    seen: dict[str, str] = {}
    for key in keys:
        other = seen.setdefault(skeleton(key), key)
        if other.casefold() != key.casefold():
            mixed = as_list(mixed_alphabets(key) or mixed_alphabets(other))
            why = (
                gettext("one of them mixes %(mixed)s letters") % {"mixed": mixed}
                if mixed
                else gettext("their letters are of different alphabets")
            )
            problems.append(
                gettext("The keys “%(other)s” and “%(key)s” look alike: %(why)s.")
                % {"other": other, "key": key, "why": why}
            )
    return problems


class WholeNumberField(NumberField):
    """A whole number between two bounds; empty means that the server's own default holds."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    has_slider = False

    def to_python(self, value: Any) -> int | None:
        given = super().to_python(value)
        if given is None:
            return None
        # 1,000 would pass for a one.
        if not math.isfinite(given) or given != int(given) or "," in str(value):
            raise ValidationError(
                gettext("Needs a whole number from %(minimum)s to %(maximum)s.")
                % {"minimum": number(self.minimum), "maximum": number(self.maximum)}
            )
        return int(given)


class Switch(forms.Widget):
    """A box that is sent with a mark of its own, so that one switched off is told from one not on the page."""

    template_name = "assistants/_switch.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool | None:
        return None if self.value_omitted_from_data(data, files, name) else name in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, value, {**(attrs or {}), "checked": bool(value)})

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}_shown" not in data


class SwitchField(forms.Field):
    """On or off; None when the request says neither."""

    widget = Switch

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return data is not None and bool(initial) != bool(data)


class WordField(forms.Field):
    """One of several words. A word that only the server knows stays selectable while it is stored."""

    def __init__(self, *, choices: Mapping[str, StrOrPromise], **options: Any) -> None:
        widget = forms.Select(choices=[("", gettext("Server default")), *choices.items()])
        super().__init__(required=False, widget=widget, **options)
        self.choices = choices

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        bound = super().get_bound_field(form, field_name)
        stored = form.initial.get(field_name)
        if stored and stored not in self.choices:
            bound.field.widget.choices = [*bound.field.widget.choices, (stored, stored)]
        return bound

    def has_changed(self, initial: Any, data: Any) -> bool:
        return data is not None and data != (initial or "")

    def clean(self, value: Any) -> str | None:
        if value and value not in self.choices:
            raise ValidationError(gettext("Choose one of the levels."))
        return value or None
