"""The widget's scripts as browsers fetch them.

People read the panel as small modules; a browser should fetch it at one go. So the modules are put one after another
in the order they need each other, and comments stay at home. Nothing else is changed: it is the same source.
"""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import re
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parent / "static" / "widget"

IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
COMMENTS = re.compile(r"/\*\*.*?\*/ ?", re.DOTALL)
BLANK_OR_COMMENT = re.compile(r"^\s*(//.*)?\n", re.MULTILINE)
REMARK = re.compile(r"(?<=[;{,)]) // [^\"'`\n]*$", re.MULTILINE)
INDENT = re.compile(r"^ +", re.MULTILINE)


@dataclasses.dataclass(frozen=True, slots=True)
class Script:
    """A script ready to be sent: its bytes, the same compressed, and a name that changes with its content."""

    plain: bytes
    compressed: bytes
    version: str


@cache
def launcher() -> Script:
    """aspa.js, which knows its panel by version."""
    source = (SOURCE / "aspa.js").read_text()
    return _script(source.replace('"panel.js"', f'"panel.js?v={panel().version}"', 1))


@cache
def panel() -> Script:
    """panel/panel.js with every module that it needs."""
    names = _in_order("panel.js", [])
    return _script("".join(_joinable((SOURCE / "panel" / name).read_text(), last=name == names[-1]) for name in names))


def _in_order(name: str, known: list[str]) -> list[str]:
    for needed in IMPORT.findall((SOURCE / "panel" / name).read_text()):
        if needed not in known:
            _in_order(needed, known)
    known.append(name)
    return known


def _joinable(source: str, *, last: bool) -> str:
    source = IMPORT.sub("", source)
    # Only the panel itself is for others; its parts have become its own.
    return source if last else re.sub(r"^export ", "", source, flags=re.MULTILINE)


def _script(source: str) -> Script:
    for pattern in (COMMENTS, BLANK_OR_COMMENT, REMARK, INDENT):
        source = pattern.sub("", source)
    plain = source.encode()
    return Script(plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:12])
