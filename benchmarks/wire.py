"""The wire client against httpx with json and against the official SDK."""

from __future__ import annotations

import functools
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import httpx
import openai

from assistants_client import Client
from benchmarks.rounds import measured, ratios
from benchmarks.stub_server import counts, stub_server
from benchmarks.table import Row, row

ROOT = Path(__file__).resolve().parent.parent

IMPORTS = {
    "bare": "pass",
    "httpx": "import httpx",
    "ours": "from assistants_client import Client; Client(base_url='http://127.0.0.1:9/v1').assistants",
    "SDK": "import openai; openai.OpenAI(api_key='k', base_url='http://127.0.0.1:9/v1').beta.assistants",
}
DJANGO = "import django; from django.conf import settings; settings.configure(); django.setup(); "
RESIDENT = "; print(next(line for line in open('/proc/self/status') if line.startswith('VmRSS')).split()[1])"


def rows(rounds: int) -> list[Row]:
    return [*call_rows(rounds), *import_rows(rounds), *memory_rows(rounds)]


def call_rows(rounds: int) -> list[Row]:
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="openai|benchmarks")
    with (
        stub_server() as base_url,
        Client(base_url=base_url, api_key="k") as ours,
        httpx.Client(base_url=base_url, trust_env=False) as bare,
        openai.OpenAI(base_url=base_url, api_key="k", max_retries=0) as sdk,
    ):

        def ours_100() -> int:
            return sum(_touched(each) for each in ours.assistants.list(limit=100).data)

        def httpx_100() -> int:
            data = bare.get("/assistants", params={"limit": 100}).json()["data"]
            return sum(len(each["name"]) + each["created_at"] + len(each["tools"]) for each in data)

        def sdk_100() -> int:
            return sum(_touched(each) for each in sdk.beta.assistants.list(limit=100).data)

        assert ours_100() == httpx_100() == sdk_100()
        large = measured(
            {"ours": ours_100, "httpx": httpx_100, "SDK": sdk_100},
            rounds=rounds,
            clock=time.process_time,
            batch_seconds=0.05,
        )
        small = measured(
            {
                "ours": lambda: ours.assistants.list(limit=20).data,
                "httpx": lambda: bare.get("/assistants", params={"limit": 20}).json(),
                "SDK": lambda: sdk.beta.assistants.list(limit=20).data,
            },
            rounds=rounds,
            batch_seconds=0.05,
        )
    with stub_server() as base_url, Client(base_url=base_url) as client:
        for _ in range(1000):
            client.assistants.list(limit=1)
        connections = counts(base_url)["connections"] - 1
    return [
        row("list 100 assistants, CPU: ours / httpx + json", ratios(large, "ours", "httpx"), at_most=1.2),
        row("list 100 assistants, CPU: ours / SDK", ratios(large, "ours", "SDK"), at_most=0.25),
        row("list 100 assistants, CPU: ours", [value * 1000 for value in large["ours"]], unit="ms"),
        row("one call, 20 assistants: ours / reused httpx.Client", ratios(small, "ours", "httpx"), at_most=1.15),
        row("one call, 20 assistants: ours / SDK", ratios(small, "ours", "SDK")),
        row("connections for 1,000 calls in a row", [connections], unit="", at_most=1),
    ]


def import_rows(rounds: int) -> list[Row]:
    samples = measured(
        {name: functools.partial(_python, code) for name, code in IMPORTS.items()}, rounds=rounds, batch_seconds=0
    )
    return [
        row("import and make a client: ours / SDK", ratios(samples, "ours", "SDK"), at_most=1 / 3),
        row("import and make a client: ours / import httpx", ratios(samples, "ours", "httpx")),
        row("import and make a client: ours", [value * 1000 for value in samples["ours"]], unit="ms"),
    ]


def memory_rows(rounds: int) -> list[Row]:
    def megabytes(code: str) -> list[float]:
        return [int(_python(DJANGO + code + RESIDENT)) / 1024 for _ in range(min(rounds, 5))]

    bare = statistics.median(megabytes("pass"))
    ours = [value - bare for value in megabytes(IMPORTS["ours"])]
    sdk = statistics.median(megabytes(IMPORTS["SDK"])) - bare
    return [
        row("memory over bare Django: ours", ours, unit="MB", at_most=10),
        row("memory over bare Django: ours / SDK", [value / sdk for value in ours], at_most=1 / 3),
    ]


def _touched(assistant: Any) -> int:
    return len(assistant.name) + int(assistant.created_at) + len(assistant.tools)


def _python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True).stdout
