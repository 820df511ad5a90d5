from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from dashboard.audit import api as audit
from dashboard.audit.export import verify_export
from dashboard.audit.export.exports import CSV_COLUMNS, MOST_IN_CELL, csv_cells, csv_lines, json_lines, prepared
from dashboard.audit.models import Record
from dashboard.audit.read.filters import LogFilters
from dashboard.audit.record.seals import all_keys
from dashboard.audit.retention import purge
from dashboard.audit.verify.verification import current_head
from tests.conftest import Person
from tests.dashboard.audit.logs import MARIA, SUPPORT, write
from tests.dashboard.audit.test_retention import OPERATOR, TOMORROW

pytestmark = pytest.mark.django_db

HOSTILE = [
    '=HYPERLINK("http://e","x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "'=1",
    "a\r\nb",
    '"',
    "é 漢 🎈",
    "\ud800",
    ",",
]


def exported(tmp_path: Path, filters: LogFilters | None = None) -> Path:
    file = tmp_path / "audit.jsonl"
    file.write_bytes(b"".join(json_lines(prepared(filters or LogFilters(), by="Carol"))))
    return file


def verified_elsewhere(
    file: Path, *options: str, keys: bool = True, given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a copy of the script with bare Python, where nothing of this project can be imported."""
    script = file.parent / "verify_export.py"
    script.write_bytes(Path(verify_export.__file__).read_bytes())
    told = given or ",".join(f"{name}:{key.hex()}" for name, key in all_keys().items())
    return subprocess.run(
        [sys.executable, "-I", "-S", script, file, *options],
        env={"AUDIT_KEYS": told if keys else "", "PYTHONIOENCODING": "utf-8", "PATH": os.environ["PATH"]},
        cwd=file.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def hostile_log() -> None:
    for text in HOSTILE:
        with audit.operation(
            action="assistant.update",
            actor=MARIA,
            workspace="main",
            target=audit.Target(type="assistant", id="asst_1", label=text),
            before={"instructions": ""},
        ) as operation:
            operation.succeeded(after={"instructions": text})


def test_a_file_is_whole_on_a_machine_without_the_project(tmp_path: Path) -> None:
    hostile_log()
    ended = verified_elsewhere(exported(tmp_path), "--head", current_head())
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"The file is whole: {2 * len(HOSTILE)} rows." in ended.stdout


def test_a_selection_is_whole_too_and_says_that_it_is_one(tmp_path: Path) -> None:
    write(6)
    file = exported(tmp_path, LogFilters(actor="person:7"))
    ended = verified_elsewhere(file)
    assert ended.returncode == 0, ended.stdout
    assert "The file holds a selection" in ended.stdout
    assert "The file is whole: 6 rows." in ended.stdout


def test_what_a_purge_left_is_whole(tmp_path: Path) -> None:
    write(3)
    purge(days=1, actor=OPERATOR, now=TOMORROW)
    write(2)
    assert verified_elsewhere(exported(tmp_path)).returncode == 0


@pytest.mark.parametrize(
    "changed",
    [
        lambda file: file.replace(b"\n", b"\r\n"),
        lambda file: b"\xef\xbb\xbf" + file,
        lambda file: file + b"\n",
        lambda file: b"\xef\xbb\xbf" + file.replace(b"\n", b"\r\n") + b"\r\n",
    ],
    ids=["ends of lines", "a mark at the beginning", "an empty line at the end", "all of these"],
)
def test_what_mail_and_editors_do_to_a_file_breaks_no_proof(changed: Callable[[bytes], bytes], tmp_path: Path) -> None:
    hostile_log()
    file = exported(tmp_path)
    file.write_bytes(changed(file.read_bytes()))
    ended = verified_elsewhere(file, "--head", current_head())
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"The file is whole: {2 * len(HOSTILE)} rows." in ended.stdout


def test_a_damaged_byte_is_told_by_its_line(tmp_path: Path) -> None:
    write(3)
    file = exported(tmp_path)
    file.write_bytes(file.read_bytes().replace(b"Maria", b"Mari\xe4", 1))

    ended = verified_elsewhere(file)

    assert ended.returncode == 1
    assert "Line 1 is not a row of an audit log." in ended.stdout
    assert ended.stderr == ""


def test_a_file_of_another_kind_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00")

    with pytest.raises(SystemExit, match="1"):
        call_command("audit_verify", file=tmp_path / "photo.png", stdout=(told := io.StringIO()))

    assert told.getvalue().count("\n") == 1
    assert "This is not the JSON Lines export of an audit log" in told.getvalue()


def test_a_csv_is_no_file_to_verify(tmp_path: Path) -> None:
    write(3)
    file = tmp_path / "audit.csv"
    file.write_bytes(b"".join(csv_lines(prepared(LogFilters(), by="Carol"))))

    ended = verified_elsewhere(file)

    assert (ended.returncode, ended.stdout.count("\n")) == (4, 1)
    assert "This is not the JSON Lines export of an audit log" in ended.stdout


def forged(file: Path) -> None:
    """Change a word and make the checksum of the last line anew, as anybody can."""
    *rows, end = file.read_bytes().splitlines(keepends=True)
    text = b"".join(rows)
    changed = text.replace(b"Maria", b"Paula")
    old, new = (hashlib.sha256(content).hexdigest().encode() for content in (text, changed))
    file.write_bytes(changed + end.replace(old, new))


def test_without_a_key_it_calls_nothing_proven(tmp_path: Path) -> None:
    write(2)
    file = exported(tmp_path)
    for _ in ("genuine", "forged"):
        ended = verified_elsewhere(file, keys=False)
        assert ended.returncode == 3
        assert "Nothing is proven without a key" in ended.stdout
        assert "whole" not in ended.stdout
        forged(file)
    assert verified_elsewhere(file).returncode == 1


def test_without_a_key_it_still_finds_a_broken_file(tmp_path: Path) -> None:
    write(2)
    file = exported(tmp_path)
    file.write_bytes(file.read_bytes()[:-60])
    ended = verified_elsewhere(file, keys=False)
    assert ended.returncode == 1
    assert "Nothing is proven" not in ended.stdout


def test_a_key_that_does_not_fit_is_told_once(tmp_path: Path) -> None:
    write(30)
    [name] = all_keys()
    ended = verified_elsewhere(exported(tmp_path), given=f"{name}:00ff")
    assert ended.returncode == 1
    assert ended.stdout.splitlines()[0] == (
        f"The key that you gave as {name} does not fit: it made the seal of none of the 60 rows that name it. "
        "The first is row 1."
    )
    assert "Row " not in ended.stdout
    assert "last line" not in ended.stdout


def test_a_key_that_is_missing_is_told_once(tmp_path: Path) -> None:
    write(30)
    [name] = all_keys()
    ended = verified_elsewhere(exported(tmp_path), given="other:00ff")
    assert ended.returncode == 1
    first = f"The key {name}, which you did not give, sealed 60 rows. The first is row 1. You gave other."
    assert ended.stdout.splitlines()[0] == first
    assert "Row " not in ended.stdout
    assert "last line" not in ended.stdout


def test_rows_that_do_not_hold_are_named_though_they_are_all(tmp_path: Path) -> None:
    """The last line's seal shows that the key fits."""
    write(1)
    file = exported(tmp_path)
    file.write_bytes(file.read_bytes().replace(b"Maria", b"Paula"))
    ended = verified_elsewhere(file)
    assert "Row 1 does not hold" in ended.stdout
    assert "Row 2 does not hold" in ended.stdout


def test_its_help_and_the_page_tell_where_the_key_comes_from(carol: Person, tmp_path: Path) -> None:
    write(1)
    told = verified_elsewhere(exported(tmp_path), "--help").stdout
    assert "AUDIT_KEYS" in told
    assert "manage.py audit_key" in told
    assert "manage.py audit_key" in carol.get("/audit/export/").content.decode()


def flipped(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[1].replace(b"text 0", b"text 9").replace(b"Maria", b"Paula"), *lines[2:]]


TAMPERINGS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a word changed": flipped,
    "the first row dropped": lambda lines: lines[1:],
    "a row in the middle dropped": lambda lines: [*lines[:2], *lines[3:]],
    "the last row dropped": lambda lines: [*lines[:-2], lines[-1]],
    "the end cut off": lambda lines: lines[:-1],
    "half a line": lambda lines: [*lines[:-1], lines[-1][:50]],
    "two rows swapped": lambda lines: [lines[1], lines[0], *lines[2:]],
    "a row twice": lambda lines: [lines[0], *lines],
    "a row after the end": lambda lines: [*lines, lines[0]],
    "another number of rows told": lambda lines: [*lines[:-2], lines[-1].replace(b'"rows":8', b'"rows":7')],
    "something else": lambda lines: [b"hello\n", *lines],
    "nothing": lambda lines: [],
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_it_finds_what_was_done_to_a_file(name: str, tmp_path: Path) -> None:
    write(4)
    file = exported(tmp_path)
    file.write_bytes(b"".join(TAMPERINGS[name](file.read_bytes().splitlines(keepends=True))))
    ended = verified_elsewhere(file)
    assert ended.returncode == 1, ended.stdout
    assert "whole" not in ended.stdout


def test_an_older_file_is_not_taken_for_the_newest(tmp_path: Path) -> None:
    write(2)
    file = exported(tmp_path)
    write(1)
    ended = verified_elsewhere(file, "--head", current_head())
    assert ended.returncode == 1
    assert "before your head" in ended.stdout


def test_the_command_verifies_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(2)
    file = exported(tmp_path)
    call_command("audit_verify", file=file)
    assert "The file is whole: 4 rows." in capsys.readouterr().out
    file.write_bytes(file.read_bytes().replace(b"Maria", b"Paula"))
    with pytest.raises(SystemExit) as ended:
        call_command("audit_verify", file=file)
    assert ended.value.code == 1


def test_the_command_prints_the_keys_and_records_that(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("audit_key")
    name, key = next(iter(all_keys().items()))
    assert capsys.readouterr().out.strip() == f"{name}:{key.hex()}"
    assert Record.objects.get().action == "audit.key"


def test_the_size_is_told_exactly_beforehand(tmp_path: Path) -> None:
    hostile_log()
    export = prepared(LogFilters(), by="Carol")
    assert export.jsonl_bytes == len(b"".join(json_lines(export)))


def test_every_line_is_json_that_anyone_can_read(tmp_path: Path) -> None:
    write(1)
    first, second, end = (json.loads(line) for line in exported(tmp_path).read_text().splitlines())
    assert first["head"]["action"] == "assistant.update"
    assert second["body"] == {"after": {"instructions": "text 1"}}
    assert end["export"]["rows"] == 2


def test_a_csv_is_read_back_equal_and_runs_nothing() -> None:
    hostile_log()
    text = b"".join(csv_lines(prepared(LogFilters(), by="Carol"))).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert tuple(header) == CSV_COLUMNS
    meant = [csv_cells(event, is_ended=True) for event in Record.objects.order_by("seq")]
    assert [[cell.removeprefix("'") for cell in row] for row in rows] == meant
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))]


