"""Strong identification: the customer is asked, goes to the provider, comes back, and is known from then on.

Whatever goes wrong on the way changes nothing of the customer: the answer is used once, and only by the browser that
set out. The log says why in one word, and nothing of the person.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from aspa.core.conversations import activities
from aspa.core.conversations.changing import Refused, changing
from aspa.core.conversations.models import Event
from aspa.core.people.models import Identity
from aspa.kit import clock
from aspa.kit.ids import new_token, row_id, token_hash
from aspa.service.verification import codes, facts
from aspa.service.verification.models import Identification, Provider
from aspa.service.verification.oidc import flow
from aspa.service.verification.oidc.failing import NotAccepted, Unreachable

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact

State = Identification.State

SALT = "aspa.identify"
# How long the link waits for the customer, and how long they may be away at the provider.
LIVES, AWAY = dt.timedelta(hours=24), dt.timedelta(minutes=20)
ATTEMPTS = 10

logger = logging.getLogger(__name__)


def ask(conversation: Conversation, provider: Provider, *, by: Agent) -> Identification:
    """Ask the customer to identify themselves; the link is on their own page. An earlier one is void from then on.

    Raises Refused for a provider that isn't the brand's or isn't in use, and for a conversation that has ended.
    """
    with changing(conversation) as current:
        if provider.brand_id != current.brand_id or not provider.is_active:
            raise Refused(_("Customers of this brand can't identify themselves there."), code="provider")
        if current.is_closed:
            raise Refused(_("The conversation has ended. Open it again first."), code="closed")
        now = clock.now()
        Identification.objects.filter(contact=current.contact_id, state=State.ASKED).update(
            state=State.VOID, finished_at=now, attempt=None, state_hash=""
        )
        asked = Identification.objects.create(
            contact_id=current.contact_id, conversation=current, provider=provider, asked_by=by, at=now,
            expires_at=now + LIVES,
        )  # fmt: skip
        activities.add(current, "identification_asked", agent=by, event=Event.Kind.VERIFICATION_ASKED, by=provider.name)
        return asked


def waiting_for(contact_id: int) -> Identification | None:
    """What the customer has been asked and may still do."""
    asked = Identification.objects.filter(contact=contact_id, state=State.ASKED, expires_at__gt=clock.now())
    return asked.select_related("provider").order_by("-pk").first()


def address(asked: Identification) -> str:
    """The link, good for this one question until it is answered or expires."""
    return f"{settings.ASPA_URL}/identify/{token(asked)}/"


def token(asked: Identification) -> str:
    return f"{asked.pk}-{_signer().signature(str(asked.pk))}"


def opened(text: str) -> Identification | None:
    """The question that a link's token names, whatever has become of it; None for a token that isn't ours."""
    number, _hyphen, signature = text.partition("-")
    pk = row_id(number)
    try:
        _signer().unsign(f"{pk}.{signature}")
    except signing.BadSignature:
        pk = None
    if pk is None:
        return None
    around = Identification.objects.select_related("contact", "provider", "conversation__brand", "asked_by")
    return around.filter(pk=pk).first()


def set_out(asked: Identification, *, language: str) -> tuple[str, str]:
    """(the address at the provider, the secret that the browser keeps until it comes back).

    Raises NotAccepted when the link is of no use any more, Unreachable when the provider isn't there.
    """
    _must_be_open(asked)
    assert asked.provider is not None
    departure = flow.depart(asked.provider, language=language)
    browser = new_token()
    kept = {"nonce": departure.nonce, "verifier": departure.verifier, "browser": token_hash(browser)}
    kept["until"] = (clock.now() + AWAY).isoformat()
    left = Identification.objects.filter(pk=asked.pk, state=State.ASKED, attempts__lt=ATTEMPTS)
    if not left.update(attempt=kept, state_hash=token_hash(departure.state), attempts=F("attempts") + 1):
        raise NotAccepted("used")
    return departure.address, browser


def come_back(*, state: str, browser: str, code: str, error: str, issuer: str) -> tuple[Identification | None, str]:
    """What the provider's answer is worth: the question it answers, and "done" or in one word why not.

    An answer is looked at once: the same again finds nothing.
    """
    asked: Identification | None = None
    try:
        asked, attempt = _claimed(state, browser)
        _must_be_open(asked)
        assert asked.provider is not None
        if dt.datetime.fromisoformat(attempt["until"]) <= clock.now():
            raise NotAccepted("away_too_long")
        if error or not code:
            raise NotAccepted("refused" if error == "access_denied" else "provider")
        claims = flow.arrive(
            asked.provider, code=code, nonce=attempt["nonce"], verifier=attempt["verifier"], issuer=issuer
        )
        _conclude(asked, claims)
    except NotAccepted as problem:
        logger.warning("An identification (%s) was not accepted: %s", asked.pk if asked else "unknown", problem.code)
        return asked, problem.code
    except Unreachable:
        logger.warning("The provider of identification %s doesn't answer", asked.pk if asked else "unknown")
        return asked, "unreachable"
    return asked, "done"


def _must_be_open(asked: Identification) -> None:
    if asked.state != State.ASKED or asked.contact.erased_at is not None:
        raise NotAccepted("used")
    if asked.expires_at <= clock.now():
        raise NotAccepted("link_expired")
    if asked.provider is None or not asked.provider.is_active:
        raise NotAccepted("used")


@transaction.atomic
def _claimed(state: str, browser: str) -> tuple[Identification, dict[str, str]]:
    """The open way to which the answer belongs, which is closed by this: nobody comes by it a second time."""
    waiting = Identification.objects.select_for_update(of=("self",)).select_related("provider", "contact")
    asked = waiting.filter(state_hash=token_hash(state)).first() if state else None
    if asked is None or asked.attempt is None:
        raise NotAccepted("state")
    attempt: dict[str, str] = asked.attempt
    if not constant_time_compare(attempt["browser"], token_hash(browser)):
        # Somebody was sent here with another's answer: it stays good for the browser that set out.
        raise NotAccepted("browser")
    Identification.objects.filter(pk=asked.pk).update(attempt=None, state_hash="")
    return asked, attempt


def _conclude(asked: Identification, claims: dict[str, Any]) -> None:
    provider = asked.provider
    assert provider is not None
    acr, level = _level(provider, claims)
    subject = _subject(provider, claims)
    with changing(asked.conversation) as current:
        still = Identification.objects.select_for_update().filter(pk=asked.pk, state=State.ASKED).first()
        if still is None:
            raise NotAccepted("used")
        contact, now = still.contact, clock.now()
        done: dict[str, Any] = {"finished_at": now, "acr": acr, "level": level, "subject_hash": subject}
        if _is_somebody_else(contact, provider, subject):
            Identification.objects.filter(pk=still.pk).update(state=State.OTHER_PERSON, **done)
            activities.add(current, "identified_as_other", event=Event.Kind.IDENTIFIED, by=provider.name)
            return
        first = codes.verify(contact, Identity.Kind.STRONG, subject, how=_how(provider), by=still.asked_by)
        Identification.objects.filter(pk=still.pk).update(state=State.DONE, is_elsewhere=not first, **done)
        facts.keep(contact, _kept(provider, claims), identification=still)
        line = "identified" if first else "identified_elsewhere"
        activities.add(
            current, line, by_contact=True, event=Event.Kind.IDENTIFIED, level=level or provider.name, how="strong"
        )


def _level(provider: Provider, claims: dict[str, Any]) -> tuple[str, str]:
    """(acr, what it is called). Raises NotAccepted for a level that isn't among those asked for."""
    acr = str(claims.get("acr") or "")[:200]
    if not provider.levels:
        return acr, ""
    for known, name in provider.levels:
        if hmac.compare_digest(known.encode(), acr.encode()):
            return acr, str(name)[:80]
    raise NotAccepted("level")


def _subject(provider: Provider, claims: dict[str, Any]) -> str:
    subject = claims.get(provider.subject_claim)
    if not isinstance(subject, str) or not subject:
        raise NotAccepted("subject")
    named = f"{provider.issuer}|{subject}".encode()
    return hmac.new(provider.subject_key.encode(), named, hashlib.sha256).hexdigest()


def _how(provider: Provider) -> str:
    return f"oidc:{provider.pk}"


def _is_somebody_else(contact: Contact, provider: Provider, subject: str) -> bool:
    """Whether the contact is known by another person's identification from the same provider."""
    known = Identity.objects.filter(contact=contact, kind=Identity.Kind.STRONG, verified_how=_how(provider))
    return known.exclude(value=subject).exists()


def _kept(provider: Provider, claims: dict[str, Any]) -> dict[str, str]:
    found = {key: claims.get(claim) for key, claim in provider.claims.items()}
    return {key: value for key, value in found.items() if isinstance(value, str) and value}


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")
