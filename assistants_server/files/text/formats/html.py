"""Web pages, parsed as the HTML standard has it."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from assistants_server.files.text import encodings
from assistants_server.files.text.document import Document
from assistants_server.files.text.formats import formulas, numbers
from assistants_server.files.text.formats.formulas import FormulaNode

SKIPPED = frozenset("head script style template noscript datalist rp desc title annotation annotation-xml".split())
BLOCKS = frozenset(
    "address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol optgroup option p pre search "
    "section summary table tbody tfoot thead tr ul".split()
)
LEFT_OUT = {
    "img": "picture", "picture": "picture", "canvas": "drawing", "audio": "sound or video", "video": "sound or video",
    "iframe": "embedded document", "object": "embedded document", "embed": "embedded document",
    "del": "deleted passage",
}  # fmt: skip
BESIDE = frozenset({"button", "select", "textarea", "input", "label"})
TYPED = frozenset({"", "text", "search", "tel", "url", "email", "number", "date", "time", "submit", "button", "reset"})
LISTS = frozenset({"ol", "ul", "menu", "dir"})
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_NO_NUMBER = re.compile(r"list-style(?:-type)?\s*:[^;]*\bnone", re.IGNORECASE)
_HIDING = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE)


def read(data: bytes, document: Document, *, charset: str = "") -> None:
    """What a browser shows. ``charset``: what a mail or a book says of the page."""
    text, encoding = encodings.decode(data, declares=charset or encodings.declared(data, is_html=True))
    document.encoding = "" if encoding == "utf-8" else encoding
    if text.lstrip("\ufeff \t\r\n").startswith("<?xml"):
        # A page in XML may hold text that HTML takes for a comment.
        text = _CDATA.sub(lambda found: escape(found[1]), text)
    read_text(text, document)


def read_text(text: str, document: Document) -> None:
    root = LexborHTMLParser(text).root
    if root is not None:
        _Walk(document).walk(root)


def _is_mark(node: Any) -> bool:
    """Whether this is the number of a note, before it or in the text; it is no part of the word beside it."""
    if node.tag == "a":
        return "sdfootnotesym" in (node.attributes.get("class") or "")
    return node.tag == "sup" and any(item is not None and item.tag == "a" for item in (node.parent, node.child))


def _formula_node(node: Any, depth: int = 0) -> FormulaNode:
    made = FormulaNode(str(node.tag or ""), attributes={key: value or "" for key, value in node.attributes.items()})
    child = node.child
    while child is not None:
        if child.is_text_node:
            made.text += " ".join((child.text() or "").split())
        elif child.is_element_node and depth < formulas.MOST_DEPTH:
            made.children.append(_formula_node(child, depth + 1))
        child = child.next
    if made.children:
        # What stands between the elements is only the layout of the page.
        made.text = ""
    return made


class _Walk:
    """Goes through the tree without recursion: pages may be nested more deeply than Python may call."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.pre = 0
        self.needs_space = False
        # The number of the last item of each list that is open, and how it is shown.
        self.lists: list[tuple[int, str]] = []

    def walk(self, root: Any) -> None:
        node, depth = root, 0
        while node is not None:
            child = self._enter(node)
            if child is not None:
                node, depth = child, depth + 1
                continue
            self._leave(node)
            while node.next is None and depth:
                node, depth = node.parent, depth - 1
                self._leave(node)
            node = node.next if depth else None

    def _enter(self, node: Any) -> Any:
        """The first child to go into, or None."""
        if node.is_text_node:
            self._text(node.text(deep=True) or "")
            return None
        tag = str(node.tag or "")
        attributes = node.attributes if node.is_element_node else {}
        if tag in SKIPPED or not node.is_element_node:
            return None
        if "hidden" in attributes or _HIDING.search(attributes.get("style") or ""):
            if (node.text(deep=True) or "").strip():
                self.document.leave_out("hidden passage")
            return None
        if tag in LEFT_OUT:
            self.document.leave_out(LEFT_OUT[tag])
            return None
        if tag == "math":
            self._formula(node, is_block=attributes.get("display") == "block")
            return None
        if tag in BLOCKS:
            self._break()
        elif tag in BESIDE or _is_mark(node):
            self.needs_space = True
        if tag == "pre":
            self.pre += 1
        elif tag in LISTS:
            self._begin_list(tag, attributes)
        elif tag == "li":
            self._item(attributes)
        if tag == "input" and (attributes.get("type") or "").lower() in TYPED:
            self._text(attributes.get("value") or "")
        return node.child

    def _leave(self, node: Any) -> None:
        tag = str(node.tag or "")
        if tag in ("td", "th"):
            self.document.write("\t")
            self.needs_space = False
        elif tag in BLOCKS:
            self._break()
        elif tag in BESIDE or _is_mark(node):
            self.needs_space = True
        if tag == "pre" and self.pre:
            self.pre -= 1
        elif tag in LISTS and self.lists:
            self.lists.pop()

    def _begin_list(self, tag: str, attributes: dict[str, str | None]) -> None:
        is_numbered = (
            tag == "ol" and "reversed" not in attributes and not _NO_NUMBER.search(attributes.get("style") or "")
        )
        start = attributes.get("start") or "1"
        kind = (attributes.get("type") or "1") if is_numbered else ""
        self.lists.append((int(start) - 1 if start.isdecimal() else 0, kind))

    def _item(self, attributes: dict[str, str | None]) -> None:
        if not self.lists:
            return
        number, kind = self.lists[-1]
        value = attributes.get("value") or ""
        number = int(value) if value.isdecimal() else number + 1
        self.lists[-1] = number, kind
        if text := numbers.shown(number, kind):
            self.document.write(f"{text}. ")

    def _formula(self, node: Any, *, is_block: bool) -> None:
        if is_block:
            self._break()
        self._text(formulas.linear(_formula_node(node), self.document.end))
        if is_block:
            self._break()

    def _break(self) -> None:
        self.document.line()
        self.needs_space = False

    def _text(self, text: str) -> None:
        if self.pre:
            self.document.write(text)
            return
        words = " ".join(text.split())
        if words:
            is_apart = self.needs_space or text[0].isspace()
            at_start = not self.document.parts or self.document.parts[-1][-1:].isspace()
            self.document.write((" " if is_apart and not at_start else "") + words)
            self.needs_space = False
        self.needs_space = self.needs_space or text[-1:].isspace()
