"""Search for texts that make a page cost more than it is worth: `python -m benchmarks.cost_pages --minutes 60 --keep`.

Each scene plants texts as others would, through the API or the site's own forms, and asks for every page that shows
them. No page may take more than 300 ms of a processor, as the same machine takes them when it is idle, or 50 MB. What
was planted is taken back after each example. The worst of each scene are kept in tests/costly_pages.json.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis as h
from hypothesis import strategies as st

from benchmarks.cost_inputs import VALUES, repeated, wrapped

if TYPE_CHECKING:
    from benchmarks.cost_site import Cost

CORPUS = Path(__file__).resolve().parent.parent / "tests" / "costly_pages.json"
MILLISECONDS = 300.0
MEGABYTES = 50.0
KEPT = 6
# A recipe for a schema holds the schema.
LONGEST_SEED = 20_000
# As long as the longest field of a form.
LONGEST = 256_000
PIECES = (
    *(
        "parcel ",
        "a ",
        "a",
        "ä",
        "日",
        "é",
        "\u200b",
        "\u202e",
        "\ufeff",
        "😀",
        "3",
        ".",
        ",",
        ":",
        "-",
        "=",
        "/",
        "\\",
    ),
    *("\n", "\n\n", " ", "\t", "\r\n", "\u2028", "&", "<", ">", "'", '"', "`", "*a", "[a](", "> - * 1. a\n", "# a\n"),
    *(
        "{{a}}",
        "{{",
        "}}",
        "{%",
        "sk-aaaaaaaaaaaaaaaaaaaa ",
        "eyJaaaaaaaaaa.eyJaaaaaaaaaa.",
        "-----BEGIN PRIVATE KEY-----",
    ),
    *(
        '{"a":',
        "[",
        "]",
        "}",
        "(",
        ")",
        '.create(model="m")',
        "Assistant(id='a', model='m'),",
        "|a|\n|-|\n",
        "http://a.b/c ",
    ),
    *("question,", "yes\n", ";", "æ", "ß", "İ", "ﬁ", "。", "w1 w2 w3 ", "user: ", "---\n"),
)
COUNTS = st.sampled_from([1, 3, 20, 300, 3_000, 30_000, LONGEST]) | st.integers(1, 50_000)
Recipe = list[Any]


def texts() -> st.SearchStrategy[list[Recipe]]:
    """Recipes for three texts as long as a field may be; the later ones may mix the first one's words."""
    piece = st.sampled_from(PIECES) | st.text(max_size=4)
    run = st.tuples(st.lists(piece, min_size=1, max_size=5).map("".join), COUNTS)
    one: st.SearchStrategy[Recipe] = st.lists(run.map(list), min_size=1, max_size=6).map(lambda runs: ["runs", runs])
    one |= st.tuples(st.sampled_from(["words", "lines"]), st.integers(2, 40_000)).map(list)
    other = one | st.integers(0, 50).map(lambda number: ["mixed", number])
    return st.tuples(one, other, other).map(list)


def schemas() -> st.SearchStrategy[list[Recipe]]:
    """Recipes for two schemas, small or of thousands of entries, up to 60 deep."""
    names = st.sampled_from(["a", "type", "properties", "items", "required", "enum", "$ref", "description"])
    sizes = {"wide": 3_000, "long": 30_000, "groups": 150, "text": 900_000}
    one = st.sampled_from(sorted(sizes)).flatmap(
        lambda kind: st.tuples(st.just(kind), st.integers(1, sizes[kind])).map(list)
    )
    deep = st.tuples(st.dictionaries(names, VALUES, max_size=6), st.integers(0, 50)).map(
        lambda found: ["deep", wrapped(found)]
    )
    return st.lists(one | deep, min_size=2, max_size=2)


def built(recipes: list[Recipe]) -> list[Any]:
    """What the recipes make: texts, or schemas."""
    found: list[Any] = []
    for kind, *rest in recipes:
        found.append(_mixed(found[0], *rest) if kind == "mixed" else _built(kind, *rest))
    return found


def _built(kind: str, value: Any) -> Any:
    match kind:
        case "runs":
            return repeated(value, LONGEST)
        case "words":
            return " ".join(f"w{n * 7 % 997}" for n in range(value))[:LONGEST]
        case "lines":
            return "\n".join(f"line {n * 7 % 997}" for n in range(value))[:LONGEST]
        case "wide":
            return {f"n{n}": {"type": "string"} for n in range(value)}
        case "long":
            return {"a": {"type": "string", "enum": [f"{n}" for n in range(value)]}}
        case "groups":
            fields = {f"m{n}": {"type": "string"} for n in range(value)}
            return {f"n{n}": {"type": "object", "properties": fields} for n in range(value)}
        case "text":
            return {"a": {"type": "string", "description": "&" * value}}
    return value


