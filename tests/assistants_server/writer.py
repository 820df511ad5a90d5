"""One process that writes to /v1; started several times over by test_processes.

    python -m tests.assistants_server.writer count KEY ASSISTANT_ID TIMES
    python -m tests.assistants_server.writer create KEY IDEMPOTENCY_KEY TIMES

It says "ready", waits for a line, works, and ends with one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from tests.assistants_server.conftest import API


def count(api: API, assistant_id: str, times: str) -> int:
    """Add one to a number in the metadata, again after every 412; gives how often it was refused."""
    done = refused = 0
    while done < int(times):
        seen = api.get(f"/v1/assistants/{assistant_id}")
        number = int(seen.json()["metadata"]["count"])
        body = {"metadata": {"count": str(number + 1)}}
        answer = api.send(f"/assistants/{assistant_id}", body, **{"If-Match": seen["ETag"]})
        assert answer.status_code in (200, 412), answer.content
        done += answer.status_code == 200
        refused += answer.status_code == 412
    return refused


def create(api: API, key: str, times: str) -> list[str]:
    """Create an assistant under an idempotency key, in threads that run together; gives the ids."""

    def once(_: int) -> str:
        answer = api.send("/assistants", {"model": "gpt-4.1"}, **{"Idempotency-Key": key})
        connection.close()
        assert answer.status_code == 200, answer.content
        return str(answer.json()["id"])

    with ThreadPoolExecutor(int(times)) as threads:
        return list(threads.map(once, range(int(times))))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    from tests.assistants_server.conftest import API

    act, key, *arguments = sys.argv[1:]
    acts: dict[str, Callable[..., object]] = {"count": count, "create": create}
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(json.dumps(acts[act](API(key), *arguments)) + "\n")
