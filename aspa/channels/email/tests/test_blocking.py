"""What "this is spam" teaches, and that it can be taken back."""

from __future__ import annotations

from aspa.channels.email import blocking
from aspa.channels.email.models import Block
from aspa.core.conversations import lifecycle
from tests import journal
from tests.cast import Cast
from tests.letters import DEES, letter, mail_inbox, thread


def blocked() -> list[str]:
    blocking.learn(journal.whole())
    blocking.learn(journal.whole())
    return sorted(Block.objects.values_list("value", flat=True))


def test_spam_blocks_its_sender_and_reopening_takes_it_back(cast: Cast) -> None:
    inbox = mail_inbox(cast)
    spam = thread(cast, inbox)
    letter(spam, inbox, "Buy")
    lifecycle.set_aside(spam, by=cast.ada, how="spam", reason="Advertising")
    assert blocked() == [DEES]
    assert Block.objects.get().agent == cast.ada
    lifecycle.reopen(spam, by=cast.ada)
    assert blocked() == []


def test_neither_ourselves_nor_who_was_forged_is_blocked(cast: Cast) -> None:
    inbox = mail_inbox(cast)
    spam = thread(cast, inbox)
    for address, verdict in (
        ("ceo@villa.example", "none"),
        ("help+x@villa.example", "none"),
        ("gran@home.example", "fail"),
    ):
        letter(spam, inbox, "Buy", sender=[address, ""], verdict=verdict)
    lifecycle.set_aside(spam, by=cast.ada, how="spam", reason="Advertising")
    assert blocked() == []


def test_a_shop_with_an_address_like_everybodys_blocks_there_too(cast: Cast) -> None:
    inbox = mail_inbox(cast)
    inbox.settings = {"address": "villa@gmail.com"}
    inbox.save()
    spam = thread(cast, inbox)
    letter(spam, inbox, "Buy", sender=["seller@gmail.com", ""])
    lifecycle.set_aside(spam, by=cast.ada, how="spam", reason="Advertising")
    assert blocked() == ["seller@gmail.com"]


def test_abuse_and_what_a_rule_set_aside_teach_nothing(cast: Cast) -> None:
    inbox = mail_inbox(cast)
    rude, ruled = thread(cast, inbox), thread(cast, inbox)
    for one in (rude, ruled):
        letter(one, inbox, "Grr")
    lifecycle.set_aside(rude, by=cast.ada, how="abuse", reason="Threats")
    lifecycle.set_aside_in_place(ruled, reason="X-Spam-Flag: YES")
    assert blocked() == []
