"""The list page, cold and warm, against another page of the site and the bare call to the server."""

from __future__ import annotations

from benchmarks.apart import Samples, answer, samples_of
from benchmarks.rounds import measured, ratios
from benchmarks.table import Row, row

ADDRESS = "/w/main/assistants/?limit=100"


def rows(rounds: int) -> list[Row]:
    samples = samples_of("benchmarks.pages", rounds=rounds, settings="tests.settings")
    return [
        row("warm page of 100 / the account page", ratios(samples, "warm", "account")),
        row("cold page of 100 / the same call to the embedded server", ratios(samples, "cold", "call")),
        *(row(name, [value * 1000 for value in values], unit="ms") for name, values in samples.items()),
    ]


def measure(rounds: int) -> Samples:
    """Seconds per page in process: 100 assistants, signed in, SQLite with a kept connection."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from assistants_ui.workspaces import cache
    from assistants_ui.workspaces.connections import workspace_client
    from dashboard.access import Role
    from tests.conftest import person

    call_command("migrate", verbosity=0)
    alice: Client = person("alice", Role.EDITORS)
    server = workspace_client("main")
    for number in range(100):
        server.assistants.create(
            model="gpt-4.1-mini",
            name=f"Assistant {number}",
            description="Answers customers' questions from the help articles and knows when to hand over.",
            instructions="word " * 400,
            tools=[{"type": "file_search"}, {"type": "code_interpreter"}],
        )
    assert alice.get(ADDRESS).content.count(b"<tr>") == 101

    def cold() -> None:
        cache.forget("main")
        alice.get(ADDRESS)

    variants = {
        "call": lambda: server.assistants.list(limit=100),
        "account": lambda: alice.get("/account/"),
        "warm": lambda: alice.get(ADDRESS),
        "cold": cold,
    }
    return measured(variants, rounds=rounds)


if __name__ == "__main__":
    answer(measure)
