"""What is done with one press: vote, accept, follow, delete, make an article of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aspa.core.conversations.changing import Refused
from aspa.kit.rates import Buckets
from aspa.service.community import answering, articles, asking, following, voting
from aspa.service.moderation import floods
from aspa.web.helpsite import ending_letters
from aspa.web.helpsite.community import doors
from aspa.web.helpsite.community.questions import thread_page
from aspa.web.helpsite.readers import for_readers, for_signed_in

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aspa.service.community.models import Answer, Question
    from aspa.web.helpsite.readers import HelpRequest

# A reader who goes through a long talk.
_votes = Buckets(1 / 5, 40)


@require_POST
@for_signed_in
@doors.switched_on
def vote_question(request: HelpRequest, pk: int) -> HttpResponse:
    question = doors.question_for(request, pk)
    return _vote(request, question, question, "")


@require_POST
@for_signed_in
@doors.switched_on
def vote_answer(request: HelpRequest, pk: int) -> HttpResponse:
    written = doors.answer_for(request, pk)
    return _vote(request, written, written.question, f"#a{pk}")


@require_POST
@for_readers
@doors.switched_on
def accept(request: HelpRequest, pk: int) -> HttpResponse:
    written = doors.answer_for(request, pk)
    agent = request.agent if doors.is_staff(request) else None
    try:
        answering.accept(written, contact=request.contact, by=agent)
    except Refused as refusal:
        return thread_page(request, written.question, problem=str(refusal), status=409)
    return doors.back_to(written.question, f"#a{pk}")


@require_POST
@for_signed_in
@doors.switched_on
def follow(request: HelpRequest, pk: int) -> HttpResponse:
    """Follow it, or end that."""
    question = doors.question_for(request, pk)
    assert request.contact is not None
    if following.is_following(question, request.contact):
        following.unfollow(question, contact=request.contact)
    else:
        following.follow(question, contact=request.contact)
    return doors.back_to(question)


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def unfollow(request: HelpRequest, token: str) -> HttpResponse:
    found = following.followed_by(token)
    mine = found if found and found.question.brand_id == request.brand.pk else None
    return ending_letters.page(
        request,
        partial(following.unfollow, mine.question, contact=mine.contact) if mine else None,
        heading=_("Letters of answers"),
        about=mine and mine.question.title,
        done=_("You get no more letters about that question."),
    )


@require_POST
@for_signed_in
@doors.switched_on
def delete_question(request: HelpRequest, pk: int) -> HttpResponse:
    question = doors.question_for(request, pk)
    assert request.contact is not None
    try:
        asking.take_back(question, contact=request.contact)
    except Refused as refusal:
        return thread_page(request, question, problem=str(refusal), status=409)
    return redirect(reverse("helpsite:community", args=[request.brand.slug, request.language]))


@require_POST
@for_readers
@doors.switched_on
def delete_answer(request: HelpRequest, pk: int) -> HttpResponse:
    """One's own; staff's by any of those who answer."""
    written = doors.answer_for(request, pk)
    try:
        if written.is_staff and request.agent is not None and doors.is_staff(request):
            answering.take_back_as_staff(written, by=request.agent)
        elif request.contact is not None:
            answering.take_back(written, contact=request.contact)
        else:
            raise Http404("Not theirs.")
    except Refused as refusal:
        return thread_page(request, written.question, problem=str(refusal), status=409)
    return doors.back_to(written.question)


@require_POST
@for_readers
@doors.switched_on
def to_article(request: HelpRequest, pk: int) -> HttpResponse:
    """The answer becomes the draft of an article, and the agent goes on with it in the editor."""
    written = doors.answer_for(request, pk)
    if request.agent is None or not written.is_published:
        raise Http404("Not theirs.")
    try:
        version = articles.from_answer(written, by=request.agent)
    except PermissionDenied as error:
        raise Http404("Not theirs.") from error
    return redirect(reverse("content:version", args=[version.pk]))


def _vote(request: HelpRequest, on: Question | Answer, question: Question, place: str) -> HttpResponse:
    assert request.contact is not None
    try:
        if _votes.take(str(request.contact.pk)):
            raise Refused(floods.words())
        voting.vote(on, contact=request.contact)
    except Refused as refusal:
        return thread_page(request, question, problem=str(refusal), status=409)
    return doors.back_to(question, place)
