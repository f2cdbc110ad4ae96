"""The one queue: what is held, by which rule, and what staff makes of it."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied

from aspa.core.conversations.changing import Refused
from aspa.core.inboxes import letters
from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Contact, Identity, Role
from aspa.kit import clock
from aspa.service.moderation import deciding, floods, kinds, queue, reporting, rules, standing, submitting, telling
from aspa.service.moderation.kinds import Shown
from aspa.service.moderation.models import Decision, HouseRules, Item
from aspa.service.moderation.states import Action, Reason, State
from tests.cast import Cast
from tests.post import mail_server_is_away

pytestmark = pytest.mark.django_db


class Leaves:
    """What the tests' customers publish: nothing but its number and how it stands."""

    key, name, icon = "leaf", "Leaf", "file"

    def __init__(self) -> None:
        self.states: dict[int, State] = {}

    def becomes(self, key: int, state: State) -> None:
        self.states[key] = state

    def shown(self, keys: object) -> dict[int, Shown]:
        return {key: Shown(title=f"Leaf {key}", text="…", url="/help/") for key in keys}  # type: ignore[attr-defined]


@pytest.fixture
def leaves(monkeypatch: pytest.MonkeyPatch) -> Leaves:
    found = Leaves()
    monkeypatch.setattr(kinds, "_kinds", {**kinds._kinds, "leaf": found})
    return found


@pytest.fixture
def known(cast: Cast, leaves: Leaves) -> Contact:
    """Dee, who is no newcomer."""
    for key in (901, 902):
        at = clock.now().replace(year=2025)
        Item.objects.create(brand=cast.brand, kind="leaf", key=key, contact=cast.dee, state="published", at=at)
    return cast.dee


def submit(cast: Cast, key: int, text: str, contact: Contact | None = None) -> submitting.Verdict:
    return submitting.submit("leaf", key, brand=cast.brand, contact=contact or cast.dee, text=text)


def item(key: int) -> Item:
    return Item.objects.get(kind="leaf", key=key)


def test_newcomers_wait_and_the_known_are_shown(cast: Cast, leaves: Leaves, known: Contact) -> None:
    new = Contact.objects.create(brand=cast.brand, name="Eve", created_at=clock.now())
    assert submit(cast, 1, "Pese ne käsin.", new).why == ("newcomer",)
    assert submit(cast, 2, "Pese ne koneessa.").is_published
    assert leaves.states == {1: State.HELD, 2: State.PUBLISHED}
    assert [row.item.key for row in queue.waiting([cast.brand.pk]).rows] == [1]
    assert queue.counts([cast.brand.pk]) == {"leaf": 1}
    assert queue.waiting([cast.other_brand.pk]).rows == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("https://a.example ja https://b.example", "link"),
        ("Soita 040 123 4567", "personal"),
        ("Tämä on huijausta", "word"),
    ],
)
def test_what_looks_doubtful_waits(cast: Cast, leaves: Leaves, known: Contact, text: str, why: str) -> None:
    rules.set_rules(HouseRules(brand=cast.brand, hold=HouseRules.Hold.DOUBTFUL, words=["Huijaus "]))
    assert submit(cast, 1, text).why == (why,)


def test_everything_waits_where_the_brand_wants_it(cast: Cast, leaves: Leaves, known: Contact) -> None:
    rules.set_rules(HouseRules(brand=cast.brand, hold=HouseRules.Hold.ALL))
    assert submit(cast, 1, "Hyvä.").why == ("rule",)


def test_floods_and_the_same_text_again_wait(cast: Cast, leaves: Leaves, known: Contact) -> None:
    text = "Osta halpoja kenkiä täältä heti nyt"
    assert submit(cast, 1, text).is_published
    with pytest.raises(Refused):
        submit(cast, 2, f"{text}!!! 2")
    other = Contact.objects.create(brand=cast.brand, name="Eve", created_at=clock.now())
    assert "repeat" in submit(cast, 3, f"{text}. 3", other).why
    verdicts = [submit(cast, key, f"Vastaus numero {key}") for key in range(10, 20)]
    assert [verdict.is_published for verdict in verdicts[:3]] == [True] * 3
    assert all("flood" in verdict.why for verdict in verdicts[5:])
    assert all(leaves.states[key] == State.HELD for key in range(15, 20))


def test_many_newcomers_together_are_a_flood(cast: Cast, leaves: Leaves) -> None:
    rules.set_rules(HouseRules(brand=cast.brand, hold=HouseRules.Hold.DOUBTFUL))
    people = Contact.objects.bulk_create(
        Contact(brand=cast.brand, name=f"N {number}", created_at=clock.now()) for number in range(30)
    )
    verdicts = [submit(cast, number, f"Viesti {number}", one) for number, one in enumerate(people, 1)]
    assert verdicts[0].is_published
    assert [verdict.why for verdict in verdicts[floods.MOST_OF_NEWCOMERS :]] == [("flood",)] * 5


