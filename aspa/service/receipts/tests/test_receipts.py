"""One receipt for a conversation, at its beginning."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from aspa.core.conversations import lifecycle
from aspa.core.conversations.models import Event, Message
from aspa.service.receipts import receipts
from tests.cast import Cast, says

pytestmark = pytest.mark.django_db


def test_one_receipt_however_often_the_events_are_read(cast: Cast) -> None:
    first = says(cast.inbox, "Hei")
    says(cast.inbox, "vielä yksi asia")
    for _ in range(2):
        receipts.give(Event.objects.all())

    receipt = Message.objects.get(conversation=first.conversation, code="receipt")
    assert receipt.is_public
    assert receipt.data == {"reference": first.conversation.reference}


def test_later_messages_cost_no_look(
    cast: Cast, django_assert_num_queries: Callable[[int], AbstractContextManager[None]]
) -> None:
    says(cast.inbox, "Hei")
    second = says(cast.inbox, "vielä yksi asia")
    later = list(Event.objects.filter(message=second.message))

    with django_assert_num_queries(0):
        receipts.give(later)


def test_what_was_set_aside_gets_none(cast: Cast) -> None:
    first = says(cast.inbox, "osta halvalla")
    lifecycle.set_aside(first.conversation, by=cast.ada, how="spam", reason="mainos")
    receipts.give(Event.objects.all())

    assert not Message.objects.filter(code="receipt").exists()
