"""Values written as programs print and people keep them: JavaScript, Node's console, Ruby, PHP, JSON with comments.

Nothing is run. Read are objects and lists with keys in quotes or bare, ``:`` or ``=>``, texts in any quotes and put
together with ``+``, the words of these languages for true, false and nothing, comments, and commas too many. What
stands between such values, such as the head of an answer or the time of a line in a log, is passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

MOST_CHARACTERS = 1 << 22
MOST_DEPTH = 64
# How often the same text is gone through, at most, in search of a place where a value begins.
MOST_READINGS = 8
# How many values are read in vain, at most, beside those in brackets that hold but one, as the times in logs do.
MOST_VAIN = 2_000

# Control characters may stand in a text as they are.
_DECODER = json.JSONDecoder(strict=False)
_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*.{0,2000}?\*/)*", re.DOTALL)
_BEGIN = re.compile(r"%?\{|\[|\barray\s*\(|\bAssistant(?=\()")
_NUMBER = re.compile(r"[-+]?(?:(?:0|[1-9]\d*)(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?(?=n?\b)")
# Node prints a date so, without quotes.
_DATE = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[-+]\d\d:?\d\d)")
_KEYWORD = re.compile(r"[A-Za-z_]\w*(?==(?![=>]))")
_NAME = re.compile(r"[A-Za-z_$][\w$]*(?:[.:]{1,2}[A-Za-z_$][\w$]*)*")
_KEY = re.compile(r"[A-Za-z_$][\w$]*|\d+")
_LINK = re.compile(r"=>|:")
_CUT = re.compile(r"\[(?:Object|Array|Circular)[^\]\n]*\]|\.\.\. \d+ more (?:items?|characters)")
_QUOTED = {quote: re.compile(rf"[^{quote}\\]*(?:\\.[^{quote}\\]*)*", re.DOTALL) for quote in "'`"}
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r?\n|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0", "e": "\x1b", "\n": "", "\r\n": ""}
# What stands before a text in quotes that is JSON: a place of YAML, or a call or an assignment of a program.
_IN_YAML = re.compile(r"(?:^|\n)[ \t]*(?:- )?[\w -]*:[ \t]+(?:&\w+ )?\Z|(?:^|\n)[ \t]*-[ \t]+\Z")
_IN_PROGRAM = re.compile(r"[(=]\s*\Z")
_YAML_TEXT = re.compile(r"'(?:[^']|'')*'")
_WORDS = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False, "null": None,
    "NULL": None, "nil": None, "None": None, "undefined": None, "NaN": None,
}  # fmt: skip


class NotAValueError(ValueError):
    """No value begins at this place, or it has no end."""


def values_in(text: str) -> Iterator[tuple[int, Any]]:
    """Each value in a text with the place at which it begins; one that is damaged gives way to those inside it."""
    if len(text) > MOST_CHARACTERS or re.match(r"\s*INSERT\s", text, re.IGNORECASE):
        return
    reader = _Reader(text)
    at, left = 0, MOST_READINGS * len(text) + 10_000
    vain = 0
    while (begin := _BEGIN.search(text, at)) is not None and left > 0 and vain < MOST_VAIN:
        reader.at, reader.number = begin.start(), 0
        if (quoted := _quoted_json(text, begin.start() - 1)) is not None:
            value, at = quoted
            yield begin.start(), value
            continue
        try:
            value = reader.value(0)
        except NotAValueError:
            left -= reader.at - begin.start() + 100
            vain += max(0, reader.number - 2)
            at = begin.end()
            continue
        yield begin.start(), value
        at = reader.at


def _quoted_json(text: str, at: int) -> tuple[Any, int] | None:
    """The value of a text in quotes that begins here and is JSON, with its end: escapes of two languages are in it."""
    quote = text[at : at + 1] if at >= 0 else ""
    before = text[max(0, at - 80) : at]
    reader = _Reader(text)
    reader.at = at
    try:
        if quote == "'" and _IN_YAML.search(before):
            inner = (reader.take(_YAML_TEXT) or "")[1:-1].replace("''", "'")
        elif quote == '"' and not text.startswith(('\\"', "\\n"), at + 2):
            return None
        elif quote == '"' or (quote in ("'", "`") and _IN_PROGRAM.search(before)):
            inner = reader.quoted()
        else:
            return None
        return _DECODER.decode(inner), reader.at
    except (ValueError, RecursionError):
        return None


def is_cut(text: str) -> bool:
    """Whether the whole is one list or object without an end, as a download that broke off leaves it."""
    reader = _Reader(text)
    if len(text) > MOST_CHARACTERS or reader.next() not in ("{", "["):
        return False
    try:
        reader.value(0)
    except NotAValueError:
        return not reader.next() or reader.is_unfinished
    return False


class _Reader:
    is_unfinished = False

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.number = 0

    def take(self, pattern: re.Pattern[str]) -> str | None:
        """What the pattern matches here, and go on after it."""
        found = pattern.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found[0]

    def next(self) -> str:
        self.take(_SPACE)
        return self.text[self.at : self.at + 1]

    def value(self, depth: int) -> Any:
        if depth > MOST_DEPTH:
            raise NotAValueError
        self.number += 1
        begin = self.next()
        if begin == "%" and self.text[self.at + 1 : self.at + 2] == "{":
            # Elixir's maps.
            self.at += 1
            begin = "{"
        if begin in ('"', "'", "`"):
            return self.string()
        if (cut := self.take(_CUT)) is not None:
            return cut
        if begin == "{":
            return self.pairs(depth, end="}")
        if begin == "[":
            return self.items(depth)
        if (date := self.take(_DATE)) is not None:
            return date
        if (number := self.take(_NUMBER)) is not None:
            self.take(re.compile("n"))
            return _number(number)
        return self.word(depth)

    def word(self, depth: int) -> Any:
        """A word of the language, or a name before an object, a list or what it was made of."""
        name = self.take(_NAME)
        if name is None:
            raise NotAValueError
        if name in _WORDS:
            return _WORDS[name]
        begin = self.next()
        if begin == "{":
            return self.pairs(depth, end="}")
        if begin == "(" and name == "array":
            return self.array(depth)
        if begin == "(":
            return self.made_of(depth)
        raise NotAValueError

    def made_of(self, depth: int) -> Any:
        """What Python prints of an object by its fields; ``ObjectId("…")`` is its text; of a time nothing is known."""
        self.at += 1
        values, named = [], {}
        while self.next() != ")":
            if (name := self.take(_KEYWORD)) is not None:
                self.at += 1
                named[name] = self.value(depth + 1)
            else:
                values.append(self.value(depth + 1))
            if self.next() == ",":
                self.at += 1
        self.at += 1
        if named:
            return {name: value for name, value in named.items() if not name.startswith("_")}
        return values[0] if len(values) == 1 else None

    def array(self, depth: int, *, end: str = ")") -> Any:
        """PHP has one kind for both: with numbers in order it is a list."""
        found = self.pairs(depth, end=end)
        is_list = list(found) == [str(number) for number in range(len(found))]
        return list(found.values()) if is_list else found

    def items(self, depth: int) -> Any:
        start = self.at
        self.at += 1
        found: list[Any] = []
        while (begin := self.next()) != "]":
            if not begin:
                raise NotAValueError
            found.append(self.value(depth + 1))
            if len(found) == 1 and isinstance(found[0], str | int) and self.next() == "=":
                # PHP's short way to write an array.
                self.at = start
                return self.array(depth, end="]")
            self.comma(end="]")
        self.at += 1
        return found

    def pairs(self, depth: int, *, end: str) -> dict[str, Any]:
        self.at += 1
        found: dict[str, Any] = {}
        while (begin := self.next()) != end:
            self.take(re.compile(":(?=\\w)"))
            key = self.string() if begin in ('"', "'", "`") else self.take(_KEY)
            self.next()
            if key is None or self.take(_LINK) is None:
                raise NotAValueError
            if key in found:
                # Nobody knows which of the two was meant.
                raise NotAValueError
            found[key] = self.value(depth + 1)
            self.comma(end=end)
        self.at += 1
        return found

    def comma(self, *, end: str) -> None:
        found = self.next()
        if found == ",":
            self.at += 1
        elif found != end:
            raise NotAValueError

    def string(self) -> str:
        """A text, and those that are added to it: long ones are printed in lines."""
        parts = [self.quoted()]
        while self.next() == "+":
            self.at += 1
            if self.next() not in ('"', "'", "`"):
                raise NotAValueError
            parts.append(self.quoted())
        return "".join(parts)

    def quoted(self) -> str:
        quote = self.text[self.at]
        self.at += 1
        if quote == '"':
            try:
                value, self.at = _DECODER.raw_decode(self.text, self.at - 1)
            except ValueError as error:
                self.is_unfinished = True
                # It was looked for as far as the end, which counts.
                self.at = len(self.text)
                raise NotAValueError from error
            return str(value)
        inner = self.take(_QUOTED[quote]) or ""
        if self.text[self.at : self.at + 1] != quote:
            raise NotAValueError
        self.at += 1
        return _ESCAPE.sub(_unescaped, inner)


def _number(text: str) -> int | float:
    try:
        return int(text) if text.lstrip("+-").isdecimal() else float(text)
    except ValueError as error:
        # More digits than Python makes a number of.
        raise NotAValueError from error


def _unescaped(found: re.Match[str]) -> str:
    sign = found[1]
    if sign[0] in "ux" and len(sign) > 1:
        number = int(sign[1:].strip("{}"), 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    return _ESCAPED.get(sign, sign)
