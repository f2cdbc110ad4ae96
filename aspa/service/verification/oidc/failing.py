"""How an identification fails. Neither carries anything of the person."""

from __future__ import annotations


class NotAccepted(Exception):
    """The answer isn't to be believed, or isn't what was asked. `code` says why, for the log and for the customer's page."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unreachable(Exception):
    """The provider doesn't answer, or not as OpenID Connect has it; trying again may help. The text is for an admin."""
