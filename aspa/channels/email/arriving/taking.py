"""Kept mail becomes messages: in the order in which it came, in batches, each batch in one transaction.

A mail that can't be understood or stored falls out into the error queue and never holds up the next one.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from aspa.channels.email import settings
from aspa.channels.email.arriving import forgetting, keeping, ours, returning, sorting, threading
from aspa.channels.email.arriving.letters import draft, letter_of
from aspa.channels.email.arriving.sorting import Case
from aspa.channels.email.arriving.understanding import understand
from aspa.channels.email.models import Arrival
from aspa.channels.email.reading.mail import Brought, Kind, Unreadable
from aspa.core.conversations import intake
from aspa.core.conversations.rows import insert_instances
from aspa.core.inboxes.models import Inbox

if TYPE_CHECKING:
    from aspa.channels.email.arriving.ours import Ours
    from aspa.channels.email.settings import Settings

logger = logging.getLogger(__name__)

State = Arrival.State

BATCH = 32
# Of raw mail in memory at once; a larger one is alone in its batch.
BATCH_BYTES = 4 * 1024 * 1024
# A mail that was begun so often ended this program each time, or the database failed over it again and again.
MOST_TRIES = 10


class Later(Exception):
    """The database or the disk is away: what was not handled waits."""


@dataclasses.dataclass(frozen=True, slots=True)
class Around:
    """What is the same for a whole batch."""

    inboxes: dict[int, Inbox]
    settings: dict[int, Settings]
    ours: Ours


def take(limit: int = BATCH) -> int:
    """Handle the next mails, oldest first; returns how many. Raises Later. One caller at a time."""
    arrivals: list[Arrival] = []
    try:
        arrivals = _next(limit)
        if not arrivals:
            return 0
        # Counted beforehand: if this program ends over one of them, the next start knows.
        Arrival.objects.filter(pk__in=[arrival.pk for arrival in arrivals]).update(tries=F("tries") + 1)
        around = _around({arrival.inbox_id for arrival in arrivals})
        for part in _parts([case for arrival in arrivals if (case := _opened(arrival, around))]):
            _handle(part, around)
    except (OperationalError, InterfaceError) as problem:
        raise Later(str(problem)) from problem
    except OSError as problem:
        # Not the mails' fault.
        with suppress(DatabaseError, InterfaceError):
            pks = [arrival.pk for arrival in arrivals]
            Arrival.objects.filter(pk__in=pks, state=State.NEW).update(tries=F("tries") - 1)
        raise Later(str(problem)) from problem
    return len(arrivals)


def again(arrival: Arrival) -> None:
    """Let a mail of the error queue be handled once more."""
    waiting = Arrival.objects.filter(pk=arrival.pk, state=State.FAILED).exclude(raw="")
    if waiting.update(state=State.NEW, detail="", tries=0):
        transaction.on_commit(keeping.NEWS.set)


def dismiss(arrival: Arrival) -> None:
    """An admin has seen it: it leaves the error queue, and stays as it came."""
    Arrival.objects.filter(pk=arrival.pk, state=State.FAILED).update(state=State.IGNORED)


def _next(limit: int) -> list[Arrival]:
    waiting = list(Arrival.objects.filter(state=State.NEW).order_by("pk")[:limit])
    if waiting and waiting[0].tries:
        return waiting[:1]
    size = 0
    chosen: list[Arrival] = []
    for arrival in waiting:
        size += arrival.size
        if arrival.tries or (chosen and size > BATCH_BYTES):
            break
        chosen.append(arrival)
    return chosen


def _around(inbox_ids: set[int]) -> Around:
    """Read once for both: each inbox's secrets are decrypted."""
    wanted = Inbox.objects.filter(Q(channel="email") | Q(pk__in=inbox_ids)).order_by("pk")
    inboxes = {inbox.pk: inbox for inbox in wanted.select_related("brand").defer("brand__identity_secret")}
    mail = [inbox for inbox in inboxes.values() if inbox.channel == "email"]
    return Around(inboxes, {pk: settings.of(inboxes[pk]) for pk in inbox_ids}, ours.of(mail))


def _opened(arrival: Arrival, around: Around) -> Case | None:
    """The mail understood; None when it fell into the error queue."""
    if arrival.tries >= MOST_TRIES:
        _fail(arrival, _("It was begun many times and never came to an end."))
        return None
    inbox = around.inboxes[arrival.inbox_id]
    try:
        with arrival.raw.open("rb") as file:
            raw = file.read()
    except FileNotFoundError:
        _fail(arrival, _("The file of the raw mail is missing."))
        return None
    try:
        with translation.override(inbox.brand.language):
            understood = understand(
                raw, around.settings[inbox.pk], mail_from=arrival.envelope.get("from"), brought=_brought(arrival)
            )
    except Unreadable as problem:
        _fail(arrival, str(problem))
        return None
    except Exception as problem:
        logger.warning("Mail %s can't be understood", arrival.pk, exc_info=True)
        _fail(arrival, _words(problem))
        return None
    return Case(arrival, inbox, understood)


