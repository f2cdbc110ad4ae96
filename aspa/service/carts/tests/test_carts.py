"""A cart is offered after the matter is solved, once; what becomes of it is noted and counted."""

from __future__ import annotations

import datetime as dt

import pytest

from aspa.core.conversations import lifecycle, replies
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.events import Cursor, Stretch
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.core.inboxes.channel import Claim, Sender
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent, Contact
from aspa.kit import clock
from aspa.kit.ids import token_hash
from aspa.kit.tasks import run_pending
from aspa.service.carts import buying, counting, landing, offering, policies, report, resuming, telling
from aspa.service.carts.models import CartOffer, WaitingCart
from aspa.service.carts.told import ToldCart
from aspa.service.commerce import ingest
from aspa.service.commerce.models import Cart, Source
from aspa.service.commerce.records import Line, OrderRecord, Who
from aspa.service.visits.consenting import Browser
from tests import journal
from tests.cast import says

SOCKS = Line(name="Villasukat", quantity=2, unit_price=1990, product_external_id="7", sku="VS-42")
HAT = Line(name="Pipo", unit_price=2490, product_external_id="8")
ADDRESS = "https://shop.example/kori"


def told(*items: Line, cart: str = "") -> ToldCart:
    return ToldCart(id=cart, items=items, value=sum(item.amount for item in items), resume_url=ADDRESS)


@pytest.fixture
def browser(dee: Contact) -> Browser:
    return Browser(dee.brand_id, token_hash("dee"), dee)


def has_cart(browser: Browser, *items: Line, cart: str = "", minutes: int = 90) -> Cart:
    """As the shop's page told it so long ago."""
    at = clock.now() - dt.timedelta(minutes=minutes)
    telling.tell(browser, told(*items or (SOCKS,), cart=cart), signed_in=None, at=at)
    found = Cart.known().filter(contact=browser.contact).exclude(state="ordered").get()
    assert isinstance(found, Cart)
    return found


def solved(conversation: Conversation) -> Conversation:
    """The customer ends it, and what that wrote into the journal is read."""
    last = Event.objects.order_by("tx", "pk").last()
    assert last is not None
    ended = lifecycle.customer_ends(conversation)
    offering.follow(Stretch(Cursor(last.tx, last.pk), journal.END, frozenset(Event.Kind)))
    return ended


def order(brand_id: int, contact: Contact, *lines: Line, cart: str = "", number: str = "1001") -> None:
    source, _new = Source.objects.get_or_create(brand_id=brand_id, kind="api", name="shop")
    bought = OrderRecord(
        external_id=number, number=number, updated_at=clock.now(), who=Who(contact_id=contact.pk), lines=lines,
        total=sum(line.amount for line in lines), currency="EUR", cart_external_id=cart,
    )  # fmt: skip
    (result,) = ingest.take(source, [bought])
    assert result.outcome == "taken", result


def lines(conversation: Conversation) -> list[str]:
    activities = Message.objects.filter(conversation=conversation, code__startswith="cart_")
    return list(activities.order_by("pk").values_list("code", flat=True))


def test_offered_when_solved_gone_on_with_and_bought(
    browser: Browser, conversation: Conversation, dee: Contact, ben: Agent
) -> None:
    cart = has_cart(browser, SOCKS, HAT, cart="basket-5")
    offering.follow(journal.whole())
    assert not CartOffer.objects.exists(), "in the middle of the matter"
    replies.reply(conversation, by=ben, body="It left today.")
    solved(conversation)
    solved(conversation)
    made = CartOffer.objects.get()
    assert (made.cart_id, made.contact, made.value, made.agent) == (cart.pk, dee, 6470, None)
    shown = Message.objects.for_contact().get(code="cart_offered")
    assert shown.data["items"] == "2 × Villasukat\n1 × Pipo"
    assert "64" in shown.data["total"]

    offer = resuming.opened(shown.data["link"].rstrip("/").rpartition("/")[2])
    assert offer is not None
    resuming.resume(offer)
    resuming.resume(offer)
    buying.sweep()
    assert lines(conversation) == ["cart_offered", "cart_resumed"]

    # The order itself has it looked at, without waiting for the sweep.
    order(dee.brand_id, dee, SOCKS, HAT, Line(name="Toimitus", unit_price=490), cart="basket-5")
    run_pending()
    buying.sweep()
    assert lines(conversation) == ["cart_offered", "cart_resumed", "cart_bought"]
    made.refresh_from_db()
    assert made.bought_at is not None
    assert made.order is not None
    assert made.order.total == 6960
    cart.refresh_from_db()
    assert cart.state == "ordered"

    counting.count(journal.whole())
    (month,) = report.months()
    (line,) = month.lines
    assert (line.offered, line.resumed, line.bought, line.value, line.share) == (1, 1, 1, 6960, 1.0)


