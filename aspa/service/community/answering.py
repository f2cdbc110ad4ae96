"""Answer, accept, and put one's own answer right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from aspa.core.conversations import lifecycle, replies
from aspa.core.conversations.changing import Refused
from aspa.kit import clock
from aspa.kit import text as texts
from aspa.service.community import handing_over, members, pictures, states
from aspa.service.community.asking import html_of, must_not_be_long
from aspa.service.community.models import Answer, Question
from aspa.service.community.rights import may_answer
from aspa.service.moderation import authors, submitting
from aspa.service.moderation.states import State
from aspa.service.search import content

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from aspa.core.conversations.models import Message
    from aspa.core.people.models import Agent, Contact
    from aspa.service.moderation.submitting import Verdict

KIND = "answer"
SHORTEST = 2


def answer(
    question: Question, text: str, *, contact: Contact, name: str, images: Sequence[Image] = ()
) -> tuple[Answer, Verdict]:
    """A customer's answer, or what the asker adds. Raises Refused."""
    text = _checked(text)
    with transaction.atomic():
        current = _open(question)
        member = members.join(contact, name)
        written = Answer.objects.create(
            question=current, contact=contact, text=text, html=html_of(text), created_at=clock.now()
        )
        pictures.keep(images, under=written, contact=contact)
        verdict = submitting.submit(
            KIND, written.pk, brand=current.brand, contact=contact, text=f"{member.name}\n{text}"
        )
    written.refresh_from_db()
    return written, verdict


def answer_as_staff(question: Question, text: str, *, by: Agent) -> Answer:
    """Staff's answer, shown at once with name and title. Where a team was asked, the conversation has it too.

    Raises Refused, and PermissionDenied for who may not answer the brand's customers.
    """
    if not may_answer(by, question.brand_id):
        raise PermissionDenied
    text = _checked(text)
    with transaction.atomic():
        current = _open(question)
        if Answer.objects.filter(question=current, agent=by, text=text).exists():
            raise Refused(_("You have sent this already."), code="repeated")
        way = handing_over.way_back(current, by)
        message = replies.reply(way.conversation, by=by, body=text, via=way.inbox) if way else None
        return publish(current, text, by=by, message=message)


def publish(
    question: Question, text: str, *, by: Agent, message: Message | None, images: Sequence[Image] = ()
) -> Answer:
    """The answer as everybody sees it; the same message again is the same answer."""
    with transaction.atomic():
        if message is not None and (known := Answer.objects.filter(message=message).first()):
            return known
        written = Answer.objects.create(
            question=question,
            agent=by,
            staff_name=by.public_name,
            staff_title=by.title,
            message=message,
            text=text,
            html=html_of(text),
            created_at=clock.now(),
        )
        pictures.keep(images, under=written, contact=None)
        states.answer_becomes(written.pk, State.PUBLISHED)
    written.refresh_from_db()
    return written


def edit(written: Answer, text: str, *, contact: Contact) -> Verdict:
    """The author puts it right; it is judged anew. Raises Refused."""
    text = _checked(text)
    with transaction.atomic():
        current = _own(written, contact)
        authors.must_be_editable(current.created_at)
        _write(current, text)
        member = members.member_of(contact)
        said = f"{member.name if member else ''}\n{text}"
        return submitting.submit(KIND, current.pk, brand=current.question.brand, contact=contact, text=said)


def edit_as_staff(written: Answer, text: str, *, by: Agent) -> None:
    """Any of those who may answer can put staff's words right. Raises Refused."""
    if not written.is_staff or not may_answer(by, written.question.brand_id):
        raise PermissionDenied
    with transaction.atomic():
        _write(written, _checked(text))
        content.touch(states.SOURCE, [written.question_id])


def take_back(written: Answer, *, contact: Contact) -> None:
    """The author deletes it. Raises Refused."""
    with transaction.atomic():
        remove(_own(written, contact))


def take_back_as_staff(written: Answer, *, by: Agent) -> None:
    if not written.is_staff or not may_answer(by, written.question.brand_id):
        raise PermissionDenied
    with transaction.atomic():
        remove(written)


def remove(written: Answer) -> None:
    """The answer, its pictures and what moderation knows of it."""
    states.answer_becomes(written.pk, State.REMOVED)
    submitting.withdraw(KIND, written.pk)
    pictures.remove(written)
    written.delete()


def accept(written: Answer, *, contact: Contact | None = None, by: Agent | None = None) -> None:
    """The asker, or staff, says that this answers it; saying it again takes it back. Raises Refused.

    The asker's word ends the conversation in which a team was asked.
    """
    with transaction.atomic():
        current = _open(written.question)
        is_theirs = contact is not None and contact.pk == current.contact_id
        if not is_theirs and not (by is not None and may_answer(by, current.brand_id)):
            raise Refused(_("Who asked says which answer helped."), code="not_yours")
        if not Answer.objects.filter(pk=written.pk, question=current, state=State.PUBLISHED).exists():
            raise Refused(_("There is nothing here any more."), code="gone")
        before = current.accepted.contact_id if current.accepted else None
        accepts = current.accepted_id != written.pk
        current.accepted_id = written.pk if accepts else None
        current.save(update_fields=["accepted"])
        content.touch(states.SOURCE, [current.pk])
        members.count_points({pk for pk in (before, written.contact_id) if pk})
        if accepts and is_theirs and current.conversation is not None:
            lifecycle.customer_ends(current.conversation)


def _checked(text: str) -> str:
    text = texts.clean(text)
    if len(text) < SHORTEST:
        raise Refused(_("Write something first."), code="empty")
    must_not_be_long(text)
    return text


def _open(question: Question) -> Question:
    """It as it is now, locked. Raises Refused when nobody can answer it."""
    rows: Any = Question.objects.select_for_update(of=("self",)).select_related("brand", "conversation")
    current: Question | None = rows.filter(pk=question.pk, state=State.PUBLISHED).first()
    if current is None or current.is_blank:
        raise Refused(_("There is nothing here any more."), code="gone")
    return current


def _own(written: Answer, contact: Contact) -> Answer:
    mine = Answer.objects.filter(pk=written.pk, contact=contact).exclude(state=State.REMOVED)
    current = mine.select_related("question__brand").first()
    if current is None:
        raise Refused(_("There is nothing here any more."), code="gone")
    return current


def _write(written: Answer, text: str) -> None:
    written.text, written.html, written.edited_at = text, html_of(text), clock.now()
    written.save(update_fields=["text", "html", "edited_at"])
