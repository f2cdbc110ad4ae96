"""Mail finds its conversation by our token, by what it answers, by a number; never by the word of a stranger."""

from __future__ import annotations

import pytest

from aspa.channels.email import tokens
from aspa.channels.email.arriving.tests.conftest import Arrive, mail, message_of
from aspa.core.conversations import joining
from aspa.core.conversations.models import Conversation, Message
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Agent, Identity
from aspa.kit import clock
from tests.cast import Cast, says

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(arrive: Arrive) -> Conversation:
    """Dee has written."""
    (arrival,) = arrive(mail(Message_ID="<first@home.example>"))
    return message_of(arrival).conversation


def continues(arrive: Arrive, conversation: Conversation, **headers: str) -> bool:
    (arrival,) = arrive(mail("And?", **headers))
    return message_of(arrival).conversation == conversation


@pytest.mark.parametrize("where", ["To", "Cc", "Delivered_To"])
def test_a_token_in_an_address_leads_home_whoever_writes(arrive: Arrive, first: Conversation, where: str) -> None:
    address = tokens.reply_address("support@shop.example", tokens.make(first.pk)).upper()
    assert continues(arrive, first, **{where: address, "From": "eve@else.example"})


def test_a_token_in_the_envelope_leads_home(arrive: Arrive, first: Conversation) -> None:
    address = tokens.reply_address("support@shop.example", tokens.make(first.pk))
    (arrival,) = arrive(mail(From="eve@else.example"), mail_to=(address,))
    assert message_of(arrival).conversation == first


@pytest.mark.parametrize("header", ["In_Reply_To", "References"])
def test_a_message_id_of_ours_leads_home(arrive: Arrive, first: Conversation, header: str) -> None:
    mail_id = tokens.message_id(first.pk, 99, "shop.example")
    assert continues(arrive, first, **{header: f"<other@x.example> <{mail_id}>"})


def test_a_token_of_another_brands_conversation_leads_nowhere(
    arrive: Arrive, first: Conversation, other_support: Inbox
) -> None:
    address = tokens.reply_address("tuki@metsa.example", tokens.make(first.pk))
    (arrival,) = arrive(mail(To=address, References="<first@home.example>"), inbox=other_support)
    assert message_of(arrival).conversation.brand == other_support.brand


@pytest.mark.parametrize("header", ["In_Reply_To", "References"])
def test_an_answer_to_a_letter_joins_when_its_sender_took_part(
    arrive: Arrive, first: Conversation, header: str
) -> None:
    assert continues(arrive, first, **{header: "<first@home.example>"})


def test_somebody_in_copy_takes_part(arrive: Arrive) -> None:
    (arrival,) = arrive(mail(Cc="Eve <eve@else.example>", Message_ID="<copied@home.example>"))
    conversation = message_of(arrival).conversation
    assert continues(arrive, conversation, From="Eve <EVE@else.example>", References="<copied@home.example>")


def test_a_stranger_who_knows_the_ids_begins_anew(arrive: Arrive, first: Conversation) -> None:
    assert not continues(arrive, first, From="eve@else.example", References="<first@home.example>")


def test_a_forged_sender_begins_anew(arrive: Arrive, first: Conversation) -> None:
    failed = "mx.shop.example; dmarc=fail header.from=home.example"
    assert not continues(arrive, first, References="<first@home.example>", Authentication_Results=failed)


def test_a_number_in_the_subject_joins_only_with_its_sender(arrive: Arrive, first: Conversation) -> None:
    for subject in (f"Re: Parcel [{first.reference}]", f"vs {first.reference.lower()}"):
        assert continues(arrive, first, Subject=subject)
    assert not continues(arrive, first, Subject=f"Re: [{first.reference}]", From="eve@else.example")
    assert not continues(arrive, first, Subject=f"Re: X{first.reference}9")


def test_mails_of_one_batch_that_answer_each_other_thread(arrive: Arrive) -> None:
    arrivals = arrive(
        mail("1", Message_ID="<a@home.example>"),
        mail("2", Message_ID="<b@home.example>", In_Reply_To="<a@home.example>"),
        mail("3", Message_ID="<c@home.example>", References="<a@home.example> <b@home.example>"),
        mail("Another matter"),
    )
    conversations = [message_of(arrival).conversation_id for arrival in arrivals]
    assert len(set(conversations[:3])) == 1
    assert conversations[3] != conversations[0]


def test_what_was_merged_goes_on_where_it_went(arrive: Arrive, first: Conversation, ada: Agent) -> None:
    (arrival,) = arrive(mail("Other"))
    other = message_of(arrival).conversation
    joining.merge(first, into=other, by=ada)
    assert continues(arrive, other, References="<first@home.example>")


def test_a_chat_goes_on_by_mail(arrive: Arrive, cast: Cast, inbox: Inbox) -> None:
    """A visitor who left an address, and answers the letter that brought our reply."""
    conversation = says(inbox, "Where is my parcel?").conversation
    Identity.objects.create(
        brand=cast.brand, contact=conversation.contact, kind="email", value="dee@home.example", created_at=clock.now()
    )
    mail_id = tokens.message_id(conversation.pk, 5, "shop.example")
    (arrival,) = arrive(mail("Thank you", In_Reply_To=f"<{mail_id}>"))
    message = message_of(arrival)
    assert (message.conversation, message.contact) == (conversation, conversation.contact)
    assert Message.objects.filter(conversation=conversation).count() >= 2
