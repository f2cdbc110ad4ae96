"""The demo's community: what customers asked and answered, one question that waits and one that nobody has looked at yet."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from django.utils import translation

from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Contact, Identity
from aspa.kit import clock
from aspa.service.community.asking import html_of, place_of
from aspa.service.community.handing_over import CHANNEL
from aspa.service.community.members import ACCEPTED, VOTED
from aspa.service.community.models import Answer, Follow, Member, Question, Selector, Vote
from aspa.service.community.states import SOURCE
from aspa.service.moderation.models import Item, Report
from aspa.service.moderation.states import Reason, State, Why
from aspa.service.search import content

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand
    from aspa.demo.cast import Cast

HOUR = dt.timedelta(hours=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """An answer: a member's number, or an agent's short name; how many it helped, and whether it solved it."""

    by: int | str
    text: str
    votes: int = 0
    solved: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A question, so many hours ago; by a member's number. `waits`: looked at by nobody yet."""

    hours: float
    by: int
    title: str
    text: str
    answers: tuple[Said, ...] = ()
    about: tuple[tuple[str, str], ...] = ()
    votes: int = 0
    waits: tuple[Why, ...] = ()
    language: str = "fi"


NAMES = (
    "Neulojatar",
    "Pikku-Pirkko",
    "Kaarnan Kalle",
    "Lumikko",
    "Yöperhonen",
    "Maustepippuri",
    "Saaristolaisakka",
    "Tuulia T.",
)
TALKS: dict[str, tuple[Asked, ...]] = {
    "villa": (
        Asked(
            700, 0, "Voiko villasukat pestä koneessa?",
            "Ostin villasukat ja pesulapussa on käsi vesiastiassa. Pesukoneessa on villaohjelma: **uskaltaako sitä käyttää?**",
            (
                Said(1, "Minulla on ollut samat sukat kolme talvea, ja pesen ne koneen villaohjelmalla *nurinpäin*. "
                        "Eivät ole kutistuneet.", 4),
                Said("aino", "Voi, kun muistaa kolme asiaa:\n\n- villaohjelma, enintään 30 astetta ja 600 kierrosta\n"
                             "- nestemäinen villapesuaine, ei huuhteluainetta\n- kuivaus tasolla, ei kuivausrummussa\n\n"
                             "Jos sukat ovat jo huopuneet, kirjoita meille: katsotaan yhdessä, mitä niille voi tehdä.", 9, True),
                Said(3, "Pesupussi auttaa nyppyyntymiseen."),
            ),
            (("product", "villasukat"),), votes=6,
        ),
        Asked(
            420, 2, "Kuinka väljä Saaristo-neule on?",
            "Käytän yleensä kokoa M, mutta haluaisin paksun paidan alle. Kannattaako ottaa L?",
            (
                Said(4, "Olen 178 cm ja L on minulle sopivan väljä, M olisi istuva.", 2),
                Said("noora", "L antaa noin kuusi senttiä lisää rinnanympärykseen. Vaihto on maksuton, jos koko ei osu.", 5, True),
            ),
            (("product", "neule"),), votes=3,
        ),
        Asked(
            300, 5, "Mistä tiedän, että villa on suomenlampaasta?", "Kiinnostaa, mistä tiloilta se tulee ja näkyykö se jossain.",
            (
                Said("ville", "Jokaisen neuleen lapussa on erän numero. Sillä näet tilan sivulta *Tietoa meistä*. "
                              "Tänä syksynä villa on kolmelta tilalta Pohjanmaalta ja Kainuusta.", 7),
                Said(6, "Kävin yhdellä niistä kesällä, lampaat olivat oikein tyytyväisen näköisiä.", 3),
            ),
            votes=2,
        ),
        Asked(
            150, 6, "Saako myssyn tupsun takaisin pesun jälkeen?",
            "Irrotin tupsun ennen pesua niin kuin ohjeessa neuvotaan. Miten sen saa tiukasti takaisin?",
            (
                Said(7, "Neppari sisäpuolella. Paina kunnes kuulet naksahduksen.", 6, True),
            ),
            (("product", "villamyssy"),),
        ),
        Asked(
            60, 3, "Hur tvättar jag ylletröjan efter vintern?", "Tröjan ska läggas undan för sommaren. Räcker det att vädra den?",
            (
                Said("sofia", "Vädra den ett dygn i fuktig luft. Har den fläckar, handtvätta i högst 30 grader och låt den "
                              "torka liggande.", 2, True),
            ),
            language="sv",
        ),
        Asked(
            30, 4, "Lämpiääkö villahuopa keinutuolin selkänojalla takan ääressä liikaa?",
            "Takasta on noin metri matkaa. Onko kellään kokemusta, haalistuuko väri tai kuivuuko villa?",
            votes=1,
        ),
        Asked(
            5, 1, "Riittääkö yksi kerä lapasiin?", "Ajattelin kokeilla omien lapasten neulomista teidän langastanne. Koko 7.",
            (Said(0, "Minulla riitti juuri ja juuri, raitoihin tarvitset toisen.", 1),),
        ),
        Asked(
            1, 7, "Katsokaa täältä halvemmat neuleet",
            "Löysin samannäköiset neuleet puoleen hintaan: https://neuleet-halvalla.example/tarjous", waits=(Why.NEWCOMER, Why.LINK),
        ),
        Asked(
            0.5, 7, "Milloin seuraava neuleilta on?",
            "Olin viime kerralla ja oli mukavaa. Saa soittaakin: 040 000 0000.", waits=(Why.NEWCOMER, Why.PERSONAL),
        ),
    ),
    "kaisla": (
        Asked(
            200, 0, "Kuinka usein ketju pitää vaihtaa talvella?", "Ajan töihin joka päivä, noin 12 km, suolatulla tiellä.",
            (
                Said(1, "Itse vaihdan kaksi kertaa talvessa, ja öljyän viikoittain.", 3),
                Said("eetu", "Suolassa ketju kestää yleensä 1500–2000 km. Mittaa kulumatulkilla: kun 0,75 menee pohjaan, on aika. "
                             "Teemme mittauksen ilmaiseksi, kun poikkeat.", 8, True),
            ),
            votes=4,
        ),
        Asked(20, 2, "Mahtuuko 2,2-tuumainen nastarengas Kaislan peruspyörään?", "Haluaisin leveämmän alle ennen lumia."),
    ),
}  # fmt: skip


