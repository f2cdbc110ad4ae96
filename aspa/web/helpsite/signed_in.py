"""Who has signed in on a brand's help site: a signed cookie of its own, which knows nothing of the desk's session."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing

from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.kit.ids import token_hash

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from aspa.core.inboxes.models import Brand

COOKIE = "aspa_reader"
SALT = "aspa.helpsite.reader"
# Says that somebody has proved an address in this browser. It opens nothing: strangers who ask for codes to that address
# can't keep its owner from getting one
# (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
ADDRESS_COOKIE = "aspa_reader_address"
ADDRESS_SALT = "aspa.helpsite.address"
ADDRESS_LIVES = dt.timedelta(days=180)
BY_CODE = dt.timedelta(days=30)
# The shop knows when its customer signs out; we don't, and ask the shop again soon.
BY_SHOP = dt.timedelta(days=1)
# Contacts that were merged into one another, one after the other.
MERGES = 20


def remember(response: HttpResponse, brand: Brand, contact: Contact, *, lives: dt.timedelta) -> None:
    until = int((clock.now() + lives).timestamp())
    value = signing.dumps({"brand": brand.pk, "contact": contact.pk, "until": until}, salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=int(lives.total_seconds()), path=_path(brand), httponly=True, secure=settings.SECURE,
        samesite="Lax",
    )  # fmt: skip


def remember_address(response: HttpResponse, brand: Brand, email: str) -> None:
    response.set_cookie(
        ADDRESS_COOKIE, signing.dumps(token_hash(f"{brand.pk} {email}"), salt=ADDRESS_SALT),
        max_age=int(ADDRESS_LIVES.total_seconds()), path=_path(brand), httponly=True, secure=settings.SECURE,
        samesite="Lax",
    )  # fmt: skip


def has_used(request: HttpRequest, brand: Brand, email: str) -> bool:
    """Whether somebody has signed in with the address in this browser."""
    value = request.COOKIES.get(ADDRESS_COOKIE, "")
    try:
        told = signing.loads(value, salt=ADDRESS_SALT, max_age=ADDRESS_LIVES) if value else ""
    except signing.BadSignature:
        return False
    return bool(told == token_hash(f"{brand.pk} {email}"))


def forget(response: HttpResponse, brand: Brand) -> None:
    response.delete_cookie(COOKIE, path=_path(brand), samesite="Lax")


def contact_of(request: HttpRequest, brand: Brand) -> Contact | None:
    """The customer who has signed in on this brand's help site; asks nothing of the database without the cookie."""
    value = request.COOKIES.get(COOKIE, "")
    try:
        told = signing.loads(value, salt=SALT) if value else {}
    except signing.BadSignature:
        return None
    if told.get("brand") != brand.pk or told["until"] < clock.now().timestamp():
        return None
    return _living(Contact.objects.filter(pk=told["contact"], brand=brand).first())


def _living(contact: Contact | None) -> Contact | None:
    for _step in range(MERGES):
        if contact is None or contact.merged_into_id is None:
            break
        contact = contact.merged_into
    return contact if contact and contact.erased_at is None else None


def _path(brand: Brand) -> str:
    return f"/help/{brand.slug}/"
