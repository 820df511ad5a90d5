"""Stands in for the sandbox's process: the same lines in and out, and no sandbox around the code."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import traceback
from typing import Any


def say(value: dict[str, Any]) -> None:
    sys.__stdout__.write(json.dumps(value) + "\n")  # type: ignore[union-attr]  # it is a pipe
    sys.__stdout__.flush()  # type: ignore[union-attr]  # it is a pipe


def main(data: str) -> None:
    os.chdir(data)
    names: dict[str, Any] = {}
    say({"is_ready": True})
    for line in sys.stdin:
        out, has_ended = io.StringIO(), False
        with contextlib.redirect_stdout(out):
            try:
                exec(json.loads(line)["code"], names)  # the tests' own code
            except SystemExit:
                has_ended = True
            except Exception:
                out.write(traceback.format_exc(limit=0))
        said = {"stdout": out.getvalue(), "stderr": "", "stopped": None, "is_cut": False, "has_ended": has_ended}
        say(said)
        if has_ended:
            return


if __name__ == "__main__":
    main(sys.argv[1])
