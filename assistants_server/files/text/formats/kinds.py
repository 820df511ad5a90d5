"""What a file is, told by its bytes; its name decides only between kinds of plain text."""

from __future__ import annotations

import re
from pathlib import PurePath

from assistants_server.files.text.document import LockedError, UnreadableDocumentError, gettext_noop
from assistants_server.files.text.formats.packages import ZipPackage, relations

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams of an old compound file, by the first of which that is there it is known.
STREAMS = (
    ("EncryptedPackage", "locked"),
    ("__nameid_version1.0", "msg"),
    ("PowerPoint Document", "ppt"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)
ADVICE = {
    "doc": gettext_noop("This is an old Word file (.doc). In Word, save it as .docx and attach that."),
    "xls": gettext_noop("This is an old Excel file (.xls). In Excel, save it as .xlsx and attach that."),
    "ppt": gettext_noop("This is an old PowerPoint file (.ppt). In PowerPoint, save it as .pptx and attach that."),
    "xlsb": gettext_noop("This is a binary Excel workbook (.xlsb). In Excel, save it as .xlsx and attach that."),
    "msg": gettext_noop("This is an Outlook message (.msg). Save it as .eml or as PDF and attach that."),
    "pages": gettext_noop(
        "This is a Pages, Numbers or Keynote file. Export it to Word, Excel, PowerPoint or PDF and attach that."
    ),
    "wordml": gettext_noop("This is a Word XML document. In Word, save it as .docx and attach that."),
    "excelml": gettext_noop("This is an Excel XML workbook. In Excel, save it as .xlsx and attach that."),
    "google": gettext_noop(
        "This is only a link to a Google document. Download the document, as .docx or PDF, and attach that."
    ),
    "webarchive": gettext_noop("This is a Safari web archive. Save the page as PDF and attach that."),
    "picture": gettext_noop("A picture has no text that can be searched. Attach a PDF with recognised text instead."),
    "media": gettext_noop("Sound and video cannot be searched. Attach a transcript instead."),
    "archive": gettext_noop("An archive cannot be searched. Unpack it and attach the files in it."),
    "program": gettext_noop("A program cannot be searched."),
    "database": gettext_noop("A database cannot be searched. Export it as CSV or JSON and attach that."),
    "unknown": gettext_noop("The file type is not supported for retrieval."),
}
MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"), (b"II*\0", "picture"),
    (b"MM\0*", "picture"), (b"\x00\x00\x01\x00", "picture"), (b"8BPS", "picture"),
    (b"ID3", "media"), (b"OggS", "media"), (b"fLaC", "media"), (b"\x1aE\xdf\xa3", "media"), (b"\xff\xfb", "media"),
    (b"7z\xbc\xaf\x27\x1c", "archive"), (b"Rar!\x1a\x07", "archive"), (b"\x1f\x8b", "archive"), (b"BZh", "archive"),
    (b"\xfd7zXZ\0", "archive"), (b"(\xb5/\xfd", "archive"),
    (b"\x7fELF", "program"), (b"\xca\xfe\xba\xbe", "program"), (b"SQLite format 3\0", "database"),
    (b"PAR1", "database"), (b"bplist0", "webarchive"),
)  # fmt: skip
PLAIN = frozenset(
    f".{name}"
    for group in (
        "txt text md markdown rst tex json jsonl csv tsv log xml yaml yml toml ini cfg conf ipynb srt vtt",
        "py js mjs ts tsx jsx java kt c h cc cpp hpp cs go rs rb php pl swift scala lua r sh bash ps1 bat",
        "sql css scss vue svelte graphql proto tf",
    )
    for name in group.split()
)
# Code that may begin like a page and is wanted as code.
CODE = PLAIN - {".txt", ".text", ".log", ".xml"}
WEB = frozenset({".html", ".htm", ".xhtml", ".shtml"})
GOOGLE = frozenset({".gdoc", ".gsheet", ".gslides"})
MAIL = frozenset({".eml", ".mht", ".mhtml", ".mbox"})
_HTML = re.compile(
    rb"^(?:\s|<!--.*?-->|<\?xml.*?\?>)*<(?:!doctype\s+html|html|head|body|table|meta|title)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_SVG = re.compile(rb"^(?:\s|<!--.*?-->|<\?xml.*?\?>|<!doctype\s+svg[^>]*>)*<svg[\s>]", re.IGNORECASE | re.DOTALL)
_HEADER = re.compile(rb"^([A-Za-z][A-Za-z0-9-]{1,40}):", re.MULTILINE)
_MAIL_HEADERS = frozenset(b"from to date subject message-id received mime-version return-path delivered-to".split())


def kind_of(data: bytes, *, suffix: str) -> str:
    """``pdf``, ``zip``, ``rtf``, ``html``, ``mail``, ``flat``, ``plain``, a key of ``ADVICE`` or ``locked``."""
    head = data[:4096]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if data.lstrip()[:5] == b"{\\rtf":
        return "rtf"
    if data.startswith(OLD_OFFICE):
        return _compound(data, suffix)
    if (found := _binary(head)) is not None:
        return found
    return _text(head, suffix)


def _binary(head: bytes) -> str | None:
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF":
        return "picture" if head[8:12] == b"WEBP" else "media"
    if head[4:8] == b"ftyp":
        return "picture" if head[8:12] in (b"heic", b"heix", b"mif1", b"avif") else "media"
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return "picture"
    if head[:2] == b"MZ" and b"\0" in head:
        return "program"
    return None


def _text(head: bytes, suffix: str) -> str:
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    if b"urn:oasis:names:tc:opendocument" in text and b"<office:document" in text:
        return "flat"
    if b'progid="Excel.Sheet"' in text or b"urn:schemas-microsoft-com:office:spreadsheet" in text:
        return "excelml"
    if suffix in GOOGLE and text.lstrip()[:1] == b"{":
        return "google"
    if b'progid="Word.Document"' in text or b"schemas.microsoft.com/office/2006/xmlPackage" in text:
        return "wordml"
    if suffix not in CODE:
        if suffix in MAIL or _is_mail(text):
            return "mail"
        if suffix in WEB or _HTML.match(text) or suffix == ".svg" or (suffix != ".xml" and _SVG.match(text)):
            return "html"
    return "plain"


def _is_mail(head: bytes) -> bool:
    top = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    names = {name.lower() for name in _HEADER.findall(top)}
    if top.lower().startswith(b"mime-version:") and b"content-type" in names:
        return True
    return _HEADER.match(head) is not None and len(names & _MAIL_HEADERS) >= 3


def _compound(data: bytes, suffix: str) -> str:
    found = [kind for name, kind in STREAMS if name.encode("utf-16-le") in data]
    # A document may hold others of other kinds, so its name decides between those that are there.
    named = suffix.removeprefix(".")
    if "locked" in found:
        return "locked"
    return named if named in found else (found or ["unknown"])[0]


def package_kind(package: ZipPackage) -> tuple[str, str]:
    """What a zip holds, as a kind and its main part. Raises :class:`UnreadableDocumentError` with advice."""
    if "[Content_Types].xml" in package:
        return _office(package)
    if "mimetype" in package:
        kind = package.read("mimetype")[:200].strip().decode("ascii", "replace")
        if kind == "application/epub+zip":
            return "epub", ""
        if kind.startswith("application/vnd.oasis.opendocument"):
            return "opendocument", ""
    if "META-INF/container.xml" in package:
        return "epub", ""
    if "content.xml" in package:
        return "opendocument", ""
    is_iwork = any(name.endswith(".iwa") for name in package.names) or "Index.zip" in package
    raise refused("pages" if is_iwork else "archive")


def _office(package: ZipPackage) -> tuple[str, str]:
    main = next((item.target for item in relations(package, "").values() if item.kind == "officeDocument"), "") or next(
        (name for name in package.names if PurePath(name).name in ("document.xml", "workbook.xml")), ""
    )
    types = package.xml("[Content_Types].xml")
    named = next((item.get("ContentType", "") for item in types if item.get("PartName", "").lstrip("/") == main), "")
    if main.endswith(".bin"):
        raise refused("xlsb")
    for hint, kind in (
        ("word", "docx"),
        ("presentation", "pptx"),
        ("powerpoint", "pptx"),
        ("sheet", "xlsx"),
        ("excel", "xlsx"),
    ):
        if hint in named.lower():
            return kind, main
    folder = {"word": "docx", "ppt": "pptx", "xl": "xlsx"}.get(main.partition("/")[0], "")
    if folder:
        return folder, main
    # A drawing, a printed page or another document of the same build, which nobody can unpack for its text.
    raise refused("unknown")


def refused(kind: str) -> UnreadableDocumentError:
    """The error for a kind that is not read, with what to do about it."""
    if kind == "locked":
        return LockedError()
    return UnreadableDocumentError("unsupported_file", ADVICE[kind])
