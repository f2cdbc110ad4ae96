"""Shops: systems that tell Aspa of customers and orders. What each asks is its connector's; nothing here knows which."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.core.inboxes.channel import Finding
from aspa.service.commerce.models import Source
from aspa.service.shops import connecting, delivering, filling, hooking, shapes
from aspa.service.shops.connector import Connector, connector_for, connectors
from aspa.service.shops.models import Connection, Filling, Import
from aspa.web.settings.doors import AgentRequest, settings_needed

# More faults than these aren't counted.
MOST_COUNTED = 99


class SourceForm(forms.ModelForm[Source]):
    currency = forms.RegexField(r"^[A-Za-z]{3}$", label=gettext_lazy("Currency"), initial="EUR")

    class Meta:
        model = Source
        fields = ("brand", "name", "currency", "accounts", "is_active")

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """How far a kind of the history has been read. `share` is in per cent, None while it isn't known."""

    name: str | Promise
    read: int
    total: int | None
    refused: int
    is_open: bool

    @property
    def share(self) -> int | None:
        return min(100, round(100 * self.read / self.total)) if self.total else None


@dataclasses.dataclass(frozen=True, slots=True)
class Webhook:
    """One of the shop's webhooks: what is wrong with it, empty while nothing is, and when it was last heard of."""

    topic: str
    problem: str
    heard_at: dt.datetime | None


@settings_needed
def shops(request: AgentRequest) -> HttpResponse:
    page = {
        "shops": [(source, connector_for(source), _connection(source)) for source in _sources()],
        "connectors": connectors(),
    }
    return render(request, "settings_pages/shops.html", page)


@settings_needed
def new(request: AgentRequest, kind: str) -> HttpResponse:
    chosen = next((known for known in connectors() if known.key == kind), None)
    if chosen is None:
        raise Http404("No such kind of shop.")
    return _form(request, Source(kind=chosen.key), chosen)


@settings_needed
def edit(request: AgentRequest, source_id: int) -> HttpResponse:
    source = shop(source_id)
    return _form(request, source, connector_for(source))


@require_POST
@settings_needed
def check(request: AgentRequest, source_id: int) -> HttpResponse:
    """Ask the shop whether it knows us, as a part of its page."""
    source = shop(source_id)
    problem = connecting.check(source)
    seen = problem or _("The shop answers, and the key is right.")
    finding = Finding("error" if problem else "ok", source.name, seen)
    return render(request, "settings_pages/findings.html", {"findings": [finding]})


@require_POST
@settings_needed
def fill(request: AgentRequest, source_id: int) -> HttpResponse:
    """Read the history, from its beginning or on from where it stopped."""
    source = shop(source_id)
    if not connector_for(source).kinds:
        raise Http404("It tells no history.")
    last = _last_filling(source)
    try:
        if last is not None and request.POST.get("on") == "1" and last.state != Filling.State.DONE:
            filling.resume(last)
        else:
            filling.start(source, by=request.user)
    except filling.AlreadyRunning:
        messages.info(request, _("It is being read already."))
    return redirect("settings:shop", source.pk)


@require_POST
@settings_needed
def stop(request: AgentRequest, source_id: int) -> HttpResponse:
    last = _last_filling(shop(source_id))
    if last is not None:
        filling.stop(last)
    return redirect("settings:shop", source_id)


@settings_needed
def progress(request: AgentRequest, source_id: int) -> HttpResponse:
    """How far the history has been read; the page asks for it again and again while it is."""
    source = shop(source_id)
    return render(request, "settings_pages/shop_progress.html", {"source": source, **_progress(source)})


@settings_needed
def webhooks(request: AgentRequest, source_id: int) -> HttpResponse:
    """How the webhooks in the shop fare; the page asks for it again while they are being set up."""
    source = _with_topics(source_id)
    page = {"source": source, **_webhooks(source, connector_for(source))}
    return render(request, "settings_pages/shop_webhooks.html", page)


