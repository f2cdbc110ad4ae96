"""Text that was signed in the clear by PGP (RFC 9580, 7): the text, and the signature apart."""

from __future__ import annotations

import re

_BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_END = "-----END PGP SIGNATURE-----"
_HASHES = re.compile(r"\n(?:[A-Za-z]{1,20}: [^\n]*\n)*[ \t]*\n")


def opened(text: str) -> tuple[str, str]:
    """(text without the armour, signature); the text as it was and nothing where it isn't signed so."""
    begin = text.find(_BEGIN)
    signature = text.find(_SIGNATURE, begin)
    end = text.find(_END, signature)
    if min(begin, signature, end) < 0 or not (hashes := _HASHES.match(text, begin + len(_BEGIN))):
        return text, ""
    end += len(_END)
    said = re.sub(r"^- ", "", text[hashes.end() : signature], flags=re.MULTILINE)
    return text[:begin] + said + text[end:], text[signature:end] + "\n"
