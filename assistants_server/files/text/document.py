"""What the reading of one file gives: its text, and what was knowingly left out of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from dashboard.bounds import READ_CHARACTERS

# Named with their plural; whatever is left out is told by one of these.
PLURALS = {
    "attachment": "attachments",
    "attached file": "attached files",
    "character that could not be read": "characters that could not be read",
    "chart": "charts",
    "comment": "comments",
    "deleted passage": "deleted passages",
    "drawing": "drawings",
    "embedded document": "embedded documents",
    "formula without a stored result": "formulas without a stored result",
    "hidden column": "hidden columns",
    "hidden passage": "hidden passages",
    "hidden row": "hidden rows",
    "hidden sheet": "hidden sheets",
    "hidden slide": "hidden slides",
    "interactive form (XFA)": "interactive forms (XFA)",
    "page whose letters have no meaning": "pages whose letters have no meaning",
    "page without text": "pages without text",
    "part that could not be read": "parts that could not be read",
    "picture": "pictures",
    "sound or video": "sounds or videos",
    "symbol": "symbols",
}


def gettext_noop(text: str) -> str:
    """Mark a sentence for translation where it is read; Django, which has such a mark too, is not loaded here."""
    return text


class UnreadableDocumentError(Exception):
    """``code`` and message as ``last_error`` of a vector store file tells them."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class TooMuchError(Exception):
    """The file is fine and larger than we read."""


class LockedError(UnreadableDocumentError):
    """A password is needed, or a licence."""

    def __init__(self) -> None:
        super().__init__(
            "invalid_file",
            gettext_noop("The file is locked with a password. Save it without the password and attach that."),
        )


@dataclass
class Document:
    """Collects text in reading order. ``encoding`` is named only where it was not UTF-8."""

    parts: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    names: list[str] = field(default_factory=list)
    encoding: str = ""
    length: int = 0
    depth: int = 0

    def write(self, text: str) -> None:
        """Append; raises :class:`TooMuchError` beyond what is read of one file."""
        self.length += len(text)
        if self.length > READ_CHARACTERS:
            raise TooMuchError
        self.parts.append(text)

    @property
    def end(self) -> str:
        """The piece that was written last."""
        return self.parts[-1] if self.parts else ""

    def line(self) -> None:
        """End the line, unless nothing stands on it."""
        if self.parts and not self.parts[-1].endswith("\n"):
            self.write("\n")

    def leave_out(self, what: str, count: int = 1, *, name: str = "") -> None:
        """Note that ``count`` of ``what`` (a key of ``PLURALS``) were not read; ``name`` is told with it."""
        self.left_out[what] += count
        if name:
            self.names.append(name)

    @property
    def text(self) -> str:
        # NUL is the one character that the database does not store; parsers do emit it.
        return "".join(self.parts).replace("\x00", "")

    def left_out_phrases(self) -> list[str]:
        """``["2 pictures", "1 attachment (prices.pdf)"]``."""
        phrases = []
        for what, count in sorted(self.left_out.items()):
            if count > 0:
                names = f" ({', '.join(self.names[:5])})" if what.startswith("attach") and self.names else ""
                phrases.append(f"{count:,} {what if count == 1 else PLURALS[what]}{names}")
        return phrases
