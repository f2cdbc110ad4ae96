"""The shop's signed word: for one person, one brand and a short while; anything else about it is refused."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import pytest

from aspa.channels.webchat import visitors
from aspa.channels.webchat.channel import inbound
from aspa.channels.webchat.visitors import IdentityRefused, signed_identity
from aspa.core.conversations import intake
from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Identity
from aspa.kit import clock
from aspa.kit.ids import new_token
from tests.cast import Cast, says

pytestmark = pytest.mark.django_db


def signed(inbox: Inbox, *, secret: str = "", algorithm: str = "HS256", without: str = "", **change: Any) -> str:
    soon = int(clock.now().timestamp()) + 600
    claims = {"sub": "c-1", "name": "Dee", "aud": inbox.brand.slug, "exp": soon, **change}
    claims.pop(without, None)
    return jwt.encode(claims, secret or inbox.brand.identity_secret, algorithm=algorithm)


def is_believed(inbox: Inbox, token: str) -> bool:
    try:
        signed_identity(inbox, token)
    except IdentityRefused:
        return False
    return True


def test_it_is_good_for_its_person_and_brand(inbox: Inbox) -> None:
    sender = signed_identity(inbox, signed(inbox, email="dee@post.example"))
    assert (sender.identity.kind, sender.identity.value, sender.identity.verified_how) == ("shop", "c-1", "signed")
    assert [claim.verified_how for claim in sender.claims] == [""], "that the address is theirs is only the shop's word"


def test_for_another_person_brand_or_time_it_is_worth_nothing(cast: Cast, inbox: Inbox) -> None:
    good, now = signed(inbox), int(clock.now().timestamp())
    head, body, signature = good.split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    other_person = base64.urlsafe_b64encode(json.dumps({**said, "sub": "c-2"}).encode()).decode().rstrip("=")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    refused = {
        "another person's words under the signature": f"{head}.{other_person}.{signature}",
        "no signature": f"{unsigned}.{body}.",
        "another algorithm": signed(inbox, algorithm="HS512"),
        "another brand's secret": signed(inbox, secret=cast.other_brand.identity_secret),
        "made for another brand": signed(inbox, aud=cast.other_brand.slug),
        "for anybody": signed(inbox, without="aud"),
        "expired": signed(inbox, exp=now - 60),
        "without an end": signed(inbox, without="exp"),
        "longer than a day": signed(inbox, exp=now + 3 * 24 * 3600),
        "nobody": signed(inbox, sub=""),
        "without a person": signed(inbox, without="sub"),
        "a name with odd signs": signed(inbox, sub="c-1\x00"),
        "rubbish": "a.b.c",
    }
    assert [why for why, token in refused.items() if is_believed(inbox, token)] == []
    with pytest.raises(IdentityRefused):
        signed_identity(cast.other_inbox, good)
    inbox.brand.identity_secret = new_token()
    with pytest.raises(IdentityRefused):
        signed_identity(inbox, good)


def test_nobody_reads_a_history_by_naming_an_address(cast: Cast, conversation: Conversation) -> None:
    """Whether told in the chat or vouched for by a shop's customer's own field: it finds nobody, proved or not."""
    for value, verified in (("dee@post.example", True), ("dee@claimed.example", False)):
        Identity.objects.create(
            brand=cast.brand, contact=cast.dee, kind="email", value=value, created_at=clock.now(),
            verified_at=clock.now() if verified else None, verified_how="code" if verified else "",
        )  # fmt: skip
    theirs = []
    for number, value in enumerate(["dee@post.example", "dee@claimed.example", "nobody@post.example"]):
        visitor = visitors.visitor_of(f"a-strangers-browser-{number}")
        told = {"client_id": f"told-{number}", "text": "Hei", "contact": {"name": "Dee Dahl", "email": value}}
        (answer,) = intake.receive([inbound(cast.inbox.pk, visitor, told)])
        assert isinstance(answer, intake.Received)
        theirs.append(answer.written.contact_id)
        assert visitors.contact_id_of(cast.inbox, visitor, None) == answer.written.contact_id
        signed_in = signed_identity(cast.inbox, signed(cast.inbox, sub=f"c-{number}", email=value))
        said = {"client_id": f"shop-{number}", "text": "Hei"}
        (answer,) = intake.receive([inbound(cast.inbox.pk, f"{number}" * 64, said, signed_in=signed_in)])
        assert isinstance(answer, intake.Received)
        theirs.append(answer.written.contact_id)
    assert cast.dee.pk not in theirs
    assert len(set(theirs)) == len(theirs)
    assert says(cast.inbox, "Vieläkin minä").written.contact_id == cast.dee.pk
