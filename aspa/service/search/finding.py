"""The desk's search: the conversations in which something was written, the newest first, and customers by name or address.

What is asked becomes terms of the index of messages as far as it can; the rest, what changes with every click, is asked
of the conversations that it finds. No question takes longer than its budget: what isn't found by then is found by asking
again from where it came to (`Found.next`).
"""

from __future__ import annotations

import datetime as dt
import heapq
import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Value

from aspa.core.conversations import access, lists
from aspa.core.conversations.models import Conversation, Message
from aspa.core.conversations.models.conversation import FIRST_REFERENCE
from aspa.core.people.models import Contact
from aspa.kit.ids import ROW_IDS, row_id
from aspa.service.search import customers, meaning
from aspa.service.search.asking import Question, parse, unfinished
from aspa.service.search.marking import Marker, stands_in
from aspa.service.search.messages import index
from aspa.service.search.messages.generation import Gone
from aspa.service.search.words import dictionaries
from aspa.service.search.words.tokens import tokens

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from aspa.core.conversations.lists import Placed, Row
    from aspa.core.people.models import Agent
    from aspa.service.search.asking import Hint
    from aspa.service.search.engine import Expression
    from aspa.service.search.meaning import Meaning
    from aspa.service.search.messages.generation import Generation

PAGE, MOST_CONTACTS = 20, 8
# Of a word that is being typed.
SHORTEST_BEGINNING = 2
# How long the index and the conversations are looked through, in seconds.
BUDGET = 0.02
# So many conversations of a list are looked at in one go.
AT_ONCE = 100
# Of the page's conversations so many messages are looked at for whether they were on an earlier page.
MOST_EARLIER = 2_000
REFERENCE = re.compile(r"#?(?:[A-Za-zÅÄÖåäö]{1,6}-)?(\d{5,12})")
VIEWS = {"open": "all", "waiting": "waiting", "snoozed": "snoozed", "closed": "closed"}
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation, and the newest message in it that was meant, None when none was. `snippet`: HTML with <mark>."""

    row: Row
    snippet: SafeString
    at: dt.datetime
    message_id: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    `next`: the place to go on from, empty at the end. `looked_until`: until when messages were looked through, where
    the time was up before the page was full. `is_building`: there may be more once the index has everything and the
    dictionaries are made. `unknown`: names that nobody and nothing has.
    """

    question: Question
    hits: list[Hit] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    next: str = ""
    looked_until: dt.datetime | None = None
    is_building: bool = False
    unknown: tuple[Hint, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.hits or self.contacts)


class Place(NamedTuple):
    """A message that was found."""

    message: int
    conversation: int


def find(agent: Agent, text: str, *, before: str = "", most: int = PAGE) -> Found:
    """Search what the agent may read. before: `next` of the page before this; anything else begins anew."""
    question = parse(text)
    if not question:
        return Found(question)
    is_ready = not question.words or dictionaries.come()
    wanted = meaning.of(question, agent)
    found = Found(question, is_building=not is_ready, unknown=wanted.unknown)
    if not before:
        found = replace(found, contacts=_contacts(agent, question))
        number = REFERENCE.fullmatch(text.strip())
        if number and (rows := lists.some(agent, _numbered(int(number[1])))):
            return replace(found, hits=_shown(rows))
    if wanted.is_impossible:
        return found
    if not wanted.is_of_messages:
        return _among_conversations(agent, found, wanted, before, most)
    try:
        return _among_messages(agent, found, wanted, row_id(before), most)
    except Gone:
        # The index was exchanged in this moment; the new one has everything.
        return _among_messages(agent, found, wanted, row_id(before), most)


