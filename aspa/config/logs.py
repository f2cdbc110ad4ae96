"""What is logged otherwise than its writers mean."""

from __future__ import annotations

import logging


class WithoutTraceback(logging.Filter):
    """For a logger whose line says all: a request with a made-up Host header would fill the log by the screenful."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        return True
