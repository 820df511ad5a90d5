"""Rich text: a small reader of its groups and control words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from assistants_server.files.text.document import Document
from assistants_server.files.text.encodings import known
from assistants_server.files.text.formats import formulas
from assistants_server.files.text.formats.formulas import FormulaNode

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
# Groups whose text is not part of what is read; any group that begins with \* is too, unless it is known.
SKIPPED = frozenset(
    "fonttbl colortbl stylesheet info pict object fldinst listtable listoverridetable rsidtbl generator themedata "
    "colorschememapping latentstyles datastore xmlnstbl filetbl revtbl nonshppict shprslt annotation atnid atnauthor "
    "pntxta pntxtb template operator comment docvar bkmkstart bkmkend xe tc ftnsep ftnsepc aftnsep "
    "aftnsepc sp sn sv objdata objclass objalias userprops pgdsctbl mmathPr mmathPict falt panose fname do".split()
)
READ_ANYWAY = frozenset("shpinst shptxt footnote shppict ud".split())
_MACRO_BUTTON = re.compile(rb"\s*MACROBUTTON\s+\S+\s+(.+)", re.DOTALL)
BREAKS = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "nestrow": "\n", "cell": "\t",
    "nestcell": "\t", "tab": "\t", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ",
}  # fmt: skip
SYMBOLS = {b"~": "\u00a0", b"_": "-", b"\n": "\n", b"\r": "\n", b"{": "{", b"}": "}", b"\\": "\\"}
COUNTED = {"pict": "picture", "annotation": "comment", "object": "embedded document"}
CHARSETS = {
    0: "cp1252", 77: "mac-roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250",
}  # fmt: skip
# The number of a list's item, or its bullet.
ITEMS = ("listtext", "pntext")
NOTES = ("footnote", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf")


@dataclass
class GroupState:
    """What a group inherits and gives back at its end."""

    is_skipped: bool = False
    is_hidden: bool = False
    is_deleted: bool = False
    unicode_width: int = 1
    font: int = -1
    destination: str = ""


def read(data: bytes, document: Document) -> None:
    """What is shown; boxes, notes and headers stand where their anchors do."""
    RtfReader(data, document).read()


class RtfReader:
    """Goes through the tokens once, with a stack of states."""

    def __init__(self, data: bytes, document: Document) -> None:
        self.data = data
        self.document = document
        self.state = GroupState()
        self.stack: list[GroupState] = []
        self.codepage = "cp1252"
        self.fonts: dict[int, str] = {}
        self.default_font = -1
        self.is_starred = False
        self.is_first = False
        self.pending = bytearray()
        self.to_skip = 0
        self.surrogate = ""
        self.property = b""
        self.place = 0
        # The entries of a list to choose from, or the marks of a box to tick, and which of them is set.
        self.entries: list[str] = []
        self.choice = 0
        self.written = -1

    def read(self) -> None:
        while (found := _TOKEN.match(self.data, self.place)) is not None:
            self.place = found.end()
            word, number, code, symbol, brace, text = found.groups()
            if word is not None:
                self.place += self._word(word.decode("ascii"), int(number) if number else None)
            elif code is not None:
                self._byte(bytes([int(code, 16)]))
            elif symbol is not None:
                self._symbol(symbol)
            elif brace is not None:
                self._brace(brace)
            elif text is not None:
                self._text(text)
        self._flush()
        if len(self.stack) > 1:
            self.document.leave_out("part that could not be read")

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self.to_skip = 0
        if brace == b"{":
            self.stack.append(replace(self.state))
            self.is_first = True
        elif self.stack:
            ended = self.state.destination
            self.state = self.stack.pop()
            if ended == "field" != self.state.destination:
                self._choice()
            if ended in (*NOTES, "shptxt") and ended != self.state.destination and not self.state.is_skipped:
                self.document.line()

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self.is_starred = True
            return
        if symbol in SYMBOLS:
            self._write(SYMBOLS[symbol])

    def _text(self, text: bytes) -> None:
        if self.state.destination == "fonttbl":
            return
        if self.state.destination == "ffl":
            self.entries.append(text.decode(self.codepage, errors="replace"))
        elif self.state.destination == "sn":
            self.property = text
        elif self.state.destination == "sv" and self.property == b"gtextUNICODE":
            # Text set as a shape is a property of the shape.
            self._put(text.decode(self.codepage, errors="replace") + "\n")
        elif self.state.destination == "fldinst" and (found := _MACRO_BUTTON.match(text)) is not None:
            # A button is a field whose instruction is what it shows.
            self._put(found[1].decode(self.codepage, errors="replace"))
        if self.to_skip:
            cut = min(self.to_skip, len(text))
            self.to_skip -= cut
            text = text[cut:]
        if not self.state.is_skipped and text:
            self.pending += text
        self.is_first = False

    def _byte(self, byte: bytes) -> None:
        if self.to_skip:
            self.to_skip -= 1
        elif not self.state.is_skipped:
            self.pending += byte

    def _flush(self) -> None:
        if self.pending:
            encoding = self.fonts.get(self.state.font, self.codepage)
            text = bytes(self.pending).decode(encoding, errors="replace")
            self.pending.clear()
            self._put(text)

    def _write(self, text: str) -> None:
        self._flush()
        if not self.state.is_skipped:
            self._put(text)

    def _put(self, text: str) -> None:
        if self.state.destination in ITEMS:
            text = f"{text.strip()} " if any(sign.isalnum() for sign in text) else ""
        if self.state.is_hidden and text.strip():
            self.document.leave_out("hidden passage")
        elif not self.state.is_deleted and not self.state.is_hidden:
            self.document.write(text)

    def _word(self, word: str, number: int | None) -> int:
        """Take a control word; returns how many bytes of binary data follow it."""
        is_start, self.is_first = self.is_first, False
        is_starred, self.is_starred = self.is_starred, False
        if word != "u":
            self._flush()
        if is_start or is_starred:
            self._destination(word, is_starred=is_starred)
        if word in BREAKS:
            self._write(BREAKS[word])
        elif word == "bin":
            return max(number or 0, 0)
        elif word == "u" and number is not None:
            self._unicode(number)
        elif word == "moMath" and not any(state.is_skipped for state in self.stack):
            self._formula()
        elif (setter := SETTERS.get(word)) is not None:
            setter(self, number)
        return 0

    def _formula(self) -> None:
        """Read the rest of the group as a formula, and go on at its end."""
        root = FormulaNode("oMath")
        open_nodes, to_skip = [root], 0
        while open_nodes and (found := _TOKEN.match(self.data, self.place)) is not None:
            word, number, code, _, brace, text = found.groups()
            if brace == b"}" and len(open_nodes) == 1:
                break
            self.place = found.end()
            node, is_name = open_nodes[-1], (word or b"").startswith(b"m")
            if brace == b"{":
                open_nodes.append(FormulaNode(""))
                # Deeper than anybody nests them, all belongs to one.
                if len(open_nodes) <= formulas.MOST_DEPTH:
                    node.children.append(open_nodes[-1])
            elif brace == b"}":
                open_nodes.pop()
            elif is_name and not node.name:
                node.name = word.decode("ascii").removeprefix("m")
            elif word == b"u" and number:
                node.text += chr(int(number) % 0x10000)
                to_skip = self.state.unicode_width
            elif to_skip and (code or text):
                text, to_skip = (text or b"")[to_skip:], 0
                node.text += text.decode(self.codepage, errors="replace")
            elif code or text:
                node.text += (bytes([int(code, 16)]) if code else text).decode(self.codepage, errors="replace")
        shown = formulas.linear(root, self.document.end)
        self._put(shown.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))

    def _choice(self) -> None:
        """Write what is chosen in a field of a form, unless the field shows it itself."""
        if self.written == self.document.length and 0 <= self.choice < len(self.entries):
            self._put(self.entries[self.choice])
        self.entries, self.choice, self.written = [], 0, -1

    def set_form(self, kind: int | None) -> None:
        self.entries, self.written = (["☐", "☒"] if kind == 1 else []), self.document.length

    def set_choice(self, number: int | None) -> None:
        # 25 stands for "as it was at first".
        self.choice = self.choice if number == 25 else number or 0

    def _destination(self, word: str, *, is_starred: bool) -> None:
        if word in COUNTED and not self.state.is_skipped and not self.state.is_deleted:
            self.document.leave_out(COUNTED[word])
        if word in SKIPPED or (is_starred and word not in READ_ANYWAY):
            self.state.is_skipped = True
            self.state.destination = word
        elif word in (*NOTES, "shptxt"):
            self.state.destination = word
            if not self.state.is_skipped and self.document.parts:
                self.document.line()
        elif word in (*ITEMS, "field"):
            self.state.destination = word
        elif word == "upr":
            # The same text twice, the second time in Unicode, in a group of its own.
            self.state.is_skipped = True
        elif word == "ud":
            self.state.is_skipped = False
        elif word == "dptxbxtext" and self.state.destination == "do":
            # A box of the older kind, unless it repeats a newer one.
            self.state.is_skipped = any(state.destination == "shprslt" for state in self.stack)

    def _unicode(self, number: int) -> None:
        if self.pending:
            self._flush()
        self.to_skip = self.state.unicode_width
        character = chr(number % 0x10000)
        if self.state.is_skipped:
            return
        if "\ud800" <= character <= "\udbff":
            self.surrogate = character
            return
        pair, self.surrogate = self.surrogate + character, ""
        self._put(pair.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))

    def set_codepage(self, number: int | None) -> None:
        self.codepage = known(f"cp{number}") or self.codepage

    def set_font(self, number: int | None) -> None:
        self.state.font = number if number is not None else -1

    def set_charset(self, number: int | None) -> None:
        if number in CHARSETS and number != 0:
            self.fonts[self.state.font] = CHARSETS[number]

    def set_hidden(self, number: int | None) -> None:
        self.state.is_hidden = number != 0

    def set_deleted(self, number: int | None) -> None:
        self.state.is_deleted = number != 0

    def set_unicode_width(self, number: int | None) -> None:
        self.state.unicode_width = number if number is not None else 1

    def set_default_font(self, number: int | None) -> None:
        self.default_font = self.state.font = number if number is not None else -1

    def set_mac(self, _number: int | None) -> None:
        self.codepage = "mac-roman"

    def set_pc(self, _number: int | None) -> None:
        self.codepage = "cp437"

    def set_plain(self, _number: int | None) -> None:
        self.state.font = self.default_font
        self.state.is_hidden = self.state.is_deleted = False


SETTERS: dict[str, Callable[[RtfReader, int | None], None]] = {
    "ansicpg": RtfReader.set_codepage,
    "deff": RtfReader.set_default_font,
    "mac": RtfReader.set_mac,
    "pc": RtfReader.set_pc,
    "f": RtfReader.set_font,
    "fcharset": RtfReader.set_charset,
    "v": RtfReader.set_hidden,
    "deleted": RtfReader.set_deleted,
    "uc": RtfReader.set_unicode_width,
    "plain": RtfReader.set_plain,
    "fftype": RtfReader.set_form,
    "ffdefres": RtfReader.set_choice,
    "ffres": RtfReader.set_choice,
}