def test_no_cart_is_offered_twice_and_another_one_is(browser: Browser, conversation: Conversation) -> None:
    has_cart(browser, cart="a")
    solved(conversation)
    lifecycle.reopen(conversation)
    solved(conversation)
    assert lines(conversation) == ["cart_offered"]
    has_cart(browser, HAT, cart="b")
    lifecycle.reopen(conversation)
    solved(conversation)
    assert lines(conversation) == ["cart_offered", "cart_offered"]


def test_a_cart_that_has_been_bought_is_not_offered(browser: Browser, conversation: Conversation, dee: Contact) -> None:
    cart = has_cart(browser, SOCKS)
    order(dee.brand_id, dee, SOCKS, HAT)
    solved(conversation)
    assert not CartOffer.objects.exists()
    buying.sweep()
    cart.refresh_from_db()
    assert cart.state == "ordered"


def test_another_order_has_not_bought_it(browser: Browser, conversation: Conversation, dee: Contact) -> None:
    cart = has_cart(browser, SOCKS, HAT)
    order(dee.brand_id, dee, HAT)
    solved(conversation)
    assert CartOffer.objects.filter(bought_at=None).count() == 1
    buying.sweep()
    cart.refresh_from_db()
    assert cart.state == "abandoned"
    assert CartOffer.objects.filter(bought_at=None).count() == 1


def test_somebody_elses_order_has_not_bought_it(
    browser: Browser, conversation: Conversation, inbox: Inbox, dee: Contact
) -> None:
    has_cart(browser, SOCKS, cart="basket-5")
    solved(conversation)
    other = says(inbox, "Hei", who="eve").conversation.contact
    order(dee.brand_id, other, SOCKS, cart="basket-5")
    buying.sweep()
    assert CartOffer.objects.get().bought_at is None


def test_not_while_another_matter_is_open(browser: Browser, conversation: Conversation, inbox: Inbox) -> None:
    has_cart(browser)
    other = Conversation.objects.create(
        brand=conversation.brand, inbox=inbox, contact=conversation.contact, created_at=clock.now(),
        last_activity_at=clock.now(),
    )  # fmt: skip
    solved(conversation)
    assert not CartOffer.objects.exists()
    solved(other)
    assert lines(other) == ["cart_offered"]


def test_silence_and_setting_aside_solve_nothing(browser: Browser, conversation: Conversation, ben: Agent) -> None:
    has_cart(browser)
    lifecycle.set_aside(conversation, by=ben, how="spam", reason="x")
    offering.follow(journal.whole())
    with pytest.raises(Refused):
        offering.offer(conversation, by=ben)
    assert not CartOffer.objects.exists()


def test_a_cart_is_left_for_the_conversation_or_after_the_brands_time(
    browser: Browser, conversation: Conversation
) -> None:
    """One that the customer went on filling while they talked isn't left behind yet."""
    cart = has_cart(browser, minutes=0)
    assert offering.cart_of(conversation) is None
    Cart.objects.filter(pk=cart.pk).update(updated_at=clock.now() - dt.timedelta(minutes=59))
    buying.sweep()
    assert Cart.objects.get().state == "open"
    assert offering.cart_of(conversation) is not None, "it began after the last change"
    Cart.objects.filter(pk=cart.pk).update(updated_at=clock.now() - dt.timedelta(minutes=61))
    buying.sweep()
    assert Cart.objects.get().state == "abandoned"


