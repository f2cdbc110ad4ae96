"""Keeps people's words, addresses and secrets out of the logs."""

from __future__ import annotations

import logging
import re
import traceback

_NAMES = "text|body|html|subject|name|email|phone|token|password|secret|authorization|cookie|identity|key"

_RULES = [
    # PostgreSQL quotes the row it refuses.
    (re.compile(r"(Failing row contains |Key \([^)]*\)=)\(.*"), r"\1(…)"),
    # {"text": "…"} as JSON or as Python writes it.
    (re.compile(rf"""(["'](?:{_NAMES})["']\s*:\s*)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", re.IGNORECASE), r'\1"…"'),
    # text='…' of a dataclass, ?token=… of an address.
    (re.compile(rf"""(\b(?:{_NAMES})=)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s&,;)}}]+)""", re.IGNORECASE), r"\1…"),
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]+", re.IGNORECASE), r"\1 …"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), "<jwt>"),
    (re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,6}\w{2,24}"), "<email>"),
    (re.compile(r"(?<![\w.+-])(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{32,}(?![\w-])"), "<token>"),
    (re.compile(r"(?<![\w.:-])(?:\+|00)\d{1,3}[ -]?(?:\(?\d{1,4}\)?[ -]?){2,5}\d\b"), "<phone>"),
]


def redact(text: str) -> str:
    """The text without what looks personal or secret."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text


class RedactionFilter(logging.Filter):
    """For a handler: what it writes, tracebacks included, has passed redact()."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(_message(record)), None
        if record.exc_info and not record.exc_text:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip()
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        return True


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # arguments that don't fit: a fault in a log line must not become the caller's
        return str(record.msg)
