from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from dashboard.accounts.models import Session
from dashboard.accounts.sessions import digest
from dashboard.audit.models import Record
from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "a long and quiet river"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def signed_in(username: str, **headers: str) -> Client:
    browser = Client(headers=headers)
    assert browser.post("/login/", {"username": username, "password": PASSWORD}).status_code == 302
    return browser


def test_it_shows_name_roles_and_sessions(alice: Person) -> None:
    browser = signed_in("alice", **{"User-Agent": FIREFOX})

    html = browser.get("/account/").content.decode()

    assert 'value="Alice"' in html
    assert "Editors" in html
    assert "Firefox on Linux" in html
    assert "127.0.0.1" in html
    assert "this one" in html


def test_it_saves_name_and_email(alice: Person) -> None:
    response = alice.post("/account/", {"name": "Alice Liddell", "email": "a@example.com"})

    user = User.objects.get(pk=alice.user.pk)
    assert response["Location"] == "/account/"
    assert (user.first_name, user.email) == ("Alice Liddell", "a@example.com")
    assert Record.objects.get().action == "member.update"


def test_it_gives_nobody_a_role_they_ask_for(bob: Person) -> None:
    bob.post("/account/", {"name": "Bob", "roles": ["Administrators"], "is_superuser": "1", "is_staff": "1"})

    user = User.objects.get(pk=bob.user.pk)
    assert set(user.groups.values_list("name", flat=True)) == {"Viewers"}
    assert not user.is_superuser


