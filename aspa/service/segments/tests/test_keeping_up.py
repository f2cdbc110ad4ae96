"""Whatever happens in whatever order: who belongs, as it was kept, is who would be found by looking at everybody."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from aspa.core.conversations import lifecycle, replies, subscriptions, triage
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Conversation, Reason
from aspa.core.people import changes
from aspa.core.people.models import Contact, Identity
from aspa.kit import clock
from aspa.service.carts import buying
from aspa.service.commerce import ingest
from aspa.service.commerce.models import Source
from aspa.service.commerce.records import CartRecord, Deleted, Line, OrderRecord, Who
from aspa.service.privacy import consents
from aspa.service.segments import building, conditions, editing, following, renewing, segments, sweeping
from aspa.service.segments.conditions import Condition, Group
from aspa.service.segments.fields import fields
from aspa.service.segments.matching import matching
from aspa.service.segments.models import Edition, Membership, Segment
from tests.cast import Cast, says

pytestmark = pytest.mark.django_db

MORNING = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
PEOPLE = ("dee", "eve", "fay", "gus", "hal")


def catch_up() -> None:
    """Everything that is done by itself, until there is nothing left to do."""
    while subscriptions.run_once("segments", following.follow):
        pass
    sweeping.sweep()
    while renewing.drain() or building.build_some():
        pass


def made(cast: Cast, name: str, *parts: Condition | Group, every: bool = True) -> Segment:
    return editing.save(Segment(brand=cast.brand, name=name), Group(every, parts))


def names(segment: Segment) -> set[str]:
    return set(segments.members(Segment.objects.get(pk=segment.pk)).values_list("name", flat=True))


def all_found(segment: Segment) -> set[int]:
    """By looking at everybody."""
    rule = conditions.read(Edition.objects.get(segment=segment, is_over=False).rule)
    found = matching(segment.brand_id, rule, fields.of(segment.brand_id), clock.now())
    return set(found.values_list("pk", flat=True))


def kept(segment: Segment) -> set[int]:
    return set(Membership.objects.filter(edition__current_of=segment).values_list("contact", flat=True))


def every_kind_of_segment(cast: Cast, reason: Reason, label: str) -> list[Segment]:
    Source.objects.create(brand=cast.brand, kind="api", name="Kauppa")
    delivery = triage.label(says(cast.inbox, "Hello", who="eve").conversation, by=cast.ben, name=label)
    gold = Condition("tier", "is", "Gold")
    return [
        made(cast, "Gold", gold),
        made(cast, "Not gold and known", Condition("tier", "is_not", "gold"), Condition("tier", "known")),
        made(cast, "Regulars", Condition("conversations", "at_least", "2")),
        made(cast, "Quiet", Condition("last_conversation", "over", "5")),
        made(cast, "Lively", Condition("last_conversation", "within", "2"), Condition("open", "yes")),
        made(cast, "Waiting", Condition("waiting", "yes")),
        made(cast, "New", Condition("last_conversation", "never")),
        made(cast, "Delivery", Condition("reason", "any", str(reason.pk))),
        made(cast, "Labelled or gold", Condition("label", "any", str(delivery.pk)), gold, every=False),
        made(
            cast,
            "Swedish or Finnish by chat",
            Group(False, (Condition("language", "is", "sv"), Condition("language", "is", "fi"))),
            Condition("channel", "any", "webchat"),
        ),
        made(cast, "Verified by e-mail", Condition("verified", "any", "email")),
        made(cast, "Never verified by e-mail", Condition("verified", "none", "email")),
        made(cast, "Promised", Condition("broken_promises", "at_least", "1")),
        made(cast, "Buyers", Condition("orders", "at_least", "1"), Condition("orders_total", "at_least", "40")),
        made(cast, "Lately", Condition("last_order", "within", "3")),
        made(cast, "Long ago", Condition("last_order", "over", "3")),
        made(cast, "Left a cart", Condition("abandoned_cart", "yes"), Condition("bought", "any", "sukat"), every=False),
        made(cast, "Agreed", Condition("consent", "any", "marketing")),
    ]


def anything(cast: Cast, dice: random.Random, reason: Reason, travel: Callable[[dt.timedelta], None]) -> None:
    """One of the many things that can happen."""
    contact = dice.choice(list(Contact.objects.filter(brand=cast.brand)))
    conversation = dice.choice(list(Conversation.objects.filter(brand=cast.brand)) or [None])
    happenings: list[Callable[[], Any]] = [
        lambda: says(cast.inbox, "And then?", who=dice.choice(PEOPLE)),
        lambda: replies.reply(conversation, by=cast.ben, body="So"),
        lambda: lifecycle.customer_ends(conversation),
        lambda: lifecycle.reopen(conversation, by=cast.ben),
        lambda: lifecycle.set_aside(conversation, by=cast.ben, how="spam", reason="Advertising"),
        lambda: triage.set_reason(conversation, by=cast.ben, reason=dice.choice([reason, None])),
        lambda: triage.label(conversation, by=cast.ben, name="Lisa"),
        lambda: triage.set_tier(conversation, by=cast.ben, tier=dice.choice(["gold", "silver", ""])),
        lambda: lifecycle.snooze(conversation, by=cast.ben, until=clock.now() + dt.timedelta(days=1)),
        lambda: lifecycle.wait_for_customer(conversation, by=cast.ben),
        lambda: _verify(contact),
        lambda: _speaks(contact, dice.choice(["fi", "sv", ""])),
        lambda: _orders(contact, dice),
        lambda: _orders(contact, dice),
        lambda: _has_cart(contact, dice),
        lambda: consents.give(contact, consents.MARKETING, "email", how="agent", by=cast.ben, reason="Said so"),
        lambda: consents.withdraw(contact, consents.MARKETING, "email", how="agent", by=cast.ben, reason="Said so"),
        lambda: travel(dt.timedelta(hours=dice.randrange(1, 60))),
    ]
    with contextlib.suppress(Refused):
        dice.choice(happenings if conversation else happenings[:1])()


def _verify(contact: Contact) -> None:
    Identity.objects.get_or_create(
        brand=contact.brand,
        contact=contact,
        kind="email",
        value=f"{contact.pk}@example.com",
        defaults={"verified_at": clock.now(), "verified_how": "code", "created_at": clock.now()},
    )
    changes.touch([contact.pk])


def _speaks(contact: Contact, language: str) -> None:
    Contact.objects.filter(pk=contact.pk).update(language=language)
    changes.touch([contact.pk])


def _orders(contact: Contact, dice: random.Random) -> None:
    """A new order, another version of one, or one that is gone."""
    external_id, now = str(dice.randrange(6)), clock.now()
    gone = Deleted(kind="order", external_id=external_id, updated_at=now)
    order = OrderRecord(
        external_id=external_id, updated_at=now, who=Who(contact_id=contact.pk), status=dice.choice(["paid", "cancelled"]),
        total=dice.randrange(2000, 8000), currency="EUR", placed_at=now - dt.timedelta(days=dice.randrange(5)),
        lines=(Line(name=dice.choice(["Villasukat", "Pipo"])),),
    )  # fmt: skip
    ingest.take(_shop(contact), [dice.choice([order, order, gone])])


def _has_cart(contact: Contact, dice: random.Random) -> None:
    """Told as it is, or left behind by itself."""
    told = CartRecord(
        external_id=str(dice.randrange(3)), updated_at=clock.now(), who=Who(contact_id=contact.pk),
        items=(Line(name="Pipo"),), state=dice.choice(["open", "abandoned", "ordered"]),
    )  # fmt: skip
    ingest.take(_shop(contact), [told])
    buying.sweep()


def _shop(contact: Contact) -> Source:
    return Source.objects.get_or_create(brand_id=contact.brand_id, kind="api", name="Kauppa")[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("alone_on_the_server")
@pytest.mark.parametrize("seed", [1, 4])
def test_what_was_kept_is_what_would_be_found(cast: Cast, seed: int) -> None:
    dice = random.Random(seed)
    reason = Reason.objects.create(brand=cast.brand, name="Delivery")
    with time_machine.travel(MORNING, tick=False) as now:
        made_ones, shown = every_kind_of_segment(cast, reason, "Lisa"), set[str]()
        for _round in range(6):
            for _time in range(dice.randrange(1, 12)):
                anything(cast, dice, reason, now.shift)
            catch_up()
            for segment in made_ones:
                segment.refresh_from_db()
                assert kept(segment) == all_found(segment), segment.name
                assert segment.size == len(kept(segment))
                if kept(segment):
                    shown.add(segment.name)
        # Otherwise nothing was shown.
        assert len(shown) >= 8, shown


def test_a_changed_rule_counts_when_all_its_members_are_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "AT_ONCE", 2)
    for name, tier in (("Eve", "gold"), ("Fay", "silver"), ("Gus", "gold"), ("Hal", "silver")):
        Contact.objects.create(brand=cast.brand, name=name, tier=tier, created_at=clock.now())
    best = made(cast, "Best", Condition("tier", "is", "gold"))
    catch_up()
    assert names(best) == {"Eve", "Gus"}
    since = Membership.objects.get(contact__name="Gus").since

    editing.save(best, Group(False, (Condition("tier", "is", "silver"), Condition("tier", "is", "gold"))))
    assert building.build_some()
    assert names(best) == {"Eve", "Gus"}
    # What changes meanwhile is seen by both, on either side of where the building has come to.
    Contact.objects.filter(name__in=["Eve", "Hal"]).update(tier="")
    changes.touch(Contact.objects.filter(name__in=["Eve", "Hal"]).values_list("pk", flat=True))
    renewing.drain()
    assert names(best) == {"Gus"}
    catch_up()

    assert names(best) == {"Fay", "Gus"}
    assert Membership.objects.get(contact__name="Gus").since == since
    assert Edition.objects.count() == 1
    assert Segment.objects.get().size == 2


def test_another_brands_customers_never_belong(cast: Cast) -> None:
    cast.dee.tier = "gold"
    cast.dee.save()
    Contact.objects.create(brand=cast.other_brand, name="Olga", tier="gold", created_at=clock.now())
    best = made(cast, "Best", Condition("tier", "is", "gold"))
    catch_up()
    changes.touch(Contact.objects.values_list("pk", flat=True))
    catch_up()
    assert names(best) == {"Dee Dahl"}
    assert [one.name for one in segments.of(cast.dee)] == ["Best"]


def test_nobody_belongs_by_what_no_longer_exists(cast: Cast) -> None:
    gone = made(cast, "Gone", Condition("reason", "any", "77"), Condition("no_such", "is", "x"), every=False)
    empty = made(cast, "Empty")
    catch_up()
    assert (names(gone), names(empty)) == (set(), set())
