"""Who wants to hear of reviews: a personal contact after a bad one, say.

    reacting.register("outreach", react)                      # of bad ones
    reacting.register("thanks", react, when=lambda review: review.stars == 5)

A reaction is called once for each review for which `when` says so, when it is published or published anew with other
words, in a task. It is called in the transaction that notes it, so what it writes to the database is there once or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from aspa.kit import clock
from aspa.kit.tasks import task
from aspa.service.moderation.states import State
from aspa.service.reviews.models import Reaction, Review

if TYPE_CHECKING:
    from aspa.service.reviews.models import Review as Seen

# Somebody who writes so much about one star has something to put right; characters.
LONG = 120


def is_bad(review: Seen) -> bool:
    """One star and a long text."""
    return review.stars == 1 and len(review.text) >= LONG


@dataclass(frozen=True, slots=True)
class Reactor:
    react: Callable[[Review], None]
    when: Callable[[Review], bool]


_reactors: dict[str, Reactor] = {}


def register(key: str, react: Callable[[Review], None], *, when: Callable[[Review], bool] = is_bad) -> None:
    """`key`: at most 40 characters, remembered for ever. Registering one twice is a mistake and raises ValueError."""
    if key in _reactors:
        raise ValueError(f"Two reactions to reviews call themselves {key!r}.")
    _reactors[key] = Reactor(react, when)


def forget(key: str) -> None:
    """For tests: nobody stops listening."""
    _reactors.pop(key, None)


def look_at(review: Review) -> None:
    """It is shown from now on; in the transaction that shows it."""
    if any(reactor.when(review) for reactor in _reactors.values()):
        react.enqueue(review_id=review.pk)


@task(retries=8, backoff=30)
def react(review_id: int) -> None:
    """One reaction that fails holds up no other; the task is tried again and calls only those that are missing."""
    problems = []
    for key, reactor in _reactors.items():
        try:
            _call(key, reactor, review_id)
        except Exception as problem:
            problems.append(problem)
    if problems:
        raise problems[0]


def _call(key: str, reactor: Reactor, review_id: int) -> None:
    with transaction.atomic():
        review = Review.objects.select_for_update().filter(pk=review_id, state=State.PUBLISHED).first()
        if review is None or not reactor.when(review):
            return
        _reaction, is_new = Reaction.objects.get_or_create(review=review, key=key, defaults={"at": clock.now()})
        if is_new:
            reactor.react(review)
