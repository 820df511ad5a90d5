"""Formulas on one line, as people type them: a half is "1/2", and not the two numbers beside each other.

The names are those of Office's formulas, which rich text has with an m before them, and of MathML; they share none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from assistants_server.files.text.formats.packages import attributes, local

IGNORED = frozenset({"del", "moveFrom", "annotation", "annotation-xml", "mphantom", "mathPict"})
FRACTIONS = frozenset({"f", "mfrac"})
# A formula in a formula, and so on; nobody reads more, and Python calls no deeper.
MOST_DEPTH = 60
# What needs no brackets where it stands above or below something.
_SINGLE = re.compile(r"[-+\u2212]?[\w.,]+|.?", re.DOTALL)
# Signs that stand for a product or the use of a function, and show nothing.
_INVISIBLE = re.compile("[\u2061-\u2064]")


@dataclass(slots=True)
class FormulaNode:
    """An element of a formula, wherever it was read from."""

    name: str
    text: str = ""
    children: list[FormulaNode] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)

    def first(self, name: str) -> FormulaNode | None:
        return next((child for child in self.children if child.name == name), None)

    def part(self, name: str) -> str:
        """The text of the first child of this name."""
        found = self.first(name)
        return "" if found is None else _joined(found)

    def sign(self, properties: str, name: str, default: str) -> str:
        """A sign that is named among the properties, which may be none at all."""
        place = self.first(properties)
        found = None if place is None else place.first(name)
        return default if found is None else found.attributes.get("val", found.text)


def from_xml(element: Any, depth: int = 0) -> FormulaNode:
    name = local(element)
    children = [] if depth > MOST_DEPTH else [from_xml(child, depth + 1) for child in element if local(child)]
    text = (element.text or "") if name == "t" else " ".join((element.text or "").split())
    return FormulaNode(name, "" if children else text, children, attributes(element))


def linear(node: FormulaNode, before: str = "") -> str:
    """The formula on one line; no number of it sticks to the text before it."""
    text = _INVISIBLE.sub("", _joined(node)).strip()
    return f" {text}" if before[-1:].isalnum() and text[:1].isalnum() else text


def _joined(node: FormulaNode) -> str:
    """The children beside each other; no number may stick to a fraction."""
    text, was_fraction = node.text, False
    for child in node.children:
        piece = _one(child)
        is_fraction = child.name in FRACTIONS
        if text[-1:].isalnum() and piece[:1].isalnum() and (is_fraction or was_fraction):
            text += " "
        text, was_fraction = text + piece, is_fraction if piece else was_fraction
    return text


def _one(node: FormulaNode) -> str:
    if node.name in IGNORED or node.name.endswith("Pr"):
        return ""
    rule = RULES.get(node.name)
    return rule(node) if rule is not None else _joined(node)


def _grouped(text: str) -> str:
    return text if _SINGLE.fullmatch(text) else f"({text})"


def _scripts(base: str, below: str, above: str) -> str:
    return base + (f"_{_grouped(below)}" if below else "") + (f"^{_grouped(above)}" if above else "")


def _fraction(node: FormulaNode) -> str:
    upper, lower = _grouped(node.part("num")), _grouped(node.part("den"))
    return f"{upper}¦{lower}" if node.sign("fPr", "type", "") == "noBar" else f"{upper}/{lower}"


def _large_operator(node: FormulaNode) -> str:
    operator = node.sign("naryPr", "chr", "∫") or "∫"
    return f"{_scripts(operator, node.part('sub'), node.part('sup'))} {node.part('e')}"


def _delimited(node: FormulaNode) -> str:
    between = node.sign("dPr", "sepChr", "|")
    parts = between.join(_joined(child) for child in node.children if child.name == "e")
    return f"{node.sign('dPr', 'begChr', '(')}{parts}{node.sign('dPr', 'endChr', ')')}"


def _accented(node: FormulaNode) -> str:
    return node.part("e") + node.sign("accPr", "chr", "\u0302")


def _places(node: FormulaNode, number: int) -> list[str]:
    """The children of an element of MathML, whose places say what they are."""
    found = [_one(child) for child in node.children]
    return (found + [""] * number)[:number]


def _over(node: FormulaNode) -> str:
    base, above = _places(node, 2)
    return base + above if len(above) == 1 and not above.isalnum() else _scripts(base, "", above)


def _fenced(node: FormulaNode) -> str:
    inside = (node.attributes.get("separators", ",").strip()[:1]).join(map(_one, node.children))
    return f"{node.attributes.get('open', '(')}{inside}{node.attributes.get('close', ')')}"


def _rows(name: str) -> Callable[[FormulaNode], str]:
    def rows(node: FormulaNode) -> str:
        return "; ".join(_one(child) for child in node.children if child.name == name)

    return rows


def _cells(name: str) -> Callable[[FormulaNode], str]:
    def cells(node: FormulaNode) -> str:
        return ", ".join(_joined(child) for child in node.children if child.name == name)

    return cells


RULES: dict[str, Callable[[FormulaNode], str]] = {
    "f": _fraction,
    "sSup": lambda node: _scripts(node.part("e"), "", node.part("sup")),
    "sSub": lambda node: _scripts(node.part("e"), node.part("sub"), ""),
    "sSubSup": lambda node: _scripts(node.part("e"), node.part("sub"), node.part("sup")),
    "sPre": lambda node: _scripts("", node.part("sub"), node.part("sup")) + node.part("e"),
    "rad": lambda node: f"{node.part('deg')}√({node.part('e')})",
    "nary": _large_operator,
    "d": _delimited,
    "func": lambda node: f"{node.part('fName')} {node.part('e')}",
    "limLow": lambda node: _scripts(node.part("e"), node.part("lim"), ""),
    "limUpp": lambda node: _scripts(node.part("e"), "", node.part("lim")),
    "acc": _accented,
    "m": _rows("mr"),
    "mr": _cells("e"),
    "eqArr": _rows("e"),
    "mfrac": lambda node: "/".join(map(_grouped, _places(node, 2))),
    "msup": lambda node: _scripts(_places(node, 2)[0], "", _places(node, 2)[1]),
    "msub": lambda node: _scripts(_places(node, 2)[0], _places(node, 2)[1], ""),
    "msubsup": lambda node: _scripts(*_places(node, 3)),
    "munder": lambda node: _scripts(_places(node, 2)[0], _places(node, 2)[1], ""),
    "mover": _over,
    "munderover": lambda node: _scripts(*_places(node, 3)),
    "msqrt": lambda node: f"√({_joined(node)})",
    "mroot": lambda node: f"{_places(node, 2)[1]}√({_places(node, 2)[0]})",
    "mfenced": _fenced,
    "mspace": lambda node: " ",
    "mtable": _rows("mtr"),
    "mtr": _cells("mtd"),
}
