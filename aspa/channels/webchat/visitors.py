"""Who a visitor is: an opaque token of their browser's, or the shop's signed word that they are its customer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import jwt

from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.channel import Claim, Sender
from aspa.core.people.models import Identity
from aspa.kit import clock, text
from aspa.kit.ids import token_hash

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand, Inbox

# A signed identity lives a day at most, so that a leaked one is soon worthless.
LONGEST = dt.timedelta(hours=24)
TOKEN_LENGTH = range(20, 129)

# Of how many merged conversations a widget goes on hearing.
MERGES = 20

# Brand, kind of identity, value.
Key = tuple[int, str, str]


class IdentityRefused(Exception):
    """The signed identity is not to be believed."""


def visitor_of(token: str) -> str:
    """The hash by which a visitor is known. Raises ValueError for what can't be one of our tokens."""
    if len(token) not in TOKEN_LENGTH or not token.isascii() or not token.isprintable():
        raise ValueError("That is not a visitor's token.")
    return token_hash(token)


def signed_identity(inbox: Inbox, token: str) -> Sender:
    """As `signed_customer`, of the inbox's brand."""
    return signed_customer(inbox.brand, token)


def signed_customer(brand: Brand, token: str) -> Sender:
    """The shop's customer whom the JWT names, signed with the brand's secret (HS256). Raises IdentityRefused."""
    try:
        claims = jwt.decode(
            token,
            brand.identity_secret,
            algorithms=["HS256"],
            audience=brand.slug,
            leeway=30,
            options={"require": ["sub", "exp", "aud"]},
        )
    except jwt.InvalidTokenError as error:
        raise IdentityRefused(type(error).__name__) from error
    if float(claims["exp"]) > (clock.now() + LONGEST).timestamp() + 60:
        raise IdentityRefused("It lives longer than a day.")
    subject, email, name = (
        str(claims["sub"]),
        text.clean(str(claims.get("email", ""))),
        text.clean(str(claims.get("name", ""))),
    )
    if not subject or len(subject) > 200 or text.clean(subject) != subject:
        raise IdentityRefused("It names nobody.")
    # The shop vouches for its account; that the address is theirs too is only the shop's word for it.
    proved = (Claim(Identity.Kind.EMAIL, email.lower()[:254]),) if "@" in email else ()
    return Sender(Claim(Identity.Kind.SHOP, subject, verified_how="signed"), name=name[:160], claims=proved)


def identity_of(inbox: Inbox, visitor: str, signed_in: Sender | None) -> Key:
    """As whom a visitor is known: as the shop's customer, or as a browser that nobody has signed in on."""
    if signed_in:
        return inbox.brand_id, str(signed_in.identity.kind), signed_in.identity.value
    return inbox.brand_id, Identity.Kind.VISITOR.value, visitor


def contact_id_of(inbox: Inbox, visitor: str, signed_in: Sender | None) -> int | None:
    """The contact behind a browser or a signed identity, or None before the first message."""
    brand_id, kind, value = identity_of(inbox, visitor, signed_in)
    return (
        Identity.objects.filter(brand_id=brand_id, kind=kind, value=value, verified_at__isnull=False)
        .values_list("contact_id", flat=True)
        .first()
    )


def conversation_of(inbox: Inbox, contact_id: int | None) -> Conversation | None:
    """The customer's newest conversation in this inbox; one that was merged leads to where it went."""
    if contact_id is None:
        return None
    found = (
        Conversation.objects.filter(contact_id=contact_id, inbox=inbox)
        .select_related("brand", "assignee", "merged_into__brand", "merged_into__assignee")
        .order_by("-pk")
        .first()
    )
    while found is not None and found.merged_into is not None:
        found = found.merged_into
    return found


def merged_elsewhere(inbox: Inbox, contact_id: int) -> frozenset[int]:
    """The conversations of other inboxes into which the customer's newest ones of this inbox were merged."""
    merged = Conversation.objects.filter(contact_id=contact_id, inbox=inbox, merged_into__isnull=False)
    following = {pk for pk in merged.order_by("-pk").values_list("merged_into", flat=True)[:MERGES] if pk}
    found: dict[int, int] = {}
    while following:
        onward = set()
        for one in Conversation.objects.filter(pk__in=following).only("inbox_id", "merged_into_id"):
            found[one.pk] = one.inbox_id
            onward |= {one.merged_into_id} if one.merged_into_id else set()
        following = onward - found.keys()
    return frozenset(pk for pk, inbox_id in found.items() if inbox_id != inbox.pk)