def read_back(filters: LogFilters | None = None) -> list[dict[str, str]]:
    text = b"".join(csv_lines(prepared(filters or LogFilters(), by="Carol"))).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_csv_tells_an_intent_that_ended_from_one_that_did_not() -> None:
    write(1)
    with audit.operation(action="assistant.delete", actor=MARIA, target=SUPPORT):
        told = [row["what happened"] for row in read_back()]
    assert told == [
        "was about to change the assistant",
        "changed the instructions (1 line)",
        "tried to delete the assistant, and the end is not recorded",
    ]
    assert [row["what happened"] for row in read_back()][2] == "was about to delete the assistant"


def test_a_csv_holds_why_a_change_was_made_and_what_was_noted_of_it() -> None:
    with audit.operation(
        action="assistant.update", actor=MARIA, target=SUPPORT, context={"why": "Prices rose.", "undo_of": 1}
    ):
        pass
    audit.record(
        action="question_run.judge",
        actor=MARIA,
        target=audit.Target(type="question_run", id="1"),
        detail={"verdict": "better", "line": "ü" * MOST_IN_CELL},
    )
    update, judge = read_back()[1:]
    assert (update["why"], update["reason"], json.loads(update["detail"])) == ("Prices rose.", "", {"undo_of": 1})
    assert judge["detail"].startswith('{"verdict": "better", "line": "üüü')
    assert len(judge["detail"]) < MOST_IN_CELL + 200


