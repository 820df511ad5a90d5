"""The list page of 100 rows and Django's admin as one process serves them over several connections."""

from __future__ import annotations

import http.client
import os
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.apart import Samples, answer
from benchmarks.files import instance
from benchmarks.pages import ADDRESS, PEER, prepared

CONNECTIONS = 4
SECONDS = 2.0


def measure(rounds: int) -> Samples:
    """Requests per second of both, in turns, over connections that stay open."""
    alice, root = prepared()
    folder = Path(os.environ["DATA_DIR"])
    kept = {"DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]}
    found: Samples = {"list": [], "admin": []}
    with instance(folder, kept) as site:
        pages = {
            "list": (ADDRESS, alice.cookies.output(header="", sep=";")),
            "admin": (PEER, root.cookies.output(header="", sep=";")),
        }
        for address, cookies in pages.values():
            _asked(site["SITE_URL"], address, cookies, seconds=0.5)
        for _ in range(rounds):
            for name, (address, cookies) in pages.items():
                found[name].append(_asked(site["SITE_URL"], address, cookies, seconds=SECONDS))
    return found


def _asked(site: str, address: str, cookies: str, *, seconds: float) -> float:
    """Requests per second, while each connection asks again as soon as it has its answer."""
    began, counts = time.monotonic(), list[int]()

    def ask() -> None:
        connection, count = http.client.HTTPConnection(str(urlsplit(site).netloc)), 0
        while time.monotonic() - began < seconds:
            connection.request("GET", address, headers={"Cookie": cookies.strip()})
            response = connection.getresponse()
            assert response.read().count(b"<tr") >= 101, (address, response.status)
            count += 1
        connection.close()
        counts.append(count)

    threads = [threading.Thread(target=ask) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == CONNECTIONS
    return sum(counts) / (time.monotonic() - began)


if __name__ == "__main__":
    answer(measure)
