"""The customer proves an address on their own page, by the code that was sent there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from aspa.kit.rates import Buckets
from aspa.service.verification import codes
from aspa.web.customer.opening import by_link

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from aspa.core.conversations.models import Conversation

# Besides the five tries of a code: a program that tries others' codes is slow.
_tries = Buckets(1 / 20, 10)


@require_POST
@by_link
def tell(request: HttpRequest, conversation: Conversation, token: str) -> HttpResponse:
    """Spaces in it are as it was written in the letter."""
    if _tries.take(str(conversation.pk)):
        return _back(token, "code_later")
    answer = codes.enter(conversation, "".join(request.POST.get("code", "").split())[:12])
    return _back(token, f"code_{answer.value}")


@require_POST
@by_link
def ask_anew(request: HttpRequest, conversation: Conversation, token: str) -> HttpResponse:
    sent = not _tries.take(str(conversation.pk)) and codes.send_again(conversation)
    return _back(token, "code_sent" if sent else "code_later")


def _back(token: str, done: str) -> HttpResponse:
    return redirect(reverse("own-page", args=[token]) + f"?done={done}#now")
