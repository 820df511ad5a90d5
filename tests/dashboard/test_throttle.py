from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.accounts.models import SignInAttempt
from dashboard.audit.models import Record
from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db


def sign_in(username: str, password: str = "wrong", *, address: str = "192.0.2.1") -> str:
    response = Client(REMOTE_ADDR=address).post("/login/", {"username": username, "password": password})
    if response.status_code == 302:
        return "in"
    return "wait" if "Too many attempts" in response.content.decode() else "wrong"


@pytest.mark.parametrize("username", ["alice", "nobody"])
def test_five_mistakes_make_everyone_wait_whether_the_name_exists_or_not(alice: Person, username: str) -> None:
    answers = [sign_in(username) for _ in range(6)]

    assert answers == ["wrong"] * 5 + ["wait"]


def test_a_waiting_person_is_told_for_how_long(alice: Person) -> None:
    for _ in range(5):
        sign_in("alice")
    SignInAttempt.objects.update(at=timezone.now() - timedelta(minutes=10, seconds=30))

    response = Client(REMOTE_ADDR="192.0.2.1").post("/login/", {"username": "alice", "password": PASSWORD})

    assert "Too many attempts. Wait 5 minutes, then try again." in response.content.decode()
    assert response.status_code == 422


def test_the_right_password_does_not_help_while_waiting(alice: Person) -> None:
    for _ in range(5):
        sign_in("alice")

    assert sign_in("alice", PASSWORD) == "wait"


def test_waiting_ends(alice: Person) -> None:
    for _ in range(6):
        sign_in("alice")
    SignInAttempt.objects.update(at=timezone.now() - timedelta(minutes=15, seconds=1))

    assert sign_in("alice", PASSWORD) == "in"


def test_attempts_that_no_longer_count_are_not_kept(alice: Person) -> None:
    sign_in("nobody", address="192.0.2.9")
    SignInAttempt.objects.update(at=timezone.now() - timedelta(minutes=15, seconds=1))
    for _ in range(6):
        sign_in("alice")

    assert SignInAttempt.objects.count() == 5


def test_asking_again_does_not_make_the_wait_longer(alice: Person) -> None:
    for _ in range(9):
        sign_in("alice")

    assert SignInAttempt.objects.count() == 5


def test_the_right_password_forgives_what_was_mistyped_before(alice: Person) -> None:
    for _ in range(4):
        sign_in("alice")
    sign_in("alice", PASSWORD)

    assert [sign_in("alice") for _ in range(5)] == ["wrong"] * 5


def test_the_owner_can_still_come_in_from_another_place(alice: Person) -> None:
    for _ in range(9):
        sign_in("alice", address="192.0.2.66")

    assert sign_in("alice", PASSWORD) == "in"


def test_one_address_cannot_try_many_names_without_end(alice: Person) -> None:
    now = timezone.now()
    SignInAttempt.objects.bulk_create(
        SignInAttempt(account=f"{number}", address="192.0.2.1", at=now) for number in range(100)
    )

    assert sign_in("alice", PASSWORD) == "wait"
    assert sign_in("alice", PASSWORD, address="192.0.2.2") == "in"


def test_many_addresses_cannot_try_one_name_without_end(alice: Person) -> None:
    for number in range(50):
        sign_in("alice", address=f"198.51.100.{number}")

    assert sign_in("alice", PASSWORD) == "wait"


def test_one_ipv6_customer_counts_as_one_address(alice: Person) -> None:
    answers = [sign_in("alice", address=f"2001:db8:1:2::{number}") for number in range(6)]

    assert answers == ["wrong"] * 5 + ["wait"]


def test_spelling_a_name_otherwise_does_not_help(alice: Person) -> None:
    answers = [sign_in(name) for name in ["alice", "Alice", "ALICE", "ａｌｉｃｅ", "alicE", "aLice"]]

    assert answers[-1] == "wait"


def test_failures_are_recorded_and_what_was_typed_is_not(alice: Person) -> None:
    sign_in("alice")
    sign_in("hunter2-typed-into-the-wrong-field")

    events = list(Record.objects.order_by("seq"))
    assert [event.action for event in events] == ["session.sign_in_failed"] * 2
    assert not any("hunter2" in event.head + event.body for event in events)
    assert "hunter2" not in "".join(SignInAttempt.objects.values_list("account", flat=True))


def test_the_lock_is_recorded_once(alice: Person) -> None:
    for _ in range(9):
        sign_in("alice")

    assert Record.objects.filter(action="session.locked").count() == 1


def test_a_deactivated_account_reads_like_a_wrong_password(alice: Person) -> None:
    alice.user.is_active = False
    alice.user.save()

    assert sign_in("alice", PASSWORD) == "wrong"


def test_a_name_is_found_however_its_letters_are_cased(alice: Person) -> None:
    assert sign_in("ALICE", PASSWORD) == "in"
