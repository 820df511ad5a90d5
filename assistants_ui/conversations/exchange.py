"""One question and what came of it, as a page shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import assistants_client as wire
from assistants_client import strict_json
from assistants_client.types.base import dicts, mapping
from assistants_ui.conversations.tokens import digest
from assistants_ui.domain.fields import BY_NAME
from assistants_ui.domain.labels import tool_name
from assistants_ui.domain.outcomes import WORDS, AnswerOutcome, Words
from assistants_ui.domain.run_values import RUN_FIELDS
from dashboard.lib.readable import readable_json

# 【4:0†price-list.pdf】: the search, the passage in it, and the name of the file.
MARK = re.compile(r"\u3010(\d+):(\d+)\u2020[^\u3011]*\u3011")
LONGEST_PASSAGE = 4000
LONGEST_EXCERPT = 400
PARAGRAPHS = re.compile(r"\n\s*\n")
SENTENCES = re.compile(r"(?<=[.!?])\s+")
WORD = re.compile(r"\w{3,}")


@dataclass(frozen=True)
class Passage:
    """A piece of a file that a search found; ``text`` is empty where the server keeps it to itself."""

    file_id: str
    file_name: str
    text: str
    score: float | None


@dataclass(frozen=True)
class CitedSource:
    """What an answer cites: a file, and the passage where it is known; ``sentence`` is what rests on it."""

    number: int
    file_id: str
    file_name: str
    passage: Passage | None
    sentence: str = ""

    @property
    def text(self) -> str:
        return self.passage.text if self.passage else ""

    @property
    def excerpt(self) -> str:
        """The paragraph of the passage that shares most words with the sentence that rests on it."""
        said = set(WORD.findall(self.sentence.casefold()))
        paragraphs = PARAGRAPHS.split(self.text.strip())
        nearest = max(paragraphs, key=lambda one: len(said & set(WORD.findall(one.casefold()))))
        return nearest if len(nearest) <= LONGEST_EXCERPT else f"{nearest[: LONGEST_EXCERPT - 1]}…"

    @property
    def fragment(self) -> str:
        """What makes a browser show the excerpt where the page of the file holds it."""
        begin = " ".join(self.excerpt.split()[:8]).rstrip("…")
        return f"#:~:text={quote(begin, safe='').replace('-', '%2D')}" if begin else ""


@dataclass(frozen=True)
class Segment:
    """A run of the answer's text, or in its place the ``number`` of a source."""

    text: str = ""
    number: int = 0


@dataclass(frozen=True)
class FunctionCall:
    """A function that the model calls; ``output`` is None until somebody answered in its place."""

    id: str
    name: str
    arguments: str
    output: str | None = None

    @property
    def pretty(self) -> str:
        """The arguments, indented where they are JSON."""
        try:
            return readable_json(strict_json.loads(self.arguments))
        except strict_json.UnreadableJSONError:
            return self.arguments


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What the server was given to answer from, as far as it says so itself."""

    question: str = ""
    model: str = ""
    instructions: str = ""
    tools: Sequence[Mapping[str, Any]] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    passages: Sequence[Passage] = ()

    @property
    def tool_names(self) -> list[str]:
        return [tool_name(dict(tool)) for tool in self.tools]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The settings as people call them and read their values."""
        fields = [(BY_NAME[name], value) for name, value in self.settings.items()]
        return [
            (str(field.label), field.recorded.shown(value) if field.recorded else str(value)) for field, value in fields
        ]

    @property
    def json(self) -> str:
        body = {
            "model": self.model,
            "instructions": self.instructions,
            "messages": [{"role": "user", "content": self.question}],
            "tools": list(self.tools),
            **self.settings,
            "passages": [vars(passage) for passage in self.passages],
        }
        return readable_json(body)


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """``detail`` are the server's own words about a failure, ``token`` what to go on with while something may come.

    ``ignored`` are the unsaved fields that the answer does not come from: the server kept its own. ``not_offered``
    is a tool that the model was not told of, and the command that adds it.
    """

    outcome: AnswerOutcome
    question: str = ""
    detail: str = ""
    token: str = ""
    text: str = ""
    segments: Sequence[Segment] = ()
    sources: Sequence[CitedSource] = ()
    waiting: Sequence[FunctionCall] = ()
    called: Sequence[FunctionCall] = ()
    images: int = 0
    tokens: int | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    seconds: float | None = None
    model: str = ""
    asked_model: str = ""
    ignored: tuple[str, ...] = ()
    not_offered: tuple[str, str] | None = None
    sent: Sent | None = None
    key: str = ""

    @property
    def words(self) -> Words:
        return WORDS[self.outcome]

    @property
    def missing_tool(self) -> str:
        """What people call the tool that the model answered without."""
        return tool_name({"type": self.not_offered[0]}) if self.not_offered and self.text else ""

    @property
    def is_json(self) -> bool:
        """Whether the answer is a JSON object or list and nothing else."""
        if self.sources or not self.text.lstrip().startswith(("{", "[")):
            return False
        try:
            strict_json.loads(self.text)
        except strict_json.UnreadableJSONError:
            return False
        return True

    @property
    def used_no_file(self) -> bool:
        """Whether it is an answer that cites no file and for which nothing was found in one."""
        passages = self.sent.passages if self.sent else ()
        return self.outcome is AnswerOutcome.ANSWERED and not self.sources and not passages


