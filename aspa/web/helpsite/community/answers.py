"""Answer, as a customer or as staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aspa.core.conversations.changing import Refused
from aspa.service.community import answering, members
from aspa.service.community.models import LONGEST_TEXT
from aspa.web.helpsite.community import doors, taking
from aspa.web.helpsite.community.questions import thread_page
from aspa.web.helpsite.readers import for_readers
from aspa.web.helpsite.showing import address, shown

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aspa.service.community.models import Answer
    from aspa.web.helpsite.readers import HelpRequest


@require_POST
@for_readers
@doors.switched_on
def answer(request: HelpRequest, pk: int) -> HttpResponse:
    """By staff where an agent is signed in at the desk and says so, else by the customer."""
    question = doors.question_for(request, pk)
    text = request.POST.get("text", "")
    as_staff = request.POST.get("as") == "staff" and doors.is_staff(request)
    if not as_staff and request.contact is None:
        return redirect(f"{address(request, 'sign-in')}?next={question.url()}")
    try:
        if as_staff and request.agent is not None:
            written = answering.answer_as_staff(question, text, by=request.agent)
            return doors.back_to(question, f"#a{written.pk}")
        taking.guarded(request, "answer")
        assert request.contact is not None
        member = members.member_of(request.contact)
        name = request.POST.get("name", "") or (member.name if member else "")
        written, verdict = answering.answer(
            question, text, contact=request.contact, name=name, images=taking.images(request)
        )
    except Refused as refusal:
        return thread_page(request, question, problem=str(refusal), text=text, status=taking.status_of(refusal))
    return doors.back_to(question, f"?said={'shown' if verdict.is_published else 'held'}#a{written.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
@doors.switched_on
def edit(request: HelpRequest, pk: int) -> HttpResponse:
    """One's own; staff's by any of those who answer."""
    written = doors.answer_for(request, pk)
    is_own = request.contact is not None and written.contact_id == request.contact.pk
    if not (is_own or (written.is_staff and doors.is_staff(request))):
        raise Http404("Not theirs.")
    if request.method != "POST":
        return _form(request, written, written.text)
    text = request.POST.get("text", "")
    try:
        if not is_own:
            assert request.agent is not None
            answering.edit_as_staff(written, text, by=request.agent)
            return doors.back_to(written.question, f"#a{written.pk}")
        taking.guarded(request, "answer")
        assert request.contact is not None
        verdict = answering.edit(written, text, contact=request.contact)
    except Refused as refusal:
        return _form(request, written, text, problem=str(refusal), status=taking.status_of(refusal))
    return doors.back_to(written.question, f"?said={'shown' if verdict.is_published else 'held'}#a{written.pk}")


def _form(request: HelpRequest, written: Answer, text: str, *, problem: str = "", status: int = 200) -> HttpResponse:
    values = {
        "answer": written,
        "text": text,
        "problem": problem,
        "longest_text": LONGEST_TEXT,
        "trail": [(_("Community"), address(request, "community")), (written.question.title, written.question.url())],
    }
    return shown(request, "helpsite/community/answer.html", values, status=status, index=False, fresh=True)
