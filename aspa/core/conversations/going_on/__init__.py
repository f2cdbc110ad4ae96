"""What nearly every message does: a customer we know goes on with the conversation that is open.

Such messages are stored with a handful of statements, always the same ones however many there are, and answered from
plain rows: instances of models would take most of the time. The rows travel as one JSON value, which both databases
take apart faster than as many parameters. Everything that isn't quite so is left to `intake`.
"""

from __future__ import annotations

from collections.abc import Sequence

from aspa.core.conversations import events
from aspa.core.conversations.going_on import at_once, in_turn
from aspa.core.conversations.going_on.opened import Key, Usual
from aspa.core.conversations.models.conversation import FIRST_REFERENCE
from aspa.core.conversations.received import ConversationRow, MessageRow, Received
from aspa.core.conversations.rows import by_id
from aspa.core.inboxes.channel import Inbound, channels
from aspa.core.people.models import Agent
from aspa.kit import clock, text


def store(inbounds: Sequence[Inbound]) -> dict[int, Received]:
    """Store those of the items that simply go on, all or none; by their places among the items.

    In the transaction of the caller, or else committed when this returns. Raises IntegrityError when one of them had
    been received before: then all have to be stored in the thorough way.
    """
    usual = _usual(inbounds)
    if not usual:
        return {}
    now = clock.now()
    threaded = [channel.key for channel in channels() if channel.capabilities.threaded]
    written = (at_once if events.is_postgresql() else in_turn).store(usual, threaded, now)
    if not written:
        return {}
    events.announce()
    agents = by_id(Agent, {found.assignee_id for _, _, found in written if found.assignee_id})
    return {
        one.place: Received(
            MessageRow(pk, found.contact_id, one.text, one.inbound.client_id or None, now),
            ConversationRow(
                found.pk,
                f"{found.reference_prefix}-{FIRST_REFERENCE + found.pk}",
                found.assignee_id,
                agents.get(found.assignee_id or 0),
                found.agent_read_id,
                found.contact_read_id,
            ),
            is_new=True,
        )
        for one, pk, found in written
    }


def _usual(inbounds: Sequence[Inbound]) -> list[Usual]:
    """The items that say nothing but words, of those who have proved who they are; in the order in which they came."""
    usual: list[tuple[int, Key]] = []
    unusual: set[tuple[str, str]] = set()
    for place, inbound in enumerate(inbounds):
        sender = inbound.sender
        identity = sender.identity
        if (
            not identity.verified_how
            or sender.claims
            or sender.name
            or inbound.attachments
            or inbound.another
            or inbound.conversation_id
            or inbound.automatic
            or inbound.spam
        ):
            unusual.update((claim.kind, claim.value) for claim in (identity, *sender.claims))
        else:
            usual.append((place, (inbound.inbox_id, identity.kind, identity.value)))
    # What somebody writes after something unusual in the same batch has to be stored after it.
    return [
        Usual(place, key, inbounds[place], text.clean(inbounds[place].text))
        for place, key in usual
        if key[1:] not in unusual
    ]
