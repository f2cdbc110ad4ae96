"""Text whose lines were wrapped for the way (RFC 3676: format=flowed), put back into paragraphs."""

from __future__ import annotations


def unwrapped(text: str, *, delsp: bool = False) -> str:
    """`delsp`: the blank at the end of a wrapped line isn't part of the text."""
    found: list[list[str]] = []
    open_depth = -1  # how deep the paragraph that is still open is quoted; -1 when none is
    for line in text.split("\n"):
        said = line.lstrip(">")
        depth = len(line) - len(said)
        said = said.removeprefix(" ")
        is_signature = said == "-- "
        if open_depth == depth and not is_signature:
            found[-1].append(said)
        else:
            found.append([">" * depth + (" " if depth and said else ""), said])
        open_depth = -1
        if said.endswith(" ") and not is_signature:
            open_depth = depth
            if delsp:
                found[-1][-1] = said[:-1]
    return "\n".join(map("".join, found))
