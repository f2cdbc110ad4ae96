"""How much a brand's language model is asked: no more tokens a day, and in one talk, than its admin allows.

They are counted before a question is asked, and put right after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from aspa.kit import clock
from aspa.service.bot.models import ModelDay, Talk

if TYPE_CHECKING:
    from aspa.service.bot.models import LanguageModel

# What one question takes at most, so that questions that are asked at the same time can't go far beyond the limit.
RESERVED = 2_500


@transaction.atomic
def may_ask(model: LanguageModel, talk_id: int | None = None) -> bool:
    """Whether the day's tokens, and the talk's, leave room for one more; it is counted as asked then."""
    talk = Talk.objects.filter(pk=talk_id, tokens__lte=model.tokens_a_talk - RESERVED)
    if talk_id is not None and not talk.update(tokens=F("tokens") + RESERVED):
        return False
    day = ModelDay.objects.filter(pk=_today(model).pk, tokens__lte=model.tokens_a_day - RESERVED)
    if day.update(asked=F("asked") + 1, tokens=F("tokens") + RESERVED):
        return True
    Talk.objects.filter(pk=talk_id).update(tokens=F("tokens") - RESERVED)
    return False


@transaction.atomic
def count(
    model: LanguageModel, talk_id: int | None = None, *, tokens: int = 0, refused: int = 0, failed: int = 0
) -> None:
    """What the question that was allowed has really taken."""
    Talk.objects.filter(pk=talk_id).update(tokens=F("tokens") - RESERVED + tokens)
    ModelDay.objects.filter(pk=_today(model).pk).update(
        tokens=F("tokens") - RESERVED + tokens, refused=F("refused") + refused, failed=F("failed") + failed
    )


def spent_today(model: LanguageModel) -> ModelDay:
    return _today(model)


def _today(model: LanguageModel) -> ModelDay:
    date = clock.now().astimezone(ZoneInfo(model.brand.timezone)).date()
    return ModelDay.objects.get_or_create(brand_id=model.brand_id, date=date)[0]