def find_typed(agent: Agent, text: str, *, most: int) -> Found:
    """The same while it is being typed: the last word may be the beginning of one, in what was written last."""
    found = find(agent, text, most=most)
    rest, beginning = unfinished(text)
    if len(beginning) < SHORTEST_BEGINNING or len(found.hits) >= most:
        return found
    wanted = meaning.of(parse(rest), agent)
    if wanted.is_impossible:
        return found
    (wanted.beginning,) = tokens(beginning)[:1] or ("",)
    try:
        begun = _among_messages(agent, found, wanted, None, most)
    except Gone:
        return found
    known = {hit.row.pk for hit in found.hits}
    hits = [*found.hits, *(hit for hit in begun.hits if hit.row.pk not in known)]
    return replace(found, hits=sorted(hits, key=lambda hit: hit.at, reverse=True)[:most])


def _contacts(agent: Agent, question: Question) -> list[Contact]:
    if any(one.operator or one.denied or one.phrase for one in question.asked):
        return []
    return customers.named(question.words, brands=access.brand_ids(agent), most=MOST_CONTACTS)


def _numbered(number: int) -> list[int]:
    return [number - FIRST_REFERENCE] if number - FIRST_REFERENCE in ROW_IDS else []


def _among_messages(agent: Agent, found: Found, wanted: Meaning, before: int | None, most: int) -> Found:
    """The newest message of each conversation that fits, the newest first."""
    current = index.current()
    if current is None:
        return replace(found, is_building=Message.objects.exists())
    generation, standing = current
    expression = wanted.expression()
    newest = ROW_IDS[-1] if before is None else before - 1
    low, high = _bounds(generation, wanted, standing.since, newest)
    places: dict[int, Place] = {}
    looked = high + 1
    for pks, since in index.walk(generation, expression, low=low, high=high, until=time.monotonic() + BUDGET):
        for place in _fitting_in_turn(pks, wanted, most):
            if place.conversation in places or (before and _was_earlier(generation, expression, place, before)):
                continue
            places[place.conversation] = place
            if len(places) == most:
                break
        looked = since
        if len(places) == most:
            looked = min(place.message for place in places.values())
            break
    is_more = looked > low
    return replace(
        found,
        hits=_hits(agent, list(places.values()), wanted),
        next=str(looked) if is_more else "",
        looked_until=_moment(looked) if is_more and len(places) < most else None,
        is_building=found.is_building or not standing.is_whole,
    )


def _bounds(generation: Generation, wanted: Meaning, since: int, newest: int) -> tuple[int, int]:
    """Between which messages to look. The newest is asked of the table: the index is walked from there."""
    last = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    low, high = max(1, since), min(newest, last)
    if wanted.since or wanted.until:
        first_day = None if wanted.since is None else int(wanted.since.timestamp()) // DAY
        last_day = None if wanted.until is None else int(wanted.until.timestamp()) // DAY
        first, last = generation.days(first_day, last_day)
        low, high = max(low, first), min(high, last)
    return low, high


def _fitting_in_turn(pks: Sequence[int], wanted: Meaning, most: int) -> Iterator[Place]:
    """A few at first: mostly they are enough for a page."""
    few = 2 * most
    for piece in (pks[:few], pks[few:]):
        if piece:
            yield from _fitting(piece, wanted)


def _fitting(pks: Collection[int], wanted: Meaning) -> list[Place]:
    """Those of these messages that are all that was asked, in their order: what the index can't know is looked at."""
    messages = Message.objects.filter(pk__in=pks)
    if wanted.since:
        messages = messages.filter(created_at__gte=wanted.since)
    if wanted.until:
        messages = messages.filter(created_at__lt=wanted.until)
    if wanted.phrases or wanted.no_phrases or wanted.beginning:
        told = messages.values_list("pk", "conversation", "text")
        places = [Place(pk, conversation) for pk, conversation, text in told if _says(text, wanted)]
    else:
        places = [Place(*row) for row in messages.values_list("pk", "conversation")]
    fitting = _fitting_conversations({place.conversation for place in places}, wanted)
    return sorted((place for place in places if place.conversation in fitting), reverse=True)


def _says(text: str, wanted: Meaning) -> bool:
    if wanted.beginning and not any(word.startswith(wanted.beginning) for word in tokens(text)):
        return False
    return all(stands_in(phrase, text) for phrase in wanted.phrases) and not any(
        stands_in(phrase, text) for phrase in wanted.no_phrases
    )


