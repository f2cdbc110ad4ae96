"""The rights of the person, as agents see to them; and what brands set for them."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import pytest
import time_machine
from auditlog.models import LogEntry
from django.core.files.base import ContentFile
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from aspa.channels.email.models import Arrival, Letter
from aspa.config.subscribers import SUBSCRIBERS
from aspa.core.conversations import lifecycle, own_page
from aspa.core.conversations.models import Attachment, Conversation, Event, Message
from aspa.core.conversations.subscriptions import run_all
from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Agent, Contact, ContactChange, Identity, Role
from aspa.kit import clock
from aspa.kit.tasks import run_pending
from aspa.service.commerce import sources
from aspa.service.commerce.models import Customer
from aspa.service.privacy import asking, consents, keeping
from aspa.service.privacy.models import Consent, Copy, CopyTaken, Erasure, RedactionPolicy, Removal, RetentionRule
from aspa.service.reviews.models import Product, Review
from tests.cast import Cast, says
from tests.journeys.test_desk_pages import signed_in
from tests.letters import DEES, letter, mail_inbox, thread, told_address

pytestmark = pytest.mark.django_db

CARD = "4111 1111 1111 1111"
HETU = "131052-308T"
IBAN = "FI21 1234 5600 0007 85"


@pytest.fixture
def guardian(cast: Cast) -> Agent:
    """Ben sees to the shop's customers' rights."""
    role = Role.objects.create(name="Tietosuoja", permissions=[Role.Permission.PRIVACY])
    Grant.objects.create(agent=cast.ben, role=role, inbox=cast.inbox)
    return Agent.objects.get(pk=cast.ben.pk)


def of(name: str, contact: Contact) -> str:
    return reverse(f"customers:{name}", args=[contact.pk])


def test_consent_is_what_was_said_last_in_the_channel_or_in_all(cast: Cast) -> None:
    dee = cast.dee
    assert not consents.has(dee, consents.MARKETING, "email")
    now = clock.now()
    with time_machine.travel(now, tick=False) as time:
        assert consents.give(dee, consents.MARKETING, "email", how="widget")
        assert consents.give(dee, consents.MARKETING, "email", how="widget") is None
        assert consents.has(dee, consents.MARKETING, "email")
        assert not consents.has(dee, consents.MARKETING, "sms")
        time.shift(60)
        consents.withdraw(dee, consents.MARKETING, how="customer page")
        assert not consents.has(dee, consents.MARKETING, "email")
        time.shift(60)
        # What the last word on that channel was is not what holds.
        assert consents.give(dee, consents.MARKETING, "email", how="widget")
        assert consents.has(dee, consents.MARKETING, "email")
        # An old word that an import brings late changes nothing.
        consents.withdraw(dee, consents.MARKETING, "email", how="import", at=now - dt.timedelta(days=9))
        assert consents.has(dee, consents.MARKETING, "email")
    assert len(consents.history(dee)) == 4
    assert ContactChange.objects.filter(contact=dee).exists()


def test_an_agent_writes_down_a_consent_with_a_reason(cast: Cast, guardian: Agent) -> None:
    says(cast.inbox, "Hello")
    ben, path = signed_in(guardian), of("consent", cast.dee)
    assert b"Marketing" in ben.get(path).content
    said = {"purpose": "marketing", "channel": "webchat", "said": "yes"}
    assert ben.post(path, said).status_code == 409
    assert ben.post(path, {**said, "reason": "Said so in the chat"}).status_code == 204
    written = Consent.objects.get()
    assert (written.agent, written.how, written.reason, written.text_version) == (
        guardian,
        "agent",
        "Said so in the chat",
        1,
    )
    shown = ben.get(of("panel", cast.dee)).content.decode()
    assert "agreed" in shown
    assert "The customer’s rights" in shown


def test_who_may_not_see_to_rights_meets_closed_doors(cast: Cast) -> None:
    conversation = says(cast.inbox, f"My card is {CARD}").conversation
    copy = Copy.objects.create(contact=cast.dee, agent=cast.ada, asked_at=clock.now(), made_at=clock.now())
    paths = [of(name, cast.dee) for name in ("consent", "order_copy", "erase")]
    paths += [reverse("customers:copy", args=[cast.dee.pk, copy.public_id])]
    paths += [reverse("customers:redact", args=[conversation.pk])]
    for agent, expected in ((cast.ben, 403), (cast.cy, 404)):
        client = signed_in(agent)
        for path in paths:
            answers = {client.get(path).status_code, client.post(path, {"sure": "yes", "reason": "asked"}).status_code}
            assert answers - {405} == {expected}, (agent, path)
        assert "The customer’s rights" not in client.get(of("panel", cast.dee)).content.decode()
    assert not Erasure.objects.exists()
    assert not CopyTaken.objects.exists()
    assert CARD in Message.objects.get(kind="incoming").text


def test_a_copy_is_ordered_downloaded_and_noted(cast: Cast, guardian: Agent) -> None:
    says(cast.inbox, "Where is my parcel?")
    ben = signed_in(guardian)
    assert ben.post(of("order_copy", cast.dee)).status_code == 204
    run_pending()
    copy = Copy.objects.get()
    path = reverse("customers:copy", args=[cast.dee.pk, copy.public_id])
    assert path in ben.get(of("panel", cast.dee)).content.decode()
    answer = ben.get(path)
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "Where is my parcel?" in archive.read("data.json").decode()
    assert CopyTaken.objects.get().agent == guardian
    with time_machine.travel(clock.now() + dt.timedelta(days=8)):
        assert signed_in(guardian).get(path).status_code == 404


def test_erasing_takes_a_reason_and_a_tick(cast: Cast, guardian: Agent) -> None:
    says(cast.inbox, "Where is my parcel?")
    ben, path = signed_in(guardian), of("erase", cast.dee)
    assert b"be undone" in ben.get(path).content
    assert ben.post(path, {"reason": "asked"}).status_code == 409
    assert ben.post(path, {"reason": "restored", "sure": "yes"}).status_code == 409
    assert ben.post(path, {"reason": "asked", "sure": "yes"}).status_code == 204
    run_pending()
    cast.dee.refresh_from_db()
    assert cast.dee.erased_at
    erasure = Erasure.objects.get()
    assert (erasure.agent, erasure.reason) == (guardian, "asked")
    assert b"Erased" in ben.get(of("panel", cast.dee)).content
    assert ben.get(path).status_code == 404
    # The next word of the same browser is a new customer's.
    assert says(cast.inbox, "Me again").message.contact_id != cast.dee.pk


def test_numbers_go_out_of_a_conversation_for_good(cast: Cast, guardian: Agent) -> None:
    mail = mail_inbox(cast)
    conversation = thread(cast, mail, subject=f"Card {CARD}")
    message = letter(
        conversation, mail, f"Pay from {IBAN}, card {CARD}, order 1234 5678 9012 3456, I am {HETU}.",
        html=f"<p>card <b>4111 1111</b> 1111 1111 and {HETU}</p>", raw=f"Subject: x\r\n\r\n{CARD}".encode(),
        subject=f"Card {CARD}", rest=f"> {HETU}",
    )  # fmt: skip
    Grant.objects.create(agent=guardian, role=Role.objects.get(name="Tietosuoja"), inbox=mail)
    raw = Arrival.objects.get()
    Arrival.objects.filter(pk=raw.pk).update(message=message)
    ben = signed_in(Agent.objects.get(pk=guardian.pk))
    path = reverse("customers:redact", args=[conversation.pk])
    panel = ben.get(of("panel", cast.dee), {"conversation": conversation.pk}).content.decode()
    assert path in panel
    assert b"for good" in ben.get(path).content
    assert ben.post(path).headers["HX-Refresh"] == "true"
    message.refresh_from_db()
    conversation.refresh_from_db()
    everything = " ".join([
        message.text, message.html, conversation.subject, conversation.preview, *map(str, Letter.objects.values().get().values()),
    ])  # fmt: skip
    assert not any(number in everything for number in (CARD, HETU, IBAN, "1111"))
    # What only looks like a card stays: its check digit is wrong.
    assert "order 1234 5678 9012 3456" in message.text
    assert message.text.count("[") == 3
    raw.refresh_from_db()
    assert not raw.raw
    assert Event.objects.filter(kind=Event.Kind.REDACTED, message=message, agent=guardian).exists()
    assert b"No such numbers" in ben.post(path).headers["HX-Trigger"].encode()


@pytest.mark.django_db(transaction=True)
def test_a_brand_lets_numbers_be_taken_out_by_themselves(cast: Cast, alone_on_the_server: None) -> None:
    RedactionPolicy.objects.create(brand=cast.brand, cards=True)
    mine = says(cast.inbox, f"My card is {CARD} and I am {HETU}").message
    theirs = says(cast.other_inbox, f"My card is {CARD}", who="eve").message
    # One that stands where only a reader of HTML, of files' names or of what was asked before sees it.
    hidden = says(cast.inbox, "See above", who="fay").message
    Message.objects.filter(pk=hidden.pk).update(html=f"<p>Order 12<br>{CARD.replace(' ', '&nbsp;')}</p>")
    Conversation.objects.filter(pk=hidden.conversation_id).update(context={"answers": {"Card": f"<b>{CARD}</b>"}})
    Attachment.objects.create(
        message=hidden, inbox=cast.inbox, name=f"card_{CARD}.pdf", size=1, content_type="application/pdf",
        created_at=clock.now(), file=ContentFile(b"x", name="x.pdf"),
    )  # fmt: skip
    handlers = {"redaction": SUBSCRIBERS["redaction"]}
    while run_all(handlers).more:
        pass
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert CARD not in mine.text
    assert HETU in mine.text
    assert CARD in theirs.text
    assert CARD not in Conversation.objects.get(pk=mine.conversation_id).preview
    hidden.refresh_from_db()
    left = (
        f"{hidden.html} {Attachment.objects.get().name} {Conversation.objects.get(pk=hidden.conversation_id).context}"
    )
    assert "1111" not in left and "card_[" in left
    assert Removal.objects.get().rows == 2


def test_a_rule_shows_what_it_removes_before_it_is_saved_and_removes_it_in_the_night(cast: Cast) -> None:
    keeper = says(cast.inbox, "Still open").conversation
    old = says(cast.inbox, "Long ago", who="eve").conversation
    other = says(cast.other_inbox, "Another brand’s", who="fay").conversation
    for one in (old, other):
        lifecycle.customer_ends(one)
    Conversation.objects.filter(pk__in=[old.pk, other.pk, keeper.pk]).update(
        last_activity_at=clock.now() - dt.timedelta(days=800)
    )
    file = Attachment.objects.create(
        message=Message.objects.filter(conversation=old).earliest("pk"), inbox=cast.inbox, name="a.txt", size=1,
        content_type="text/plain", created_at=clock.now(), file=ContentFile(b"x", name="a.txt"),
    )  # fmt: skip
    ada = signed_in(cast.ada)
    path = reverse("settings:privacy_rule_new", args=[cast.brand.pk])
    rule = {"kind": "conversations", "channel": "", "days": "730"}
    assert ada.post(path, {**rule, "days": "3"}).status_code == 422
    looked = ada.post(path, rule).content.decode()
    assert "Now it would remove 1." in looked
    assert not RetentionRule.objects.exists()
    # Another number than was looked at isn't saved unseen.
    assert ada.post(path, {**rule, "days": "100", "seen": "conversations  730"}).status_code == 200
    assert ada.post(path, {**rule, "seen": "conversations  730"}).status_code == 302
    saved = RetentionRule.objects.get()
    assert LogEntry.objects.filter(content_type__model="retentionrule", actor=cast.ada).exists()
    assert ada.post(path, {**rule, "seen": "conversations  730"}).status_code == 422
    keeping.begin()
    run_pending()
    assert set(Conversation.objects.values_list("pk", flat=True)) == {keeper.pk, other.pk}
    assert not file.file.storage.exists(file.file.name)
    assert Removal.objects.get().rows == 1
    # A rule for one channel stands in place of that for all.
    lifecycle.customer_ends(keeper)
    Conversation.objects.update(last_activity_at=clock.now() - dt.timedelta(days=800))
    RetentionRule.objects.create(brand=cast.brand, kind="conversations", channel="webchat", days=900)
    assert keeping.preview(saved) == 0
    assert b"Villa" in ada.get(reverse("settings:privacy_register")).content
    assert ada.post(reverse("settings:privacy_rule_remove", args=[cast.brand.pk, saved.pk])).status_code == 302


def test_a_brand_sets_its_purposes_and_changed_words_are_a_new_version(cast: Cast) -> None:
    ada = signed_in(cast.ada)
    path = reverse("settings:privacy_purpose", args=[cast.brand.pk, "marketing"])
    ada.post(path, {"name": "", "words_fi": "Haluan tarjouksia.", "is_on": "on"})
    ada.post(path, {"name": "", "words_fi": "Haluan tarjouksia ja uutisia.", "is_on": "on"})
    consents.give(cast.dee, consents.MARKETING, how="widget")
    assert Consent.objects.get().text_version == 2
    new = reverse("settings:privacy_purpose_new", args=[cast.brand.pk])
    assert ada.post(new, {"name": "Surveys"}).status_code == 422
    assert ada.post(new, {"name": "Surveys", "words_en": "You may ask me.", "is_on": "on"}).status_code == 302
    shown = ada.get(reverse("settings:privacy_brand", args=[cast.brand.pk])).content.decode()
    assert "Surveys" in shown
    assert ada.post(reverse("settings:privacy_purpose_remove", args=[cast.brand.pk, "surveys"])).status_code == 302
    assert ada.post(reverse("settings:privacy_purpose_remove", args=[cast.brand.pk, "marketing"])).status_code == 404
    assert Client().get(path).status_code == 302


def test_a_customer_asks_on_their_own_page_and_only_the_proven_address_is_told(
    cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    conversation = says(cast.inbox, "Where is my parcel?").conversation
    page = reverse("own-page", args=[own_page.token(conversation)])
    ask = reverse("own-page-copy", args=[own_page.token(conversation)])
    told_address(cast)
    # Whoever holds the link but has proven nothing gets nothing.
    assert b"Ask for a copy" not in Client().get(page).content
    Client().post(ask)
    assert not Copy.objects.exists()
    Identity.objects.filter(kind="email").update(verified_at=clock.now(), verified_how="code")
    later = {"verified_at": clock.now() + dt.timedelta(hours=1), "verified_how": "code", "created_at": clock.now()}
    Identity.objects.create(brand=cast.brand, contact=cast.dee, kind="email", value="eve@evil.example", **later)
    shown = Client().get(page).content.decode()
    assert "d…@customer.example" in shown
    assert DEES not in shown
    assert Client().post(ask).status_code == Client().post(ask).status_code == 302
    run_pending()
    (mail,) = [one for one in mailoutbox if "/c/copy/" in one.body]
    assert mail.to == [DEES]
    path = re.search(r"/c/copy/\S+", str(mail.body))
    assert path
    # Opening the link downloads nothing yet: programs open links, too.
    opened = Client().get(path[0])
    assert (opened.status_code, opened["Referrer-Policy"]) == (200, "no-referrer")
    assert not CopyTaken.objects.exists()
    fetched = Client().post(path[0])
    assert b"".join(fetched.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert CopyTaken.objects.get().agent is None
    assert Client().get(path[0][:-3] + "xx/").status_code == 404
    other = Copy.objects.create(
        contact=cast.dee, agent=cast.ada, asked_at=clock.now(), expires_at=clock.now() + dt.timedelta(hours=1)
    )
    assert asking.opened(asking.token(other)) is None
    with time_machine.travel(clock.now() + dt.timedelta(days=8)):
        assert Client().get(path[0]).status_code == 404


def test_customers_of_whom_nothing_is_left_go_when_they_are_old(cast: Cast) -> None:
    long_ago, brand = clock.now() - dt.timedelta(days=400), cast.brand
    writer = says(cast.inbox, "Still known").conversation.contact
    names = ("emptied", "reviewer", "account", "guest", "young", "elsewhere")
    people = {name: Contact.objects.create(brand=brand, name=name, created_at=long_ago) for name in names}
    Contact.objects.filter(pk=writer.pk).update(created_at=long_ago)
    Contact.objects.filter(pk=people["young"].pk).update(created_at=clock.now())
    Contact.objects.filter(pk=people["elsewhere"].pk).update(brand=cast.other_brand)
    for contact in people.values():
        address = {"kind": "email", "value": f"{contact.name}@example.fi", "created_at": long_ago}
        Identity.objects.create(brand_id=contact.brand_id, contact=contact, **address)
    shop = sources.create(brand, sources.API, "Shop")
    for name in ("account", "guest"):
        Customer.objects.create(source=shop, external_id=name, contact=people[name], is_guest=name == "guest")
    product = Product.objects.create(brand=brand, sku="NS", changed_at=long_ago)
    Review.objects.create(
        product=product, brand=brand, contact=people["reviewer"], stars=5, name="R", created_at=long_ago
    )
    rule = RetentionRule.objects.create(brand=brand, kind="customers", days=365)
    assert keeping.preview(rule) == 2
    keeping.begin()
    run_pending()
    erased = set(Contact.objects.filter(erased_at__isnull=False).values_list("pk", flat=True))
    assert erased == {people["emptied"].pk, people["guest"].pk}
    assert not Identity.objects.filter(contact__in=erased).exists()
    assert (Removal.objects.get().rows, keeping.preview(rule)) == (2, 0)
