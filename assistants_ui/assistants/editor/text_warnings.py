"""What a person should know about a text before it is saved: secrets in it, and characters nobody sees."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from dashboard.audit.record.redaction import secrets_in
from dashboard.lib.texts import as_list, number

# Characters that are not seen, or that change the order in which others are seen. Spaces and line
# ends are not among them, nor the joiner within an emoji, which is counted all the same.
HIDDEN = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# What programs fill in before they send the text.
VARIABLE = re.compile(r"\{\{\s{0,9}([^\s{}][^{}\n]{0,58}?)\s{0,9}\}\}")
SHOWN_PIECES = 20
SHOWN_SECRETS = 10


@dataclass(frozen=True)
class TextWarning:
    """One sentence about a text. ``kind`` is ``secret`` or ``hidden``."""

    kind: str
    text: str


def text_warnings(text: str) -> list[TextWarning]:
    """What is odd about the text; nothing of a secret is repeated but its last four characters."""
    return [*_secrets(text), *_hidden(text)]


def is_odd(text: str) -> bool:
    """Whether there is anything to warn of; much quicker than the warnings themselves."""
    return HIDDEN.search(text) is not None or next(secrets_in(text), None) is not None


def variables(text: str) -> list[str]:
    """The names that the text holds as ``{{name}}``, each once, in order, at most twenty."""
    return list(dict.fromkeys(found.group(1) for found in VARIABLE.finditer(text)))[:20]


def marked(text: str) -> list[tuple[str, str]]:
    """Lines that hold hidden characters, cut into pieces of text and, after each, the name of such a character.

    After about twenty such characters the rest of a line is left out, and so are the lines after it.
    """
    pieces: list[tuple[str, str]] = []
    for line in text.splitlines():
        if not HIDDEN.search(line):
            continue
        at = 0
        for found in HIDDEN.finditer(line):
            pieces.append((line[at : found.start()], name_of(found.group())))
            at = found.end()
            if len(pieces) > SHOWN_PIECES:
                return [*pieces, ("…", "")]
        pieces.append((line[at:] + "\n", ""))
        if len(pieces) > SHOWN_PIECES:
            break
    return pieces


def name_of(character: str) -> str:
    return f"{unicodedata.name(character, 'control character').lower()} U+{ord(character):04X}"


def _secrets(text: str) -> Iterator[TextWarning]:
    line, at = 1, 0
    for found, (start, end) in enumerate(secrets_in(text)):
        if found == SHOWN_SECRETS:
            text = gettext("There are more like it. Everybody who may read this assistant can read them.")
            yield TextWarning("secret", text)
            break
        line += text.count("\n", at, start)
        at = start
        yield TextWarning(
            "secret",
            gettext(
                "Line %(line)s holds something that looks like a secret key (it ends in …%(end)s). "
                "Everybody who may read this assistant can read it."
            )
            % {"line": number(line), "end": text[end - 4 : end]},
        )


def _hidden(text: str) -> Iterator[TextWarning]:
    counts = Counter(HIDDEN.findall(text))
    if counts:
        total = sum(counts.values())
        names = [f"{count} × {name_of(character)}" for character, count in counts.most_common(3)]
        if (more := len(counts) - len(names)) > 0:
            names = [
                as_list([*names, ngettext("%(count)d other kind", "%(count)d other kinds", more) % {"count": more}])
            ]
        text = ngettext(
            "%(number)s character that is not visible: %(names)s.",
            "%(number)s characters that are not visible: %(names)s.",
            total,
        )
        yield TextWarning("hidden", text % {"number": number(total), "names": ", ".join(names)})
