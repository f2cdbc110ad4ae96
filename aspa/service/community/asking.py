"""Ask, and put one's own question right. Others see it when moderation says so."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from aspa.core.conversations.changing import Refused
from aspa.kit import clock
from aspa.kit import text as texts
from aspa.service.community import members, pictures, states
from aspa.service.community.models import LONGEST_TEXT, LONGEST_TITLE, Answer, Follow, Question, Selector
from aspa.service.knowledge import rendering
from aspa.service.moderation import submitting
from aspa.service.moderation.states import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from aspa.core.inboxes.models import Brand
    from aspa.core.people.models import Contact
    from aspa.service.moderation.submitting import Verdict

KIND = "question"
SHORTEST_TITLE = 8
MOST_SELECTORS = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote: `about` are (kind, value) as in `Selector`."""

    title: str
    text: str
    about: Sequence[tuple[str, str]] = ()
    images: Sequence[Image] = ()


def ask(written: Written, *, brand: Brand, contact: Contact, name: str, language: str) -> tuple[Question, Verdict]:
    """Ask it under the `name` that others see. Whoever asks gets a letter when it is answered. Raises Refused."""
    title, text = checked(written.title, written.text)
    now = clock.now()
    with transaction.atomic():
        member = members.join(contact, name)
        question = Question.objects.create(
            brand=brand,
            place=place_of(written.about),
            language=language,
            contact=contact,
            title=title,
            text=text,
            html=html_of(text),
            created_at=now,
            active_at=now,
        )
        Selector.objects.bulk_create(
            Selector(question=question, kind=kind, value=texts.clean(value)[:100])
            for kind, value in dict.fromkeys(written.about[:MOST_SELECTORS])
        )
        pictures.keep(written.images, under=question, contact=contact)
        Follow.objects.create(question=question, contact=contact, at=now)
        verdict = submitting.submit(
            KIND, question.pk, brand=brand, contact=contact, text=f"{member.name}\n{title}\n{text}"
        )
    question.refresh_from_db()
    return question, verdict


def edit(question: Question, written: Written, *, contact: Contact) -> Verdict:
    """The author puts it right while nobody else has answered; it is judged anew. Raises Refused."""
    title, text = checked(written.title, written.text)
    with transaction.atomic():
        current = _own(question, contact)
        if is_answered(current):
            raise Refused(_("Somebody has answered it already: add below what you still want to say."), code="too_late")
        current.title, current.text, current.html, current.edited_at = title, text, html_of(text), clock.now()
        current.save(update_fields=["title", "text", "html", "edited_at"])
        pictures.keep(written.images, under=current, contact=contact)
        member = members.member_of(contact)
        said = f"{member.name if member else ''}\n{title}\n{text}"
        return submitting.submit(KIND, current.pk, brand=current.brand, contact=contact, text=said)


def take_back(question: Question, *, contact: Contact) -> None:
    """The author deletes it. Where others have answered, these stay, and nothing of the author's. Raises Refused."""
    with transaction.atomic():
        blank(_own(question, contact))


def blank(question: Question) -> None:
    """Nothing of what its author wrote is left; the question itself goes when nobody else answered it."""
    submitting.withdraw(KIND, question.pk)
    pictures.remove(question)
    if not Answer.objects.filter(question=question).exclude(contact=question.contact_id).exists():
        for answer in Answer.objects.filter(question=question):
            pictures.remove(answer)
            submitting.withdraw("answer", answer.pk)
        states.forget(question)
        question.delete()
        return
    Selector.objects.filter(question=question).delete()
    Follow.objects.filter(question=question, contact=question.contact_id).delete()
    Question.objects.filter(pk=question.pk).update(title="", text="", html="", unanswered_since=None)
    states.forget(question)


def is_answered(question: Question) -> bool:
    """Whether everybody sees somebody else's answer."""
    shown = Answer.objects.filter(question=question, state=State.PUBLISHED)
    return shown.exclude(contact=question.contact_id).exists()


def checked(title: str, text: str) -> tuple[str, str]:
    """As they are kept. Raises Refused."""
    title, text = " ".join(texts.clean(title).split()), texts.clean(text)
    if len(title) < SHORTEST_TITLE:
        raise Refused(_("Put the question into a sentence: others find it by that."), code="title")
    if len(title) > LONGEST_TITLE:
        raise Refused(
            _("A question has at most %(most)s characters; tell more below it.") % {"most": LONGEST_TITLE}, code="title"
        )
    must_not_be_long(text)
    return title, text


def must_not_be_long(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise Refused(_("That is very long: at most %(most)s characters.") % {"most": LONGEST_TEXT}, code="too_long")


def html_of(text: str) -> str:
    """A customer's words as HTML that is safe to show."""
    return str(rendering.html(text, author=rendering.Author.CUSTOMER))


def place_of(about: Sequence[tuple[str, str]]) -> Question.Place:
    is_of_product = any(kind == Selector.Kind.PRODUCT for kind, _value in about)
    return Question.Place.PRODUCT if is_of_product else Question.Place.COMMUNITY


def _own(question: Question, contact: Contact) -> Question:
    rows: Any = Question.objects.select_for_update(of=("self",)).select_related("brand")
    current: Question | None = rows.filter(pk=question.pk, contact=contact).exclude(state=State.REMOVED).first()
    if current is None or current.is_blank:
        raise Refused(_("There is nothing here any more."), code="gone")
    return current
