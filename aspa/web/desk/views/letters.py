"""A letter as it was sent: its HTML as a page of its own that can do nothing, what was folded away, the original."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from aspa.core.conversations import access
from aspa.web.desk import pictures
from aspa.web.desk.doors import for_agents
from aspa.web.desk.letters import REMOTE, letter_of

if TYPE_CHECKING:
    from aspa.core.conversations.models import Message
    from aspa.core.people.models import Agent
    from aspa.web.desk.doors import AgentRequest

CID = re.compile(r"""(\bsrc\s*=\s*["']?)cid:([^"'\s>]+)""", re.IGNORECASE)
REMOTE_SRC = re.compile(rf"\b{REMOTE}\s*=", re.IGNORECASE)
# The page is somebody else's: no scripts, forms or frames run in it, whatever the cleaning let through. Its
# origin stays ours only so that its pictures come with the agent's session and the desk can measure it; without
# allow-scripts nothing inside can use that.
SANDBOX = "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
POLICY = (
    "default-src 'none'; img-src 'self' data:{remote}; style-src 'unsafe-inline'; font-src 'self'; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'self'; " + SANDBOX
)


@for_agents
@xframe_options_sameorigin
def sheet(request: AgentRequest, message_id: int) -> HttpResponse:
    """The HTML of a letter, for a frame: with `rest` what was folded away.

    Pictures from elsewhere are among it with `pictures`, and always where the agent wants those of the sender.
    """
    message = access.message_for(request.user, message_id)
    html = _rest_html(message) if "rest" in request.GET else message.html
    if not html:
        raise Http404("That letter has no HTML.")
    always = REMOTE in html and _always_shown(request.user, message)
    with_pictures = always or "pictures" in request.GET
    html = _pictures_in_place(html, message)
    if with_pictures:
        html = REMOTE_SRC.sub("src=", html)
    context = {"always": always, "html": mark_safe(html)}  # noqa: S308 (cleaned on arrival; what slipped through is held by the policy)
    response = render(request, "desk/sheet.html", context)
    response["Content-Security-Policy"] = POLICY.format(remote=" https:" if with_pictures else "")
    # Whoever sent the picture isn't told where it is read.
    response["Referrer-Policy"] = "no-referrer"
    return response


def _always_shown(agent: Agent, message: Message) -> bool:
    letter = letter_of(message.pk)
    return letter is not None and pictures.are_shown(agent, message, letter)


def _rest_html(message: Message) -> str:
    letter = letter_of(message.pk)
    return letter.rest_html if letter else ""


def _pictures_in_place(html: str, message: Message) -> str:
    """Pictures that came along stand where the HTML names them by their content id."""
    if "cid:" not in html.lower():
        return html
    urls = {
        file.content_id: reverse("shell_file", args=[file.public_id, file.name])
        for file in message.attachments.all()
        if file.content_id
    }
    return CID.sub(lambda found: found[1] + urls.get(unquote(found[2]), ""), html)


@require_POST
@for_agents
def show_pictures(request: AgentRequest, message_id: int) -> HttpResponse:
    """204: from now on the agent sees the pictures in what this sender sends at once; with `stop`, no longer.

    404 for a letter that is most likely forged.
    """
    message = access.message_for(request.user, message_id)
    letter = letter_of(message.pk)
    if letter is None or not pictures.may_be_remembered(message, letter):
        raise Http404("That sender isn't known.")
    change = pictures.forget if "stop" in request.POST else pictures.remember
    change(request.user, message, letter)
    return HttpResponse(status=204)


@for_agents
def rest(request: AgentRequest, message_id: int) -> HttpResponse:
    """What was folded away: quoted text and the signature."""
    message = access.message_for(request.user, message_id)
    letter = letter_of(message.pk)
    if letter is None:
        raise Http404("That message is no letter.")
    # Beside a sheet the rest is a sheet too; beside a text it is text, where there is one.
    as_sheet = bool(letter.rest_html) and ("sheet" in request.GET or not letter.rest)
    return render(request, "desk/rest.html", {"message": message, "letter": letter, "as_sheet": as_sheet})


@for_agents
def original(request: AgentRequest, message_id: int) -> HttpResponse:
    """The mail as it arrived, to keep or to look into: always a download."""
    message = access.message_for(request.user, message_id)
    letter = letter_of(message.pk)
    if letter is None or letter.arrival is None or not letter.arrival.raw:
        raise Http404("The original isn't kept.")
    try:
        file = letter.arrival.raw.open("rb")
    except FileNotFoundError:
        raise Http404("The original is gone.") from None
    response = FileResponse(
        file,
        as_attachment=True,
        filename=f"{message.conversation.reference}-{message.pk}.eml",
        content_type="application/octet-stream",
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response  # type: ignore[return-value]  # for the decorators a streamed answer is as good
