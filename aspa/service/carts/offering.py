"""Offering a cart that was left behind: after the matter is solved, once for each cart, and never before."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from aspa.core.conversations import activities, ways
from aspa.core.conversations.changing import Refused, changing
from aspa.core.conversations.models import Conversation, Event
from aspa.core.inboxes.channel import channel_for
from aspa.kit import clock
from aspa.service.carts import buying, policies, resuming
from aspa.service.carts.models import CartOffer
from aspa.service.commerce import money
from aspa.service.commerce.models import Cart

if TYPE_CHECKING:
    from aspa.core.conversations.events import Stretch
    from aspa.core.people.models import Agent

Status, ClosedHow = Conversation.Status, Conversation.ClosedHow

# A journal that is read late, or again from the beginning, offers nothing: nobody looks at that chat any more.
AT_ONCE = dt.timedelta(minutes=10)
# So many items of a cart are named.
NAMED = 5


def follow(stretch: Stretch) -> None:
    """Subscriber: the customer has ended something."""
    ended = {
        event.conversation_id
        for event in stretch.of(Event.Kind.ENDED)
        if event.data.get("how") == ClosedHow.CUSTOMER and event.by_contact
    }
    since = clock.now() - AT_ONCE
    for conversation in Conversation.objects.filter(pk__in=ended, closed_at__gte=since).select_related("brand"):
        offer_if_fitting(conversation)


def offer_if_fitting(conversation: Conversation) -> None:
    """As the brand's policy has it; safe to call any number of times."""
    if cart_of(conversation) is None or not policies.policy_of(conversation.brand).is_on:
        return
    try:
        offer(conversation)
    except Refused:
        # It goes on after all, or another matter does.
        return


def cart_of(conversation: Conversation) -> Cart | None:
    """The customer's cart that could be offered here once the matter is solved.

    It is still open, can be gone on with and was never offered; and it has been left behind: for as long as the brand
    says, or for this conversation, which began after its last change.
    """
    carts = Cart.known().filter(contact=conversation.contact_id).exclude(state=Cart.State.ORDERED)
    cart = carts.select_related("source").order_by("-updated_at", "-pk").first()
    if cart is None or not cart.items or not cart.resume_url or CartOffer.objects.filter(cart=cart).exists():
        return None
    is_left = cart.state == Cart.State.ABANDONED or cart.updated_at <= conversation.created_at
    return cart if is_left and buying.order_with(cart) is None else None


def refusal(conversation: Conversation) -> str:
    """Why its cart can't be offered just now, in the active language; empty when it can."""
    if conversation.status != Status.CLOSED or conversation.closed_how != ClosedHow.CUSTOMER:
        return _("The cart can be offered when the customer has said that this is solved.")
    others = Conversation.objects.filter(contact=conversation.contact_id).exclude(status=Status.CLOSED)
    if others.exists():
        return _("Another matter of this customer is still open. The cart can be offered when that is solved too.")
    if channel_for(ways.latest(conversation)).capabilities.public:
        return _("A cart isn't offered where others can read it.")
    return ""


def offer(conversation: Conversation, *, by: Agent | None = None) -> CartOffer:
    """Show the customer their cart with the way to go on with it. Raises Refused with the reason.

    By an agent it goes out as a letter too, where the customer writes letters; by itself Aspa only shows it where the
    customer is.
    """
    with changing(conversation) as current:
        why_not = refusal(current)
        if why_not:
            raise Refused(why_not, code="unsolved")
        cart = cart_of(current)
        if cart is None:
            raise Refused(_("There is no cart that could be offered, or it has been offered already."), code="no_cart")
        return _offer(current, cart, by)


@transaction.atomic
def _offer(current: Conversation, cart: Cart, by: Agent | None) -> CartOffer:
    # Whoever offers the same cart from another conversation waits here, and finds it offered.
    Cart.objects.select_for_update().get(pk=cart.pk)
    now = clock.now()
    made, is_new = CartOffer.objects.get_or_create(
        cart=cart,
        defaults={
            "contact_id": current.contact_id,
            "conversation": current,
            "agent": by,
            "items": cart.items,
            "value": cart.value,
            "currency": cart.currency,
            "offered_at": now,
            "open_until": now + dt.timedelta(days=policies.policy_of(current.brand).bought_days),
        },
    )
    if not is_new:
        raise Refused(_("There is no cart that could be offered, or it has been offered already."), code="no_cart")
    with override(current.brand.spoken(current.language or current.contact.language)):
        words: dict[str, Any] = {"items": listed(cart.items), "total": money.shown(cart.value, cart.currency)}
    activities.add(
        current,
        "cart_offered_by" if by else "cart_offered",
        agent=by,
        event=Event.Kind.CART_OFFERED,
        link=resuming.address(made),
        **words,
        **figures(made),
    )
    return made


def figures(made: CartOffer) -> dict[str, Any]:
    """What its events tell: the value in minor units."""
    return {"offer": made.pk, "value": made.value, "currency": made.currency}


def listed(items: list[dict[str, Any]]) -> str:
    """A line for each of the first items."""
    lines = [f"{_quantity(item['quantity'])} × {item['name']}" for item in items[:NAMED]]
    return "\n".join([*lines, "…"] if len(items) > NAMED else lines)


def _quantity(quantity: Any) -> str:
    return f"{float(quantity):g}"
