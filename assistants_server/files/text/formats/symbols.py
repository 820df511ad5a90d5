"""Signs of fonts that have signs in the place of letters, as what they show."""

from __future__ import annotations

# The font Symbol, from the place of the exclamation mark and from that of the Euro sign (as Adobe lays it out).
_SYMBOL = (
    "!∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑",
)
SYMBOL = {0x21 + place: sign for place, sign in enumerate(_SYMBOL[0])} | {
    0xA0 + place: sign for place, sign in enumerate(_SYMBOL[1])
}
# Of Wingdings what forms and letters use: boxes, ticks, hands, arrows, bullets, telephone and envelope.
WINGDINGS = {
    0x28: "☎", 0x2A: "✉", 0x46: "☞", 0x4A: "☺", 0x4C: "☹", 0x6C: "●", 0x6E: "■", 0x6F: "☐", 0x71: "❑", 0x72: "❒",
    0x76: "❖", 0x9F: "•", 0xA7: "▪", 0xA8: "☐", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE8: "➔", 0xF0: "⇨", 0xFB: "✗",
    0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
FONTS = {"symbol": SYMBOL, "wingdings": WINGDINGS}
PRIVATE = 0xF000


def shown(code: int, font: str) -> str:
    """What the font shows at this place; empty where that is not known."""
    place = code - PRIVATE if PRIVATE <= code <= PRIVATE + 0xFF else code
    if (signs := FONTS.get(font.strip().lower())) is not None:
        return signs.get(place, "")
    # Of other fonts, those that do not use the private places show letters.
    return chr(code) if 0x20 <= code < 0xE000 and not 0xD800 <= code < 0xE000 else ""


def replaced(text: str, font: str) -> str:
    """A text in the private places of such a font, as Word stores what is typed in it."""
    return "".join(shown(ord(sign), font) if PRIVATE <= ord(sign) <= PRIVATE + 0xFF else sign for sign in text)
