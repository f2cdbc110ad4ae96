"""What a visitor changes: messages, reading marks, ending, reopening. Each is answered after its commit."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aspa.channels.webchat import spoken, visitors
from aspa.channels.webchat import transcript as transcripts
from aspa.channels.webchat.channel import FILES_LIMIT, TEXT_LIMIT, inbound
from aspa.core.conversations import intake, lifecycle, reading
from aspa.core.conversations.models import Attachment, Conversation
from aspa.core.inboxes.channel import ParseError
from aspa.kit.bus import bus
from aspa.kit.text import plain_length
from aspa.web.live.group import Overloaded
from aspa.web.live.http import HttpError
from aspa.web.live.visitor.limits import too_fast

if TYPE_CHECKING:
    from collections.abc import Callable

    from aspa.core.inboxes.channel import Inbound
    from aspa.web.live.visitor.app import Request, VisitorApp

logger = logging.getLogger(__name__)


async def message(app: VisitorApp, request: Request) -> None:
    """A message from the customer: 201 when it is durable, 200 for one that already was."""
    app.limits.message(request.visitor, request.address)
    item = _inbound(request, await request.json())
    # A visitor can be anybody by every message. Only where an address has begun very many is it looked who writes.
    if (wait := app.limits.wait_to_begin(request.address)) and await app.threads.read(_would_begin, request, item):
        raise too_fast(wait)
    try:
        received = await app.group.receive(item)
    except Overloaded as error:
        raise HttpError(503, "busy", gettext_lazy("Try again in a moment."), retry_after=2) from error
    except intake.AttachmentMissing as error:
        raise HttpError(409, "attachment", gettext_lazy("A file is missing. Add it again.")) from error
    if received.begins and received.is_new:
        app.limits.begins(request.address)
    files = await app.threads.read(_attachments, received.written.pk) if item.attachments else []
    if request.signed_in or received.begins:
        # Sockets that were opened before this was anybody learn now whose they are. Told again with a repeated
        # message: the process that stored the first may have died before it could tell. A customer who has signed in
        # may have been known by the browser until now.
        identity = visitors.identity_of(request.inbox, request.visitor, request.signed_in)
        await bus.apublish("visitor", {"identity": identity, "contact": received.written.contact_id})
    await request.answer(
        201 if received.is_new else 200,
        {
            "message": spoken.message(received.written, request.inbox.public_id, files),
            "conversation": spoken.conversation(received.within),
            "token": request.token,
        },
    )


def _inbound(request: Request, body: dict[str, Any]) -> Inbound:
    try:
        item = inbound(request.inbox.pk, request.visitor, body, signed_in=request.signed_in)
    except ParseError as error:
        raise HttpError(400, "bad_message", str(error)) from error
    if plain_length(item.text) > TEXT_LIMIT:
        text = gettext_lazy("A message can have %(limit)s characters.")
        raise HttpError(422, "too_long", text, values={"limit": TEXT_LIMIT})
    if len(item.attachments) > FILES_LIMIT:
        text = gettext_lazy("A message can carry %(limit)s files.")
        raise HttpError(422, "too_many", text, values={"limit": FILES_LIMIT})
    if not item.text.strip() and not item.attachments:
        raise HttpError(422, "empty", gettext_lazy("Write something first."))
    return item


def _would_begin(request: Request, item: Inbound) -> bool:
    """Whether a conversation begins with it, as far as it is the sender's doing."""
    contact_id = visitors.contact_id_of(request.inbox, request.visitor, request.signed_in)
    return item.another or visitors.conversation_of(request.inbox, contact_id) is None


def _attachments(message_id: int) -> list[Attachment]:
    return list(Attachment.objects.filter(message=message_id).order_by("pk"))


async def end(app: VisitorApp, request: Request) -> None:
    await _change(app, request, lifecycle.customer_ends)


async def solved(app: VisitorApp, request: Request) -> None:
    """The answer to "did this solve it?"."""
    reply = (await request.json()).get("answer")
    if reply not in ("yes", "no"):
        raise HttpError(400, "bad_answer", "The answer is yes or no.")
    await _change(app, request, lifecycle.customer_ends if reply == "yes" else lifecycle.customer_says_not_solved)


async def reopen(app: VisitorApp, request: Request) -> None:
    await _change(app, request, _reopen)


def _reopen(conversation: Conversation) -> Conversation:
    # What we set aside as spam isn't the sender's to bring back; their next message starts anew.
    return conversation if conversation.is_set_aside else lifecycle.reopen(conversation)


async def _change(app: VisitorApp, request: Request, verb: Callable[[Conversation], Conversation]) -> None:
    app.limits.message(request.visitor, request.address)
    await request.answer(200, {"conversation": await app.threads.read(_changed, request, verb)})


def _changed(request: Request, verb: Callable[[Conversation], Conversation]) -> dict[str, Any]:
    # Spoken here too: the verb's conversation may have to fetch who serves it.
    return spoken.conversation(verb(_own_conversation(request)))


async def read(app: VisitorApp, request: Request) -> None:
    up_to = (await request.json()).get("message_id")
    if not isinstance(up_to, int) or isinstance(up_to, bool) or not 0 < up_to < 2**62:
        raise HttpError(400, "bad_id", "Name the newest message that was read.")
    conversation = await app.threads.read(_own_conversation, request)
    await app.threads.read(reading.contact_reads, conversation, up_to=up_to)
    await request.answer(200, {"conversation": spoken.conversation(conversation)})


def _own_conversation(request: Request) -> Conversation:
    """The visitor's own, and nobody else's: there is no id to guess in these requests."""
    contact_id = visitors.contact_id_of(request.inbox, request.visitor, request.signed_in)
    conversation = visitors.conversation_of(request.inbox, contact_id)
    if conversation is None:
        raise HttpError(404, "no_conversation", _("There is no conversation yet."))
    return conversation


async def transcript(app: VisitorApp, request: Request) -> None:
    """Send the visitor's conversation to an address they give."""
    address = (await request.json()).get("email")
    if not isinstance(address, str) or not transcripts.is_address(address):
        raise HttpError(422, "bad_email", _("Check the e-mail address."))
    app.limits.letter(request.visitor, request.address)
    conversation = await app.threads.read(_own_conversation, request)
    await app.threads.read(transcripts.request, conversation, address=address, language=request.language)
    await request.answer(202, {"text": _("The conversation is on its way to %(address)s.") % {"address": address}})
