"""What must hold when two people do the same thing at the same moment, each in a transaction of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from dashboard.access import Role
from dashboard.accounts.first_administrator import make_first_administrator
from tests.conftest import PASSWORD, Person, person

Result = TypeVar("Result")

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Result]) -> list[Result]:
    """The results of the acts, all begun at the same moment."""
    barrier = Barrier(len(acts))

    def begin(act: Callable[[], Result]) -> Result:
        barrier.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(begin, acts))


def test_two_administrators_cannot_remove_each_other(dora: Person) -> None:
    erik = person("erik", Role.ADMINISTRATORS)

    answers = at_once(
        lambda: dora.post(f"/team/{erik.user.pk}/deactivate/").status_code,
        lambda: erik.post(f"/team/{dora.user.pk}/deactivate/").status_code,
    )

    # The slower one meets the refusal, or is already signed out.
    assert answers.count(302) >= 1
    assert User.objects.filter(is_active=True).count() == 1


def test_guesses_made_at_once_count_too(alice: Person) -> None:
    def guess() -> str:
        response = Client().post("/login/", {"username": "alice", "password": "wrong"})
        return "wait" if "Too many attempts" in response.content.decode() else "wrong"

    answers = at_once(*[guess] * 8)

    assert answers.count("wrong") <= 5


def test_a_link_is_used_by_one_of_two(dora: Person) -> None:
    form = {"name": "Maria", "username": "maria", "roles": ["Editors"]}
    link = str(dora.post("/team/invite/", form).context["link"]).removeprefix("http://testserver")
    passwords = ["a long and quiet river", "a short but noisy brook"]

    at_once(
        *(
            lambda password=password: Client().post(link, {"new_password": password, "repeated": password}).status_code
            for password in passwords
        )
    )

    maria = User.objects.get(username="maria")
    assert [maria.check_password(password) for password in passwords].count(True) == 1
    assert maria.sessions.count() == 1


def test_two_processes_make_one_first_administrator() -> None:
    made = at_once(make_first_administrator, make_first_administrator)

    assert [administrator is None for administrator in made].count(True) == 1
    assert User.objects.count() == 1


def test_a_password_works_while_another_session_signs_in(alice: Person) -> None:
    def sign_in() -> int:
        return Client().post("/login/", {"username": "alice", "password": PASSWORD}).status_code

    assert at_once(*[sign_in] * 4) == [302] * 4