@require_POST
@settings_needed
def set_webhooks(request: AgentRequest, source_id: int) -> HttpResponse:
    """Have them set up, in place of those that are there."""
    hooking.want(_with_topics(source_id), anew=True)
    return redirect("settings:shop", source_id)


@require_POST
@settings_needed
def remove_webhooks(request: AgentRequest, source_id: int) -> HttpResponse:
    hooking.give_up(_with_topics(source_id))
    return redirect("settings:shop", source_id)


def shop(source_id: int) -> Source:
    """A source that has a connector. Raises Http404."""
    return get_object_or_404(_sources(), pk=source_id)


def _with_topics(source_id: int) -> Source:
    source = shop(source_id)
    if not connector_for(source).topics:
        raise Http404("Its webhooks are set up by hand.")
    return source


def _sources() -> QuerySet[Source]:
    return Source.objects.filter(kind__in=[one.key for one in connectors()]).select_related("brand")


def _form(request: AgentRequest, source: Source, chosen: Connector) -> HttpResponse:
    form = SourceForm(request.POST or None, instance=source)
    if source.pk:
        # Its customers belong to the brand.
        form.fields["brand"].disabled = True
    own = chosen.settings_form()(request.POST or None, initial=source.settings, prefix="shop")
    if request.method == "POST" and form.is_valid() and own.is_valid():
        saved = form.save(commit=False)
        saved.settings = own.cleaned_data
        _save(saved, chosen)
        messages.success(request, _("The shop is saved."))
        return redirect("settings:shop", saved.pk)
    page: dict[str, Any] = {"form": form, "own": own, "connector": chosen, "source": source if source.pk else None}
    if source.pk:
        page |= _state(source, chosen)
    return render(request, "settings_pages/shop.html", page, status=422 if form.errors or own.errors else 200)


def _save(source: Source, chosen: Connector) -> None:
    is_new = source.pk is None
    source.save()
    if is_new and chosen.topics:
        hooking.want(source)
    else:
        hooking.keep_up(source)


def _state(source: Source, chosen: Connector) -> dict[str, Any]:
    counted = len(delivering.failed(source).values_list("pk")[: MOST_COUNTED + 1])
    return {
        "handouts": chosen.handouts(source),
        "faults": f"{MOST_COUNTED}+" if counted > MOST_COUNTED else str(counted or ""),
        "imports": Import.objects.filter(source=source).order_by("-pk")[:20] if chosen.imports else (),
        "shapes": shapes.SHAPES.values(),
        **_webhooks(source, chosen),
        **_progress(source),
    }


def _webhooks(source: Source, chosen: Connector) -> dict[str, Any]:
    connection = _connection(source)
    found = [
        Webhook(topic, connection.hooks.get(topic, ""), parse_datetime(connection.heard.get(topic, "")))
        for topic in chosen.topics
    ]
    return {
        "connection": connection,
        "webhooks": found,
        "is_under_way": hooking.is_under_way(connection),
        "are_all_on": bool(connection.hooks) and not connection.hooks_problem and not any(connection.hooks.values()),
    }


def _progress(source: Source) -> dict[str, Any]:
    last = _last_filling(source)
    steps = [_step(last, one.key, one.name) for one in connector_for(source).kinds] if last else []
    return {"filling": last, "steps": steps, "is_stuck": last is not None and filling.is_stuck(last)}


def _step(last: Filling, key: str, name: str | Promise) -> Step:
    count = last.counts.get(key, {"read": 0, "refused": 0, "total": None})
    running = last.state == Filling.State.RUNNING and last.kind == key
    return Step(name, count["read"], count["total"], count["refused"], running)


def _last_filling(source: Source) -> Filling | None:
    return Filling.objects.filter(source=source).order_by("-pk").first()


def _connection(source: Source) -> Connection:
    return Connection.objects.filter(source=source).first() or Connection(source=source)
