"""What the tests of attaching share: a file, the form as a browser sends it, and the places."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from assistants_client import Assistant


def upload(name: str = "prices.txt", content: bytes = b"A screw costs 12 cents.") -> BytesIO:
    file = BytesIO(content)
    file.name = name
    return file


def sent(*files: BytesIO, use: str = "file_search", token: str = "click-0001", **more: Any) -> dict[str, Any]:
    """What a browser sends of the form."""
    return {"use": use, "upload_token": token, "files": list(files), **more}


def page_of(assistant: Assistant, *rest: str) -> str:
    return "/".join(["/w/main/assistants", assistant.id, *rest]) + "/"
