"""What the community does a while later, or over and over."""

from __future__ import annotations

from aspa.kit.tasks import periodic, task
from aspa.service.community import following, handing_over
from aspa.service.community.models import Answer, Follow


@task(retries=3, backoff=60)
def tell_followers(answer_id: int) -> None:
    answer = Answer.objects.filter(pk=answer_id).first()
    if answer is not None:
        following.tell_all(answer)


@task(retries=3, backoff=60)
def tell_follower(follow_id: int, answer_id: int) -> None:
    follow = Follow.objects.filter(pk=follow_id).select_related("contact").first()
    answer = Answer.objects.filter(pk=answer_id).select_related("question__brand").first()
    if follow is not None and answer is not None:
        following.tell(follow, answer)


@periodic("* * * * *")
@task(retries=0)
def hand_over_questions() -> None:
    handing_over.sweep()
