"""The demo's mail: some forty letters with their answers, and a chat that went on by mail."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from aspa.channels.email.models import Letter
from aspa.core.conversations import attachments
from aspa.core.conversations.models import Message
from aspa.demo.cast import POST_ADDRESS
from aspa.demo.customers import address_of
from aspa.demo.dialogues import Dialogue, dialogues
from aspa.demo.ledger import Told
from aspa.kit import files

if TYPE_CHECKING:
    from aspa.core.people.models import Agent, Contact
    from aspa.demo.history import History

FOLDER = Path(__file__).parent / "letters"
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
# How many conversations of each kind there are.
CLOSED, WAITING, ANSWERED, UNASSIGNED = 15, 7, 8, 9
SWEATER, DELIVERY, AWAY, BILL = "Neuleesta lähti hiha", "Kuljetusilmoitus", "Automaattinen vastaus", "Lasku yritykselle"
BOUNCED = "550 5.1.1 Vastaanottajaa ei ole: postilaatikkoa ei löydy tältä palvelimelta."


class Post:
    """Plans the mail of a history, and tells it."""

    def __init__(self, history: History) -> None:
        self.history, self.cast, self.chance, self.now = history, history.cast, history.chance, history.now
        self.inbox = self.cast.inboxes["post"]
        self.letters = dialogues("post")
        self._turn = 0

    def plans(self) -> list[Callable[[], Told]]:
        aino = self.cast.agents["aino"]
        several = [one for one in self.letters if len(one.lines) > 1]
        found = [partial(self._closed, self._next(several), self.history.opening_hour()) for _ in range(CLOSED)]
        found += [partial(self._waiting, self._next(several), self.now - (7 + 6 * n) * HOUR, n) for n in range(WAITING)]
        found += [
            partial(self._answered, self._next(several), self.now - (2 + 3 * n) * HOUR, n) for n in range(ANSWERED)
        ]
        single = [one for one in self.letters if len(one.lines) == 1 and one.subject != SWEATER] + several
        found += [partial(self._unassigned, single[n], self._ago(n), n) for n in range(UNASSIGNED)]
        sweater = next(one for one in self.letters if one.subject == SWEATER)
        found.append(partial(self._mine, sweater, self.now - 47 * MINUTE, aino))
        found.append(partial(self._crossing, self.now - 26 * HOUR, aino))
        return [self._with_customer(plan) for plan in found]

    def _with_customer(self, plan: partial[Told]) -> Callable[[], Told]:
        """The customers of all plans are written before the first one is told."""
        at = next(value for value in plan.args if isinstance(value, dt.datetime))
        dialogue = next((value for value in plan.args if isinstance(value, Dialogue)), None)
        language = dialogue.language if dialogue else "fi"
        name = "Pohjanlinja" if dialogue and dialogue.subject.startswith(DELIVERY) else ""
        contact = self.history.customers.take("villa", language, since=at, name=name, mails=True)
        return partial(plan, contact=contact)

    def _ago(self, number: int) -> dt.datetime:
        return self.now - (14 + 41 * number) * MINUTE

    def _next(self, pool: list[Dialogue]) -> Dialogue:
        self._turn += 1
        return pool[self._turn % len(pool)]

    # The kinds of conversations

    def _closed(self, dialogue: Dialogue, at: dt.datetime, *, contact: Contact) -> Told:
        told, _agent, at = self._exchange(dialogue, contact, at, gap=5 * HOUR)
        told.customer_ends(at=at + HOUR)
        return told

    def _waiting(self, dialogue: Dialogue, at: dt.datetime, number: int, *, contact: Contact) -> Told:
        told, agent, at = self._exchange(dialogue, contact, at, until="agent", gap=HOUR)
        told.wait(by=agent, at=at + MINUTE)
        if number == 2:
            reply = next(message for message in told.messages if message.is_ours)
            told.fail(reply, BOUNCED, at=at + 2 * MINUTE)
        return told

    def _answered(self, dialogue: Dialogue, at: dt.datetime, number: int, *, contact: Contact) -> Told:
        """Somebody's, and the customer has written again; one of them has a machine's answer since."""
        names = ("aino", "ville", "noora", "aino")
        agent = self.cast.agents["sofia" if dialogue.language == "sv" else names[number % len(names)]]
        until = "agent" if number == 1 else "contact"
        told, _agent, at = self._exchange(dialogue, contact, at, until=until, agent=agent, gap=HOUR / 3)
        if number == 1:
            self._away(told, contact, at)
        return told

    def _unassigned(self, dialogue: Dialogue, at: dt.datetime, number: int, *, contact: Contact) -> Told:
        told = self._begin(dialogue, contact, at)
        doubted = number == 3
        self._letter(told, dialogue, contact, at, verdict="fail" if doubted else "pass")
        return told

    def _mine(self, dialogue: Dialogue, at: dt.datetime, agent: Agent, *, contact: Contact) -> Told:
        told = self._begin(dialogue, contact, at)
        self._letter(told, dialogue, contact, at, cc=[["kummitati@example.fi", "Kummitäti Kaija"]])
        told.take(agent, at=at + MINUTE)
        return told

    def _crossing(self, at: dt.datetime, agent: Agent, *, contact: Contact) -> Told:
        """Begun in the chat, gone on by mail when the customer had left."""
        told = Told(self.cast.inboxes["villa"], contact, at=at, language="fi", subject="Kudontaohjeen virhe")
        told.customer(
            "Hei, Kinttu-lapasten ohjeessa lukee rivillä 14 jotain outoa. Onko teillä korjattua ohjetta?", at=at
        )
        told.take(agent, at=at + MINUTE)
        told.reply("Hei, täällä Aino. Kysyn suunnittelijalta ja palaan tähän. Sopiiko, että lähetän ohjeen sähköpostiin?",
                   by=agent, at=at + 3 * MINUTE)  # fmt: skip
        told.customer("Sopii hyvin, pitää nyt lähteä!", at=at + 5 * MINUTE)
        told.inbox = self.inbox
        later = at + 20 * HOUR
        words = f"Hei {contact.first_name},\n\nrivillä 14 kavennus tehdään vasta kuudennen silmukan jälkeen. Korjattu ohje on liitteenä."
        self._reply(
            told, words, agent, contact, later, file=("kinttu-lapaset.pdf", _pdf("Kinttu-lapaset, korjattu ohje"))
        )
        self._incoming(told, "Hei Aino,\n\nnyt silmukat täsmäävät. Kiitos, että muistit!", contact, later + 4 * HOUR,
                       rest=_quoted(words, "Aino Lehto"))  # fmt: skip
        return told

    # How one is told

    def _exchange(
        self, dialogue: Dialogue, contact: Contact, at: dt.datetime, *, gap: dt.timedelta, until: str = "",
        agent: Agent | None = None,
    ) -> tuple[Told, Agent, dt.datetime]:  # fmt: skip
        """Tell the lines, about `gap` apart, but never into the future. Gives who served, and when it ended."""
        agent = agent or self.history.agent_for("villa", dialogue.language)
        lines = list(dialogue.lines)
        while until and len(lines) > 1 and lines[-1].who != until:
            lines.pop()
        told, before = self._begin(dialogue, contact, at), ""
        step = min(gap, (self.now - at) / (len(lines) + 1))
        for number, line in enumerate(lines):
            words = self.history.say(line, contact, agent).replace("¶", "\n")
            if line.who == "contact":
                rest = _quoted(before, agent.public_name) if before else ""
                self._incoming(told, words, contact, at, rest=rest)
            else:
                file = ("lasku.pdf", _pdf("Lasku 2218")) if dialogue.subject == BILL else None
                self._reply(told, words, agent, contact, at, file=file)
            if number == 0:
                told.take(agent, at=at + step / 8)
            before = words
            at += step * self.chance.uniform(0.6, 0.9)
        return told, agent, at

    def _begin(self, dialogue: Dialogue, contact: Contact, at: dt.datetime) -> Told:
        return Told(self.inbox, contact, at=at, language=dialogue.language, subject=dialogue.subject)

    def _letter(self, told: Told, dialogue: Dialogue, contact: Contact, at: dt.datetime, **head: object) -> None:
        """The first and only letter of a conversation that waits, some of them with more than words."""
        words = self.history.say(dialogue.lines[0], contact, None).replace("¶", "\n")
        if dialogue.subject.startswith(DELIVERY):
            head |= {"kind": "robot"}
        if dialogue.subject.startswith(AWAY):
            head |= {"kind": "auto_reply"}
        message = self._incoming(told, words, contact, at, rest=f"-- \n{contact.name}", **head)
        if dialogue.subject.startswith(DELIVERY):
            message.html = _page("toimitus")
        if dialogue.subject == SWEATER:
            message.html = _page("neule")
            self._file(told, message, "neule.png", _sweater(), content_id="neule.png@example.fi")

    def _away(self, told: Told, contact: Contact, at: dt.datetime) -> None:
        line = next(one for one in self.letters if one.subject.startswith(AWAY)).lines[0]
        told.hears_machine(line.text.replace("¶", "\n"), at=at + MINUTE)
        self._head(told, told.messages[-1], contact, at + MINUTE, subject=f"{AWAY}: {told.conversation.subject}",
                   kind="auto_reply")  # fmt: skip

    def _incoming(self, told: Told, words: str, contact: Contact, at: dt.datetime, **head: object) -> Message:
        # A machine is told nothing by itself.
        message = told.customer(words, at=at, is_person="kind" not in head)
        self._head(told, message, contact, at, **head)
        return message

    def _reply(
        self, told: Told, words: str, agent: Agent, contact: Contact, at: dt.datetime,
        file: tuple[str, bytes] | None = None,
    ) -> None:  # fmt: skip
        told.agent_reads(agent, at=at)
        message = told.reply(words, by=agent, at=at)
        ours = {"sender": [POST_ADDRESS, agent.public_name], "to": [[address_of(contact.name), contact.name]]}
        self._head(told, message, contact, at, **ours)
        if file:
            self._file(told, message, *file)

    def _head(self, told: Told, message: Message, contact: Contact, at: dt.datetime, **head: object) -> None:
        again = "Re: " if len(told.letters) else ""
        fields = {
            "sender": [address_of(contact.name), contact.name],
            "to": [[POST_ADDRESS, "Villa & Vakka"]],
            "subject": again + told.conversation.subject,
            "kind": "person",
            "verdict": "pass",
        } | head
        failed = fields["verdict"] == "fail"
        if message.is_ours:
            fields["verdict"] = ""
        else:
            fields |= {"spf": "fail" if failed else "pass", "dkim": "" if failed else "pass",
                       "dmarc": "fail" if failed else "pass"}  # fmt: skip
        told.letters.append(
            Letter(
                message=message, brand=self.inbox.brand, date=at, mail_id=f"{at:%Y%m%d%H%M%S}.{id(message)}@example.fi",
                fingerprint="" if message.is_ours else f"demo-{id(message)}", **fields,
            )
        )  # fmt: skip

    def _file(self, told: Told, message: Message, name: str, content: bytes, *, content_id: str = "") -> None:
        message.has_attachments = True
        taken = files.take(content, name=name)
        file = attachments.stored(taken, inbox=self.inbox, content_id=content_id, is_inline=bool(content_id))
        file.message, file.created_at = message, message.created_at
        told.attachments.append(file)


def _quoted(words: str, name: str) -> str:
    return f"{name} kirjoitti:\n" + "\n".join(f"> {line}" for line in words.split("\n"))


def _page(name: str) -> str:
    return (FOLDER / f"{name}.html").read_text(encoding="utf-8")


def _sweater() -> bytes:
    """A drawn photograph: a knitted sleeve with its seam open."""
    image = Image.new("RGB", (840, 520), "#d9d2c3")
    draw = ImageDraw.Draw(image)
    draw.polygon([(150, 40), (690, 90), (640, 500), (90, 470)], fill="#33566b")
    for row in range(60, 500, 14):
        for column in range(120 + row // 9, 660, 16):
            draw.line([(column, row), (column + 7, row + 8), (column + 14, row)], fill="#41687f", width=3)
    draw.polygon([(420, 60), (455, 230), (436, 470), (404, 300)], fill="#d9d2c3")
    for row in range(90, 440, 22):
        draw.line([(398, row), (462, row + 9)], fill="#e9b25c", width=3)
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def _pdf(title: str) -> bytes:
    """The smallest PDF that shows a title."""
    text = f"BT /F1 22 Tf 60 760 Td ({title}) Tj ET".encode("latin-1", "replace")
    parts = [
        b"%PDF-1.4",
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj",
        b"4 0 obj<</Length " + str(len(text)).encode() + b">>stream\n" + text + b"\nendstream endobj",
        b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj",
        b"trailer<</Root 1 0 R>>",
    ]
    return b"\n".join(parts) + b"\n"
