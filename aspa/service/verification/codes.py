"""One-time codes: a customer proves an address by telling the six digits that were sent there.

Whoever writes to us tells the code, and nobody else: a link in the letter would let a stranger's click prove the address
for somebody who only claims it. Nothing here tells whether the address is known already.
"""

from __future__ import annotations

import datetime as dt
import enum
import secrets
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from aspa.core.conversations import activities
from aspa.core.conversations.changing import Refused, changing
from aspa.core.conversations.models import Event
from aspa.core.people import changes
from aspa.core.people.models import Identity
from aspa.kit import clock
from aspa.kit.tasks import task
from aspa.service.verification import couriers
from aspa.service.verification.models import Challenge

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact

Outcome = Challenge.Outcome

LIVES = dt.timedelta(minutes=10)
TRIES = 5
# How often a code is sent for one question, and how soon again.
SENDINGS, PAUSE = 5, dt.timedelta(minutes=1)
# A question that nobody has answered isn't asked any more.
OPEN_FOR = dt.timedelta(days=7)
# Codes that go to one address, whoever claims it: nobody's letter box is filled by strangers.
MOST, WITHIN = 6, dt.timedelta(hours=1)
HOW = "code"


class Answer(enum.Enum):
    """What became of a code that was told."""

    PROVED = "proved"
    WRONG = "wrong"
    EXPIRED = "expired"
    SPENT = "spent"
    NOTHING_ASKED = "nothing"


def ask(conversation: Conversation, identity: Identity, *, by: Agent | None) -> Challenge:
    """Ask the customer to prove an address they have told; the code goes there at once. Without `by` Aspa asks.

    Raises Refused for what isn't this customer's, is proved already, or can't be reached.
    """
    with changing(conversation) as current:
        claimed = Identity.objects.filter(pk=identity.pk, contact=current.contact_id).first()
        if claimed is None:
            raise Refused(_("That isn't known of this customer."), code="elsewhere")
        if claimed.is_verified:
            raise Refused(_("This is verified already."), code="verified")
        if current.is_closed:
            raise Refused(_("The conversation has ended. Open it again first."), code="closed")
        if not couriers.reaches(claimed.kind):
            raise Refused(_("No code can be sent there."), code="unreachable")
        if _has_had_enough(claimed.kind, claimed.value):
            raise Refused(_("Several codes have just been sent there. Try again in an hour."), code="enough")
        now = clock.now()
        same = open_ones(current.contact_id).filter(kind=claimed.kind, value=claimed.value)
        same.update(outcome=Outcome.REPLACED, finished_at=now, code_hash="")
        challenge = Challenge.objects.create(
            contact_id=current.contact_id, conversation=current, asked_by=by, kind=claimed.kind, value=claimed.value,
            at=now, expires_at=now + OPEN_FOR, sendings=1,
        )  # fmt: skip
        where = couriers.masked(claimed.kind, claimed.value)
        activities.add(current, "verification_asked", agent=by, event=Event.Kind.VERIFICATION_ASKED, where=where)
        send.enqueue(challenge_id=challenge.pk)
        return challenge


def open_ones(contact_id: int) -> QuerySet[Challenge]:
    """The questions to which the customer may still answer."""
    return Challenge.objects.filter(contact=contact_id, outcome=Outcome.OPEN, expires_at__gt=clock.now())


def send_again(conversation: Conversation) -> bool:
    """The customer asks for a new code; the former one is void then. False: too soon, or too often."""
    with changing(conversation) as current:
        challenge = open_ones(current.contact_id).order_by("-pk").first()
        if challenge is None or challenge.sendings >= SENDINGS or challenge.tries >= TRIES:
            return False
        if challenge.sent_at is None or challenge.sent_at > clock.now() - PAUSE:
            return False
        if _has_had_enough(challenge.kind, challenge.value):
            return False
        Challenge.objects.filter(pk=challenge.pk).update(sendings=F("sendings") + 1, code_hash="")
        send.enqueue(challenge_id=challenge.pk)
        return True


