#!/usr/bin/env python3
"""Verify an export of the audit log, anywhere: this file needs Python 3.8 and nothing else.

    AUDIT_KEYS=name:hex,name:hex python3 verify_export.py audit.jsonl [--head SEQ:SEAL]

``manage.py audit_key`` prints the keys. Whoever holds one can check a file and could also make
one, so it is given to auditors and not kept beside the exports. Without a key nothing is proven:
only the file's own checksum can be checked, which whoever changed the file could make anew.
Exit status: 0 whole, 1 broken, 2 could not be read, 3 not proven because no key was given,
4 another file, such as the CSV export, which nothing can prove.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GENESIS = "0" * 64
ROW = re.compile(r'\{"seal":"([0-9a-f]{64})","previous":"([0-9a-f]{64})","head":')
END = re.compile(r'\{"seal":"([0-9a-f]{64})","export":(\{.*\})\}\n')
MOST_NAMED = 20
ANOTHER_FILE = "This is not the JSON Lines export of an audit log: no line of it is a row. A CSV cannot be verified."


def _s(number: int) -> str:
    return "" if number == 1 else "s"


@dataclass
class KeyUse:
    """The rows that name one key: the first of them, how many, whether any seal held, and which problems were told."""

    first: int
    rows: int = 0
    fits: bool = False
    told: list[int] = field(default_factory=list)


@dataclass
class ExportReport:
    """What was found: ``problems`` in the order of the file, and what the file says of itself."""

    has_keys: bool
    problems: list[str] = field(default_factory=list)
    rows: int = 0
    last: int = 0
    last_seal: str = ""
    gaps: int = 0
    export: dict[str, Any] | None = None
    is_another_file: bool = False
    uses: dict[str, KeyUse] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether the seals prove it, which they do only to somebody with the keys."""
        return self.has_keys and not self.problems

    @property
    def exit_status(self) -> int:
        return 4 if self.is_another_file else 1 if self.problems else 0 if self.has_keys else 3

    def lines(self) -> list[str]:
        """The result in words."""
        if self.is_another_file:
            return [ANOTHER_FILE]
        lines = self.problems[:MOST_NAMED]
        if len(self.problems) > MOST_NAMED:
            lines.append(f"… and {len(self.problems) - MOST_NAMED} more.")
        if self.export is not None:
            lines.append(f"Exported {self.export['at']} by {self.export['by']}; head {self.export['head']}.")
        if self.gaps:
            lines.append(f"The file holds a selection: rows were left out at {self.gaps} place{_s(self.gaps)}.")
        if self.is_whole:
            lines.append(f"The file is whole: {self.rows} row{_s(self.rows)}.")
        elif not self.has_keys:
            lines.append("No key was given in AUDIT_KEYS: whether the seals are genuine was not checked.")
            if not self.problems:
                lines.append(
                    f"Nothing is proven without a key: only the checksum of {self.rows} row{_s(self.rows)} fits."
                )
        return lines


@dataclass
class ExportedRow:
    """One line of the file: the exact texts that were sealed, and the two seals."""

    seal: str
    previous: str
    head_text: str
    body_text: str
    head: dict[str, Any]


def verify_file(path: Path, keys: dict[str, bytes], known_head: str = "") -> ExportReport:
    """Read the file once, line by line. ``keys`` maps the short name of a key to its bytes."""
    report = ExportReport(has_keys=bool(keys))
    digest = hashlib.sha256()
    # Whatever the file is: bytes that no export holds are told as a line that is none of its rows. Ends of lines and a
    # mark at the beginning, which mail and editors may change on the way, are in no text that is sealed.
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
        for number, line in enumerate(file, 1):
            if report.export is not None and not line.strip():
                continue
            if report.export is not None:
                report.problems.append(f"Line {number} comes after the end of the export.")
                break
            end = END.fullmatch(line)
            if end is not None:
                check_end(report, end.group(1), end.group(2), digest.hexdigest(), keys)
                continue
            digest.update(line.encode("utf-8", "surrogateescape"))
            row = parsed(line)
            if row is None:
                report.problems.append(f"Line {number} is not a row of an audit log.")
                report.last_seal = ""
                continue
            check_row(report, row, keys)
            check_place(report, row, known_head)
    name_keys_once(report, keys)
    report.is_another_file = bool(report.problems) and not report.rows and report.export is None
    if report.export is None:
        report.problems.append("The end of the export is missing: the file was cut off.")
    elif known_head and int(known_head.partition(":")[0]) > int(report.export["head"].partition(":")[0]):
        report.problems.append(f"When this was exported the log ended at {report.export['head']}, before your head.")
    return report


