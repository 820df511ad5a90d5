"""What takes texts that others wrote, one by one, and what such texts are made of when they are meant to cost much."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

# Texts of a subject that reads several are joined by this.
BETWEEN = "\x1e"
# The size of the inputs in characters.
SIZE = 10_000
WORDS = ("parcel", "returned ", "a ", "ä", "\n", "\n\n", " ", "3", ".", "ｄ", "é", "\u200b", "日")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """``act`` reads a text. Texts are made of ``pieces``, or are JSON that ``build`` makes of such values."""

    name: str
    act: Callable[[str], object]
    pieces: tuple[str, ...] = WORDS
    parts: int = 1
    build: Callable[[Any], str] | None = None

    def ordinary(self) -> list[str]:
        """Texts of the full size as people might write them, always the same ones."""
        chance = Random(zlib.crc32(self.name.encode()))
        return [self._ordinary(chance) for _ in range(9)]

    def _ordinary(self, chance: Random) -> str:
        if self.build is not None:
            return self.build({f"{word} {n}": f"a text of {n} words " * 4 for n, word in enumerate(WORDS * 6)})
        words = [*self.pieces, *WORDS]
        one = "".join(chance.choice(words) for _ in range(SIZE))[: SIZE // self.parts]
        texts = [one]
        while len(texts) < self.parts:
            other = one
            for _ in range(12):
                at = chance.randrange(len(one))
                other = other[:at] + "another word" + other[at + 12 :]
            texts.append(other)
        return BETWEEN.join(texts)


def subjects() -> dict[str, Subject]:
    """Every subject by its name. Django has to be set up."""
    return {subject.name: subject for subject in (*_texts(), *_documents(), *_hand_over())}


def _texts() -> list[Subject]:
    from assistants_ui.assistants.editor import text_warnings
    from assistants_ui.assistants.editor.paragraphs import together
    from assistants_ui.catalog.excerpts import marked
    from assistants_ui.catalog.filters import Filters
    from assistants_ui.catalog.folding import Folded
    from assistants_ui.files import previews
    from assistants_ui.forms.lists import FILTERS, ListForm
    from dashboard.audit.read.diff import side_by_side
    from dashboard.audit.record.redaction import without_secrets

    def filters(text: str) -> object:
        form = ListForm(dict.fromkeys(FILTERS, text))
        return Filters(**form.filters()).terms

    def excerpts(text: str) -> None:
        query, _, found = text.partition(BETWEEN)
        marked(found, Filters(q=query[:1000]).terms)
        for term in Filters(q=query[:1000]).terms:
            Folded(found).first(term)

    def warnings(text: str) -> None:
        text_warnings.text_warnings(text)
        text_warnings.marked(text)
        text_warnings.variables(text)

    markdown = ("*", "**", "_", "`", "[", "](", ")", "![", "<", "> ", "- ", "1. ", "|", "|-", "# ", "&amp;", "\\")
    secrets = ("sk-", "eyJ", "-----BEGIN ", "PRIVATE KEY-----", "-----END ", "A", "aaaaaaaaaaaa", "-", ".", "ghp_")
    query = ('"', "“", "a", "ae", "æ", " ", "ß", "\u0301", "İ", "ﬁ")
    return [
        Subject(name="diff", act=lambda text: side_by_side(*two(text)), parts=2),
        Subject(name="merge", act=lambda text: together(*three(text)), parts=3),
        Subject(name="markdown", act=lambda text: previews.blocks_of(previews.first_lines(text)[0]), pieces=markdown),
        Subject(name="secrets", act=without_secrets, pieces=secrets),
        Subject(name="warnings", act=warnings, pieces=(*secrets, "{{", "}}", " ", "\u202e", "\ufeff")),
        Subject(name="filters", act=filters, pieces=query),
        Subject(name="excerpts", act=excerpts, pieces=query, parts=2),
    ]


def _documents() -> list[Subject]:
    from assistants_server.importer.convert import convert
    from assistants_server.importer.parse import UnreadableFileError, read_text
    from assistants_ui.assistants.editor.forms import functions
    from assistants_ui.assistants.editor.forms.schemas import SchemaText
    from assistants_ui.domain.schemas.checks import BadJSONError, object_in
    from assistants_ui.evaluations.forms import rows_in
    from dashboard.audit.read.comparison import compare
    from dashboard.audit.read.sentences import describe_changes
    from dashboard.server.heads import HeadRefused, read_head

    def paste(text: str) -> None:
        try:
            functions.do([], "paste", pasted=text)
        except BadJSONError:
            return

    def rows(text: str) -> None:
        try:
            schema = SchemaText.of(object_in(text))
        except BadJSONError:
            return
        for action in ("strict", "json", "rows"):
            schema.do(action)
        schema.problems(is_strict=True)

    def imports(text: str) -> None:
        try:
            found = read_text(text, name="saved")
        except UnreadableFileError:
            return
        for each in found.objects:
            convert(each)

    def sentences(text: str) -> None:
        facts = json.loads(text)
        facts = facts if isinstance(facts, dict) else {"tools": facts}
        describe_changes({name: {"added": [value], "removed": []} for name, value in facts.items()}, names={})
        compare(facts, {"name": "other", "tools": [facts], "metadata": facts, "instructions": text})

    def heads(text: str) -> None:
        try:
            read_head(text.encode("latin-1", "replace"))
        except HeadRefused:
            return

    dumps = (
        "{",
        "}",
        "[",
        "]",
        '"',
        ",",
        ":",
        "\n",
        "-d '",
        ".create(",
        ")",
        "'",
        "model",
        "id",
        "(",
        "=",
        "\\",
        "True",
    )
    cells = (",", ";", '"', "\n", "question", "'", "=", "yes", "must_contain_all")
    head = (
        "\r\n",
        ":",
        "Host: a",
        "Content-Length: 1",
        "Transfer-Encoding: chunked",
        "X",
        " ",
        "\t",
        ",",
        "GET / HTTP/1.1",
    )
    return [
        Subject(name="paste", act=paste, build=json.dumps),
        Subject(name="schema rows", act=rows, build=json.dumps),
        Subject(name="import of JSON", act=imports, build=json.dumps),
        Subject(name="audit sentences", act=sentences, build=json.dumps),
        Subject(name="import", act=imports, pieces=dumps),
        Subject(name="questions as CSV", act=lambda text: rows_in("question,group\n" + text), pieces=cells),
        Subject(name="heads", act=heads, pieces=head),
    ]


def _hand_over() -> list[Subject]:
    from assistants_ui.handover.findings import findings_in
    from assistants_ui.handover.options import HandoverOptions
    from assistants_ui.handover.package import package
    from assistants_ui.handover.source import Source
    from assistants_ui.handover.targets import TARGETS

    def hand_over(text: str) -> None:
        function = {"type": "function", "function": {"name": text[:64], "description": text[:1000]}}
        assistant = {"id": "asst_1", "name": text[:256], "model": "m", "instructions": text, "tools": [function]}
        for target in TARGETS.values():
            package(target, [assistant, assistant], HandoverOptions(variables=True))
        findings_in(Source.of(assistant))

    braces = ("{{", "}}", "{", "}", "user:", "---", "\n", "\\", "`", "'", '"""', " ", "<", "a")
    return [Subject(name="hand-over", act=hand_over, pieces=braces)]


def two(text: str) -> tuple[str, str]:
    one, _, other = text.partition(BETWEEN)
    return one, other


def three(text: str) -> tuple[str, str, str]:
    one, other = two(text)
    return (one, *two(other))


@cache
def median_steps(name: str) -> int:
    """What an ordinary text of the full size takes of this subject."""
    from benchmarks.counting import steps_of

    subject = subjects()[name]
    steps = sorted(steps_of(lambda text=text: subject.act(text)) for text in subject.ordinary())  # type: ignore[misc]
    return steps[len(steps) // 2]