def test_a_csv_has_no_cell_that_a_spreadsheet_cannot_hold() -> None:
    with audit.operation(action="assistant.update", actor=MARIA, target=SUPPORT, before={"instructions": ""}) as act:
        act.succeeded(after={"instructions": "\ud800🎈" * 100_000})
    states = read_back()[1]["states"]
    assert len(states.encode("utf-16-le")) // 2 <= 32_767
    assert "row 2 of a JSON Lines export has all" in states


@pytest.mark.parametrize(("chosen", "kind"), [("jsonl", "application/jsonl"), ("csv", "text/csv; charset=utf-8")])
def test_a_reviewer_gets_the_file_and_the_log_tells_of_it(carol: Person, chosen: str, kind: str) -> None:
    write(3)
    response = carol.post("/audit/export/?actor=person:7", {"format": chosen})
    content = response.getvalue()
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"].endswith(f'.{chosen}"')
    assert b"Maria" in content
    assert b"Peter" not in content
    assert int(response.get("Content-Length", str(len(content)))) == len(content)
    told = Record.objects.order_by("-seq")[0]
    assert told.action == "audit.export"
    assert '"rows":4' in told.head


def test_asking_for_the_page_exports_nothing(carol: Person) -> None:
    write(1)
    assert "Export 2 rows" in carol.get("/audit/export/").content.decode()
    assert carol.head("/audit/export/").status_code == 200
    assert not Record.objects.filter(action="audit.export").exists()


def test_the_script_is_offered_beside_the_file(carol: Person) -> None:
    response = carol.get("/audit/export/verify_export.py")
    assert response.content == Path(verify_export.__file__).read_bytes()
