"""Headers as they go over the wire.

The standard library's own folding breaks long Message-IDs in References into encoded words and, in older versions,
loses the quotes of names and the blanks between words; mail programs then show odd names and lose the thread.
"""

from __future__ import annotations

import re
from email.header import Header
from email.headerregistry import Address
from email.policy import EmailPolicy
from email.utils import quote
from typing import Any

from django.utils.encoding import punycode

# RFC 5322 2.1.1: lines should be no longer than 78 characters; encoded words no longer than 75.
LINE = 75
ADDRESSES = {"from", "to", "cc", "bcc", "reply-to", "sender"}
IDS = {"message-id", "in-reply-to", "references"}
_ATOM_AND_BLANKS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")


class LetterPolicy(EmailPolicy):
    """CRLF and seven bits; with `utf8` addresses may have any letters before the @ (RFC 6532)."""

    def fold(self, name: str, value: Any) -> str:
        return self._folded(name, value) or super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        folded = self._folded(name, value)
        return folded.encode("utf-8") if folded else super().fold_binary(name, value)

    def _folded(self, name: str, value: Any) -> str:
        kind = name.lower()
        if kind in IDS:
            return f"{name}: " + f"{self.linesep} ".join(str(value).split()) + self.linesep
        if kind in ADDRESSES:
            return f"{name}: " + f",{self.linesep} ".join(map(self._mailbox, value.addresses)) + self.linesep
        if kind == "subject":
            return f"{name}: {self._text(str(value), len(name) + 2)}{self.linesep}"
        return ""

    def _mailbox(self, address: Address) -> str:
        spec = f"{address.username}@{address.domain}"
        if not address.display_name:
            return spec
        if not address.display_name.isascii():
            name = self._text(address.display_name, 10)
        elif _ATOM_AND_BLANKS.fullmatch(address.display_name):
            name = address.display_name
        else:
            name = f'"{quote(address.display_name)}"'
        last = name.rpartition("\n")[2]
        gap = " " if len(last) + len(spec) < LINE - 15 else f"{self.linesep} "
        return f"{name}{gap}<{spec}>"

    def _text(self, text: str, taken: int) -> str:
        charset = "us-ascii" if text.isascii() else "utf-8"
        header = Header(text, charset, maxlinelen=LINE, header_name="x" * taken)
        return header.encode(linesep=self.linesep)


POLICY = LetterPolicy(linesep="\r\n", cte_type="7bit")
POLICY_UTF8 = POLICY.clone(utf8=True)


def mailbox(email: str, name: str = "") -> Address:
    """An address for a header: the domain as the DNS knows it, the name on one line."""
    username, _, domain = email.rpartition("@")
    return Address(display_name=one_line(name)[:80], username=username, domain=punycode(domain))


def wire_address(email: str) -> str:
    """The address for the envelope: its domain as the DNS knows it."""
    username, _, domain = email.rpartition("@")
    return f"{username}@{punycode(domain)}"


def one_line(text: str) -> str:
    return " ".join(text.split())