def test_who_writes_too_fast_is_asked_to_wait(cast: Cast) -> None:
    waits = [floods.wait("192.0.2.77", None) for _ in range(20)]
    assert waits[0] == 0.0
    assert waits[-1] > 0


def test_readers_report_and_enough_of_them_hide(cast: Cast, leaves: Leaves, known: Contact) -> None:
    submit(cast, 1, "Näin se käy.")
    with pytest.raises(Refused):
        reporting.report("leaf", 1, contact=known, reason=Reason.RUDE)
    readers = [Contact.objects.create(brand=cast.brand, created_at=clock.now()) for _ in range(3)]
    reporting.report("leaf", 1, contact=readers[0], reason=Reason.RUDE, words="Ruma")
    reporting.report("leaf", 1, contact=readers[0], reason=Reason.SPAM)
    assert (item(1).reports, item(1).state, item(1).is_waiting) == (1, "published", True)
    for one in readers[1:]:
        reporting.report("leaf", 1, contact=one, reason=Reason.WRONG)
    assert (item(1).state, leaves.states[1]) == ("held", State.HELD)
    # Looked at and published: readers alone hide these words no more.
    deciding.decide([item(1)], by=cast.ada, action=Action.PUBLISH)
    for one in readers:
        reporting.report("leaf", 1, contact=one, reason=Reason.WRONG)
    assert (item(1).state, item(1).is_waiting, item(1).reports) == ("published", True, 3)
    stranger = Contact.objects.create(brand=cast.other_brand, created_at=clock.now())
    with pytest.raises(Refused):
        reporting.report("leaf", 1, contact=stranger, reason=Reason.RUDE)


def test_decisions_are_told_undone_and_kept(
    cast: Cast, leaves: Leaves, known: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    Identity.objects.create(
        brand=cast.brand, contact=known, kind="email", value="dee@home.example", verified_at=clock.now(),
        created_at=clock.now(),
    )  # fmt: skip
    submit(cast, 1, "Näin se käy.")
    with pytest.raises(Refused):
        deciding.decide([item(1)], by=cast.ada, action=Action.HIDE)
    (hidden,) = deciding.decide(
        [item(1)], by=cast.ada, action=Action.HIDE, reason=Reason.PERSONAL, words="Poista osoite."
    )
    assert (item(1).state, leaves.states[1]) == ("hidden", State.HIDDEN)
    told = standing.of("leaf", [1])[1]
    assert "Poista osoite." in told.words
    with monkeypatch.context() as patched:
        patched.setattr(letters, "send", mail_server_is_away)
        with pytest.raises(OSError, match="away"):
            telling.tell(known)
    telling.tell(known)
    assert (len(mail.outbox), mail.outbox[0].to) == (1, ["dee@home.example"])
    assert "Poista osoite." in mail.outbox[0].body
    telling.tell(known)
    assert len(mail.outbox) == 1
    # The author puts it right: it waits for staff, who hid it.
    assert submit(cast, 1, "Näin se sitten käy.").why == ("again",)
    deciding.decide([item(1)], by=cast.ada, action=Action.PUBLISH)
    assert leaves.states[1] == State.PUBLISHED
    deciding.undo(Decision.objects.filter(item=item(1)), by=cast.ada)
    assert (item(1).state, item(1).is_waiting) == ("held", True)
    # Of the older decision nothing is undone: something was decided, and written, since.
    deciding.undo([hidden], by=cast.ada)
    assert item(1).state == "held"
    assert Decision.objects.get(pk=hidden.pk).undone_at is None


def test_only_those_of_the_brand_decide(cast: Cast, leaves: Leaves) -> None:
    submit(cast, 1, "Näin se käy.")
    mods = Role.objects.create(name="Moderator", permissions=[Role.Permission.COMMUNITY])
    Grant.objects.create(agent=cast.cy, role=mods, inbox=cast.other_inbox)
    with pytest.raises(PermissionDenied):
        deciding.decide([item(1)], by=cast.cy, action=Action.PUBLISH)
    with pytest.raises(PermissionDenied):
        deciding.shut_out(cast.dee, by=cast.cy)
    Grant.objects.create(agent=cast.ben, role=mods, inbox=cast.inbox)
    deciding.shut_out(cast.dee, by=cast.ben)
    with pytest.raises(Refused):
        submit(cast, 2, "Taas minä.")
    deciding.let_in(cast.dee, by=cast.ben)
    assert submit(cast, 2, "Taas minä.").why == ("newcomer",)
