"""What the community does a while later, or over and over."""

from __future__ import annotations

from aspa.kit.tasks import periodic, task
from aspa.service.community import following, handing_over
from aspa.service.community.models import Answer


@task(retries=3, backoff=60)
def tell_followers(answer_id: int) -> None:
    answer = Answer.objects.filter(pk=answer_id).select_related("question__brand").first()
    if answer is not None:
        following.tell(answer)


@periodic("* * * * *")
@task(retries=0)
def hand_over_questions() -> None:
    handing_over.sweep()
