"""The list page of 100 rows, warm and cold, against an empty page and against Django's admin."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from benchmarks.apart import Samples, answer, samples_of
from benchmarks.rounds import measured, ratios
from benchmarks.table import Row, row

if TYPE_CHECKING:
    from tests.conftest import Person

ADDRESS = "/w/main/assistants/?limit=100"
PEER = "/admin/assistants_ui/catalogentry/"


def rows(rounds: int) -> list[Row]:
    samples = samples_of("benchmarks.pages", rounds=rounds, settings="benchmarks.pages_site.settings")
    served = samples_of("benchmarks.pages_served", rounds=rounds, settings="benchmarks.pages_site.settings")
    return [
        row("warm page of 100 / an empty page", ratios(samples, "warm", "empty"), at_most=1.3),
        row("Django's admin of 100 / warm page", ratios(samples, "admin", "warm"), at_least=15),
        row("Django's admin of 100 / page with every row anew", ratios(samples, "admin", "rendered"), at_least=5),
        row("requests per second, served: warm page / Django's admin", ratios(served, "list", "admin"), at_least=10),
        row("cold page of 100 / the same call to the embedded server", ratios(samples, "cold", "call")),
        *(row(name, [value * 1000 for value in values], unit="ms") for name, values in samples.items()),
        *(row(f"served: {name}", values, unit="requests/s") for name, values in served.items()),
    ]


def prepared() -> tuple[Person, Person]:
    """An editor and one who may use the admin, both signed in, and a hundred assistants that both list."""
    import django

    django.setup()
    from django.core.management import call_command

    from assistants_ui.workspaces.connections import workspace_client
    from dashboard.access import Role
    from tests.conftest import person

    call_command("migrate", verbosity=0)
    alice, root = person("alice", Role.EDITORS), person("root", Role.EDITORS)
    root.user.is_staff = root.user.is_superuser = True
    root.user.save()
    server = workspace_client("main")
    for number in range(100):
        server.assistants.create(
            model="gpt-4.1-mini",
            name=f"Assistant {number}",
            description="Answers customers' questions from the help articles and knows when to hand over.",
            instructions="word " * 400,
            tools=[{"type": "file_search"}, {"type": "code_interpreter"}],
        )
    # The words make the catalog, whose rows the admin lists.
    for who, address in ((alice, ADDRESS), (alice, f"{ADDRESS}&q=assistant"), (root, PEER)):
        assert who.get(address).content.count(b"<tr") >= 101
    return alice, root


def measure(rounds: int) -> Samples:
    """Seconds per page in process: 100 assistants, signed in, SQLite with a kept connection."""
    alice, root = prepared()
    from django.core.wsgi import get_wsgi_application
    from django.test import Client, RequestFactory

    from assistants_ui.assistants import finished
    from assistants_ui.assistants import rows as listed
    from assistants_ui.workspaces import cache
    from assistants_ui.workspaces.connections import workspace_client

    server = workspace_client("main")
    application = get_wsgi_application()

    def page(person: Client, address: str) -> bytes:
        """The page as a server gets it from the site, without what a test's browser does beside."""
        environ = RequestFactory(HTTP_COOKIE=person.cookies.output(header="", sep=";")).get(address).environ
        told: list[object] = []

        def start(status: str, headers: object, error: object = None, /) -> Callable[[bytes], object]:
            told.append(status)
            return told.append

        response = application(environ, start)
        content = b"".join(response)
        response.close()
        assert told == ["200 OK"], (address, told)
        return content

    def cold() -> None:
        cache.forget("main")
        page(alice, ADDRESS)

    def rendered() -> None:
        listed.row_of.cache_clear()
        finished.forget()
        page(alice, ADDRESS)

    variants = {
        "call": lambda: server.assistants.list(limit=100),
        "empty": lambda: page(alice, "/w/main/empty/"),
        "warm": lambda: page(alice, ADDRESS),
        "rendered": rendered,
        "cold": cold,
        "admin": lambda: page(root, PEER),
    }
    # The processor's time, since nothing here waits for another process and the machine may be busy.
    return measured(variants, rounds=rounds, batch_seconds=0.2, clock=time.process_time)


if __name__ == "__main__":
    answer(measure)
