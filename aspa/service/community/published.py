"""What readers see of the community: published questions of the kinds that are switched on, and each author's own."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.db.models import Q

from aspa.kit import keyset
from aspa.service.community import sharing
from aspa.service.community.models import Answer, Member, Picture, Question, Vote
from aspa.service.moderation import authors, standing
from aspa.service.moderation.states import State

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from django.db.models import QuerySet

    from aspa.core.conversations.models import Attachment
    from aspa.core.inboxes.models import Brand
    from aspa.core.people.models import Contact

PAGE = 20
MOST_ANSWERS = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """`after`: the key of the next page, empty at the end."""

    questions: Sequence[Question]
    after: str


@dataclasses.dataclass(frozen=True, slots=True)
class Author:
    """Who wrote something, as others see them. `title`: of staff, also when it is empty."""

    name: str
    points: int = 0
    is_staff: bool = False
    title: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Written:
    """A question or an answer as its reader sees it. `told`: what its own author is told of how it stands.

    `may_edit`: its author may, still.
    """

    row: Question | Answer
    author: Author
    pictures: Sequence[Picture]
    is_own: bool
    is_voted: bool
    is_accepted: bool = False
    told: str = ""
    may_edit: bool = False
    files: Sequence[Attachment] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Thread:
    question: Written
    answers: Sequence[Written]


def questions(
    brand: Brand,
    places: Collection[str],
    language: str,
    *,
    about: tuple[str, str] | None = None,
    unanswered: bool = False,
    after: str = "",
) -> Page:
    """The published ones with something new first. `places`: those that are switched on."""
    rows = listed(brand, places).filter(language=language)
    if about is not None:
        rows = rows.filter(selectors__kind=about[0], selectors__value=about[1])
    if unanswered:
        rows = rows.filter(answer_count=0)
    found, more = keyset.page(rows.prefetch_related("selectors"), "-active_at", after=after, most=PAGE)
    _name(found)
    return Page(found, more)


def own(brand: Brand, contact: Contact) -> Sequence[Question]:
    """The newest of their own, however they stand."""
    rows = Question.objects.filter(brand=brand, contact=contact).exclude(title="").exclude(state=State.REMOVED)
    found = list(rows.order_by("-pk").prefetch_related("selectors")[:PAGE])
    for question in found:
        question.brand = brand
    _name(found)
    return found


def listed(brand: Brand, places: Collection[str]) -> QuerySet[Question]:
    """What lists, feeds and sitemaps may name."""
    rows = Question.objects.filter(brand=brand, state=State.PUBLISHED, place__in=sorted(places)).exclude(title="")
    return rows.select_related("brand").defer("brand__identity_secret", "text", "html")


def question_for(
    brand: Brand, places: Collection[str], pk: int, *, contact: Contact | None, is_staff: bool = False
) -> Question | None:
    """A published one; one's own also while it is held or hidden, and staff's any but those that were removed."""
    found = Question.objects.filter(brand=brand, pk=pk, place__in=sorted(places)).select_related(
        "brand", "conversation"
    )
    question = found.first()
    if question is None or may_see(question, contact, is_staff=is_staff):
        return question
    return None


def thread(question: Question, *, contact: Contact | None, is_staff: bool = False) -> Thread:
    """The question with its answers: the accepted one first, then those that helped most."""
    answers = sorted(
        _answers(question, contact, is_staff=is_staff)[:MOST_ANSWERS], key=lambda one: one.pk != question.accepted_id
    )
    people = _members([question, *answers])
    votes = _votes(question, contact)
    pictures = _pictures(question, answers)
    mine = [answer.pk for answer in answers if not answer.is_published]
    files = sharing.downloads(answers)
    told = {answer: one.words for answer, one in standing.of("answer", mine).items()} if mine else {}
    asked = standing.of("question", [question.pk]) if not question.is_published else {}
    return Thread(
        Written(
            row=question,
            author=_author(question, people),
            pictures=pictures.get(("question", question.pk), ()),
            is_own=_is_own(question, contact),
            is_voted=("question", question.pk) in votes,
            told=asked[question.pk].words if question.pk in asked else "",
            may_edit=_is_own(question, contact)
            and not any(one.is_published and one.contact_id != question.contact_id for one in answers),
        ),
        [
            Written(
                row=answer,
                author=_author(answer, people),
                pictures=pictures.get(("answer", answer.pk), ()),
                is_own=_is_own(answer, contact),
                is_voted=("answer", answer.pk) in votes,
                is_accepted=answer.pk == question.accepted_id,
                told=told.get(answer.pk, ""),
                may_edit=_is_own(answer, contact) and authors.may_edit(answer.created_at),
                files=files.get(answer.pk, ()),
            )
            for answer in answers
        ],
    )


def picture_for(brand: Brand, public_id: str, *, contact: Contact | None, is_staff: bool) -> Picture | None:
    """Of what the reader may see."""
    found = Picture.objects.filter(public_id=public_id).select_related("question", "answer__question").first()
    if found is None:
        return None
    answer = found.answer
    question = answer.question if answer else found.question
    if question is None or question.brand_id != brand.pk:
        return None
    under = answer or question
    sees = may_see(question, contact, is_staff=is_staff) and may_see(under, contact, is_staff=is_staff)
    return found if sees else None


def is_public(picture: Picture) -> bool:
    """Whether everybody sees it."""
    answer = picture.answer
    question = answer.question if answer else picture.question
    return question is not None and question.is_published and (answer is None or answer.is_published)


def may_see(row: Question | Answer, contact: Contact | None, *, is_staff: bool) -> bool:
    if row.is_published:
        return True
    return row.state != State.REMOVED and (is_staff or _is_own(row, contact))


def _answers(question: Question, contact: Contact | None, *, is_staff: bool) -> QuerySet[Answer]:
    """Those that the reader may see, as `may_see` has it: a flood of others that wait doesn't crowd them out."""
    rows = Answer.objects.filter(question=question).exclude(state=State.REMOVED).order_by("-vote_count", "pk")
    if is_staff:
        return rows
    sees = Q(state=State.PUBLISHED)
    return rows.filter(sees | Q(contact=contact) if contact is not None else sees)


