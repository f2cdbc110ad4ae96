"""Tokens by which a mail says which conversation it continues, in the address it answers and in our Message-IDs.

A token is the conversation's id and a signature, in small letters and digits alone: servers on the way change the
case of an address and refuse odd characters in it. "support+1kp5xq2mzt7a4@shop.example" names one.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "aspa.channels.email.tokens"
# 50 bits: nobody tries so many mails.
SIGNATURE_CHARACTERS = 10
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# An id has at most 13 digits of base 36 (63 bits).
WORD = re.compile(rf"(?<![a-z0-9])[a-z0-9]{{{SIGNATURE_CHARACTERS + 1},{SIGNATURE_CHARACTERS + 13}}}(?![a-z0-9])", re.I)
LOCAL_PART_BYTES = 64  # RFC 5321 4.5.3.1.1


def make(conversation_id: int) -> str:
    """The token of a conversation: [a-z0-9], 11 to 23 characters, always the same."""
    number = _digits(conversation_id)
    return number + _signature(number, settings.SECRET_KEY)


def read(token: str) -> int | None:
    """The conversation's id, or None when the token isn't ours. Upper or lower case."""
    if not WORD.fullmatch(token):
        return None
    number, signature = token[:-SIGNATURE_CHARACTERS].lower(), token[-SIGNATURE_CHARACTERS:].lower()
    # Letters are answered years later: a key that was changed since may still be known.
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if constant_time_compare(signature, _signature(number, key)):
            return int(number, 36)
    return None


def tokens_in(text: str) -> Iterator[str]:
    """The tokens of ours in an address, a Message-ID or a whole header, in order."""
    return (word for word in WORD.findall(text) if read(word) is not None)


def reply_address(address: str, token: str) -> str:
    """ "support@shop.example" → "support+TOKEN@shop.example"; the address itself when that would be too long."""
    local, _, domain = address.rpartition("@")
    tagged = f"{local}+{token}"
    return f"{tagged}@{domain}" if len(tagged.encode()) <= LOCAL_PART_BYTES else address


def message_id(conversation_id: int, message_id: int, domain: str) -> str:
    """The Message-ID of a reply, without brackets: the same however often the reply is made."""
    return f"{make(conversation_id)}.{_digits(message_id)}@{domain}"


def _signature(number: str, key: str | bytes) -> str:
    digest = salted_hmac(SALT, number, secret=key, algorithm="sha256").digest()
    return base64.b32encode(digest).decode("ascii").lower()[:SIGNATURE_CHARACTERS]


def _digits(number: int) -> str:
    digits = ""
    while number:
        number, last = divmod(number, 36)
        digits = DIGITS[last] + digits
    return digits or "0"
