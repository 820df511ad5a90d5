from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import Settings

from dashboard.audit.record.seals import GENESIS, current_key, seal_of
from dashboard.audit.verify.verification import begin, current_head, go_on, verify
from tests.dashboard.audit.logs import COLUMNS, put, row, sql, write

pytestmark = pytest.mark.django_db

LAST = 20


def flip(text: str, position: int) -> str:
    """The text with one character made another, still ASCII."""
    changed = "b" if text[position] == "a" else "a"
    return text[:position] + changed + text[position + 1 :]


def flip_head() -> None:
    sql("UPDATE audit_event SET head = %s WHERE seq = 6", flip(row(6)[12], 260))


def flip_body() -> None:
    sql("UPDATE audit_event SET body = %s WHERE seq = 6", row(6)[13].replace("text", "test"))


def flip_seal() -> None:
    sql("UPDATE audit_event SET seal = %s WHERE seq = 6", flip(row(6)[14], 10))


def edit_column() -> None:
    sql("UPDATE audit_event SET actor = 'person:8' WHERE seq = 6")


def name_another_key() -> None:
    sql("UPDATE audit_event SET key = 'ffffffff' WHERE seq = 6")


def swap() -> None:
    first, second = row(6), row(7)
    sql("DELETE FROM audit_event WHERE seq IN (6, 7)")
    put([7, *first[1:]])
    put([6, *second[1:]])


def delete(seq: int) -> Callable[[], None]:
    def tamper() -> None:
        sql("DELETE FROM audit_event WHERE seq = %s", seq)

    return tamper


def delete_all() -> None:
    sql("DELETE FROM audit_event")


def cut_the_tail_and_fit_the_head() -> None:
    sql("DELETE FROM audit_event WHERE seq = %s", LAST)
    sql("UPDATE audit_head SET seq = %s, seal = %s", LAST - 1, row(LAST - 1)[14])


def cut_the_tail_and_drop_the_head() -> None:
    sql("DELETE FROM audit_event WHERE seq = %s", LAST)
    sql("DELETE FROM audit_head")


def insert_at_the_end() -> None:
    forged = row(LAST)
    previous, forged[0] = forged[14], LAST + 1
    forged[9] = "forged"
    forged[12] = forged[12].replace(f'"seq":{LAST}', f'"seq":{LAST + 1}')
    forged[14] = hashlib.sha256(f"{previous}{forged[12]}".encode()).hexdigest()
    put(forged)
    sql("UPDATE audit_head SET seq = %s, seal = %s", LAST + 1, forged[14])


def insert_in_the_middle() -> None:
    for seq in range(LAST, 9, -1):
        values = row(seq)
        sql("DELETE FROM audit_event WHERE seq = %s", seq)
        put([seq + 1, *values[1:12], values[12].replace(f'"seq":{seq},', f'"seq":{seq + 1},'), *values[13:]])
    put([10, *row(9)[1:9], "forged", *row(9)[10:]])


def insert_before_the_first() -> None:
    put([-3, *row(9)[1:9], "forged", *row(9)[10:]])


def replay() -> None:
    old = row(6)
    put([LAST + 1, *old[1:9], "replayed", *old[10:]])
    sql("UPDATE audit_head SET seq = %s, seal = %s", LAST + 1, old[14])


def recompute_without_the_key() -> None:
    """Make the whole chain anew, rightly linked, with a key of one's own under the real key's name."""
    previous, key = GENESIS, b"not the key"
    for seq in range(1, LAST + 1):
        values = row(seq)
        head = values[12].replace("Maria", "Peter")
        previous = seal_of(key, previous=previous, head=head, body=values[13])
        sql("UPDATE audit_event SET head = %s, seal = %s WHERE seq = %s", head, previous, seq)
    sql("UPDATE audit_head SET seal = %s", previous)


