"""Names of files as people may see them; where a file is kept is never decided by its name."""

from __future__ import annotations

import unicodedata

LONGEST = 255
LONGEST_ENDING = 16
# Endings that systems run when somebody opens them, and those that people take for a document.
RUN_WHEN_OPENED = frozenset(
    {
        "app",
        "bat",
        "cmd",
        "com",
        "cpl",
        "exe",
        "hta",
        "jar",
        "js",
        "jse",
        "lnk",
        "msi",
        "pif",
        "ps1",
        "reg",
        "scr",
        "sh",
        "vb",
        "vbe",
        "vbs",
        "ws",
        "wsf",
    }
)
DOCUMENTS = frozenset(
    {
        "csv",
        "doc",
        "docx",
        "gif",
        "html",
        "jpeg",
        "jpg",
        "json",
        "md",
        "odp",
        "ods",
        "odt",
        "pdf",
        "png",
        "ppt",
        "pptx",
        "rtf",
        "tif",
        "tiff",
        "txt",
        "xls",
        "xlsx",
        "xml",
    }
)
# Controls, formatting marks (which can turn the reading direction round), surrogates, unassigned and private ones.
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean_name(name: str) -> str:
    """The name without path, without anything invisible, composed, of at most 255 characters; never empty."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(letter for letter in last if unicodedata.category(letter) not in INVISIBLE)
    visible = unicodedata.normalize("NFC", visible).strip()
    if not visible.strip(". "):
        return "upload"
    if len(visible) <= LONGEST:
        return visible
    stem, dot, ending = visible.rpartition(".")
    if not dot or len(ending) > LONGEST_ENDING:
        return visible[:LONGEST]
    return f"{stem[: LONGEST - 1 - len(ending)]}.{ending}"


def disguised_ending(name: str) -> str:
    """The last ending of a name such as ``invoice.pdf.exe``, which only looks like a document; else nothing."""
    _, *endings = (part.strip().casefold() for part in name.split("."))
    if len(endings) > 1 and endings[-1] in RUN_WHEN_OPENED and endings[-2] in DOCUMENTS:
        return endings[-1]
    return ""
