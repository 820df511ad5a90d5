"""What an import says of what it read: in the reader's language on the page, in English everywhere else."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from assistants_client.strict_json import JSONFault, UnreadableJSONError, loads
from assistants_server.assistants import operations
from assistants_server.importer import parse, python_text
from assistants_server.models import Assistant, ImportJob
from dashboard.audit.models import Record
from dashboard.bounds import IMPORT_FAULTS
from tests.assistants_server.importing import run, saved, written
from tests.assistants_server.test_import_page import ADDRESS, confirm, detail_of, upload
from tests.assistants_server.test_shapes_of_dumps import DESK, DYNAMO, JAVA
from tests.assistants_ui.pages import read
from tests.conftest import Person
from tests.test_translations import MAKE, file_of, forms

LANGUAGES = pytest.mark.parametrize("language", ["de", "fr"])
# Loan words of French, whose texts are the same as the English ones.
SAME_IN_FRENCH = {"%(number)d message", "%(number)d run", "%(number)d thread"}
# What else an import may hold.
OTHERS = (
    "file", "vector_store", "vector_store.file", "assistant.file", "thread", "thread.message", "thread.run",
    "thread.run.step", "model", "upload", "fine_tuning.job", "batch",
)  # fmt: skip
V1 = {key: value for key, value in saved("asst_v1").items() if key != "tool_resources"}
NOT_SOUND: list[Any] = [
    "text",
    saved("asst_a"),
    saved("asst_a", name="Other"),
    saved("asst_here"),
    saved("a/b"),
    saved("asst_files", file_ids="file-1"),
    saved("asst_cut", tools="System.Object[]"),
    {key: value for key, value in saved("asst_none").items() if key != "model"},
    json.dumps(saved("asst_text", model=None)),
    {"id": "asst_agent", "object": "agent"},
    {"error": {}},
    {"error": "Incorrect API key."},
    {"prompt": {"id": "pmpt_7"}, "model": "gpt-4.1"},
]
NOTED: list[Any] = [
    saved("asst_a"),
    saved("asst_a"),
    saved("asst_php", metadata=[]),
    saved("asst_table", temperature="0.3"),
    saved(17),  # type: ignore[arg-type]  # as no server gave it
    V1 | {"tools": [{"type": "retrieval"}, {"type": "code_interpreter"}], "file_ids": ["file-gone"]},
    saved(
        "asst_odd",
        created_at=1751370000123,
        metadata={"tier": 2},
        tools=[{"type": "bing_grounding"}, {"type": "file_search"}, {"type": "file_search"}],
        tool_resources={
            "file_search": {"vector_store_ids": "vs_old"},
            "code_interpreter": {"file_ids": ["file-gone"]},
            "azure_ai_search": {},
        },
        response_format="none",
        updated_at=5,
    ),
    {"id": "asst_timeless", "name": "No time", "model": None, "instructions": "", "object": "assistant"},
    {"id": "pmpt_1", "name": "Tone", "model": "gpt-4.1", "instructions": "Answer {{customer}}."},
    {"model": "gpt-4.1", "messages": [{"role": "system", "content": "Be kind."}]},
    {"object": "list", "data": [saved("asst_page")], "has_more": True},
    {"exported": saved("asst_inside")},
    {"Items": [DYNAMO]},
    JAVA | {"id": "asst_java"},
    {"columns": list(DESK), "data": [["asst_frame", *list(DESK.values())[1:]]]},
    *({"id": f"x{number}", "object": kind} for number, kind in enumerate(OTHERS)),
]
RENAMED: list[Any] = [
    saved("asst_a"),
    saved("asst_a", name="Other"),
    saved("asst_here"),
    {key: value for key, value in saved().items() if key != "id"},
    saved("asst_hot", temperature=7),
]
LINES = [
    json.dumps(saved("asst_line")),
    "{broken",
    '{"id": "asst_1", "id": "asst_2"}',
    '{"model": NaN}',
    '{"temperature": 1e999}',
    "[" * 70 + "]" * 70,
    r'{"name": "\u0000"}',
    r'{"name": "\ud800"}',
]
TEXTS = [
    "1\n" * (IMPORT_FAULTS + 1),
    "\n".join(LINES),
    "id;name;model\n;Desk;gpt-4o\n",
    'answer = client.responses.create(prompt={"id": "pmpt_7"}, model="gpt-4.1")',
    repr([saved("asst_printed")]),
    f"[{json.dumps(DESK)}, {json.dumps(DESK)}"[:-40],
    "{",
    '{"model": NaN}',
    '[{"id": "file-1", "object": "file"}]',
    "<!doctype html><p>Sign in",
    "id: asst_1\nname: Desk\nmodel: gpt-4o\n",
    "Array\n(\n    [id] => asst_1\n)\n",
    "INSERT INTO assistants VALUES (1);",
    "id           : asst_1\nobject       : assistant\nname         : Desk\n",
    "#< CLIXML\n<Objs/>",
    'array(2) {\n  ["id"]=>\n  string(6) "asst_1"\n}',
    'a:1:{s:2:"id";s:6:"asst_1";}',
    'id = "asst_1"\nmodel = "gpt-4o"\n',
    "Assistant{id=asst_1, createdAt=1720000001, name=Desk}",
    "{“id”: “asst_1”, “model”: “gpt-4o”}",
    f"Assistant(id='asst_1', tools={'[1,' * 200}",
]
INPUTS: list[dict[str, Any]] = [
    {"text": json.dumps(NOT_SOUND)},
    {"text": json.dumps(NOTED), "model": "gpt-4o"},
    {"text": json.dumps(RENAMED), "only_sound": "on", "new_ids": "on"},
    *({"text": text} for text in TEXTS),
]
FILES = [b" \n", b"\xff\xd8\xff\xe0"]


def messages(language: str) -> list[Any]:
    """What the catalog has of the reading of saved assistants; what the page itself says is left out."""
    catalog = MAKE["read"](file_of("assistants_server/locale", language), language)
    return [
        message
        for message in catalog
        if message.id and {Path(path).name for path, _ in message.locations if "/importer/" in path} - {"views.py"}
    ]


def pattern_of(text: str) -> re.Pattern[str]:
    """The text with anything in the place of its names, and a number in that of its numbers."""
    words = re.sub(r"%\\\(\w+\\\)([sd])", lambda found: ".+?" if found[1] == "s" else r"\d+", re.escape(text))
    words = words.removeprefix(".+?").removesuffix(".+?")
    begin, end = words[0].isalpha() or words.startswith(r"\d"), words[-1].isalpha()
    return re.compile((r"(?<!\w)" if begin else "") + words + (r"(?!\w)" if end else ""))


def pages(who: Person, language: str) -> str:
    """What the page says in this language of every input above."""
    Assistant.objects.all().delete()
    row = Assistant(workspace="main", wire_id="asst_here", created_at=1)
    operations.write(row, operations.DEFAULTS | {"model": "gpt-4o", "name": "Theirs"})
    sent = [*INPUTS, *({"files": upload(content)} for content in FILES)]
    answers = [who.post(ADDRESS, form, headers={"Accept-Language": language}) for form in sent]
    assert {answer.status_code for answer in answers} == {200, 422}
    mains = [answer.content.decode().partition("<main")[2].partition("</main>")[0] for answer in answers]
    # What was pasted stands there again, as it was.
    without_input = re.sub(r"<textarea.*?</textarea>", "", "\n".join(mains), flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", "\n", without_input))


def said(text: str, language: str) -> set[str]:
    """The English texts of the importer that a page says, as their singular."""
    known = [forms(message.id) for message in messages(language)]
    return {texts[0] for texts in known if any(pattern_of(each).search(text) for each in texts)}


@pytest.fixture
def few_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(python_text, "PRINTED_TOKENS", 300)


@LANGUAGES
def test_every_text_of_an_import_is_in_another_language(language: str) -> None:
    same = {forms(message.id)[0] for message in messages(language) if forms(message.id)[0] in forms(message.string)}
    assert same == (SAME_IN_FRENCH if language == "fr" else set())


@pytest.mark.usefixtures("few_tokens")
def test_the_inputs_are_all_that_an_import_can_say(dora: Person) -> None:
    assert {forms(message.id)[0] for message in messages("de")} - said(pages(dora, "en"), "de") == set()


@LANGUAGES
@pytest.mark.usefixtures("few_tokens")
def test_the_page_says_it_all_in_the_language_of_the_reader(dora: Person, language: str) -> None:
    assert said(pages(dora, language), language) - SAME_IN_FRENCH == set()


def test_what_is_recorded_is_english_whoever_reads_and_whoever_agrees(dora: Person) -> None:
    german, french = ({"Accept-Language": language} for language in ("de", "fr"))
    preview = dora.post(ADDRESS, {"text": json.dumps([saved("asst_a"), saved("asst_b")])}, headers=german)
    form = next(form for form in read(preview).forms if "seen" in form)
    form = {name: form[name] for name in ("token", "seen", "csrfmiddlewaretoken")}
    assert dora.post(ADDRESS, form, headers=french).status_code == 302
    records = Record.objects.filter(action="assistant.create").order_by("seq")
    told = [detail_of(row)["imported_from"] for row in records]
    assert told == ["pasted text, object 2", "pasted text, object 1"]
    assert json.loads(Record.objects.get(action="import.run").head)["target_label"] == "pasted text"
    assert ImportJob.objects.get().source == "pasted text"
    assert "Eingefügter Text" in read(dora.get(ADDRESS, headers=german)).text


def test_the_same_is_taken_in_every_language(dora: Person) -> None:
    for language, wire_id in (("en", "asst_a"), ("de", "asst_b"), ("fr", "asst_c")):
        nameless = {key: value for key, value in saved().items() if key != "id"}
        mixed = json.dumps([saved(wire_id), saved(wire_id, temperature=7), nameless, "text"])
        options = {"only_sound": "on", "new_ids": "on"}
        with translation.override(language):
            preview = dora.post(ADDRESS, {"text": mixed} | options, headers={"Accept-Language": language})
            assert confirm(dora, preview, **options).status_code == 302
    jobs = ImportJob.objects.all()
    assert {(job.left_out, job.rows.count()) for job in jobs} == {(1, 3)}


def test_what_is_wrong_with_json_is_said_as_its_reader_says_it() -> None:
    # Bytes become text before they are read as JSON.
    assert set(parse.FAULTS) == set(JSONFault) - {JSONFault.ENCODING}
    errors = [UnreadableJSONError(fault) for fault in parse.FAULTS if fault is not JSONFault.SYNTAX]
    with pytest.raises(UnreadableJSONError) as syntax:
        loads('{"a"')
    for error in (*errors, syntax.value):
        assert str(parse.reason_of(error)) == str(error)


def test_the_command_speaks_english_whoever_calls_it(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, [*NOTED, *RENAMED])
    options = ("--only-sound", "--model", "gpt-4o", "--preview")
    english = run(capsys, path, *options)
    with translation.override("de"):
        german = run(capsys, path, *options)
    assert german == english
    assert "left out" in english