TAMPERINGS: dict[str, tuple[Callable[[], None], int]] = {
    "a character of a head": (flip_head, 6),
    "a character of a body": (flip_body, 6),
    "a character of a seal": (flip_seal, 6),
    "a searchable column": (edit_column, 6),
    "the name of the key": (name_another_key, 6),
    "two rows swapped": (swap, 6),
    "the first row deleted": (delete(1), 1),
    "a row in the middle deleted": (delete(9), 9),
    "the last row deleted": (delete(LAST), LAST),
    "every row deleted": (delete_all, 1),
    "the tail cut and the head made to fit": (cut_the_tail_and_fit_the_head, LAST),
    "the tail cut and the head dropped": (cut_the_tail_and_drop_the_head, LAST),
    "a row added at the end": (insert_at_the_end, LAST + 1),
    "a row added in the middle": (insert_in_the_middle, 10),
    "a row added before the first": (insert_before_the_first, -3),
    "an old row added again": (replay, LAST + 1),
    "the whole chain recomputed without the key": (recompute_without_the_key, 1),
}


def test_it_finds_a_whole_chain_whole() -> None:
    write(10)
    walk = verify()
    assert walk.is_whole
    assert (walk.first, walk.rows, walk.seq) == (1, LAST, LAST)
    assert walk.head == current_head()
    assert verify(known_head=walk.head).is_whole


def test_it_finds_an_empty_log_whole() -> None:
    assert verify().is_whole


@pytest.mark.parametrize("name", TAMPERINGS)
def test_it_names_the_first_row_that_was_tampered_with(name: str) -> None:
    tamper, first = TAMPERINGS[name]
    write(10)
    tamper()
    walk = verify()
    assert not walk.is_whole
    assert walk.breaks[0].seq == first
    assert str(first) in walk.breaks[0].reason or "head row" in walk.breaks[0].reason


def test_it_needs_a_noted_head_to_see_that_an_old_state_was_put_back() -> None:
    write(5)
    saved = [row(seq) for seq in range(1, 11)]
    old_head = sql("SELECT seq, seal, key, mark FROM audit_head")[0]
    write(5)
    noted = current_head()
    sql("DELETE FROM audit_event")
    for values in saved:
        put(values)
    sql("UPDATE audit_head SET seq = %s, seal = %s, key = %s, mark = %s", *old_head)
    assert verify().is_whole
    walk = verify(known_head=noted)
    assert not walk.is_whole
    assert walk.misfit.startswith("The log ends at row 10, but row 20 was noted earlier:")


def test_it_sees_that_a_noted_row_is_now_another() -> None:
    write(10)
    walk = verify(known_head=f"6:{'a' * 64}")
    assert (walk.is_whole, walk.holds, walk.breaks) == (False, True, [])
    assert walk.misfit.startswith("Row 6 has another seal than the one that was noted:")


def test_the_command_tells_a_head_that_does_not_fit_from_a_broken_chain(capsys: pytest.CaptureFixture[str]) -> None:
    write(5)
    with pytest.raises(SystemExit) as ended:
        call_command("audit_verify", head=f"6:{'a' * 64}")
    assert ended.value.code == 1
    told = capsys.readouterr().out
    assert told.startswith("The chain holds, but the head that was noted does not fit it.\nRow 6 has another seal")


