# ruff: noqa: E501  # the lines are documents
"""Documents made in tests, and what is read from them."""

from __future__ import annotations

import io
import zipfile

from assistants_server.files.text import formats
from assistants_server.files.text.document import Document

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def zipped(parts: dict[str, str]) -> bytes:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stored.getvalue()


def rels(**kinds: str) -> str:
    """Relations by id, each as ``kind:target``."""
    items = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{value.partition(":")[0]}" Target="{value.partition(":")[2]}"/>'
        for key, value in kinds.items()
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{items}</Relationships>'


def office(main: str, text: str, parts: dict[str, str] | None = None) -> bytes:
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return zipped(
        {"[Content_Types].xml": types, "_rels/.rels": rels(r1=f"officeDocument:{main}"), main: text, **(parts or {})}
    )


def docx(body: str, *, space: str = W, parts: dict[str, str] | None = None) -> bytes:
    text = f'<w:document xmlns:w="{space}" xmlns:r="{OFFICE}" xmlns:mc="{MC}" xmlns:a="{DRAWING}"><w:body>{body}</w:body></w:document>'
    return office("word/document.xml", text, parts)


def read(data: bytes, name: str) -> Document:
    return formats.read(data, filename=name)


def words(data: bytes, name: str) -> str:
    return " ".join(read(data, name).text.split())


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def par(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def a_pdf(content: str, *, more: str = "", page: str = "", objects: str = "") -> bytes:
    stream = content.encode("latin-1")
    text = (
        f"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R{more}>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        f"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>{page}\n"
        f"endobj\n4 0 obj<</Length {len(stream)}>>stream\n"
    ).encode() + stream + f"\nendstream endobj\n{objects}\n".encode()  # fmt: skip
    return text + b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF"


SHOWN = "BT /F 12 Tf 50 700 Td (Applicant:) Tj ET"
