"""How the files under ``static/`` get the names by which a browser may keep them for a year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Every file is named by its content, and so is every module that another one imports."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], **options: Any) -> Iterator[tuple[str, str | None, bool]]:
        # htmx brings extensions that no page uses; they import a module which is not there.
        used = {path: found for path, found in paths.items() if not path.startswith("django_htmx/ext/")}
        yield from super().post_process(used, **options)
