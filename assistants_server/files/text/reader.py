"""Read the text of one file; a program of its own, with hard limits.

    python -m assistants_server.files.text.reader NAME < file > text

Files come from strangers and are read by large parsers, so the parser runs where it can be stopped: in a
process without the site's memory, with bounds on time and memory. It ends with 0, the UTF-8 text, a NUL and
what was left out as JSON; with 3 and the reason as JSON; or with 4 when the file holds too much. This module
must not import Django, which would cost more than most files.
"""

from __future__ import annotations

import json
import resource
import sys
from contextlib import suppress

from assistants_server.files.text import formats
from assistants_server.files.text.document import TooMuchError, UnreadableDocumentError
from dashboard.bounds import READ_MEMORY_BYTES, READ_PROCESSOR_SECONDS

REFUSED = 3
TOO_MUCH = 4


def main(filename: str) -> int:
    # Not every system knows every limit; the caller's clock holds on all of them.
    # The soft limit on time ends the process with a signal of its own, before the hard one kills it.
    for limit, soft, hard in (
        (resource.RLIMIT_AS, READ_MEMORY_BYTES, READ_MEMORY_BYTES),
        (resource.RLIMIT_CPU, READ_PROCESSOR_SECONDS, READ_PROCESSOR_SECONDS + 5),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (soft, hard))
    out = sys.stdout.buffer
    try:
        document = formats.read(sys.stdin.buffer.read(), filename=filename)
        out.write(document.text.encode("utf-8", errors="replace"))
    except UnreadableDocumentError as error:
        out.write(json.dumps([error.code, error.message]).encode())
        return REFUSED
    except (TooMuchError, MemoryError):
        return TOO_MUCH
    facts = {"left_out": document.left_out_phrases(), "encoding": document.encoding}
    out.write(b"\0" + json.dumps(facts).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