def test_by_hand_where_the_brand_wants_it_so(browser: Browser, conversation: Conversation, ben: Agent) -> None:
    policy = policies.policy_of(conversation.brand)
    policy.is_on = False
    policies.set_policy(policy)
    has_cart(browser)
    with pytest.raises(Refused):
        offering.offer(conversation, by=ben)
    solved(conversation)
    assert not CartOffer.objects.exists()
    offering.offer(conversation, by=ben)
    with pytest.raises(Refused):
        offering.offer(conversation, by=ben)
    assert CartOffer.objects.get().agent == ben
    assert Event.objects.get(kind=Event.Kind.CART_OFFERED).agent == ben


def test_a_result_after_the_brands_time_is_none(browser: Browser, conversation: Conversation, dee: Contact) -> None:
    has_cart(browser)
    solved(conversation)
    CartOffer.objects.update(open_until=clock.now() - dt.timedelta(minutes=1))
    buying.sweep()
    order(dee.brand_id, dee, SOCKS)
    buying.sweep()
    assert CartOffer.objects.get().bought_at is None


def test_a_visitors_cart_waits_for_their_first_word(cast: object, inbox: Inbox) -> None:
    browser = Browser(inbox.brand_id, token_hash("newcomer"))
    telling.tell(browser, told(SOCKS), signed_in=None)
    telling.tell(browser, told(SOCKS, HAT), signed_in=None)
    assert WaitingCart.objects.count() == 1
    assert not Cart.objects.exists()
    stranger = says(inbox, "Hei", who="stranger").conversation
    landing.follow(journal.whole())
    assert not Cart.objects.filter(contact=stranger.contact).exists()
    conversation = says(inbox, "Hei", who="newcomer").conversation
    landing.follow(journal.whole())
    landing.follow(journal.whole())
    assert [item["name"] for item in Cart.objects.get(contact=conversation.contact).items] == ["Villasukat", "Pipo"]
    assert not WaitingCart.objects.exists()


def test_what_nobody_comes_back_to_is_forgotten(cast: object, inbox: Inbox) -> None:
    telling.tell(Browser(inbox.brand_id, token_hash("newcomer")), told(SOCKS), signed_in=None)
    assert landing.sweep() == 0
    WaitingCart.objects.update(at=clock.now() - dt.timedelta(days=8))
    assert landing.sweep() == 1


def test_the_same_cart_again_is_no_change_and_an_emptied_one_is_gone(browser: Browser) -> None:
    cart = has_cart(browser)
    telling.tell(browser, told(SOCKS), signed_in=None)
    assert Cart.known().get().updated_at == cart.updated_at
    telling.tell(browser, told(HAT), signed_in=None)
    assert Cart.known().get().items[0]["name"] == "Pipo"
    telling.tell(browser, ToldCart(), signed_in=None)
    assert not Cart.known().exists()


def test_nobody_names_anothers_cart(browser: Browser, conversation: Conversation, inbox: Inbox) -> None:
    mine = has_cart(browser, cart="basket-5")
    eve = says(inbox, "Hei", who="eve").conversation.contact
    telling.tell(Browser(inbox.brand_id, token_hash("eve"), eve), told(HAT, cart="basket-5"), signed_in=None)
    telling.tell(Browser(inbox.brand_id, token_hash("eve"), eve), ToldCart(), signed_in=None)
    mine.refresh_from_db()
    assert (mine.contact, [item["name"] for item in mine.items]) == (browser.contact, ["Villasukat"])


def test_who_is_signed_in_in_the_shop_has_one_cart_everywhere(cast: object, inbox: Inbox) -> None:
    maija = Sender(Claim("shop", "maija-1", verified_how="signed"), name="Maija")
    telling.tell(Browser(inbox.brand_id, token_hash("phone")), told(SOCKS), signed_in=maija)
    contact = Cart.known().get().contact
    assert contact is not None
    assert contact.identities.filter(kind="shop", value="maija-1", verified_at__isnull=False).exists()
    telling.tell(Browser(inbox.brand_id, token_hash("laptop"), contact), told(HAT), signed_in=maija)
    assert [item["name"] for item in Cart.known().get().items] == ["Pipo"]


def test_a_link_that_is_not_ours(browser: Browser, conversation: Conversation) -> None:
    has_cart(browser)
    solved(conversation)
    made = CartOffer.objects.get()
    for token in ("", "1", "x-y", f"{made.pk}-", f"{made.pk}-AAAA", f"{made.pk + 1}-{resuming.address(made)[-44:-1]}"):
        assert resuming.opened(token) is None
