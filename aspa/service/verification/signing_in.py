"""Signing in without a conversation: who reads a brand's own pages proves an address by the six digits sent there.

It proves the address and finds the contact that has proved it before, or makes one. A contact who only claims the address
is somebody else, as far as anybody knows. Nothing here tells whether an address is known already.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.core.inboxes.channel import Claim, Sender
from aspa.core.people.models import Contact, Identity
from aspa.kit import clock
from aspa.kit.ids import new_token
from aspa.kit.tasks import task
from aspa.service.verification import letters
from aspa.service.verification.codes import HOW, LIVES, TRIES, WITHIN, Answer
from aspa.service.verification.models import SignIn

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand


# Codes that go to one address, whoever asks for them: a letter box isn't filled by strangers, and its codes aren't guessed
# (five tries each: one chance in ten thousand in an hour and a half). More than one network's share of them, so that
# nobody alone keeps the owner out.
MOST = 15


def ask(brand: Brand, email: str, *, language: str, is_owner: bool = False) -> SignIn:
    """Send a code to the address. Raises Refused for what is no address, and for one that has had many lately, unless
    `is_owner`: this browser has proved it before."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused(_("Check the e-mail address."), code="address") from error
    now = clock.now()
    with transaction.atomic():
        SignIn.objects.filter(at__lt=now - WITHIN).delete()
        if not is_owner and SignIn.objects.filter(brand=brand, email=email).count() >= MOST:
            raise Refused(_("Several codes have just been sent there. Try again in an hour."), code="enough")
        asked = SignIn.objects.create(brand=brand, email=email, language=language, public_id=new_token(), at=now)
        send.enqueue(sign_in_id=asked.pk)
    return asked


def asked_for(brand: Brand, public_id: str) -> SignIn | None:
    """What waits for its code."""
    return SignIn.objects.filter(brand=brand, public_id=public_id, at__gt=clock.now() - LIVES).first()


def enter(brand: Brand, public_id: str, code: str) -> tuple[Answer, Contact | None]:
    """The reader tells the code; the contact they are, once it is proved. A code can be used once."""
    with transaction.atomic():
        asked = SignIn.objects.select_for_update().filter(brand=brand, public_id=public_id).first()
        if asked is None:
            return Answer.NOTHING_ASKED, None
        if asked.at <= clock.now() - LIVES:
            return Answer.EXPIRED, None
        if asked.tries >= TRIES:
            return Answer.SPENT, None
        SignIn.objects.filter(pk=asked.pk).update(tries=F("tries") + 1)
        if not (asked.code_hash and constant_time_compare(asked.code_hash, hashed(asked, code))):
            return (Answer.SPENT if asked.tries + 1 >= TRIES else Answer.WRONG), None
        # Kept until its hour is over, so that it goes on counting; it opens nothing any more.
        SignIn.objects.filter(pk=asked.pk).update(tries=TRIES, code_hash="")
    proved = Sender(Claim(Identity.Kind.EMAIL, asked.email, verified_how=HOW))
    return Answer.PROVED, contact_of(brand, proved, language=asked.language)


def hashed(asked: SignIn, code: str) -> str:
    """What is kept of a code. With our key: a million possible codes are soon tried."""
    return salted_hmac("aspa.verification.sign_in", f"{asked.pk}:{code}", algorithm="sha256").hexdigest()


@task(retries=4, backoff=10)
def send(sign_in_id: int) -> None:
    """Make a code and send it. It is made here, since what tasks are given is stored in the clear."""
    asked = SignIn.objects.select_related("brand").filter(pk=sign_in_id, tries=0).first()
    if asked is None:
        return
    code = f"{secrets.randbelow(1_000_000):06d}"
    SignIn.objects.filter(pk=asked.pk).update(code_hash=hashed(asked, code))
    letters.send_for_sign_in(asked, code)


def contact_of(brand: Brand, sender: Sender, *, language: str) -> Contact:
    """The contact who has proved the sender's identity, found or made. What the sender only tells besides is kept as a
    claim, and finds nobody."""
    try:
        return _known(brand, sender) or _made(brand, sender, language)
    except IntegrityError:
        # Proved elsewhere at the same moment.
        found = _known(brand, sender)
        if found is None:
            raise
        return found


def is_known_as(contact: Contact, sender: Sender) -> bool:
    """Whether the contact has proved the sender's identity."""
    mine = sender.identity
    proved = Identity.objects.filter(contact=contact, kind=mine.kind, value=mine.value, verified_at__isnull=False)
    return proved.exists()


def _known(brand: Brand, sender: Sender) -> Contact | None:
    mine = sender.identity
    proved = Identity.objects.filter(brand=brand, kind=mine.kind, value=mine.value, verified_at__isnull=False)
    found = proved.select_related("contact").first()
    return found.contact if found else None


def _made(brand: Brand, sender: Sender, language: str) -> Contact:
    now = clock.now()
    with transaction.atomic():
        contact = Contact.objects.create(brand=brand, name=sender.name, language=language, created_at=now)
        for claim in (sender.identity, *sender.claims):
            Identity.objects.create(
                brand=brand, contact=contact, kind=claim.kind, value=claim.value, created_at=now,
                verified_at=now if claim.verified_how else None, verified_how=claim.verified_how,
            )  # fmt: skip
    return contact
