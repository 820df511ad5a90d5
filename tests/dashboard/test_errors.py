"""The pages for what goes wrong before or outside a view's own story."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from tests.assistants_ui.pages import read
from tests.conftest import Person


@login_not_required
def without_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError("connection refused at 10.0.0.5, password=hunter2")


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("a secret of the code")


urlpatterns = [
    path("without-database/", without_database),
    path("broken/", broken),
    path("", include("dashboard.urls")),
]
handler500 = "dashboard.errors.server_error"


@pytest.fixture
def faults(settings: Any) -> Client:
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


def test_a_database_that_does_not_answer_is_told_without_asking_it(
    faults: Client, caplog: pytest.LogCaptureFixture, django_assert_num_queries: Any, db: None
) -> None:
    with django_assert_num_queries(0):
        response = faults.get("/without-database/")
    assert response.status_code == 503
    page = read(response)
    assert "The dashboard's database isn't answering" in page.text
    assert "hunter2" not in response.content.decode()
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1


def test_a_mistake_of_the_code_is_told_without_its_words(faults: Client) -> None:
    response = faults.get("/broken/")
    assert response.status_code == 500
    assert "Something went wrong on our side" in read(response).text
    assert "secret" not in response.content.decode()


def test_an_unknown_address_is_told(dora: Person) -> None:
    response = dora.get("/no/such/page/")
    assert response.status_code == 404
    assert "There is no page at this address" in read(response).text


def test_another_host_is_told_where_the_site_is(settings: Any) -> None:
    response = Client().get("/", headers={"Host": "elsewhere.example"})
    assert response.status_code == 400
    assert f"This site is at {settings.SITE_URL}." in read(response).text


def test_another_host_is_told_so_to_programs_in_json(settings: Any) -> None:
    response = Client().get("/v1/models", headers={"Host": "elsewhere.example"})
    assert response.status_code == 400
    assert settings.SITE_URL in json.loads(response.content)["error"]["message"]


@pytest.mark.parametrize("address", ["redis://127.0.0.1:1", "redis://h:notaport/0"])
def test_a_cache_that_is_down_keeps_the_site_ready(settings: Any, address: str, db: None) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": address, "OPTIONS": {}}
    }
    response = Client().get("/readyz")
    assert (response.status_code, response.json()) == (200, {"database": "ok", "cache": "down"})


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_a_monitor_may_ask_by_address(address: str, db: None) -> None:
    assert Client().get(address, headers={"Host": "10.0.0.5:8000"}).status_code == 200