def _brought(arrival: Arrival) -> Brought | None:
    said = arrival.envelope
    return Brought(said["peer"], said.get("helo", ""), said.get("from") or "") if said.get("peer") else None


def _fail(arrival: Arrival, detail: str) -> None:
    Arrival.objects.filter(pk=arrival.pk).update(state=State.FAILED, detail=detail[:300])


def _parts(cases: list[Case]) -> Iterator[list[Case]]:
    """A mail that answers another of the batch can be threaded once that one is stored."""
    start = 0
    for cut in [*threading.apart([case.understood for case in cases]), len(cases)]:
        if cases[start:cut]:
            yield cases[start:cut]
        start = cut


def _handle(cases: list[Case], around: Around) -> None:
    try:
        _store(cases, around)
    except (OSError, InterfaceError):
        raise
    except Exception as problem:
        if len(cases) > 1:
            logger.info("A batch of %s mails is tried one by one: %s", len(cases), type(problem).__name__)
            for case in cases:
                _handle([Case(case.arrival, case.inbox, case.understood)], around)
            return
        if isinstance(problem, OperationalError):
            raise
        logger.warning("Mail %s can't be stored", cases[0].arrival.pk, exc_info=True)
        _fail(cases[0].arrival, _words(problem))


def _store(cases: Sequence[Case], around: Around) -> None:
    sorting.sort(cases, around.ours)
    returned = [case for case in cases if not case.is_decided and case.understood.kind in (Kind.BOUNCE, Kind.COMPLAINT)]
    letters = [case for case in cases if not case.is_decided and case not in returned]
    asked = [threading.Asked(case.understood, case.inbox.brand, case.mail_to) for case in letters]
    continued = threading.conversations_of(asked)
    try:
        for case, conversation_id, entry in zip(letters, continued, sorting.blocked(letters), strict=True):
            _draw(case, conversation_id, entry)
        with transaction.atomic():
            _receive([case for case in letters if case.drawn])
            _note([case for case in cases if case not in returned])
    except BaseException:
        for case in letters:
            if case.drawn:
                case.drawn.forget()
        raise
    for case in returned:
        with transaction.atomic():
            _return(case)
            _note([case])
    _forget_again(cases)


def _forget_again(cases: Sequence[Case]) -> None:
    """A copy of mail that was erased mustn't bring it back to the disk."""
    copies = {case.understood.fingerprint for case in cases if case.outcome == "copy"}
    if copies:
        forgetting.forget_raw(forgetting.came_back(copies))


def _draw(case: Case, conversation_id: int | None, entry: str) -> None:
    """Prepare the message; what only this mail can be blamed for ends in the error queue. `entry`: of the blocklist."""
    try:
        with translation.override(case.inbox.brand.language):
            reason = _("%(entry)s is on the blocklist.") % {"entry": entry} if entry else ""
        case.drawn = draft(case.understood, case.inbox, conversation_id=conversation_id, spam=reason)
    except OSError:
        raise
    except Unreadable as problem:
        return case.decide(State.FAILED, "", str(problem))
    except Exception as problem:
        logger.warning("Mail %s can't become a message", case.arrival.pk, exc_info=True)
        return case.decide(State.FAILED, "", _words(problem))
    case.outcome = "blocked" if entry else "message"


def _receive(cases: Sequence[Case]) -> None:
    """Through the one door, with the letters; all or none. Raises what the door says of the first that it refuses."""
    drawn = [case.drawn for case in cases if case.drawn]
    insert_instances([attachment for one in drawn for attachment in one.attachments])
    letters = []
    for case, one, answer in zip(cases, drawn, intake.receive([one.inbound for one in drawn]), strict=True):
        if isinstance(answer, intake.NotReceived):
            raise answer.error
        if answer.is_new:
            letters.append(letter_of(one, answer.message, case.inbox, case.arrival))
        case.decide(State.DONE, case.outcome if answer.is_new else "copy", message_id=answer.message.pk)
    insert_instances(letters)


def _return(case: Case) -> None:
    message, words = returning.note(case.understood, case.inbox.brand, case.mail_to)
    outcome = "complaint" if case.understood.complaint else "bounce"
    if message is None:
        words = _("It is about a mail that we don't know. %(words)s") % {"words": words}
    case.decide(State.DONE if message else State.IGNORED, outcome, words, message.pk if message else None)


def _note(cases: Iterable[Case]) -> None:
    rows = [
        (case.state, case.outcome, case.detail, case.understood.fingerprint, case.message_id, case.arrival.pk)
        for case in cases
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE email_arrival SET state=%s, outcome=%s, detail=%s, fingerprint=%s, message_id=%s WHERE id=%s", rows
        )


def _words(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"[:300]
