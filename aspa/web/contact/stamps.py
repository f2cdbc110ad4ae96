"""The stamp in a form that nobody has filled in yet: it makes sending twice harmless and robots slow."""

from __future__ import annotations

import dataclasses

from django.core import signing

from aspa.kit.ids import is_client_id, new_token

SALT = "aspa.contact"
# Nobody reads, fills in and sends a form within this time; seconds.
QUICKEST = 2
LONGEST = 24 * 3600


class BadStamp(ValueError):
    """The form is too old, was sent sooner than anybody could, or isn't ours."""


@dataclasses.dataclass(frozen=True, slots=True)
class Stamp:
    """`id` makes the form the same one when it is sent again."""

    id: str
    text: str


def new(inbox_public_id: str) -> Stamp:
    form_id = new_token()
    return Stamp(form_id, signing.TimestampSigner(salt=SALT).sign(f"{inbox_public_id}.{form_id}"))


def read(text: str, inbox_public_id: str) -> Stamp:
    """Raises BadStamp."""
    signer = signing.TimestampSigner(salt=SALT)
    try:
        named = signer.unsign(text, max_age=LONGEST)
    except signing.BadSignature as error:
        raise BadStamp from error
    inbox, _dot, form_id = named.partition(".")
    if inbox != inbox_public_id or not is_client_id(form_id) or _is_too_quick(signer, text):
        raise BadStamp
    return Stamp(form_id, text)


def _is_too_quick(signer: signing.TimestampSigner, text: str) -> bool:
    try:
        signer.unsign(text, max_age=QUICKEST)
    except signing.SignatureExpired:
        return False
    return True