def test_a_new_password_ends_every_other_session(alice: Person) -> None:
    here, elsewhere = signed_in("alice"), signed_in("alice")
    form = {"password": PASSWORD, "new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}

    response = here.post("/account/password/", form)

    assert response["Location"] == "/account/"
    assert User.objects.get(pk=alice.user.pk).check_password(NEW_PASSWORD)
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert Record.objects.filter(action="password.change").count() == 1


def test_a_new_password_needs_the_present_one(alice: Person) -> None:
    form = {"password": "wrong", "new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}

    response = alice.post("/account/password/", form)

    assert response.status_code == 422
    assert "This is not your current password." in response.content.decode()
    assert User.objects.get(pk=alice.user.pk).check_password(PASSWORD)


def test_the_present_password_cannot_be_guessed_without_end(alice: Person) -> None:
    form = {"password": "wrong", "new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    for _ in range(5):
        alice.post("/account/password/", form)

    response = alice.post("/account/password/", form | {"password": PASSWORD})

    assert "Too many attempts. Wait" in response.content.decode()


def test_signing_out_everywhere_else_keeps_this_session(alice: Person) -> None:
    here, elsewhere = signed_in("alice"), signed_in("alice")

    response = here.post("/account/sessions/", follow=True)

    assert "You were signed out in 2 other places." in response.content.decode()
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_it_never_touches_the_sessions_of_others(alice: Person, bob: Person) -> None:
    alice.post("/account/sessions/")

    assert bob.get("/account/").status_code == 200


def test_a_stolen_table_of_sessions_opens_none(alice: Person, stranger: Client) -> None:
    stored = Session.objects.get().session_key
    assert stored != alice.session.session_key

    stranger.cookies[settings.SESSION_COOKIE_NAME] = stored

    assert stranger.get("/account/").status_code == 302
    assert alice.get("/account/").status_code == 200


def test_signing_out_leaves_no_session_behind(alice: Person) -> None:
    alice.post("/logout/")

    assert not Session.objects.exists()


def test_an_idle_session_ends(alice: Person) -> None:
    Session.objects.update(seen_at=timezone.now() - timedelta(minutes=61))

    assert alice.get("/account/")["Location"] == "/login/?next=%2Faccount%2F"


def test_a_used_session_goes_on(alice: Person) -> None:
    Session.objects.update(seen_at=timezone.now() - timedelta(minutes=59))
    alice.get("/account/")

    assert Session.objects.get().seen_at > timezone.now() - timedelta(minutes=1)


def test_a_session_ends_after_twelve_hours_however_busy(alice: Person) -> None:
    browser = signed_in("alice")
    ends = Session.objects.get(session_key=digest(browser.session.session_key)).expire_date

    session = browser.session
    session["more"] = "1"
    session.save()

    assert Session.objects.get(session_key=digest(session.session_key)).expire_date == ends
    assert ends <= timezone.now() + timedelta(hours=12)


def test_a_page_costs_no_write_of_the_session(alice: Person, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2) as captured:
        alice.get("/account/")

    assert not [query["sql"] for query in captured if not query["sql"].startswith("SELECT")]


def _replace_secret(settings: Settings) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key that is long enough to be one"


def _change_password() -> None:
    user = User.objects.get(username="alice")
    user.set_password(NEW_PASSWORD)
    user.save()


def _give_session_away() -> None:
    Session.objects.update(user=User.objects.get(username="bob"))


CHANGES_ELSEWHERE: dict[str, tuple[Callable[[Settings], object], int]] = {
    "nothing": (lambda _: None, 200),
    "the account is closed": (lambda _: User.objects.filter(username="alice").update(is_active=False), 302),
    "the account is deleted": (lambda _: User.objects.get(username="alice").delete(), 302),
    "another password": (lambda _: _change_password(), 302),
    "the session is ended": (lambda _: Session.objects.all().delete(), 302),
    "another secret key": (_replace_secret, 200),
    "another secret key, the former one forgotten": (lambda site: setattr(site, "SECRET_KEY", "b" * 50), 302),
    "another way to sign in": (lambda site: setattr(site, "AUTHENTICATION_BACKENDS", ["another.Backend"]), 302),
    "the column names somebody else": (lambda _: _give_session_away(), 200),
    "no role any more": (lambda _: User.objects.get(username="alice").groups.clear(), 403),
}


@pytest.mark.parametrize("change", CHANGES_ELSEWHERE)
def test_what_changed_elsewhere_holds_for_the_next_page(
    alice: Person, bob: Person, settings: Settings, change: str
) -> None:
    browser = signed_in("alice")
    assert '<span class="clip">Alice</span>' in browser.get("/w/main/assistants/").content.decode()

    act, status = CHANGES_ELSEWHERE[change]
    act(settings)

    response = browser.get("/w/main/assistants/")
    assert response.status_code == status
    if status == 200:
        assert '<span class="clip">Alice</span>' in response.content.decode()


@pytest.mark.parametrize("name", ["Dora", "dora", " DORA ", "Ｄｏｒａ", "Do\u200dra", "bob"])
def test_nobody_takes_the_name_of_a_colleague(alice: Person, bob: Person, dora: Person, name: str) -> None:
    response = alice.post("/account/", {"name": name, "email": "alice@example.com"})

    assert response.status_code == 422
    assert "Somebody in the team already has that name" in response.content.decode()
    assert not Record.objects.exists()


@pytest.mark.parametrize("name", ["Alice\nDora deleted it", "\u202earoD", "Do\u200bra", "\u2800", "Dora\u3164", "…"])
def test_a_name_can_be_read(alice: Person, name: str) -> None:
    response = alice.post("/account/", {"name": name, "email": "alice@example.com"})

    assert response.status_code == 422
    assert "cannot be seen" in response.content.decode()


@pytest.mark.parametrize("name", ["Alice", "alice", "Zoë O’Neill-Ångström", "محمد", "می‌خواهم", "李小龍", "Alice 👩‍💻"])
def test_people_are_called_what_they_are_called(alice: Person, name: str) -> None:
    assert alice.post("/account/", {"name": name, "email": "alice@example.com"}).status_code == 302


def test_two_who_share_a_name_already_keep_it(alice: Person, bob: Person) -> None:
    User.objects.update(first_name="Maria Silva")

    assert alice.post("/account/", {"name": "Maria Silva", "email": "maria@example.com"}).status_code == 302
