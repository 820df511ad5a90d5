"""The pages for what goes wrong before or outside a view's own story."""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path

from dashboard.lib.log_lines import JSONFormatter, LineFormatter
from dashboard.lib.request_ids import request_id
from tests.assistants_ui.pages import read
from tests.conftest import Person


@login_not_required
def without_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError("connection refused at 10.0.0.5\nIs the server running? password=hunter2")


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


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged, as the site's own log shows it."""
    formatter = LineFormatter("{levelname} {name} {message}", style="{")
    return "\n".join(formatter.format(record) for record in caplog.records).splitlines()


def test_a_mistake_of_the_code_is_found_in_the_log_by_the_number_on_the_page(
    faults: Client, caplog: pytest.LogCaptureFixture
) -> None:
    page = read(faults.get("/broken/"))

    number = re.search(r"as request ([0-9a-f]{32})\.", page.text)
    assert number
    first, *traceback = lines(caplog)
    assert first == f"ERROR django.request Internal Server Error: /broken/ [request {number[1]}]"
    assert traceback[0] == "Traceback (most recent call last):"
    assert traceback[-1] == "ZeroDivisionError: a secret of the code"


def test_a_database_that_does_not_answer_costs_one_line_of_the_log(
    faults: Client, caplog: pytest.LogCaptureFixture
) -> None:
    faults.get("/without-database/")

    (line,) = lines(caplog)
    told = "ERROR django.request Service Unavailable: /without-database/: connection refused at 10.0.0.5"
    assert re.fullmatch(rf"{re.escape(told)} \[request [0-9a-f]{{32}}\]", line)


def test_a_refused_upload_costs_one_line_of_the_log(
    alice: Person, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.lib.disk.DISK_RESERVE_BYTES", 2**60)
    file = SimpleUploadedFile("a.txt", b"words")
    assert alice.post("/w/main/files/new/", {"files": file}).status_code == 507

    (line,) = lines(caplog)
    told = "ERROR django.security.UploadRefused There is not enough room to take this file right now."
    assert re.fullmatch(rf"{re.escape(told)} \[request [0-9a-f]{{32}}\]", line)


def test_a_refusal_by_role_costs_one_line_of_the_log(bob: Person, caplog: pytest.LogCaptureFixture) -> None:
    assert bob.post("/w/main/files/new/").status_code == 403

    (line,) = lines(caplog)
    assert line.startswith("WARNING django.request Forbidden: /w/main/files/new/")


def test_what_is_logged_stays_on_one_line() -> None:
    record = logging.LogRecord("n", logging.WARNING, "", 0, "one\ntwo %s", ("three\nfour \x1b[2J ü",), None)

    assert (
        LineFormatter("{levelname} {message}", style="{").format(record) == "WARNING one\\ntwo three\\nfour \\x1b[2J ü"
    )


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
    assert (response.status_code, response.json()) == (200, {"database": "ok", "cache": "down", "disk": "ok"})


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_a_monitor_may_ask_by_address(address: str, db: None) -> None:
    assert Client().get(address, headers={"Host": "10.0.0.5:8000"}).status_code == 200


def test_a_line_may_be_an_object() -> None:
    record = logging.LogRecord("dashboard", logging.ERROR, __file__, 1, "one\ntwo %s", ("ü",), None)
    request = RequestFactory().get("/")
    record.__dict__["request"] = request
    try:
        raise ValueError("a mistake")
    except ValueError:
        record.exc_info = sys.exc_info()

    line = JSONFormatter().format(record)

    assert "\n" not in line
    event = json.loads(line)
    assert (event["level"], event["logger"], event["message"]) == ("error", "dashboard", "one\ntwo ü")
    assert event["request"] == request_id(request)
    assert event["traceback"].endswith("ValueError: a mistake")
    record.exc_info = (OperationalError, OperationalError("no connection"), None)
    assert json.loads(JSONFormatter().format(record))["message"].endswith(": no connection")
