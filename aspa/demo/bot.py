"""The shop's bot answers while nobody is at a desk, as it has done for two weeks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from aspa.kit import clock
from aspa.service.bot import editing
from aspa.service.bot.models import Bot, BotDay

if TYPE_CHECKING:
    from aspa.demo.cast import Cast

# talks, answered, helped, misses, handed_over, taken, humans, soon, human_seconds
WEEK = [
    (14, 11, 6, 3, 4, 0, 4, 3, 640), (9, 8, 5, 1, 2, 0, 2, 1, 410), (11, 9, 4, 2, 3, 1, 3, 2, 575),
    (16, 13, 7, 4, 5, 0, 5, 3, 1120), (12, 10, 5, 2, 3, 0, 3, 3, 250), (7, 6, 3, 1, 1, 0, 1, 0, 900),
    (5, 4, 2, 1, 2, 0, 2, 0, 2400),
]  # fmt: skip


def switch_on(cast: Cast) -> None:
    inbox = cast.inboxes["villa"]
    greetings = {
        "fi": "Hei. Olen Kaiku, Villa & Vakan botti. Ihmiset ovat juuri nyt poissa, mutta moneen asiaan osaan vastata heti.",
        "sv": "Hej. Jag är Kaiku, en bot hos Villa & Vakka. Människorna är borta just nu, men mycket kan jag svara på genast.",
    }
    editing.save(Bot(inbox=inbox, when=Bot.When.ABSENT, name="Kaiku", greetings=greetings))
    names = ("talks", "answered", "helped", "misses", "handed_over", "taken", "humans", "soon", "human_seconds")
    BotDay.objects.bulk_create(
        BotDay(
            inbox=inbox,
            date=clock.now().date() - dt.timedelta(days=ago),
            **dict(zip(names, WEEK[ago % 7], strict=True)),
        )
        for ago in range(1, 15)
    )
