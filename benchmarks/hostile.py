"""How long a page takes while strangers hold connections: `python -m benchmarks.hostile http://127.0.0.1:8000`.

Each kind of sender in turn opens ``--senders`` connections to a site that runs already, on its default settings,
and keeps them while pages are asked for. The goal: a page answers within twice its idle time. Idle and hostile turns
alternate, and the median of several rounds counts, since the machine may be shared; ends with an error beyond the goal.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

import httpx

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
POST = b"POST /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n" + FORM
PAGE = b"GET /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
# What is sent at once, and what is sent again each half second.
KINDS = {
    "idle": (b"", b""),
    "slow head": (PAGE + b"X-Slow: ", b"x"),
    "slow short body": (POST + b"Content-Length: 60000\r\n\r\nusername=", b"x"),
    "slow long body": (POST + b"Content-Length: 900000000\r\n\r\n" + b"x" * 70_000, b"x" * 2_000),
    "slow chunks": (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "absurd length": (POST + b"Content-Length: " + b"9" * 29 + b"\r\n\r\n", b""),
    "no reader": ((PAGE + b"\r\n") * 200, b""),
}
SETTLE_SECONDS = 1.0
GOAL = 2


@contextmanager
def senders(address: tuple[str, int], count: int, first: bytes, again: bytes) -> Iterator[None]:
    """``count`` connections on which this was sent and goes on being sent."""
    over = threading.Event()
    with ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection(address, timeout=5)) for _ in range(count)]
        for line in lines:
            line.setblocking(False)
            with suppress(OSError):
                line.send(first)

        def go_on() -> None:
            while again and not over.wait(0.5):
                for line in lines:
                    with suppress(OSError):
                        line.send(again)

        thread = threading.Thread(target=go_on, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def page_seconds(url: str, pages: int) -> float:
    """The median time of the sign-in page, each on a connection of its own."""
    seconds = []
    for _ in range(pages):
        began = time.perf_counter()
        httpx.get(f"{url}/login/", timeout=60, trust_env=False).raise_for_status()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def round_of(url: str, kind: str, count: int, pages: int) -> tuple[float, float]:
    """The time of a page without and with such senders, by turns, so that both meet the same machine."""
    place = urlsplit(url)
    idle = [page_seconds(url, pages)]
    with senders((str(place.hostname), int(place.port or 80)), count, *KINDS[kind]):
        time.sleep(SETTLE_SECONDS)
        taken = page_seconds(url, pages)
    # Whatever they began is over before the site counts as idle again.
    time.sleep(SETTLE_SECONDS)
    idle.append(page_seconds(url, pages))
    return statistics.mean(idle), taken


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile")
    parser.add_argument("url")
    parser.add_argument("kind", nargs="*", help=f"of {', '.join(KINDS)}; all when none is named")
    parser.add_argument("--senders", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", type=int, default=20)
    options = parser.parse_args()
    page_seconds(options.url, options.pages)
    worst = 0.0
    for kind in options.kind or KINDS:
        rounds = [round_of(options.url, kind, options.senders, options.pages) for _ in range(options.rounds)]
        ratios = sorted(taken / idle for idle, taken in rounds)
        ratio = statistics.median(ratios)
        idle, taken = (statistics.median(side) * 1000 for side in zip(*rounds, strict=True))
        worst = max(worst, ratio)
        print(
            f"{options.senders} of {kind}: {idle:.1f} ms idle, {taken:.1f} ms with them, {ratio:.2f} times as long "
            f"({ratios[0]:.2f} to {ratios[-1]:.2f} in {len(ratios)} rounds), load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
    print(f"the worst: {worst:.2f} times as long; the goal is {GOAL}")
    raise SystemExit(worst > GOAL)


if __name__ == "__main__":
    main()
