"""The community's lists, and the page of a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aspa.kit import text as texts
from aspa.service.community import articles, following, members, published
from aspa.service.community.models import LONGEST_NAME, LONGEST_TEXT, Selector
from aspa.service.community.pictures import MOST
from aspa.service.moderation import rights
from aspa.web.helpsite import sitemap
from aspa.web.helpsite.community import doors, structured
from aspa.web.helpsite.readers import for_readers, for_signed_in
from aspa.web.helpsite.showing import address, shown

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from aspa.core.inboxes.models import Brand
    from aspa.service.community.models import Question
    from aspa.web.helpsite.readers import HelpRequest

MOST_IN_SITEMAP = 5000


@require_safe
@for_readers
@doors.switched_on
def front(request: HelpRequest) -> HttpResponse:
    """Those with something new first; `unanswered`, `product`, `topic` and `model` narrow, `after` goes on."""
    about = _about(request)
    unanswered = "unanswered" in request.GET
    page = published.questions(
        request.brand,
        doors.places_on(request),
        request.language,
        about=about,
        unanswered=unanswered,
        after=request.GET.get("after", "")[:60],
    )
    values = {"page": page, "about": about, "unanswered": unanswered}
    narrowed = bool(about or unanswered or request.GET.get("after"))
    return shown(request, "helpsite/community/front.html", values, index=not narrowed)


@require_safe
@for_signed_in
@doors.switched_on
def mine(request: HelpRequest) -> HttpResponse:
    assert request.contact is not None
    values = {"questions": published.own(request.brand, request.contact)}
    return shown(request, "helpsite/community/mine.html", values, index=False)


@require_safe
@for_readers
@doors.switched_on
def page(request: HelpRequest, pk: int, slug: str = "") -> HttpResponse:
    question = doors.question_for(request, pk)
    if question.language != request.language or slug != question.slug:
        return redirect(question.url(), permanent=question.is_published)
    return thread_page(request, question)


def thread_page(
    request: HelpRequest, question: Question, *, problem: str = "", text: str = "", status: int = 200
) -> HttpResponse:
    """The page, with what somebody wrote that couldn't be taken."""
    is_staff = doors.is_staff(request)
    thread = published.thread(question, contact=request.contact, is_staff=is_staff)
    agent = request.agent
    member = members.member_of(request.contact) if request.contact else None
    values = {
        "thread": thread,
        "question": question,
        "selectors": list(question.selectors.all()),
        "is_staff": is_staff,
        "may_moderate": agent is not None and rights.may(agent, request.brand.pk),
        "may_write_articles": agent is not None and articles.may_write(agent, request.brand.pk),
        "may_accept": is_staff or thread.question.is_own,
        "is_following": following.is_following(question, request.contact),
        "said": _said(request),
        "problem": problem,
        "text": text,
        "structured": structured.of(thread, question) if question.is_published else None,
        "description": structured.plain(question.html)[:200],
        **writing(request, member.name if member else ""),
        "trail": [(_("Community"), address(request, "community"))],
    }
    return shown(
        request,
        "helpsite/community/question.html",
        values,
        status=status,
        canonical=question.url(),
        alternates={},
        index=question.is_published and not question.is_blank,
        fresh=bool(request.contact or agent),
    )


def writing(request: HelpRequest, known_as: str) -> dict[str, Any]:
    """What forms ask beside the text: the name, once, and pictures."""
    proposed = request.POST.get("name", "") or (members.proposed_name(request.contact) if request.contact else "")
    return {
        "known_as": known_as,
        "name": known_as or proposed[:LONGEST_NAME],
        "longest_name": LONGEST_NAME,
        "longest_text": LONGEST_TEXT,
        "most_pictures": MOST,
    }


def _about(request: HttpRequest) -> tuple[str, str] | None:
    for kind in Selector.Kind.values:
        if value := texts.clean(request.GET.get(kind, ""))[:100]:
            return str(kind), value
    return None


def _said(request: HelpRequest) -> str:
    """What the reader is told of what they have just done; words of ours alone."""
    words = {
        "shown": _("Thank you. It is shown now."),
        "held": _("Thank you. We look at it first; you see it here, others when it has been looked at."),
        "reported": _("Thank you. We look at it."),
    }
    return words.get(request.GET.get("said", ""), "")


def _in_sitemap(brand: Brand) -> Iterable[tuple[str, dt.datetime | None]]:
    from aspa.service.knowledge import switches

    rows = published.listed(brand, switches.on(brand.pk) & set(doors.PLACES)).filter(answer_count__gt=0)
    for question in rows.order_by("-active_at", "-pk")[:MOST_IN_SITEMAP]:
        question.brand = brand
        yield question.url(), question.active_at


sitemap.register("community", _in_sitemap)
