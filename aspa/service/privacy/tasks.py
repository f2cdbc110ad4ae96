"""What is done afterwards, and what comes round by itself."""

from __future__ import annotations

from aspa.kit.tasks import periodic, task
from aspa.service.privacy import asking, compacting, copying, erasing, keeping
from aspa.service.privacy.models import Copy, Erasure


@task(retries=20, backoff=30)
def go_on_erasing(erasure_id: int) -> None:
    erasure = Erasure.objects.filter(pk=erasure_id, done_at=None).first()
    if erasure is not None and erasing.go_on(erasure):
        go_on_erasing.enqueue(erasure_id=erasure_id)


@task(retries=5, backoff=30)
def make_copy(copy_id: int) -> None:
    copy = Copy.objects.filter(pk=copy_id, made_at=None).first()
    if copy is not None:
        copying.make(copy)


@task(retries=8, backoff=60)
def tell_that_it_is_there(copy_id: int) -> None:
    copy = Copy.objects.filter(pk=copy_id, agent=None).exclude(file="").first()
    if copy is not None:
        asking.announce(copy)


@periodic("17 * * * *")
@task(retries=0)
def drop_old_copies() -> None:
    copying.drop_expired()


@periodic("20 2 * * *")
@task(retries=0)
def remove_what_is_old() -> None:
    keeping.begin()


@task(retries=3, backoff=60)
def go_on_removing(rule_id: int, after: int = 0) -> None:
    keeping.go_on(rule_id, after)


@periodic("10 4 * * *")
@task(retries=4, backoff=300)
def compact_after_erasing() -> None:
    compacting.compact_if_erased()
