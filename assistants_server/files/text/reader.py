"""Read the text of one PDF, DOCX or HTML file; a program of its own, with hard limits.

    python -m assistants_server.files.text.reader pdf < file > text

These formats come from strangers and are read by large parsers, so the parser runs where it can
be stopped: in a process without the site's memory, with bounds on time and memory. It ends with 0 and
the UTF-8 text, with 3 when the file is not what it says, and with 4 when it holds too much. This
module must not import Django, which would cost more than most files.
"""

from __future__ import annotations

import resource
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

INVALID = 3
TOO_MUCH = 4
MEMORY = 1 << 30
SECONDS = 45
MOST_TEXT = 20_000_000
MOST_UNPACKED = 200_000_000


class TooMuchError(Exception):
    """The file is fine and larger than we read."""


def pdf(data: bytes) -> Iterator[str]:
    from pypdf import PdfReader

    for page in PdfReader(BytesIO(data)).pages:
        yield page.extract_text() + "\n\n"


def docx(data: bytes) -> Iterator[str]:
    """Paragraphs and tables in the order in which they stand."""
    from docx import Document
    from docx.table import Table

    with zipfile.ZipFile(BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
            raise TooMuchError
    for block in Document(BytesIO(data)).iter_inner_content():
        if isinstance(block, Table):
            yield from ("\t".join(cell.text for cell in row.cells) + "\n" for row in block.rows)
        else:
            yield block.text + "\n"


def html(data: bytes) -> Iterator[str]:
    parser = _Visible()
    parser.feed(data.decode("utf-8", errors="replace"))
    parser.close()
    yield from parser.parts


class _Visible(HTMLParser):
    """Collects what a reader of the page would see."""

    HIDDEN = frozenset({"script", "style", "template", "noscript", "head"})
    INLINE = frozenset(
        {"a", "abbr", "b", "code", "em", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u"}
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.hidden += tag in self.HIDDEN
        if tag not in self.INLINE:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in self.HIDDEN))
        if tag not in self.INLINE:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def main(kind: str) -> int:
    # Not every system knows every limit; the principal's clock holds on all of them.
    # The soft limit on time ends the process with a signal of its own, before the hard one kills it.
    for limit, soft, hard in (
        (resource.RLIMIT_AS, MEMORY, MEMORY),
        (resource.RLIMIT_CPU, SECONDS, SECONDS + 5),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (soft, hard))
    data = sys.stdin.buffer.read()
    written = 0
    try:
        for part in {"pdf": pdf, "docx": docx, "html": html}[kind](data):
            written += len(part)
            if written > MOST_TEXT:
                return TOO_MUCH
            sys.stdout.buffer.write(part.encode("utf-8", errors="replace"))
    except (TooMuchError, MemoryError):
        return TOO_MUCH
    except Exception:  # a parser fed with a stranger's file may raise anything; all of it means the same
        return INVALID
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
