"""The customer's own page of a conversation, opened by its link. Opening changes nothing: mail scanners open links too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aspa.core.conversations.models import Attachment
from aspa.core.inboxes.models import Brand
from aspa.kit.ids import is_client_id, row_id
from aspa.web.contact import enclosures, faces, stamps
from aspa.web.customer import asked, rights, standing, told
from aspa.web.customer.opening import by_link
from aspa.web.shell.files import on_our_pages

if TYPE_CHECKING:
    from django.http import FileResponse, HttpRequest

    from aspa.core.conversations.models import Conversation

# What the button in a letter asks to be confirmed.
ASKED = ("yes", "no", "reopen")


@require_safe
@by_link
def page(request: HttpRequest, conversation: Conversation, token: str) -> HttpResponse:
    """`?answer=` is what a letter's link would do: the page asks for a click. `?done=` is what was just done."""
    stamp = stamps.new(stamp_of(conversation))
    done = _done(request.GET.get("done", ""), conversation)
    return shown(request, conversation, token, stamp=stamp, done=done)


@require_safe
@by_link
def file(request: HttpRequest, conversation: Conversation, token: str, public_id: str, name: str) -> FileResponse:
    """A file of a message that the customer may see."""
    theirs = Attachment.objects.filter(message__conversation=conversation, message__is_public=True)
    found = theirs.filter(public_id=public_id).first() if is_client_id(public_id) else None
    if found is None:
        raise Http404("No such file.")
    return on_our_pages(found)


@require_safe
def colour(request: HttpRequest, slug: str) -> HttpResponse:
    return faces.stylesheet(get_object_or_404(Brand, slug=slug))


def stamp_of(conversation: Conversation) -> str:
    """What the stamp in the answering form names."""
    return f"page-{conversation.pk}"


def shown(
    request: HttpRequest,
    conversation: Conversation,
    token: str,
    *,
    stamp: stamps.Stamp,
    done: str = "",
    text: str = "",
    problems: tuple[str, ...] = (),
    files: tuple[Attachment, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """The page, with what the customer has filled in when it has to be put right."""
    messages, more = told.messages(conversation, before=row_id(request.GET.get("before", "")))
    answer = request.GET.get("answer", "")
    values: dict[str, Any] = {
        "conversation": conversation,
        "brand": conversation.brand,
        "token": token,
        "standing": standing.of(conversation),
        "answer": answer if answer in ASKED else "",
        "promises": told.promises(conversation),
        "asked": asked.of(conversation),
        "server": told.server(conversation),
        "copy_goes_to": rights.where_to(conversation),
        "messages_shown": messages,
        "more": more,
        "done": done,
        "stamp": stamp,
        "text": text,
        "problems": problems,
        "files": files,
        "most_files": enclosures.MOST,
        "megabytes": enclosures.MEGABYTES,
    }
    return render(request, "customer/page.html", values, status=status)


def _done(code: str, conversation: Conversation) -> str:
    said = {
        "reply": _("Your message has arrived."),
        "new": _("Your message has arrived. It is a new matter, and its number is %(reference)s.")
        % {"reference": conversation.reference},
        "end": _("Thank you. You have ended this."),
        "not_solved": _("Thank you. We go on: write below what is still missing."),
        "reopen": _("It is open again."),
        "copy": _("We make the copy now and write to you when it is ready, once a day at most."),
        "code_proved": _("Thank you. The address is confirmed as yours."),
        "code_wrong": _("That isn't the code we sent. Check it and try again."),
        "code_expired": _("That code is no longer valid. Ask for a new one below."),
        "code_spent": _(
            "There were too many wrong codes, so the question is closed. Write to us and we send a new one."
        ),
        "code_nothing": _("No code is being waited for just now."),
        "code_sent": _("A new code is on its way. Only the newest one is valid."),
        "code_later": _("A code was sent a moment ago, or several were. Wait a minute and look in your mail again."),
    }
    return said.get(code, "")