def open_communities(cast: Cast) -> None:
    """Write both into a database whose help sites are open. Who waits for an answer is handed over a minute later."""
    for key, brand in cast.brands.items():
        Inbox.objects.create(
            brand=brand, name="Yhteisö", channel=CHANNEL, team=cast.inboxes[key].team, settings={"hours": 8}
        )
        Community(brand, cast, clock.now()).tell(TALKS[key])


class Community:
    """One brand's, written table by table."""

    def __init__(self, brand: Brand, cast: Cast, now: dt.datetime) -> None:
        self.brand, self.cast, self.now = brand, cast, now
        proven = Identity.objects.filter(brand=brand, kind=Identity.Kind.EMAIL, verified_at__isnull=False)
        known = Contact.objects.filter(pk__in=proven.values("contact")).exclude(name="Maija Koskinen").order_by("pk")
        self.people = list(known[: len(NAMES)])
        self.points = {one.pk: 0 for one in self.people}
        self.votes: list[Vote] = []
        self.items: list[Item] = []

    def tell(self, talks: tuple[Asked, ...]) -> None:
        questions = Question.objects.bulk_create(self._question(one) for one in talks)
        pairs = list(zip(talks, questions, strict=True))
        Selector.objects.bulk_create(
            Selector(question=question, kind=kind, value=value) for one, question in pairs for kind, value in one.about
        )
        Follow.objects.bulk_create(Follow(question=one, contact=one.contact, at=one.created_at) for one in questions)
        said = [(one, question, number) for one, question in pairs for number in range(len(one.answers))]
        answers = Answer.objects.bulk_create(self._answer(*place) for place in said)
        for (one, question, number), answer in zip(said, answers, strict=True):
            self._note(one.answers[number], question, answer)
        for one, question in pairs:
            self._item("question", question.pk, question.contact, question.created_at, one.waits)
            self._vote(one.votes, question.contact, question, None)
        Question.objects.bulk_update(questions, ["accepted"])
        Vote.objects.bulk_create(self.votes)
        Item.objects.bulk_create(self.items)
        Member.objects.bulk_create(
            Member(contact=one, name=name, points=self.points[one.pk])
            for one, name in zip(self.people, NAMES, strict=False)
        )
        self._report()
        content.touch(SOURCE, [question.pk for question in questions])

    def _question(self, one: Asked) -> Question:
        at = self.now - one.hours * HOUR
        with translation.override(one.language):
            html = html_of(one.text)
        return Question(
            brand=self.brand,
            place=place_of(one.about),
            language=one.language,
            contact=self._person(one.by),
            title=one.title,
            text=one.text,
            html=html,
            state=State.HELD if one.waits else State.PUBLISHED,
            created_at=at,
            published_at=None if one.waits else at,
            active_at=self._at(at, len(one.answers)),
            unanswered_since=None if one.waits or one.answers else at,
            answer_count=len(one.answers),
            vote_count=one.votes,
        )

    def _answer(self, one: Asked, question: Question, number: int) -> Answer:
        said = one.answers[number]
        agent = self.cast.agents[said.by] if isinstance(said.by, str) else None
        return Answer(
            question=question,
            contact=None if isinstance(said.by, str) else self._person(said.by),
            agent=agent,
            staff_name=agent.public_name if agent else "",
            staff_title=agent.title if agent else "",
            text=said.text,
            html=html_of(said.text),
            state=State.PUBLISHED,
            created_at=self._at(question.created_at, number + 1),
            vote_count=min(said.votes, len(self.people) - 1),
        )

    def _note(self, said: Said, question: Question, answer: Answer) -> None:
        """What follows from an answer: who voted, and what moderation knows of it."""
        if answer.contact is not None:
            self._item("answer", answer.pk, answer.contact, answer.created_at, ())
            self.points[answer.contact.pk] += said.solved * ACCEPTED
        self._vote(said.votes, answer.contact or question.contact, question, answer)
        if said.solved:
            question.accepted = answer

    def _item(self, kind: str, key: int, contact: Contact, at: dt.datetime, why: tuple[Why, ...]) -> None:
        state = State.HELD if why else State.PUBLISHED
        self.items.append(
            Item(
                brand=self.brand, kind=kind, key=key, contact=contact, state=state, why=[str(one) for one in why], at=at,
                waiting_since=at if why else None,
            )
        )  # fmt: skip

    def _vote(self, count: int, author: Contact, question: Question, answer: Answer | None) -> None:
        others = [one for one in self.people if one.pk != author.pk][:count]
        self.votes += [Vote(question=question, answer=answer, contact=one, at=self.now) for one in others]
        if answer is None or answer.contact_id is not None:
            self.points[author.pk] += VOTED * len(others)

    def _report(self) -> None:
        """A reader found something wrong with the newest answer of a customer."""
        item = max((one for one in self.items if one.kind == "answer"), key=lambda one: one.at)
        reader = next(one for one in self.people if one.pk != item.contact_id)
        Report.objects.create(
            item=item, contact=reader, reason=Reason.WRONG, words="Minulla ei riittänyt.", at=self.now
        )
        item.reports, item.waiting_since = 1, self.now
        item.save(update_fields=["reports", "waiting_since"])

    def _person(self, number: int) -> Contact:
        return self.people[number % len(self.people)]

    def _at(self, asked: dt.datetime, number: int) -> dt.datetime:
        """When the answer with this number came: hours apart, and none of them still to come."""
        return asked + number * min(9 * HOUR, (self.now - asked) / 8)
