"""What the server itself logs, in the same shape as what the site logs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from gunicorn.glogging import Logger as GunicornLogger


class Logger(GunicornLogger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's, with the formatter of the site's own log."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        logging: dict[str, Any] = settings.LOGGING
        chosen = dict(logging["formatters"][logging["handlers"]["stderr"]["formatter"]])
        make, words = import_string(chosen.pop("()")), {"fmt": chosen.pop("format", None), **chosen}
        for handler in self.error_log.handlers:
            handler.setFormatter(make(**words))
