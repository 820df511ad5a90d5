"""Lighthouse's scores of the list, the editor and the audit log, as a phone on a slow network loads them.

It needs Node and npm, and once the packages of Lighthouse (into ``var/lighthouse``); without them it says so.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

from benchmarks.apart import ROOT
from benchmarks.files import PASSWORD, instance, manage
from benchmarks.table import Row, row

VERSION = "12.8.2"  # The last that runs on Node 20.
CATEGORIES = ("performance", "accessibility", "best-practices")
GOAL = 0.98
FOLDER = ROOT / "var" / "lighthouse"
SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


def rows(rounds: int) -> list[Row]:
    program = _program()
    if program is None:
        print("Lighthouse needs node and npm, which were not found.")
        return []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "data").mkdir()
        site = stack.enter_context(instance(folder / "data", {}))
        manage(site, "load_samples")
        port = _free_port()
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch_persistent_context(
            str(folder / "profile"),
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=[*SWITCHES, f"--remote-debugging-port={port}"],
            base_url=site["SITE_URL"],
        )
        stack.callback(browser.close)
        pages = _pages(browser)
        scores: dict[str, list[float]] = {}
        for turn in range(max(1, rounds // 3)):
            for name, url in pages.items():
                report = _report(program, url, port, FOLDER / f"{name.replace(' ', '-')}-{turn}.json")
                for category in CATEGORIES:
                    scores.setdefault(f"{name}: {category}", []).append(report["categories"][category]["score"])
    return [row(name, values, unit="", at_least=GOAL) for name, values in scores.items()]


def _pages(browser: BrowserContext) -> dict[str, str]:
    """The addresses of the pages by their names, for somebody who is signed in now."""
    page = browser.new_page()
    page.goto("/login/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/assistants/")
    assistants = page.url
    assistant = page.locator("tbody a[href*='/asst_']").first.get_attribute("href")
    page.close()
    site = assistants.split("/w/")[0]
    return {"list": assistants, "editor": f"{site}{assistant}edit/", "audit log": f"{site}/audit/"}


def _report(program: list[str], url: str, port: int, path: Path) -> dict[str, dict[str, dict[str, float]]]:
    """Lighthouse's report on the page at ``url``, loaded cold by the browser behind ``port``; kept at ``path``."""
    chosen = [f"--only-categories={','.join(CATEGORIES)}", "--output=json", f"--output-path={path}", "--quiet"]
    subprocess.run([*program, url, f"--port={port}", "--disable-storage-reset", *chosen], check=True, timeout=180)
    report: dict[str, dict[str, dict[str, float]]] = json.loads(path.read_text())
    return report


def _program() -> list[str] | None:
    """The command that runs Lighthouse, installed when it is not; None without Node."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    program = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not program.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        install = [npm, "install", "--no-audit", "--no-fund", "--no-save", f"lighthouse@{VERSION}"]
        subprocess.run(install, cwd=FOLDER, check=True, stdout=subprocess.DEVNULL)
    return [node, str(program)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
