from __future__ import annotations

import json

import pytest

from aspa.channels.form.channel import ContactForm
from aspa.core.inboxes.channel import ParseError, Raw
from aspa.core.inboxes.contract import ChannelContract
from aspa.core.inboxes.models import Inbox


def filled(**more: object) -> Raw:
    body = {"id": "a" * 24, "email": "Dee@home.example", "text": "Missä pakettini on?", "name": "Dee", "language": "fi"}
    return Raw({}, json.dumps(body | more).encode())


@pytest.mark.django_db
class TestContactForm(ChannelContract):
    channel = ContactForm()
    samples = [filled(), filled(id="b" * 24, order="10234", phone="040 123", page="https://shop.example/yhteys")]
    settings = {"heading": "Ota yhteyttä", "ask_phone": "optional"}

    def test_what_was_told_is_kept(self, inbox: Inbox) -> None:
        one = self.inbounds(inbox)[1]
        assert one.sender.identity.value == "dee@home.example"
        assert not one.sender.identity.verified_how
        assert one.context == {
            "answers": {"phone": "040 123", "order": "10234"},
            "page": {"url": "https://shop.example/yhteys", "title": ""},
        }

    @pytest.mark.parametrize(
        "more", [{"email": "dee"}, {"email": 7}, {"text": "  "}, {"id": ""}, {"files": ["../x"]}, {"files": "x"}]
    )
    def test_what_is_no_form_is_refused(self, inbox: Inbox, more: dict[str, object]) -> None:
        with pytest.raises(ParseError):
            self.channel.parse(inbox, filled(**more))

    def test_it_needs_a_way_to_answer(self, inbox: Inbox) -> None:
        assert not self.channel.health(inbox).ok
        Inbox.objects.create(brand=inbox.brand, name="Mail", channel="email")
        assert self.channel.health(inbox).ok
