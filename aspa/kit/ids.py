"""Opaque tokens, how they are remembered, ids that clients make, and rows' ids in what they send."""

import hashlib
import re
import secrets
from typing import TypeGuard

# Databases number rows with 63 bits.
ROW_IDS = range(2**63)
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def new_token(byte_count: int = 32) -> str:
    """A fresh url-safe secret; 32 random bytes make 43 characters."""
    return secrets.token_urlsafe(byte_count)


def new_public_id() -> str:
    """A short url-safe id (16 characters, 96 bits) for addresses that people see. Not a secret."""
    return secrets.token_urlsafe(12)


def token_hash(token: str) -> str:
    """What the database keeps of a token: its SHA-256 in hex, 64 characters.

    No salt: the tokens are random and long, and have to be found by their hash.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def is_client_id(value: object) -> TypeGuard[str]:
    """Whether a client may name its message so: 1 to 64 characters of A-Z a-z 0-9 _ -."""
    return isinstance(value, str) and _CLIENT_ID.fullmatch(value) is not None


def client_id(value: object) -> str:
    """The client's id itself. Raises ValueError when it isn't one."""
    if not is_client_id(value):
        raise ValueError("A client id is 1 to 64 characters of A-Z, a-z, 0-9, _ and -.")
    return str(value)


def row_id(text: str) -> int | None:
    """The number that plain digits write, as far as a row can have it; None for anything else ("²", forty digits)."""
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        return None
    number = int(text)
    return number if number in ROW_IDS else None
