"""Whether a post was signed with a secret that only the shop and we know."""

from __future__ import annotations

import base64
import hashlib
import hmac


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """HMAC-SHA256 of the body, in base64 or hex, with or without "sha256=" before it. Nothing is signed without a secret."""
    given = signature.strip().removeprefix("sha256=")
    if not given or not secret:
        return False
    digest = hmac.digest(secret.encode(), body, "sha256")
    expected = digest.hex() if len(given) == 2 * len(digest) else base64.b64encode(digest).decode("ascii")
    # Compared in bytes: a signature with letters of other alphabets is wrong, not a fault.
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogateescape"))


def sha256_key(body: bytes) -> str:
    """What names a delivery that brings no id of its own."""
    return f"sha256:{hashlib.sha256(body).hexdigest()}"
