from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dashboard.access import Role
from dashboard.accounts.models import PasswordLink
from dashboard.audit.models import Record
from tests.conftest import Person

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "a long and quiet river"
MARIA = {"name": "Maria Silva", "username": "maria", "email": "maria@example.com", "roles": ["Editors"]}


def invite(administrator: Person, **changed: object) -> str:
    """Invite Maria, and return the path of the link."""
    response = administrator.post("/team/invite/", MARIA | changed)
    assert response.status_code == 200, response.context["form"].errors
    return str(response.context["link"]).removeprefix("http://testserver")


def roles(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def actions() -> list[str]:
    return list(Record.objects.order_by("seq").values_list("action", flat=True))


def test_it_lists_everyone_with_roles_and_last_sign_in(dora: Person, bob: Person) -> None:
    invite(dora)

    html = dora.get("/team/").content.decode()

    assert "Bob" in html
    assert "Viewers" in html
    assert "Maria Silva" in html
    assert "Invited" in html
    assert "never" in html


@pytest.mark.parametrize("number", [2, 30])
def test_it_asks_the_database_as_often_for_many_people_as_for_few(
    dora: Person, number: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for index in range(number):
        User.objects.create_user(f"person-{index}")

    with django_assert_max_num_queries(8):
        dora.get("/team/")


def test_an_invitation_lets_its_owner_choose_a_password_and_come_in(dora: Person, stranger: Client) -> None:
    link = invite(dora)

    assert "Welcome, <bdi>Maria Silva</bdi>" in stranger.get(link).content.decode()
    response = stranger.post(link, {"new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD})

    maria = User.objects.get(username="maria")
    assert response["Location"] == "/"
    assert stranger.session["_auth_user_id"] == str(maria.pk)
    assert maria.check_password(NEW_PASSWORD)
    assert roles(maria) == {"Editors"}
    assert actions() == ["member.invite", "member.invite_accepted", "session.sign_in"]


def test_a_link_works_once(dora: Person, stranger: Client) -> None:
    link = invite(dora)
    stranger.post(link, {"new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD})

    response = Client().post(link, {"new_password": "another long password", "repeated": "another long password"})

    assert response.status_code == 404
    assert "This link no longer works" in response.content.decode()
    assert User.objects.get(username="maria").check_password(NEW_PASSWORD)


def test_a_link_expires(dora: Person, stranger: Client) -> None:
    link = invite(dora)

    PasswordLink.objects.update(expires_at="2020-01-01T00:00:00Z")

    assert stranger.get(link).status_code == 404


def test_a_new_link_replaces_the_one_before(dora: Person, stranger: Client) -> None:
    old = invite(dora)
    maria = User.objects.get(username="maria")

    new = str(dora.post(f"/team/{maria.pk}/link/").context["link"]).removeprefix("http://testserver")

    assert stranger.get(old).status_code == 404
    assert stranger.get(new).status_code == 200


def test_the_secret_of_a_link_is_kept_and_logged_nowhere(
    dora: Person, stranger: Client, caplog: pytest.LogCaptureFixture
) -> None:
    link = invite(dora)
    secret = link.partition("link=")[2]
    stranger.post(link, {"new_password": "short", "repeated": "short"})

    assert secret
    assert secret not in caplog.text
    assert secret not in PasswordLink.objects.get().digest
    assert not any(secret in event.head + event.body for event in Record.objects.all())


@pytest.mark.parametrize(
    ("new_password", "repeated", "told"),
    [
        (NEW_PASSWORD, "something else", "The two passwords differ."),
        ("short", "short", "at least 12 characters"),
        ("maria silva 1", "maria silva 1", "too similar"),
        ("x" * 4097, "x" * 4097, "4096"),
    ],
)
def test_a_bad_password_is_told_and_the_link_stays(
    dora: Person, stranger: Client, new_password: str, repeated: str, told: str
) -> None:
    link = invite(dora)

    response = stranger.post(link, {"new_password": new_password, "repeated": repeated})

    assert response.status_code == 422
    assert told in response.content.decode()
    assert stranger.get(link).status_code == 200


@pytest.mark.parametrize("username", ["maria", "MARIA", "ｍａｒｉａ"])
def test_there_are_no_twins(dora: Person, username: str) -> None:
    invite(dora)

    response = dora.post("/team/invite/", MARIA | {"username": username})

    assert response.status_code == 422
    assert "Someone has this username already." in response.content.decode()


def test_roles_are_set_and_recorded(dora: Person, bob: Person) -> None:
    form = {"name": "Bob", "email": "bob@example.com", "roles": ["Editors", "Auditors"]}

    response = dora.post(f"/team/{bob.user.pk}/", form)

    assert response["Location"] == "/team/"
    assert roles(bob.user) == {"Editors", "Auditors"}
    assert actions() == ["member.roles"]
    assert bob.get("/account/").context["can"]["change"] is True


def test_saving_without_a_change_records_nothing(dora: Person, bob: Person) -> None:
    dora.post(f"/team/{bob.user.pk}/", {"name": "Bob", "email": "bob@example.com", "roles": ["Viewers"]})

    assert actions() == []


@pytest.mark.parametrize("role", ["Owners", "superuser", ""])
def test_an_unknown_role_is_refused(dora: Person, bob: Person, role: str) -> None:
    response = dora.post(f"/team/{bob.user.pk}/", {"name": "Bob", "roles": [role]})

    assert response.status_code == 422
    assert roles(bob.user) == {"Viewers"}


def test_the_last_administrator_keeps_the_role(dora: Person) -> None:
    form = {"name": "Dora", "email": "dora@example.com", "roles": ["Editors"]}

    response = dora.post(f"/team/{dora.user.pk}/", form)

    assert response.status_code == 422
    assert "This is the last administrator." in response.content.decode()
    assert Role.ADMINISTRATORS.value in roles(dora.user)


def test_the_last_administrator_cannot_be_deactivated(dora: Person) -> None:
    response = dora.post(f"/team/{dora.user.pk}/deactivate/")

    assert response.status_code == 422
    assert "This is the last administrator." in response.content.decode()
    assert User.objects.get(pk=dora.user.pk).is_active


def test_an_administrator_who_has_not_joined_does_not_count(dora: Person) -> None:
    invite(dora, roles=["Administrators"])

    assert dora.post(f"/team/{dora.user.pk}/deactivate/").status_code == 422


def test_deactivating_ends_every_session_at_once(dora: Person, bob: Person) -> None:
    assert bob.get("/account/").status_code == 200

    response = dora.post(f"/team/{bob.user.pk}/deactivate/")

    assert response["Location"] == "/team/"
    assert bob.get("/account/")["Location"] == "/login/?next=%2Faccount%2F"
    assert actions() == ["member.deactivate"]


def test_a_deactivated_person_can_be_let_in_again(dora: Person, bob: Person) -> None:
    dora.post(f"/team/{bob.user.pk}/deactivate/")

    dora.post(f"/team/{bob.user.pk}/reactivate/")

    assert User.objects.get(pk=bob.user.pk).is_active
    assert roles(bob.user) == {"Viewers"}
    assert actions() == ["member.deactivate", "member.reactivate"]


def test_deactivating_asks_first_and_names_the_person(dora: Person, bob: Person) -> None:
    html = dora.get(f"/team/{bob.user.pk}/deactivate/").content.decode()

    assert "Deactivate <bdi>Bob</bdi>?" in html
    assert User.objects.get(pk=bob.user.pk).is_active


def test_a_deactivated_person_gets_no_link(dora: Person, bob: Person) -> None:
    dora.post(f"/team/{bob.user.pk}/deactivate/")

    assert dora.post(f"/team/{bob.user.pk}/link/").status_code == 404


def test_a_link_ends_with_its_owners_access_and_does_not_come_back(dora: Person, bob: Person, stranger: Client) -> None:
    link = str(dora.post(f"/team/{bob.user.pk}/link/").context["link"]).removeprefix("http://testserver")

    dora.post(f"/team/{bob.user.pk}/deactivate/")
    dora.post(f"/team/{bob.user.pk}/reactivate/")

    assert stranger.get(link).status_code == 404


def test_whoever_was_deactivated_by_other_means_cannot_use_a_link(dora: Person, bob: Person, stranger: Client) -> None:
    link = str(dora.post(f"/team/{bob.user.pk}/link/").context["link"]).removeprefix("http://testserver")

    User.objects.filter(pk=bob.user.pk).update(is_active=False)

    assert stranger.get(link).status_code == 404


def test_an_unknown_person_is_not_found(dora: Person) -> None:
    assert dora.get("/team/999999/").status_code == 404


def test_a_hostile_name_is_shown_inert(dora: Person) -> None:
    invite(dora, name='"><script>alert(1)</script>')

    html = dora.get("/team/").content.decode()

    assert "<script>alert(1)" not in html
