"""text/enriched and its forerunner text/richtext (RFC 1896, 1341) as plain text."""

from __future__ import annotations

import re

_PARAM = re.compile(r"<param>[^<]*</param>", re.IGNORECASE)
_LINE = re.compile(r"<(?:nl|np|/?paragraph)>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z0-9-]{1,60}>")


def to_text(said: str) -> str:
    said = said.replace("\r\n", "\n").replace("\r", "\n")
    # One line end is a blank, n of them are n - 1.
    said = re.sub(r"\n+", lambda match: "\n" * (len(match.group()) - 1) or " ", said)
    said = said.replace("<<", "\x01")
    return _TAG.sub("", _LINE.sub("\n", _PARAM.sub("", said))).replace("\x01", "<")
