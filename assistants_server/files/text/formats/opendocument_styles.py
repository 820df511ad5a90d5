"""What OpenDocument says of its text in styles: that it is hidden, and how lists and headings are numbered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from assistants_server.files.text.formats import numbers
from assistants_server.files.text.formats.packages import attribute, every, local

MOST_STYLES = 20
# The numbers of headings, which belong to no list.
OUTLINE = ""


def hidden_texts(*roots: Any) -> set[str]:
    """The names of the styles that hide paragraphs or letters, by themselves or by what they are derived from."""
    shown: dict[str, str] = {}
    parents: dict[str, str] = {}
    for style in (style for root in roots if root is not None for style in every(root, "style")):
        name = attribute(style, "name")
        parents[name] = attribute(style, "parent-style-name")
        for properties in style:
            if local(properties) == "text-properties" and (display := attribute(properties, "display")):
                shown[name] = display
    found = set()
    for name in parents:
        above, steps = name, 0
        while above and above not in shown and steps < MOST_STYLES:
            above, steps = parents.get(above, ""), steps + 1
        if shown.get(above) == "none":
            found.add(name)
    return found


@dataclass(frozen=True)
class _NumberedLevel:
    kind: str
    prefix: str
    suffix: str
    start: int
    levels_shown: int


@dataclass
class ListNumbers:
    """Counts the items of lists. ``style`` and ``level`` are those of the list that is being read."""

    levels: dict[str, dict[int, _NumberedLevel]]
    counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    style: str = OUTLINE
    level: int = 0

    @classmethod
    def of(cls, *roots: Any) -> ListNumbers:
        found = {}
        for root in roots:
            for style in () if root is None else every(root, "list-style", "outline-style"):
                name = OUTLINE if local(style) == "outline-style" else attribute(style, "name")
                levels = [
                    (attribute(item, "level"), item) for item in style if "number" in local(item) or name == OUTLINE
                ]
                found[name] = {int(level): _level(item) for level, item in levels if level.isdecimal()}
        return cls(found)

    def begin(self, element: Any) -> None:
        """Enter a list, which counts from its start unless it says that it goes on."""
        self.style, self.level = attribute(element, "style-name") or self.style, self.level + 1
        if attribute(element, "continue-numbering") != "true" and not attribute(element, "continue-list"):
            self._forget(self.style, self.level)

    def item(self, element: Any) -> str:
        """The number of an item of the list, which is counted by that."""
        start = attribute(element, "start-value")
        return self._counted(self.style, self.level, int(start) if start.isdecimal() else None)

    def heading(self, element: Any) -> str:
        """The number of a heading outside of lists."""
        level = attribute(element, "outline-level", "1")
        if attribute(element, "is-list-header") == "true" or not level.isdecimal():
            return ""
        return self._counted(OUTLINE, int(level), None)

    def _forget(self, style: str, level: int) -> None:
        for deeper in [place for place in self.counts[style] if place >= level]:
            del self.counts[style][deeper]

    def _counted(self, style: str, level: int, start: int | None) -> str:
        levels, counts = self.levels.get(style, {}), self.counts[style]
        kind = levels.get(level)
        if kind is None:
            return ""
        counts[level] = start if start is not None else counts.get(level, kind.start - 1) + 1
        self._forget(style, level + 1)
        if not numbers.shown(counts[level], kind.kind):
            return ""
        places = range(max(1, level - kind.levels_shown + 1), level + 1)
        known = [(counts.get(place, levels[place].start), levels[place].kind) for place in places if place in levels]
        return kind.prefix + ".".join(filter(None, (numbers.shown(*item) for item in known))) + kind.suffix


def _level(element: Any) -> _NumberedLevel:
    start, levels = attribute(element, "start-value"), attribute(element, "display-levels")
    return _NumberedLevel(
        kind=attribute(element, "num-format"),
        prefix=attribute(element, "num-prefix"),
        suffix=attribute(element, "num-suffix"),
        start=int(start) if start.isdecimal() else 1,
        levels_shown=int(levels) if levels.isdecimal() else 1,
    )