def tamper_at_random(chance: random.Random) -> None:
    """One change of any kind anywhere in the two tables."""
    seq, other = chance.sample(range(1, LAST + 1), 2)
    names = COLUMNS.split(", ")
    match chance.choice(["flip", "flip", "flip", "delete", "cut", "move", "copy", "before", "graft", "head"]):
        case "flip":
            column = chance.choice(names[1:])
            value = row(seq)[names.index(column)]
            # A value that fills its column cannot grow: PostgreSQL itself would refuse that.
            value = flip(value, chance.randrange(len(value))) if value else "a"
            sql(f"UPDATE audit_event SET {column} = %s WHERE seq = %s", value, seq)
        case "delete":
            sql("DELETE FROM audit_event WHERE seq = %s", seq)
        case "cut":
            sql("DELETE FROM audit_event WHERE seq >= %s", max(seq, 2))
            sql("UPDATE audit_head SET seq = %s, seal = %s", max(seq, 2) - 1, row(max(seq, 2) - 1)[14])
        case "move":
            sql("UPDATE audit_event SET seq = %s WHERE seq = %s", LAST + seq, seq)
        case "copy":
            values = row(seq)
            put([LAST + 1, *values[1:9], "copied", *values[10:]])
        case "before":
            values = row(seq)
            put([-seq, *values[1:9], "before", *values[10:]])
        case "graft":
            values = row(other)
            sql("UPDATE audit_event SET head = %s, body = %s, seal = %s WHERE seq = %s", *values[12:], seq)
        case "head":
            column = chance.choice(["seal", "mark", "key"])
            sql(f"UPDATE audit_head SET {column} = %s", "f" * (8 if column == "key" else 64))


def test_it_names_every_one_of_two_thousand_random_tamperings() -> None:
    write(10)
    chance = random.Random(20261121)
    unnoticed: list[Any] = []
    for number in range(2000):
        with transaction.atomic():
            tamper_at_random(chance)
            if verify().is_whole:
                unnoticed.append(number)
            transaction.set_rollback(True)
    assert unnoticed == []
    assert verify().is_whole


def test_it_says_what_still_holds_behind_a_break() -> None:
    write(10)
    edit_column()
    walk = verify()
    assert (walk.broken, walk.rows) == (1, LAST)


def test_it_can_stop_and_go_on() -> None:
    write(10)
    walk = begin()
    go_on(walk, rows=7)
    assert (walk.seq, walk.done) == (7, False)
    go_on(walk, rows=7)
    go_on(walk, rows=7)
    assert walk.is_whole


def test_it_still_verifies_what_an_earlier_key_sealed(settings: Settings) -> None:
    write(5)
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key that is long enough to be one", [old]
    write(5)
    assert verify().is_whole
    settings.SECRET_KEY_FALLBACKS = []
    walk = verify()
    # Ten rows of a key that is missing are one thing to mend, and what comes after them is looked at.
    assert [(found.seq, "SECRET_KEY_FALLBACKS" in found.reason) for found in walk.breaks] == [(1, True)]
    sql("UPDATE audit_event SET body = '{}' WHERE seq = 15")
    assert [found.seq for found in verify().breaks] == [1, 15]


def test_it_doubts_the_key_when_every_row_has_another(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    write(5)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key that is long enough to be one", []
    with pytest.raises(SystemExit, match="1"):
        call_command("audit_verify")
    told = capsys.readouterr().out
    assert told.startswith("Every row was sealed with another key: is the secret key the right one?\n")
    assert "does not hold" not in told


def test_it_leaves_a_sealed_row_when_the_head_was_not_what_it_left() -> None:
    write(3)
    sql("DELETE FROM audit_event WHERE seq = 6")
    sql("UPDATE audit_head SET seq = 5, seal = %s", row(5)[14])
    write(2)
    walk = verify()
    assert (walk.broken, walk.breaks[0].seq) == (1, 6)
    assert "changed by something other than this dashboard" in walk.breaks[0].reason


def test_the_command_prints_the_head_and_ends_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    write(2)
    call_command("audit_verify")
    assert capsys.readouterr().out.splitlines() == ["The record is whole: 4 rows.", current_head()]


def test_the_command_names_the_row_and_ends_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    write(10)
    flip_body()
    with pytest.raises(SystemExit) as ended:
        call_command("audit_verify")
    assert ended.value.code == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("Row 6 does not hold")
    assert told[1] == "Rows 1 to 5 hold."


def test_the_command_refuses_a_head_that_is_none() -> None:
    with pytest.raises(CommandError, match="A head looks like"):
        call_command("audit_verify", head="12")


def test_the_key_is_not_the_secret_key_itself(settings: Settings) -> None:
    name, key = current_key()
    assert settings.SECRET_KEY.encode() not in key
    assert len(name) == 8
