"""What the customer does on their own page. Each is one verb, and then the page is shown anew."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aspa.channels.form.channel import TEXT_LIMIT, visitor_of
from aspa.core.conversations import intake, lifecycle, own_page, ways
from aspa.core.conversations.changing import Refused
from aspa.core.inboxes.channel import Claim, Inbound, Sender
from aspa.kit.rates import Buckets
from aspa.kit.text import clean
from aspa.service.carts import offering
from aspa.web.contact import enclosures, stamps
from aspa.web.customer.opening import by_link
from aspa.web.customer.pages import shown, stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from aspa.core.conversations.models import Conversation
    from aspa.core.inboxes.models import Inbox

    Click = Callable[[HttpRequest, Conversation, str], HttpResponse]

# Ten answers at once, then one in a minute: nobody writes more by hand. Clicks count too: each is told to the agents.
_answers = Buckets(1 / 60, 10)


def _slowly(click: Click) -> Click:
    @functools.wraps(click)
    def slowed(request: HttpRequest, conversation: Conversation, token: str) -> HttpResponse:
        if _answers.take(str(conversation.pk)):
            return _too_much(request, conversation, token, stamps.new(stamp_of(conversation)))
        return click(request, conversation, token)

    return slowed


@require_POST
@by_link
def reply(request: HttpRequest, conversation: Conversation, token: str) -> HttpResponse:
    """A message from the customer; 422 with what is wrong, 429 when it is too much, 503 when it can't be stored now."""
    text, inbox = clean(request.POST.get("text", "")), ways.latest(conversation)
    try:
        stamp = stamps.read(request.POST.get("stamp", ""), stamp_of(conversation))
    except stamps.BadStamp:
        fresh = stamps.new(stamp_of(conversation))
        late = _("The page had been open for long, or was sent very fast. Check it and send it again.")
        return shown(request, conversation, token, stamp=fresh, text=text, problems=(late,), status=422)
    if _answers.take(str(conversation.pk)):
        return _too_much(request, conversation, token, stamp, text)
    files, problems = enclosures.take(request, inbox, stamp)
    if not text and not files:
        problems.append(_("Write something first."))
    if len(text) > TEXT_LIMIT:
        problems.append(_("A message can have %(limit)s characters.") % {"limit": TEXT_LIMIT})
    kept = tuple(files)
    if problems:
        return shown(
            request, conversation, token, stamp=stamp, text=text, problems=tuple(problems), files=kept, status=422
        )
    received = _receive(conversation, inbox, text, stamp, [file.public_id for file in files])
    if isinstance(received, intake.NotReceived):
        later = _("We couldn't store it just now. Send it again in a moment.")
        return shown(request, conversation, token, stamp=stamp, text=text, problems=(later,), files=kept, status=503)
    if received.conversation.pk != conversation.pk:
        return _back(own_page.token(received.conversation), "new")
    return _back(token, "reply")


@require_POST
@by_link
@_slowly
def solved(request: HttpRequest, conversation: Conversation, token: str) -> HttpResponse:
    """The answer to "did this solve it?": `answer` is "yes" or "no"."""
    if request.POST.get("answer") == "yes":
        return _end(conversation, token)
    lifecycle.customer_says_not_solved(conversation)
    return _back(token, "not_solved")


@require_POST
@by_link
@_slowly
def end(request: HttpRequest, conversation: Conversation, token: str) -> HttpResponse:
    return _end(conversation, token)


@require_POST
@by_link
@_slowly
def reopen(request: HttpRequest, conversation: Conversation, token: str) -> HttpResponse:
    try:
        lifecycle.reopen(conversation)
    except Refused:
        # What we set aside isn't the sender's to bring back; the page says how to go on.
        return _back(token, "")
    return _back(token, "reopen")


def _end(conversation: Conversation, token: str) -> HttpResponse:
    """The next page is the only place where they see their cart: it can't wait for the journal's reader."""
    offering.offer_if_fitting(lifecycle.customer_ends(conversation))
    return _back(token, "end")


def _receive(
    conversation: Conversation, inbox: Inbox, text: str, stamp: stamps.Stamp, files: list[str]
) -> intake.Received | intake.NotReceived:
    """By the one door, and by the inbox through which this customer is answered: so the next answer finds them."""
    (received,) = intake.receive(
        [
            Inbound(
                inbox_id=inbox.pk,
                external_id=f"page:{stamp.id}",
                sender=Sender(Claim("", ""), language=translation.get_language() or ""),
                text=text,
                subject=conversation.subject,
                visitor=visitor_of(stamp.id),
                attachments=tuple(files),
                conversation_id=conversation.pk,
                by_link=True,
            )
        ]
    )
    return received


def _too_much(
    request: HttpRequest, conversation: Conversation, token: str, stamp: stamps.Stamp, text: str = ""
) -> HttpResponse:
    much = _("That was a lot at once. Wait a few minutes and send it again.")
    return shown(request, conversation, token, stamp=stamp, text=text, problems=(much,), status=429)


def _back(token: str, done: str) -> HttpResponse:
    return redirect(reverse("own-page", args=[token]) + (f"?done={done}#now" if done else ""))
