"""Who comes in, how often, with how much; and what those hear who don't."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.security import HttpBearer

from aspa.kit import keyset, text
from aspa.kit.rates import Buckets
from aspa.web.rest import keys
from aspa.web.rest.models import Key, Scope

logger = logging.getLogger(__name__)

# What is given away with "key": nothing but whether the key itself opens.
WORDS = {
    400: ("bad_request", "The body is not JSON as /api/v1/openapi.json describes it."),
    401: ("not_authorised", "Send a valid key: Authorization: Bearer aspa_…"),
    403: ("not_allowed", "This key may not do that."),
    404: ("not_found", "There is nothing of that id."),
    405: ("method_not_allowed", "This address takes other methods; the header Allow names them."),
    413: ("too_large", "The body is too large; send smaller batches."),
    422: ("not_valid", "The request is not as /api/v1/openapi.json describes it."),
    500: ("failed", "Something went wrong here; nothing was taken. Try again later."),
}
buckets = Buckets(settings.ASPA_API_RATE, settings.ASPA_API_BURST)


class Problem(Exception):
    """Answered in the documented shape."""

    def __init__(self, status: int, message: str = "", *, code: str = "", wait: int = 0) -> None:
        super().__init__(status)
        self.status, self.wait = status, wait
        known_code, known_message = WORDS.get(status, ("failed", ""))
        self.code, self.message = code or known_code, message or known_message


class ForScope(HttpBearer):
    """A key with the scope, whose source is in use. It is counted before it is looked at what is asked."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self._scope = scope
        self.openapi_description = f"A key with the right to “{scope.value}”, made in Aspa's settings."

    def authenticate(self, request: HttpRequest, token: str) -> Key:
        key = keys.recognise(token)
        if key is None:
            raise Problem(401)
        if wait := buckets.take(str(key.pk)):
            seconds = math.ceil(wait)
            raise Problem(429, f"Too many requests; try again in {seconds} s.", code="rate_limited", wait=seconds)
        if self._scope not in key.scopes:
            raise Problem(403)
        if not key.source.is_active:
            raise Problem(403, "This system has been taken out of use.")
        return key


def storable(given: str) -> str:
    """An id or a code as it was asked for. Raises Http404 for what can't be one, which databases take ill."""
    if text.clean(given) != given:
        raise Http404
    return given


def place(before: str) -> str:
    """Where a list goes on ("": it begins). A program that sends another place hears of it, and not the beginning again."""
    if before and keyset.place_of(before)[0] is None:
        raise Problem(422, "That is not a `before` of ours.")
    return before


@csrf_exempt
def nowhere(request: HttpRequest, path: str = "") -> HttpResponse:
    """A program that misspelt an address is answered as one."""
    return _answer(404, "not_found", "There is no such address; /api/v1/openapi.json lists those that there are.")


def in_one_shape(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The library answers wrong methods, and what is asked of its own pages, by itself."""

    @csrf_exempt
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponse:
        try:
            response = view(request, *args, **parts)
        except Http404:
            return nowhere(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        told = _answer(405, *WORDS[405])
        told["Allow"] = response["Allow"]
        return told

    return answered


def answer_problems(api: NinjaAPI) -> None:
    """Every failure is answered in one shape, and says nothing of what it met inside."""

    def on(kind: type[Exception], handle: Callable[[Any], HttpResponse]) -> None:
        api.add_exception_handler(kind, lambda _request, error: handle(error))

    on(Problem, _problem)
    on(Http404, lambda _error: _answer(404, *WORDS[404]))
    on(HttpError, _http_error)
    on(ValidationError, _not_valid)
    on(RequestDataTooBig, lambda _error: _answer(413, *WORDS[413]))
    on(Exception, _failed)


def _problem(problem: Problem) -> HttpResponse:
    response = _answer(problem.status, problem.code, problem.message)
    if problem.wait:
        response["Retry-After"] = str(problem.wait)
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _http_error(error: HttpError) -> HttpResponse:
    if error.status_code == 401:
        return _problem(Problem(401))
    code, message = WORDS.get(error.status_code, WORDS[400])
    return _answer(error.status_code, code, message)


def _failed(error: Exception) -> HttpResponse:
    # The type alone: an error's text can quote what was sent.
    logger.error("The API failed: %s", type(error).__name__)
    return _answer(500, *WORDS[500])


def _not_valid(error: ValidationError) -> HttpResponse:
    fields = [
        # Where it is ("body", then the parameter's name) is ours; what follows is the sender's.
        {"field": ".".join(str(part) for part in found["loc"][1:] if part != "batch"), "reason": found["msg"]}
        for found in error.errors[:20]
    ]
    return _answer(422, *WORDS[422], fields=fields)


def _answer(status: int, code: str, message: str, fields: list[dict[str, str]] | None = None) -> HttpResponse:
    body = {"error": {"code": code, "message": message, "fields": fields or []}}
    return JsonResponse(body, status=status)
