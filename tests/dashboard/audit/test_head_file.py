from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from pytest_django import Settings

from dashboard.audit.record.seals import GENESIS
from dashboard.audit.verify.head_file import note_head, noted_head
from dashboard.audit.verify.verification import current_head, verify
from tests.conftest import Person, html
from tests.dashboard.audit.logs import sql, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def empty_the_log() -> None:
    sql("DELETE FROM audit_event")
    sql("UPDATE audit_head SET seq = 0, seal = %s, key = '', mark = ''", GENESIS)


def told(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit):
        call_command("audit_verify")
    return capsys.readouterr().out


def test_it_notes_the_head_of_each_start() -> None:
    write(2)
    assert note_head()
    assert noted_head() == current_head()
    write(1)
    assert note_head()
    assert noted_head() == current_head()


def test_a_log_that_was_emptied_and_grew_anew_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    write(2)
    note_head()
    empty_the_log()
    write(3)
    assert verify().is_whole
    assert "Row 4 has another seal than the one that was noted" in told(capsys)
    assert not note_head()
    assert noted_head() != current_head()


def test_an_older_copy_of_the_log_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    write(2)
    note_head()
    empty_the_log()
    assert "The log ends at row 0, but row 4 was noted earlier" in told(capsys)


def test_an_empty_log_is_a_break_once_there_are_accounts(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify().is_whole
    User.objects.create_user("maria")
    assert told(capsys).startswith("The log is empty, though it recorded how the accounts of this site were made.")


def test_the_page_tells_the_note_of_the_site_from_that_of_a_person(carol: Person) -> None:
    write(2)
    note_head()
    write(1)
    own = html(carol.post("/audit/verify/"))
    assert "The head that this site noted at its last start, row 4, still fits." in own
    assert "The head that you noted" not in own
    theirs = html(carol.post("/audit/verify/", {"head": noted_head()}))
    assert "The head that you noted is that of row 4, which is still the same." in theirs
    assert "at its last start" not in theirs


def test_a_file_that_holds_no_head_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "audit_head").write_text("nothing")
    assert noted_head() == ""


def test_the_command_prints_the_head_alone(capsys: pytest.CaptureFixture[str]) -> None:
    write(1)
    call_command("audit_head")
    assert capsys.readouterr().out == f"{current_head()}\n"
