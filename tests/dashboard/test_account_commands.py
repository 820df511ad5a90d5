"""The way back in when a site has lost its last administrator: commands at the machine itself, all recorded."""

from __future__ import annotations

import getpass
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from dashboard.audit.models import Record
from tests.conftest import Person

pytestmark = pytest.mark.django_db
PASSWORD = {"new_password": "a long and quiet river", "repeated": "a long and quiet river"}


def run(*arguments: str) -> str:
    output = StringIO()
    call_command(*arguments, stdout=output, stderr=output)
    return output.getvalue().strip()


def recorded() -> list[tuple[str, str]]:
    return list(Record.objects.order_by("seq").values_list("action", "actor"))


def test_a_site_without_an_administrator_is_recovered(alice: Person, dora: Person, stranger: Client) -> None:
    """The only administrator was deactivated in the database, and an editor is made one in her place."""
    User.objects.filter(username="dora").update(is_active=False)
    listed = run("list_members").splitlines()
    assert listed[0].split("  ")[0] == "USERNAME"
    assert [line.split()[0] for line in listed[1:]] == ["alice", "dora"]
    assert "Administrators, Auditors, Editors  deactivated" in listed[2]

    assert "is open again. Roles: Editors, Auditors, Administrators." in run("reactivate", "DORA")
    run("grant", "administrator", "alice")
    link = run("create_user", "maria", "--name", "Maria Silva", "--role", "Viewers", "--role", "auditor")
    joined = link.splitlines()[-1].removeprefix("http://testserver")
    stranger.post(joined, PASSWORD)

    assert stranger.get("/audit/").status_code == 200
    assert alice.get("/team/").status_code == 200
    assert User.objects.get(username="maria").first_name == "Maria Silva"
    assert [pair for pair in recorded() if pair[1].startswith("command:")] == [
        ("member.list", "command:list_members"),
        ("member.reactivate", "command:reactivate"),
        ("member.roles", "command:grant"),
        ("member.invite", "command:create_user"),
    ]
    dora.force_login(User.objects.get(username="dora"))
    page = dora.get("/audit/").content.decode()
    assert f"{getpass.getuser()} with manage.py grant" in page


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("grant", "boss", "bob"), "There is no role 'boss'. The roles are Viewers, Editors, Auditors, Administrators"),
        (("grant", "Editors", "nobody"), "Nobody has the username 'nobody'"),
        (("reactivate", "nobody"), "manage.py list_members shows who there is"),
        (("create_user", "Bob"), "Someone has this username already"),
        (("create_user", "two words"), "The account was not made. username: Enter a valid username"),
        (("create_user", "eve", "--email", "nowhere"), "email: Enter a valid email address"),
        (("create_user", "eve", "--role", "boss"), "There is no role 'boss'"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(bob: Person, arguments: tuple[str, ...], told: str) -> None:
    before = recorded()

    with pytest.raises(CommandError, match=told):
        run(*arguments)
    assert recorded() == before
    assert User.objects.count() == 1


def test_what_is_so_already_is_left_and_not_recorded(bob: Person) -> None:
    before = recorded()

    assert "already. Nothing was changed." in run("grant", "viewers", "bob")
    assert "open already. Nothing was changed." in run("reactivate", "bob")
    assert recorded() == before


def test_a_role_may_be_typed_after_the_name_and_wakes_nobody(bob: Person) -> None:
    User.objects.update(is_active=False)

    assert "run manage.py reactivate bob" in run("grant", "bob", "editors")
    assert set(User.objects.get().groups.values_list("name", flat=True)) == {"Editors", "Viewers"}
    assert not User.objects.get().is_active


def test_an_invited_person_is_listed_as_such(bob: Person) -> None:
    run("create_user", "eve")

    [line] = [line for line in run("list_members").splitlines() if line.startswith("eve")]
    assert line.split() == ["eve", "eve", "Viewers", "invited", "never"]
