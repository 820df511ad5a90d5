"""What is in a file, as far as it can be shown in place: text, Markdown, or an image.

Markdown becomes blocks and spans, never HTML, so that whatever a file holds is escaped like any other text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

import assistants_client as wire
from assistants_ui.service import Service
from dashboard.bounds import MARKDOWN_LINES, MARKDOWN_MARKS

TEXT_BYTES = 256 * 1024
MOST_BLOCKS = 2000
# Emphasis and links in a longer piece are not looked for: a hostile one would take the parser half a minute.
LONGEST_WITH_SPANS = 2000
# What may begin emphasis, code, a link, a reference or an escape. The parser's work grows with their number.
MARKS = re.compile(r"[*_`\[\]!<&\\\n]")
# By their first bytes, since names and declared types are whatever the sender liked.
IMAGES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
MARKDOWN_ENDINGS = (".md", ".markdown")
CONTROLS = {code: "\ufffd" for code in range(32) if chr(code) not in "\t\n\r"}


class PreviewKind(StrEnum):
    """How a file is shown."""

    TEXT = "text"
    MARKDOWN = "markdown"
    IMAGE = "image"
    NONE = "none"


@dataclass(frozen=True)
class Span:
    """A run of text within a block; ``href`` is an http, https or mailto address or empty."""

    text: str
    is_strong: bool = False
    is_emphasis: bool = False
    is_code: bool = False
    href: str = ""


@dataclass(frozen=True)
class Block:
    """A piece of Markdown; ``kind`` is heading, paragraph, item, quote, code, row or rule, ``depth`` its level."""

    kind: str
    depth: int = 0
    spans: list[Span] = field(default_factory=list)


@dataclass(frozen=True)
class Preview:
    """``can_download`` is what the server said just now; ``is_cut`` when only the beginning is shown."""

    kind: PreviewKind = PreviewKind.NONE
    text: str = ""
    blocks: list[Block] = field(default_factory=list)
    is_cut: bool = False
    can_download: bool = False
    is_from_store: bool = False


def preview_of(service: Service, file: wire.File, *, stores: Iterable[wire.VectorStore]) -> Preview:
    """The file's content; where the server keeps that back, the text that a vector store read out of it."""
    try:
        with service.files.content(file.id) as answer:
            start, is_cut = _start(answer.iter_bytes())
    except wire.APIError:
        return _from_stores(service, file, stores)
    if image_type(start):
        return Preview(PreviewKind.IMAGE, can_download=True)
    text = _text(start)
    if text is None:
        return Preview(can_download=True)
    if file.filename.lower().endswith(MARKDOWN_ENDINGS):
        text, is_shorter = first_lines(text)
        return Preview(PreviewKind.MARKDOWN, blocks=blocks_of(text), is_cut=is_cut or is_shorter, can_download=True)
    return Preview(PreviewKind.TEXT, text=text, is_cut=is_cut, can_download=True)


def image_type(start: bytes) -> str | None:
    """The media type of an image that is safe to show, by its first bytes. SVG is none: it can hold scripts."""
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in IMAGES.items() if start.startswith(magic)), None)


def _start(pieces: Iterator[bytes]) -> tuple[bytes, bool]:
    taken, size = [], 0
    for piece in pieces:
        taken.append(piece)
        size += len(piece)
        if size > TEXT_BYTES:
            return b"".join(taken)[:TEXT_BYTES], True
    return b"".join(taken), False


def _text(start: bytes) -> str | None:
    """The bytes as text; None when they are something else."""
    encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    if encoding == "utf-8-sig" and b"\x00" in start:
        return None
    text = start.decode(encoding, "replace")
    if text.count("\ufffd") > len(text) // 20 + 1:
        return None
    return text.translate(CONTROLS)


def _from_stores(service: Service, file: wire.File, stores: Iterable[wire.VectorStore]) -> Preview:
    for store in stores:
        try:
            page = service.vector_stores.text(store.id, file.id)
        except wire.APIError:
            continue
        text = "\n\n".join(page.data)
        if text:
            return Preview(
                PreviewKind.TEXT,
                text=text[:TEXT_BYTES].translate(CONTROLS),
                is_cut=len(text) > TEXT_BYTES,
                is_from_store=True,
            )
    return Preview()


def first_lines(text: str) -> tuple[str, bool]:
    """As many lines as a page can show, and whether there are more."""
    lines = text.split("\n", MARKDOWN_LINES)
    return "\n".join(lines[:MARKDOWN_LINES]), len(lines) > MARKDOWN_LINES and lines[-1] != ""


def blocks_of(text: str) -> list[Block]:
    """The blocks of a Markdown text, at most 2,000. Raw HTML in it stays text, images become their names.

    Emphasis and links are looked for until ``MARKDOWN_MARKS`` characters that could mean some have been met.
    """
    # What stands inside the blocks is parsed afterwards, for those that are shown.
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("inline")
    references: dict[str, Any] = {}
    tokens = parser.parse(text, references)

    left = MARKDOWN_MARKS

    def spans(content: str) -> list[Span]:
        nonlocal left
        marks = len(MARKS.findall(content))
        if len(content) > LONGEST_WITH_SPANS or marks > left:
            return [Span(content)]
        left -= marks
        found: list[Token] = []
        parser.inline.parse(content, parser, references, found)
        return list(_spans(found))

    return list(islice(_blocks(tokens, spans), MOST_BLOCKS))


def _blocks(tokens: list[Token], spans: Callable[[str], list[Span]]) -> Iterator[Block]:
    inside: list[str] = []
    row: list[Span] = []
    depth = 0
    for token in tokens:
        if token.nesting == 1:
            inside.append(token.type)
            depth += token.type in ("bullet_list_open", "ordered_list_open")
        elif token.nesting == -1:
            inside.pop()
            depth -= token.type in ("bullet_list_close", "ordered_list_close")
            if token.type == "tr_close":
                yield Block("row", spans=row)
                row = []
        elif token.type in ("fence", "code_block"):
            yield Block("code", spans=[Span(token.content)])
        elif token.type == "hr":
            yield Block("rule")
        elif token.type == "inline" and "tr_open" in inside:
            row += [*([Span(" · ")] if row else []), *spans(token.content)]
        elif token.type == "inline":
            yield _block(inside, depth=depth, spans=spans(token.content))


def _block(inside: list[str], *, depth: int, spans: list[Span]) -> Block:
    if "heading_open" in inside:
        return Block("heading", spans=spans)
    if depth:
        return Block("item", depth=depth, spans=spans)
    return Block("quote" if "blockquote_open" in inside else "paragraph", spans=spans)


def _spans(tokens: list[Token]) -> Iterator[Span]:
    strong = emphasis = 0
    href = ""
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                strong += token.nesting
            case "em_open" | "em_close":
                emphasis += token.nesting
            case "link_open":
                address = str(token.attrGet("href") or "")
                href = address if address.startswith(("https://", "http://", "mailto:")) else ""
            case "link_close":
                href = ""
            case "softbreak" | "hardbreak":
                yield Span("\n")
            case _ if token.content:
                yield Span(token.content, bool(strong), bool(emphasis), token.type == "code_inline", href)
