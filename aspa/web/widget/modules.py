"""The widget's scripts as browsers fetch them.

People read the panel as small modules; a browser should fetch it at one go. So the modules are put one after another
in the order they need each other, and comments and spaces that say nothing stay at home. Nothing else is changed.
"""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import re
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parent / "static" / "widget"

# What is loaded only when it is needed, each by itself.
PARTS = tuple(sorted(path.stem for path in (SOURCE / "parts").glob("*.js")))

IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
COMMENTS = re.compile(r"/\*\*.*?\*/ ?", re.DOTALL)
BLANK_OR_COMMENT = re.compile(r"^\s*(//.*)?\n", re.MULTILINE)
REMARK = re.compile(r"(?<=[;{,)]) // [^\"'`\n]*$", re.MULTILINE)
INDENT = re.compile(r"^ +", re.MULTILINE)
STRING = re.compile(r'("(?:[^"\\]|\\.)*"|`[^`\n]*`)')
SPACED = re.compile(r" ?([=<>?:,;{}()&|!*]+) ?")
# Where a space may be a text's own: a template of several lines, another kind of string, an address or a pattern.
DOUBTFUL = ("`", "'", "/")
GOES_ON = (";", "{", ",", "(", "[")
STYLE = re.compile(r"(?<=STYLE = `)[^`]*")
SPACED_STYLE = re.compile(r"\s*([{};,])\s*|(?<=:) ")


@dataclasses.dataclass(frozen=True, slots=True)
class Script:
    """A script ready to be sent: its bytes, the same compressed, and a name that changes with its content."""

    plain: bytes
    compressed: bytes
    version: str


@cache
def launcher() -> Script:
    """aspa.js, which knows the other two by version."""
    source = (SOURCE / "aspa.js").read_text()
    for name, script in (("panel.js", panel()), ("telling.js", telling())):
        source = source.replace(f'"{name}"', f'"{name}?v={script.version}"', 1)
    return _script(source)


@cache
def telling() -> Script:
    """telling.js, for shops that tell of pages and carts."""
    return _script((SOURCE / "telling.js").read_text())


@cache
def panel() -> Script:
    """panel/panel.js with every module that it needs; it knows the parts by version."""
    names = _in_order("panel.js", [])
    source = "".join(_joinable((SOURCE / "panel" / name).read_text(), last=name == names[-1]) for name in names)
    for name in PARTS:
        source = source.replace(f'"parts/{name}.js"', f'"parts/{name}.js?v={part(name).version}"', 1)
    return _script(source)


@cache
def part(name: str) -> Script:
    """parts/<name>.js, one of PARTS."""
    return _script((SOURCE / "parts" / f"{name}.js").read_text())


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


def squeezed(source: str) -> str:
    """The script without the spaces and line ends around its signs; a line that may hold a text with such signs keeps
    its own."""
    source = STYLE.sub(lambda found: SPACED_STYLE.sub(r"\1", found[0]), source)
    made, in_template = "", False
    for line in source.split("\n"):
        parts = STRING.split(line)
        code = "".join(parts[::2])
        if not in_template and not any(sign in code for sign in DOUBTFUL):
            line = "".join(part if number % 2 else SPACED.sub(r"\1", part) for number, part in enumerate(parts))
        in_template ^= code.count("`") % 2 == 1
        made += line if line.endswith(GOES_ON) and not in_template else f"{line}\n"
    return made


def _script(source: str) -> Script:
    for pattern in (COMMENTS, BLANK_OR_COMMENT, REMARK, INDENT):
        source = pattern.sub("", source)
    plain = squeezed(source).encode()
    return Script(plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:12])
