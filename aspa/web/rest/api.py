"""The API for programs: what a shop tells comes in here, and it can read back what it told."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import orjson
from django.http import Http404, HttpRequest
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from pydantic import TypeAdapter
from pydantic import ValidationError as Invalid

from aspa import __version__
from aspa.kit import keyset
from aspa.service.commerce import ingest
from aspa.service.commerce.ingest import Result
from aspa.service.commerce.models import Customer, Order, Source
from aspa.web.rest import doors, reviews, shapes
from aspa.web.rest.doors import ForScope, Problem
from aspa.web.rest.models import Key, Scope

if TYPE_CHECKING:

    class KeyRequest(HttpRequest):
        """A request that a key has opened."""

        auth: Key
else:
    KeyRequest = HttpRequest

PAGE = 100
ITEM: TypeAdapter[Any] = TypeAdapter(shapes.Item)
ERRORS = dict.fromkeys((401, 403, 413, 422, 429), shapes.Error)


class Orjson(Parser, BaseRenderer):
    media_type = "application/json"

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return orjson.loads(request.body)
        except orjson.JSONDecodeError:
            raise HttpError(400, "") from None

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data)


api = NinjaAPI(
    title="Aspa",
    version=__version__,
    description="What a shop's systems tell Aspa of customers, orders, carts, subscriptions, bookings and loyalty.",
    urls_namespace="rest",
    # Its pages load scripts from elsewhere, which the browser refuses here.
    docs_url=None,
    parser=Orjson(),
    renderer=Orjson(),
)
doors.answer_problems(api)
api.add_router("", reviews.router)


@api.post(
    "/ingest",
    auth=ForScope(Scope.INGEST),
    response={200: shapes.Outcomes, 400: shapes.Error, **ERRORS},
    summary="Send records",
    operation_id="ingest",
)
def take(request: KeyRequest, batch: shapes.Batch) -> Any:
    """Up to 500 records of any types, in any order, as often as you like. What is answered with 200 is durable."""
    results: dict[int, Result] = {}
    fit = {}
    for place, item in enumerate(batch.records):
        try:
            fit[place] = ITEM.validate_python(item).record()
        except Invalid as invalid:
            results[place] = _refused(invalid)
    try:
        taken = ingest.take(request.auth.source, list(fit.values()))
    except Source.DoesNotExist:
        raise Problem(401) from None
    results |= dict(zip(fit, taken, strict=True))
    ordered = [results[place] for place in range(len(batch.records))]
    counts = Counter(result.outcome for result in ordered)
    return {
        "taken": counts["taken"],
        "known": counts["known"],
        "refused": counts["refused"],
        "results": [{"outcome": each.outcome, "field": _field(each), "reason": each.reason} for each in ordered],
    }


@api.get(
    "/customers/{path:external_id}",
    auth=ForScope(Scope.READ),
    response={200: shapes.CustomerOut, 404: shapes.Error, **ERRORS},
    summary="One customer",
    operation_id="customer",
)
def customer(request: KeyRequest, external_id: str) -> Any:
    """A customer as your system has told of it."""
    mine = Customer.objects.filter(source=request.auth.source_id, is_guest=False)
    found = mine.filter(external_id=doors.storable(external_id)).first()
    if found is None:
        raise Http404
    return found


@api.get(
    "/orders",
    auth=ForScope(Scope.READ),
    response={200: shapes.OrdersOut, **ERRORS},
    summary="Orders of a customer",
    operation_id="orders",
)
def orders(request: KeyRequest, customer: str, before: str = "") -> Any:
    """Orders of one of your customers, the newest first, a hundred at a time; `before` of the answer gives the next."""
    contact = Customer.objects.filter(source=request.auth.source_id, external_id=doors.storable(customer)).values(
        "contact_id"
    )
    mine = Order.known().filter(source=request.auth.source_id, contact_id__in=contact)
    shown, older = keyset.page(mine, "-placed_at", after=doors.place(before), most=PAGE)
    return {"orders": shown, "before": older}


@api.get(
    "/orders/{path:external_id}",
    auth=ForScope(Scope.READ),
    response={200: shapes.WholeOrderOut, 404: shapes.Error, **ERRORS},
    summary="One order",
    operation_id="order",
)
def order(request: KeyRequest, external_id: str) -> Any:
    """An order with its lines and what happened to it."""
    found = Order.known().filter(source=request.auth.source_id, external_id=doors.storable(external_id)).first()
    if found is None:
        raise Http404
    found.__dict__["lines"], found.__dict__["events"] = list(found.lines.all()), list(found.events.all()[:PAGE])
    return found


def _field(result: Result) -> str:
    """As it is called on the wire."""
    return "customer" + result.field.removeprefix("who") if result.field.startswith("who") else result.field


def _refused(invalid: Invalid) -> Result:
    """The first thing that is wrong, without what was written there."""
    found = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
    # The first part is the type, by which the right shape was found.
    where = found["loc"][1:] if len(found["loc"]) > 1 else found["loc"]
    return Result("refused", ".".join(map(str, where)), found["msg"])