def enter(conversation: Conversation, code: str, *, message_id: int = 0) -> Answer:
    """The customer tells a code. `message_id`: in this message, of which each is looked at once."""
    with changing(conversation) as current:
        asked = list(open_ones(current.contact_id).filter(last_message_id__lt=message_id or 2**62).order_by("pk"))
        living = [one for one in asked if one.code_hash and one.sent_at and one.sent_at > clock.now() - LIVES]
        if message_id:
            Challenge.objects.filter(pk__in=[one.pk for one in asked]).update(last_message_id=message_id)
        if not asked:
            return Answer.NOTHING_ASKED
        # Late ones count, too: each is answered, by letter in some channels.
        Challenge.objects.filter(pk__in=[one.pk for one in asked]).update(tries=F("tries") + 1)
        # All of them are compared, so that the time tells nothing.
        fitting = [one for one in living if constant_time_compare(one.code_hash, hashed(one, code))]
        if fitting:
            _prove(current, fitting[0])
            return Answer.PROVED
        if _close_spent(current, asked):
            return Answer.SPENT
        return Answer.WRONG if living else Answer.EXPIRED


def hashed(challenge: Challenge, code: str) -> str:
    """What is kept of a code. With our key: a million possible codes are soon tried."""
    return salted_hmac("aspa.verification.code", f"{challenge.pk}:{code}", algorithm="sha256").hexdigest()


@task(retries=4, backoff=10)
def send(challenge_id: int) -> None:
    """Make a code and send it. It is made here, since what tasks are given is stored in the clear."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    with transaction.atomic():
        challenge = Challenge.objects.select_for_update().filter(pk=challenge_id, outcome=Outcome.OPEN).first()
        if challenge is None:
            return
        challenge.code_hash, challenge.sent_at = hashed(challenge, code), clock.now()
        challenge.save(update_fields=["code_hash", "sent_at"])
    couriers.carry(Challenge.objects.select_related("conversation__brand", "contact").get(pk=challenge_id), code)


def verify(contact: Contact, kind: str, value: str, *, how: str, by: Agent | None) -> bool:
    """Note that the contact has proved the identity; False when another contact had, and then it stays a claim."""
    now = clock.now()
    identity, _made = Identity.objects.get_or_create(
        contact=contact, kind=kind, value=value, defaults={"brand_id": contact.brand_id, "created_at": now}
    )
    try:
        with transaction.atomic():
            Identity.objects.filter(pk=identity.pk).update(verified_at=now, verified_how=how, verified_by=by)
    except IntegrityError:
        return False
    changes.touch([contact.pk])
    return True


def _prove(current: Conversation, challenge: Challenge) -> None:
    first = verify(current.contact, challenge.kind, challenge.value, how=HOW, by=challenge.asked_by)
    Challenge.objects.filter(pk=challenge.pk).update(
        outcome=Outcome.PROVED, is_elsewhere=not first, finished_at=clock.now(), code_hash=""
    )
    where = couriers.masked(challenge.kind, challenge.value)
    line = "verified" if first else "verified_elsewhere"
    activities.add(current, line, by_contact=True, event=Event.Kind.IDENTIFIED, where=where, how=HOW)


def _close_spent(current: Conversation, asked: list[Challenge]) -> bool:
    spent = [one for one in asked if one.tries + 1 >= TRIES]
    Challenge.objects.filter(pk__in=[one.pk for one in spent]).update(
        outcome=Outcome.FAILED, finished_at=clock.now(), code_hash=""
    )
    for one in spent:
        activities.add(current, "verification_failed", where=couriers.masked(one.kind, one.value))
    return bool(spent)


def _has_had_enough(kind: str, value: str) -> bool:
    lately = Challenge.objects.filter(kind=kind, value=value, sent_at__gt=clock.now() - WITHIN)
    return (lately.aggregate(sent=Sum("sendings"))["sent"] or 0) >= MOST
