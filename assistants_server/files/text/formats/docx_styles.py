"""What Word documents say of their text elsewhere: styles that hide it, and the numbers of lists and headings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assistants_server.files.text.formats import numbers
from assistants_server.files.text.formats.packages import attribute, attributes, every, first

OFF = ("0", "false", "off")
# How many styles are based on one another, at most; a circle of them ends here.
MOST_STYLES = 20


def is_on(switch: Any | None) -> bool:
    return switch is not None and attributes(switch).get("val", "1") not in OFF


def value_of(element: Any | None, *path: str) -> str:
    """The ``val`` of an element further down, or the empty string."""
    found = None if element is None else first(element, *path)
    return "" if found is None else attribute(found, "val")


class Styles:
    """The styles of a document by their ids; ``root`` is None where it has none."""

    def __init__(self, root: Any | None) -> None:
        self.known = {} if root is None else {attribute(style, "styleId"): style for style in every(root, "style")}

    def _chain(self, style_id: str) -> Iterator[Any]:
        for _ in range(MOST_STYLES):
            if (style := self.known.get(style_id)) is None:
                return
            yield style
            style_id = value_of(style, "basedOn")

    def hides(self, style_id: str) -> bool:
        """Whether text in this style is hidden."""
        switches = (first(style, "rPr", "vanish") for style in self._chain(style_id))
        return is_on(next((switch for switch in switches if switch is not None), None))

    def numbered(self, style_id: str) -> tuple[str, str]:
        """The list that paragraphs in this style belong to, and the level in it; each empty where it is not said."""
        found = [first(style, "pPr", "numPr") for style in self._chain(style_id)]
        lists = (value_of(item, "numId") for item in found)
        levels = (value_of(item, "ilvl") for item in found)
        return next(filter(None, lists), ""), next(filter(None, levels), "")


@dataclass(frozen=True)
class _Level:
    kind: str
    template: str
    start: int
    style: str


class Numbering:
    """Counts the numbered paragraphs of a document; ``root`` is None where it has no lists."""

    def __init__(self, root: Any | None, styles: Styles) -> None:
        self.styles = styles
        self.levels: dict[str, list[_Level]] = {}
        self.lists: dict[str, tuple[str, dict[int, int]]] = {}
        self.counts: dict[str, dict[int, int]] = defaultdict(dict)
        self.begun: set[str] = set()
        for item in () if root is None else every(root, "abstractNum"):
            self.levels[attribute(item, "abstractNumId")] = [_level(level) for level in every(item, "lvl")]
        for item in () if root is None else every(root, "num"):
            starts = {
                int(attribute(change, "ilvl", "0")): int(value_of(change, "startOverride"))
                for change in every(item, "lvlOverride")
                if value_of(change, "startOverride").isdecimal()
            }
            self.lists[attribute(item, "numId")] = value_of(item, "abstractNumId"), starts

    def next(self, properties: Any | None) -> str:
        """The number before the paragraph of these properties, which is counted by that; empty without one."""
        style = value_of(properties, "pStyle")
        list_id, level = self.styles.numbered(style)
        list_id, level = (
            value_of(properties, "numPr", "numId") or list_id,
            value_of(properties, "numPr", "ilvl") or level,
        )
        name, starts = self.lists.get(list_id, ("", {}))
        levels = self.levels.get(name, [])
        if not level:
            level = next((str(place) for place, item in enumerate(levels) if style and item.style == style), "0")
        if not level.isdecimal() or int(level) >= len(levels):
            return ""
        return self._counted(list_id, int(level), levels, self.counts[name], starts)

    def _counted(
        self, list_id: str, place: int, levels: list[_Level], counts: dict[int, int], starts: dict[int, int]
    ) -> str:
        if list_id not in self.begun:
            # A list that begins anew where another of its kind ended.
            self.begun.add(list_id)
            for restarted in starts:
                counts.pop(restarted, None)
        first_number = starts.get(place, levels[place].start)
        counts[place] = counts[place] + 1 if place in counts else first_number
        for deeper in [level for level in counts if level > place]:
            del counts[deeper]
        level = levels[place]
        if not numbers.shown(counts[place], level.kind):
            return ""
        above = [numbers.shown(counts.get(number, item.start), item.kind) for number, item in enumerate(levels)]
        return numbers.filled(level.template, above)


def _level(level: Any) -> _Level:
    start = value_of(level, "start")
    return _Level(
        kind=value_of(level, "numFmt") or "decimal",
        template=value_of(level, "lvlText"),
        start=int(start) if start.isdecimal() else 0,
        style=value_of(level, "pStyle"),
    )