def _fitting_conversations(pks: Collection[int], wanted: Meaning) -> set[int]:
    """Looked up by number, and the conditions selected rather than filtered by: a database that is to filter by a state
    may prefer to read a big index of it."""
    fits = ExpressionWrapper(wanted.conversations, BooleanField()) if wanted.conversations else Value(True)
    rows = Conversation.objects.filter(pk__in=pks).values_list("pk", "status", "inbox", fits)
    return {
        pk
        for pk, status, inbox, is_fitting in rows
        # Who may read is said once more: the index may be a moment behind a merge.
        if is_fitting and status in wanted.statuses and (wanted.reach is None or inbox in wanted.reach)
    }


def _was_earlier(generation: Generation, expression: Expression, place: Place, before: int) -> bool:
    """Whether the conversation was found on an earlier page, by a newer message."""
    newer = Message.objects.filter(conversation=place.conversation, pk__gte=before).order_by("pk")
    pks = set(newer.values_list("pk", flat=True)[:MOST_EARLIER])
    return any(generation.find(expression, pk, pk, 1) for pk in pks)


def _moment(pk: int) -> dt.datetime | None:
    return Message.objects.filter(pk__lte=pk).order_by("-pk").values_list("created_at", flat=True).first()


def _hits(agent: Agent, places: list[Place], wanted: Meaning) -> list[Hit]:
    rows = {row.pk: row for row in lists.some(agent, [place.conversation for place in places])}
    messages = Message.objects.filter(pk__in=[place.message for place in places]).in_bulk()
    marker = Marker(wanted.marked, wanted.beginning)
    languages = dict(Conversation.objects.filter(pk__in=rows).values_list("pk", "language"))
    return [
        Hit(
            rows[place.conversation],
            marker.snippet(message.text, languages.get(place.conversation, "")),
            message.created_at,
            message.pk,
            message.kind,
        )
        for place in places
        if place.conversation in rows and (message := messages.get(place.message))
    ]


def _among_conversations(agent: Agent, found: Found, wanted: Meaning, before: str, most: int) -> Found:
    """When nothing is asked of what was written: by their last activity, as lists are."""
    chosen: list[int] = []
    place, is_more, until = before, False, time.monotonic() + BUDGET
    walk = _walk(agent, wanted, before)
    while pieces := [one for one, _ in zip(walk, range(AT_ONCE), strict=False)]:
        fitting = _fitting_conversations({one.pk for one in pieces}, wanted)
        for one in pieces:
            place = one.place
            chosen += [one.pk] if one.pk in fitting else []
            if len(chosen) == most:
                break
        is_more = len(chosen) == most or len(pieces) == AT_ONCE
        if len(chosen) == most or time.monotonic() > until:
            break
    else:
        is_more = False
    rows = {row.pk: row for row in lists.some(agent, chosen)}
    return replace(
        found,
        hits=_shown([rows[pk] for pk in chosen if pk in rows]),
        next=place if is_more else "",
        looked_until=lists.parse_place(place)[0] if is_more and len(chosen) < most else None,
    )


def _walk(agent: Agent, wanted: Meaning, before: str) -> Iterator[Placed]:
    views = [_view(agent, VIEWS[status], wanted.filters, before) for status in sorted(wanted.statuses)]
    return heapq.merge(*views, key=lambda one: lists.parse_place(one.place), reverse=True)


def _view(agent: Agent, view: str, filters: Mapping[str, int], before: str) -> Iterator[Placed]:
    try:
        lists.parse_place(before)
    except ValueError:
        before = ""
    while pieces := lists.walk(agent, view, filters=filters, before=before, limit=AT_ONCE):
        yield from pieces
        before = pieces[-1].place


def _shown(rows: list[Row]) -> list[Hit]:
    marker = Marker(())
    return [Hit(row, marker.snippet(row.preview), row.last_activity_at) for row in rows]
