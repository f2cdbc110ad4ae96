from __future__ import annotations

import json

import pytest

from aspa.channels.webchat.channel import WebChat, inbound
from aspa.core.inboxes.channel import ParseError, Raw
from aspa.core.inboxes.contract import ChannelContract
from aspa.kit.ids import token_hash

HEADERS = {"x-visitor": token_hash("dee")}
WORDS = {"client_id": "c1", "text": "Where is my parcel?", "contact": {"name": "Dee", "email": "dee@home.example"}}


@pytest.mark.django_db
class TestWebChat(ChannelContract):
    channel = WebChat()
    samples = [
        Raw(HEADERS, json.dumps(WORDS).encode()),
        Raw(HEADERS, json.dumps({"client_id": "c2", "text": "Hello? 🙂"}).encode()),
    ]


def test_what_no_database_takes_is_left_out_of_what_the_page_told() -> None:
    page = {"url": "https://shop.example/a\ud83d", "title": "Villapaita \ud83d\x00"}
    body = {
        "client_id": "c1", "text": "Hei", "language": "f\ud800",
        "page": page, "contact": {"name": "De\ud800e", "email": "dee\udfff@home.example", "koko\ud800": "XL\ud800"},
    }  # fmt: skip
    item = inbound(1, token_hash("dee"), body)

    assert item.context == {"page": {"url": "https://shop.example/a", "title": "Villapaita"}, "answers": {"koko": "XL"}}
    assert (item.sender.name, item.sender.language) == ("Dee", "f")
    assert item.sender.claims[0].value == "dee@home.example"


@pytest.mark.parametrize("attachment", ["\x00", "\ud800", "a b", "x" * 65, ""])
def test_attachments_are_named_by_ids(attachment: str) -> None:
    with pytest.raises(ParseError):
        inbound(1, token_hash("dee"), {"client_id": "c1", "text": "Hei", "attachments": [attachment]})
