"""A chat whose bot is always first, a few published pages, and one step for "the customer writes, everybody reacts"."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

import pytest
from django.db import transaction

from aspa.core.conversations.models import Conversation, Message
from aspa.kit.tasks import run_pending
from aspa.service.bot import editing, following, holding
from aspa.service.bot.models import Bot
from aspa.service.closing import waiting
from aspa.service.receipts import measuring, receipts
from aspa.service.routing import following as routing
from aspa.service.search import content, indexing
from aspa.service.search.content import Document
from aspa.service.sla import following as service_levels
from aspa.service.verification import following as verification
from tests import journal
from tests.cast import Cast, says

RETURNS = "Tuotteen palauttaminen"
PAGES = {
    1: (RETURNS, "fi", "Voit palauttaa tuotteen 30 päivän kuluessa. Palautus on maksuton, kun käytät palautuskorttia."),
    2: ("Toimitusajat", "fi", "Toimitus kestää kahdesta neljään arkipäivää. Ahvenanmaalle toimitus kestää viikon."),
    3: (
        "Returning a product",
        "en",
        "You can return a product within 30 days. The return is free with the return card.",
    ),
    4: ("Takuu", "fi", "Kahvinkeittimen takuu on kaksi vuotta."),
    5: ("Lahjakortin takuu", "fi", "Lahjakortti on voimassa vuoden. Lahjakortilla ei ole takuuta."),
}


class Pages:
    name = "bot_pages"

    def __init__(self, brand_id: int) -> None:
        self.brand_id = brand_id
        self.more: dict[int, tuple[str, str, str]] = {}
        self.kinds: dict[int, str] = {}

    def read(self, keys: Collection[int]) -> Iterable[Document]:
        pages = {**PAGES, **self.more}
        return [
            Document(
                source=self.name, key=key, language=pages[key][1], brand_id=self.brand_id,
                kind=self.kinds.get(key, "faq"), title=pages[key][0], body=pages[key][2], url=f"/help/villa/fi/a/{key}/",
            )
            for key in keys
            if key in pages
        ]  # fmt: skip

    def after(self, key: int, most: int) -> list[Document]:
        return list(self.read([one for one in sorted({**PAGES, **self.more}) if one > key]))[:most]


@pytest.fixture
def pages(cast: Cast) -> Iterator[Pages]:
    """What is published; `add` another."""
    source = Pages(cast.brand.pk)
    content.register(source)
    content.touch(source.name, PAGES)
    indexing.drain()
    yield source
    content.unregister(source.name)


@pytest.fixture
def bot(cast: Cast, pages: Pages) -> Iterator[Bot]:
    made = Bot(inbox=cast.inbox, when=Bot.When.ALWAYS, name="Kaiku")
    editing.save(made)
    yield made
    holding.forget()


# Those that a talk concerns, in the order of `config/subscribers.py`.
SUBSCRIBERS = (
    following.follow, routing.follow, service_levels.follow, measuring.measure, receipts.give, waiting.follow,
    verification.follow,
)  # fmt: skip


def react() -> None:
    """Let the subscribers read the journal, and whatever they and the tasks cause happen.

    They read all of it each time: reading twice changes nothing.
    """
    for _round in range(3):
        with transaction.atomic():
            for follow in SUBSCRIBERS:
                follow(journal.whole())
        run_pending()


@pytest.fixture
def writes(cast: Cast, bot: Bot) -> Callable[[str], Message]:
    """Dee writes, and everybody reacts; what the customer sees last."""

    def write(text: str) -> Message:
        conversation = says(cast.inbox, text).conversation
        react()
        return newest(conversation)

    return write


def newest(conversation: Conversation) -> Message:
    found = (
        Message.objects.for_contact().filter(conversation=conversation).exclude(code="receipt").order_by("-pk").first()
    )
    assert found is not None
    return found