def _is_own(row: Question | Answer, contact: Contact | None) -> bool:
    return contact is not None and row.contact_id == contact.pk


def _name(found: Sequence[Question]) -> None:
    """Lists name the authors, too."""
    people = _members(found)
    for question in found:
        question.author = _author(question, people)  # type: ignore[attr-defined]


def _members(rows: Sequence[Question | Answer]) -> dict[int, Member]:
    return Member.objects.in_bulk({row.contact_id for row in rows if row.contact_id})


def _author(row: Question | Answer, people: dict[int, Member]) -> Author:
    if isinstance(row, Answer) and row.is_staff:
        return Author(row.staff_name, is_staff=True, title=row.staff_title)
    member = people.get(row.contact_id or 0)
    if member is None or (isinstance(row, Question) and row.is_blank):
        return Author("")
    return Author(member.name, member.points)


def _votes(question: Question, contact: Contact | None) -> set[tuple[str, int]]:
    if contact is None:
        return set()
    mine = Vote.objects.filter(question=question, contact=contact)
    return {("answer", vote.answer_id) if vote.answer_id else ("question", question.pk) for vote in mine}


def _pictures(question: Question, answers: Sequence[Answer]) -> dict[tuple[str, int], list[Picture]]:
    found: dict[tuple[str, int], list[Picture]] = {}
    under = Q(question=question) | Q(answer__in=[one.pk for one in answers])
    for picture in Picture.objects.filter(under).order_by("pk"):
        key = ("answer", picture.answer_id) if picture.answer_id else ("question", picture.question_id or 0)
        found.setdefault(key, []).append(picture)
    return found