def parsed(line: str) -> ExportedRow | None:
    """The row of a line; None when it is not one."""
    found = ROW.match(line) if line.isascii() else None
    if found is None:
        return None
    start = found.end()
    try:
        head, end = json.JSONDecoder().raw_decode(line, start)
    except (ValueError, RecursionError):
        return None
    rest = line[end:]
    body = "" if rest == "}\n" else rest[len(',"body":') : -len("}\n")]
    if rest not in ("}\n", f',"body":{body}}}\n') or not isinstance(head, dict) or type(head.get("seq")) is not int:
        return None
    return ExportedRow(found.group(1), found.group(2), line[start:end], body, head)


def check_row(report: ExportReport, row: ExportedRow, keys: dict[str, bytes]) -> None:
    """Whether the seal belongs to the text."""
    seq, name = row.head["seq"], str(row.head.get("key"))
    use = report.uses.setdefault(name, KeyUse(first=seq))
    use.rows += 1
    if name not in keys:
        return
    if row.seal == sealed(keys[name], f"{row.previous}\n{row.head_text}\n{row.body_text}"):
        use.fits = True
    else:
        use.told.append(len(report.problems))
        report.problems.append(f"Row {seq} does not hold: its text, or the row before it, is not what was sealed.")


def name_keys_once(report: ExportReport, keys: dict[str, bytes]) -> None:
    """Say of a key that is missing or fits nothing only that, and its first row, instead of naming every row."""
    sentences, dropped = [], set()
    for name, use in report.uses.items() if keys else ():
        rows = f"{use.rows} row{_s(use.rows)}"
        if name not in keys:
            sentences.append(
                f"The key {name}, which you did not give, sealed {rows}. The first is row {use.first}. "
                f"You gave {', '.join(sorted(keys))}."
            )
        elif not use.fits:
            dropped.update(use.told)
            sentences.append(
                f"The key that you gave as {name} does not fit: it made the seal of none of the {rows} that name it. "
                f"The first is row {use.first}."
            )
    report.problems = sentences + [text for at, text in enumerate(report.problems) if at not in dropped]


def check_place(report: ExportReport, row: ExportedRow, known_head: str) -> None:
    """Whether the row stands where it belongs."""
    seq = row.head["seq"]
    if seq <= report.last:
        report.problems.append(f"Row {seq} comes after row {report.last}.")
    elif seq > report.last + 1:
        report.gaps += 1
    elif row.previous != (report.last_seal if report.rows else GENESIS) and (report.last_seal or not report.rows):
        report.problems.append(f"Row {seq} does not follow the row before it.")
    known_seq, _, known_seal = known_head.partition(":")
    if known_seq == str(seq) and known_seal != row.seal:
        report.problems.append(f"Row {seq} is not the one that you noted: its seal is another.")
    report.rows += 1
    report.last, report.last_seal = seq, row.seal


def check_end(report: ExportReport, seal: str, text: str, digest: str, keys: dict[str, bytes]) -> None:
    """Whether the last line tells of exactly the rows that came before it."""
    try:
        export = dict(json.loads(text))
        lines = export["rows"], export["sha256"]
        name = str(export["key"])
        complete = all(isinstance(export[word], str) for word in ("at", "by", "head"))
    except (ValueError, KeyError, TypeError):
        report.problems.append("The last line cannot be read.")
        return
    report.export = export
    if not complete or lines != (report.rows, digest):
        report.problems.append("The rows are not the ones that were exported.")
    use = report.uses.get(name, KeyUse(first=0))
    if name in keys and seal == sealed(keys[name], f"export\n{text}"):
        use.fits = True
    elif name in keys:
        use.told.append(len(report.problems))
        report.problems.append("The last line is not the one that was sealed.")
    elif keys and not use.rows:
        report.problems.append(f"The last line was sealed with the key {name}, which you did not give.")


def sealed(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode("ascii"), hashlib.sha256).hexdigest()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--head", default="", metavar="SEQ:SEAL", help="a head that was noted earlier")
    options = parser.parse_args()
    pairs = [pair.partition(":") for pair in os.environ.get("AUDIT_KEYS", "").split(",") if pair]
    try:
        keys = {name: bytes.fromhex(key) for name, _, key in pairs}
        report = verify_file(options.file, keys, options.head)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{options.file} cannot be read: {error}\n")
        return 2
    sys.stdout.write("\n".join(report.lines()) + "\n")
    return report.exit_status


if __name__ == "__main__":
    sys.exit(main())