def of_run(
    run: wire.Run, messages: Sequence[wire.Message], steps: Sequence[wire.RunStep], *, outcome: AnswerOutcome
) -> Exchange:
    """What these objects of the server say."""
    own = [message for message in messages if message.role == "assistant"]
    question = "\n\n".join(message.text for message in messages if message.role == "user")
    searches = list(_searches(steps))
    sources, segments = _cited(own, searches)
    waiting = [_call(call) for call in run.required_tool_calls] if outcome is AnswerOutcome.WAITING else []
    open_ids = {call.id for call in waiting}
    functions = (call for step in steps for call in step.tool_calls if call.get("type") == "function")
    refusals = [str(part.get("refusal")) for message in own for part in message.content if part.get("refusal")]
    if refusals:
        segments = [*segments, Segment("\n\n".join(refusals))]
    return Exchange(
        outcome=outcome,
        question=question,
        detail=(run.last_error_message or "") if outcome not in (AnswerOutcome.ANSWERED, AnswerOutcome.WAITING) else "",
        text="".join(segment.text for segment in segments),
        segments=segments,
        sources=sources,
        waiting=waiting,
        called=[_call(call) for call in functions if call.get("id") not in open_ids],
        images=sum(part.get("type") in ("image_file", "image_url") for message in own for part in message.content),
        tokens=_count(run, "total_tokens"),
        tokens_in=_count(run, "prompt_tokens"),
        tokens_out=_count(run, "completion_tokens"),
        model=run.model,
        sent=sent_of(run.raw, question=question, passages=[passage for found in searches for passage in found]),
    )


def sent_of(state: Mapping[str, Any], *, question: str, passages: Sequence[Passage] = ()) -> Sent:
    """What a run, or an assistant, holds of that which reaches a model."""
    settings = {
        name: state[name]
        for name in RUN_FIELDS["v2"]
        if name not in ("model", "instructions", "tools") and state.get(name) is not None
    }
    return Sent(
        question=question,
        model=str(state.get("model") or ""),
        instructions=str(state.get("instructions") or ""),
        tools=dicts(state.get("tools")),
        settings=settings,
        passages=passages,
    )


def ignored_by(run: wire.Run, wanted: Mapping[str, str]) -> tuple[str, ...]:
    """The fields that the run was given and, by its own account, does not have."""
    return tuple(name for name, mark in wanted.items() if name in run.raw and digest(name, run.raw[name]) != mark)


def _searches(steps: Iterable[wire.RunStep]) -> Iterator[list[Passage]]:
    for call in (call for step in steps for call in step.tool_calls):
        if call.get("type") == "file_search":
            yield [_passage(item) for item in dicts(mapping(call.get("file_search")).get("results"))]


def _passage(item: Mapping[str, Any]) -> Passage:
    texts = [str(part.get("text") or "") for part in dicts(item.get("content"))]
    score = item.get("score")
    return Passage(
        file_id=str(item.get("file_id") or ""),
        file_name=str(item.get("file_name") or ""),
        text="\n".join(texts)[:LONGEST_PASSAGE],
        score=score if isinstance(score, int | float) and not isinstance(score, bool) else None,
    )


def _cited(
    messages: Sequence[wire.Message], searches: Sequence[Sequence[Passage]]
) -> tuple[list[CitedSource], list[Segment]]:
    """The sources in the order in which they are cited, and the text with their numbers in place of the marks."""
    sources: list[CitedSource] = []
    numbers: dict[tuple[str, str], int] = {}
    segments: list[Segment] = []
    texts = [
        mapping(part.get("text")) for message in messages for part in message.content if part.get("type") == "text"
    ]
    for index, text in enumerate(texts):
        if index:
            segments.append(Segment("\n\n"))
        value, at = str(text.get("value") or ""), 0
        for annotation in dicts(text.get("annotations")):
            mark, file_id = str(annotation.get("text") or ""), mapping(annotation.get("file_citation")).get("file_id")
            start = value.find(mark, at) if mark and isinstance(file_id, str) else -1
            if start < 0:
                continue
            passage = _passage_of(mark, str(file_id), searches)
            one = (str(file_id), passage.text if passage else "")
            if one not in numbers:
                numbers[one] = len(sources) + 1
                name = passage.file_name if passage else mark.strip("\u3010\u3011").rpartition("\u2020")[2]
                sentence = SENTENCES.split(value[at:start].strip())[-1]
                sources.append(CitedSource(numbers[one], str(file_id), name, passage, sentence))
            segments += [Segment(value[at:start]), Segment(number=numbers[one])]
            at = start + len(mark)
        segments.append(Segment(value[at:]))
    return sources, [segment for segment in segments if segment.text or segment.number]


def _passage_of(mark: str, file_id: str, searches: Sequence[Sequence[Passage]]) -> Passage | None:
    """The passage that a mark stands for: the one of its number in a search where that is of the cited file."""
    found = MARK.fullmatch(mark)
    if found is not None:
        place = int(found[2]) if len(found[2]) < 6 else -1
        for passages in reversed(searches):
            if 0 <= place < len(passages) and passages[place].file_id == file_id:
                return passages[place]
    return next((item for passages in searches for item in passages if item.file_id == file_id), None)


def _call(call: Mapping[str, Any]) -> FunctionCall:
    function = mapping(call.get("function"))
    output = function.get("output")
    return FunctionCall(
        id=str(call.get("id") or ""),
        name=str(function.get("name") or ""),
        arguments=str(function.get("arguments") or ""),
        output=output if isinstance(output, str) else None,
    )


def _count(run: wire.Run, name: str) -> int | None:
    value = run.usage.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
