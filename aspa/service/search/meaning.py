"""What a question means for one agent: terms that the index of messages knows, and what is asked of conversations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from aspa.core.conversations import access
from aspa.core.conversations.models import AgentRead, Conversation, Label, Message
from aspa.core.inboxes.channel import channels
from aspa.core.people.models import Agent, Team
from aspa.service.commerce.models import Order
from aspa.service.search import customers
from aspa.service.search.asking import ME, NOBODY, Asked, Hint, Operator, Question, State, Thing, moment
from aspa.service.search.engine import Expression, all_of, any_of, but
from aspa.service.search.messages import documents
from aspa.service.search.words import dictionaries, normaliser
from aspa.service.search.words.tokens import tokens

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aspa.core.inboxes.models import Inbox

# Customers with one name, of whom no more are meant.
MOST_PEOPLE = 50
Status = Conversation.Status
Kind = Message.Kind
Labelled = Conversation.labels.through
STATUSES = {
    State.OPEN: Status.OPEN,
    State.WAITING: Status.WAITING,
    State.SNOOZED: Status.SNOOZED,
    State.ENDED: Status.CLOSED,
}
KINDS = {State.NOTE: Kind.NOTE, State.REPLY: Kind.REPLY, State.INCOMING: Kind.INCOMING}


class Nobody(Exception):
    """Nothing that the agent may see is called so."""


@dataclass
class Meaning:
    """`terms` and `without` are for the index; None where it has nothing to say of them. `phrases` are to stand in the
    text, word by word, `no_phrases` not to; `beginning` begins one of its words.
    `conversations` are conditions of conversations; what of them
    the lists narrow by index stands in `filters`, too. `marked`: terms to be shown
    in what was found. `unknown`: what nobody and nothing is called. `is_impossible`: nothing can be found."""

    reach: list[int] | None
    terms: list[Expression] = field(default_factory=list)
    without: list[Expression] = field(default_factory=list)
    phrases: list[list[str]] = field(default_factory=list)
    no_phrases: list[list[str]] = field(default_factory=list)
    beginning: str = ""
    conversations: Q = field(default_factory=Q)
    filters: dict[str, int] = field(default_factory=dict)
    statuses: frozenset[str] = frozenset(Status.values)
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    marked: set[str] = field(default_factory=set)
    unknown: tuple[Hint, ...] = ()
    is_impossible: bool = False

    @property
    def is_of_messages(self) -> bool:
        """Whether anything is asked of what was written, and not of conversations alone."""
        told = self.terms or self.without or self.phrases or self.no_phrases or self.beginning
        return bool(told or self.since or self.until)

    def expression(self) -> Expression:
        """What the index is asked, with what the agent may read."""
        of_anything = any_of(*map(documents.of_kind, set(Kind) - {Kind.ACTIVITY}))
        allowed = [] if self.reach is None else [any_of(*map(documents.of_inbox, self.reach))]
        wanted = all_of(*(self.terms or [of_anything]), *allowed)
        return but(wanted, *self.without)


def of(question: Question, agent: Agent) -> Meaning:
    """Look up everything that is named. Names that nobody has are told, and then nothing is found."""
    meaning = Meaning(access.reach(agent).inbox_ids())
    _take_words(meaning, question)
    for one in question.asked:
        if one.operator is None:
            continue
        try:
            _take(meaning, one, agent)
        except Nobody:
            meaning.unknown += (Hint(one.value, one.operator),)
            meaning.is_impossible |= not one.denied
    meaning.is_impossible |= meaning.reach == [] or not meaning.statuses
    return meaning


def _take_words(meaning: Meaning, question: Question) -> None:
    for asked in _asked(question.words):
        found = _close(asked)
        meaning.terms.append(any_of(*found))
        meaning.marked.update(found)
    for one in question.of(None):
        if one.phrase and (words := tokens(one.value)):
            meaning.phrases.append(words)
            meaning.terms.append(all_of(*words))
            meaning.marked.update(words)
    for one in question.of(None, denied=True):
        words = tokens(one.value)
        if one.phrase and len(words) > 1:
            meaning.no_phrases.append(words)
        elif words:
            meaning.without.append(all_of(*(any_of(*_close(asked)) for asked in _asked(one.value))))


def _asked(text: str) -> list[normaliser.Asked]:
    return normaliser.asked(text) if dictionaries.are_read() else normaliser.as_it_stands(text)


def _close(asked: normaliser.Asked) -> list[str]:
    """The word and its base form: as the newest comes first, a part or a root of it would come before itself."""
    close = [term for term, weight in asked.terms.items() if weight >= normaliser.BASE]
    return close or list(asked.terms)[:1]


def _take(meaning: Meaning, one: Asked, agent: Agent) -> None:
    """Raises Nobody."""
    match one.operator:
        case Operator.IS:
            _take_state(meaning, State(one.value), agent, denied=one.denied)
        case Operator.HAS:
            _take_thing(meaning, Thing(one.value), denied=one.denied)
        case Operator.BEFORE | Operator.AFTER:
            _take_moment(meaning, one)
        case Operator.FROM:
            _add_terms(meaning, _writers(one.value, agent), denied=one.denied)
        case Operator.TO:
            _add_terms(meaning, _receivers(one.value, agent), denied=one.denied)
        case Operator.CHANNEL:
            _add_inboxes(meaning, _of_channel(one.value), agent, denied=one.denied)
        case Operator.INBOX:
            _add_inboxes(meaning, _of_name(one.value), agent, denied=one.denied)
        case Operator.LABEL:
            found = _called(Label.objects.filter(brand__in=access.brand_ids(agent)), one.value)
            _narrow(meaning, "label", found, denied=one.denied)
            labelled = Labelled.objects.filter(conversation_id=OuterRef("pk"), label_id__in=found)
            _add(meaning, Q(Exists(labelled)), denied=one.denied)
        case Operator.TEAM:
            _add(meaning, Q(team__in=_called(Team.objects.all(), one.value)), denied=one.denied)
        case Operator.ASSIGNED:
            _take_assigned(meaning, one.value, agent, denied=one.denied)


def _take_state(meaning: Meaning, state: State, agent: Agent, *, denied: bool) -> None:
    if state in KINDS:
        _add_terms(meaning, [documents.of_kind(KINDS[state])], denied=denied)
    elif state in STATUSES:
        these = frozenset({STATUSES[state].value})
        meaning.statuses = meaning.statuses - these if denied else meaning.statuses & these
    else:
        if state == State.MINE:
            _narrow(meaning, "assignee", [agent.pk], denied=denied)
        elif state == State.URGENT:
            _narrow(meaning, "priority", [Conversation.Priority.URGENT], denied=denied)
        _add(meaning, _condition(state, agent), denied=denied)


def _condition(state: State, agent: Agent) -> Q:
    match state:
        case State.MINE:
            return Q(assignee=agent)
        case State.UNASSIGNED:
            return Q(assignee=None)
        case State.URGENT:
            return Q(priority=Conversation.Priority.URGENT)
    seen = AgentRead.objects.filter(
        agent=agent, conversation=OuterRef("pk"), message_id__gte=OuterRef("last_incoming_id")
    )
    return Q(last_incoming_id__gt=0) & ~Q(status=Status.CLOSED) & ~Q(Exists(seen))


def _take_thing(meaning: Meaning, thing: Thing, *, denied: bool) -> None:
    terms = {Thing.FILE: documents.FILE, Thing.LINK: documents.HAS_LINK, Thing.NOTE: documents.of_kind(Kind.NOTE)}
    if thing in terms:
        _add_terms(meaning, [terms[thing]], denied=denied)
    else:
        _add(meaning, Q(Exists(Order.objects.filter(contact=OuterRef("contact")))), denied=denied)


def _take_moment(meaning: Meaning, one: Asked) -> None:
    day = moment(one.value, timezone.localdate())
    if day is None:
        return
    begins = timezone.make_aware(dt.datetime.combine(day, dt.time()))
    if (one.operator == Operator.BEFORE) != one.denied:
        meaning.until = min(meaning.until or begins, begins)
    else:
        meaning.since = max(meaning.since or begins, begins)


def _writers(name: str, agent: Agent) -> list[str]:
    contacts = customers.named(name, brands=access.brand_ids(agent), most=MOST_PEOPLE)
    agents = _agents(name, agent)
    return [*map(documents.by_agent, agents), *(documents.by_contact(one.pk) for one in contacts)]


def _receivers(name: str, agent: Agent) -> list[Expression | str]:
    """Who gets our replies, or in which inbox something came in."""
    contacts = customers.named(name, brands=access.brand_ids(agent), most=MOST_PEOPLE)
    found: list[Expression | str] = [
        all_of(documents.of_kind(Kind.REPLY), documents.with_customer(one.pk)) for one in contacts
    ]
    inboxes = filter(_of_name(name), _inboxes(agent))
    return [*found, *(all_of(documents.of_kind(Kind.INCOMING), documents.of_inbox(one.pk)) for one in inboxes)]


def _agents(name: str, agent: Agent) -> list[int]:
    """Colleagues, also those who have left: what they wrote is still there."""
    low = name.casefold()
    if low in ME:
        return [agent.pk]
    found = Agent.objects.values_list("pk", "name", "alias", "email")
    return [pk for pk, *names in found if any(_begins(low, one) for one in names)][:MOST_PEOPLE]


def _take_assigned(meaning: Meaning, name: str, agent: Agent, *, denied: bool) -> None:
    if name.casefold() in NOBODY:
        _add(meaning, Q(assignee=None), denied=denied)
        return
    found = _agents(name, agent)
    if not found:
        raise Nobody
    _narrow(meaning, "assignee", found, denied=denied)
    _add(meaning, Q(assignee__in=found), denied=denied)


def _narrow(meaning: Meaning, name: str, only: list[int], *, denied: bool) -> None:
    if len(only) == 1 and not denied:
        meaning.filters.setdefault(name, only[0])


def _called(rows: QuerySet[Label] | QuerySet[Team], name: str) -> list[int]:
    """Those called just so, or whose name begins so. Compared here: SQLite's lower() knows ASCII only."""
    low = name.casefold()
    known = [(pk, told.casefold()) for pk, told in rows.values_list("pk", "name")]
    exactly = [pk for pk, told in known if told == low]
    found = exactly or [pk for pk, told in known if told.startswith(low)]
    if not found:
        raise Nobody
    return found