def _mixed(text: str, number: int) -> str:
    """The words of a text in another order, which is what makes comparing hard."""
    words = text.split(" ") if number % 2 else text.split("\n")
    if number % 3 == 0:
        return " ".join(words[::-1])
    if number % 3 == 1:
        return " ".join(f"{word}{index * 7919 % 97}" for index, word in enumerate(words))[:LONGEST]
    random.Random(number).shuffle(words)
    return "\n".join(words)


@dataclass
class Record:
    """What was found so far: the worst cost of each page, and the inputs that led to the worst of a scene."""

    examples: int = 0
    pages: dict[str, tuple[Cost, Any]] = field(default_factory=dict)
    worst: list[tuple[float, Any]] = field(default_factory=list)

    def note(self, found: dict[str, Cost], given: Any) -> float:
        """Keep what is worse than before; gives how near the example came to its bounds."""
        self.examples += 1
        for page, cost in found.items():
            if page not in self.pages or badness(cost) > badness(self.pages[page][0]):
                self.pages[page] = (cost, given)
        most = max(map(badness, found.values()), default=0.0)
        self.worst = sorted([*self.worst, (most, given)], key=lambda one: one[0], reverse=True)[:KEPT]
        return most


def badness(cost: Cost) -> float:
    """1 at the bound, more beyond it."""
    return max(cost.milliseconds / MILLISECONDS, cost.megabytes / MEGABYTES)


def costs(scene: Callable[[Any], Any], given: Any) -> dict[str, Cost]:
    """What each page of the scene costs with these texts; none where a form refuses them."""
    import assistants_client as wire
    from benchmarks.cost_site import cost_of, taken_back

    found: dict[str, Cost] = {}
    with taken_back():
        try:
            for page, act in scene(built(given)):
                found[page] = cost_of(act)
        except wire.APIError as error:
            # What a form refuses costs nobody anything.
            if error.status_code not in (400, 413, 422):
                raise
    return found


def search(name: str, record: Record, *, examples: int) -> None:
    """A few examples of one scene, those that cost more bred from those that cost much."""
    from benchmarks.cost_scenes import scenes

    scene = scenes()[name]

    @h.seed(random.getrandbits(64))
    @h.settings(max_examples=examples, deadline=None, database=None, phases=[h.Phase.generate, h.Phase.target],
              suppress_health_check=list(h.HealthCheck))  # fmt: skip
    @h.given(given=schemas() if name == "functions" else texts())
    def each(given: Any) -> None:
        most = record.note(costs(scene, given), given)
        h.target(most)

    each()


def corpus() -> dict[str, list[list[Recipe]]]:
    """What is kept of each scene."""
    found: dict[str, list[list[Recipe]]] = json.loads(CORPUS.read_text()) if CORPUS.exists() else {}
    return found


def keep(records: dict[str, Record]) -> None:
    """Add the worst inputs to the corpus."""
    found = corpus()
    for name, record in records.items():
        known = found.setdefault(name, [])
        for _, given in reversed(record.worst):
            if given not in known and len(json.dumps(given)) < LONGEST_SEED:
                known.append(given)
        del known[:-KEPT]
    lines = (f"{json.dumps(name)}: [\n" + ",\n".join(map(json.dumps, kept)) + "\n]" for name, kept in found.items())
    CORPUS.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import logging

    import django

    django.setup()
    logging.disable()
    from benchmarks.cost_scenes import scenes

    parser = argparse.ArgumentParser(prog="python -m benchmarks.cost_pages")
    parser.add_argument("scene", nargs="*", help=f"of {', '.join(scenes())}; all when none is named")
    parser.add_argument("--minutes", type=float, default=60, help="of a processor")
    parser.add_argument("--keep", action="store_true", help="write the worst texts to the corpus of the tests")
    options = parser.parse_args()
    names = options.scene or list(scenes())
    records = {name: Record() for name in names}
    for name in names:
        for given in corpus().get(name, []):
            records[name].note(costs(scenes()[name], given), given)
    # Its own time, because others may work on the same machine.
    until = time.process_time() + options.minutes * 60
    while time.process_time() < until:
        for name in names:
            search(name, records[name], examples=4)
            report(name, records[name])
        if options.keep:
            keep(records)
    for name, record in records.items():
        report(name, record)


def report(name: str, record: Record) -> None:
    """Print the worst of each page that is near its bounds, and the machine's load."""
    worst = sorted(record.pages.items(), key=lambda one: badness(one[1][0]), reverse=True)
    for page, (cost, given) in worst[:6]:
        verdict, recipe = "ok", json.dumps(given)[:120]
        if badness(cost) > 1:
            verdict, recipe = "TOO MUCH", json.dumps(given)
        load = os.getloadavg()[0]
        print(f"{name:10} {record.examples:5} {page:22} {cost} load {load:4.1f} {verdict} {recipe}", flush=True)


if __name__ == "__main__":
    main()