def _begins(low: str, name: str) -> bool:
    return name.casefold().startswith(low) or any(word.startswith(low) for word in name.casefold().split())


def _of_channel(name: str) -> Callable[[Inbox], bool]:
    low = name.casefold()
    kinds = {one.key for one in channels() if one.key.startswith(low) or _begins(low, str(one.name))}
    return lambda inbox: inbox.channel in kinds


def _of_name(name: str) -> Callable[[Inbox], bool]:
    low = name.casefold()
    return lambda inbox: _begins(low, inbox.name) or _begins(low, inbox.brand.name)


def _add_inboxes(meaning: Meaning, fits: Callable[[Inbox], bool], agent: Agent, *, denied: bool) -> None:
    found = [documents.of_inbox(inbox.pk) for inbox in _inboxes(agent) if fits(inbox)]
    _add_terms(meaning, found, denied=denied)


def _add_terms(meaning: Meaning, terms: Collection[Expression | str], *, denied: bool) -> None:
    if not terms:
        raise Nobody
    (meaning.without if denied else meaning.terms).append(any_of(*terms))


def _add(meaning: Meaning, condition: Q, *, denied: bool) -> None:
    meaning.conversations &= ~condition if denied else condition


def _inboxes(agent: Agent) -> list[Inbox]:
    # Secrets are decrypted as they are read.
    return list(access.inboxes(agent).defer("settings", "brand__identity_secret"))
