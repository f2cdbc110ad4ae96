"""An admin sets up who is on duty and what is urgent; whoever may not, meets a closed door."""

from __future__ import annotations

import datetime as dt

import time_machine
from auditlog.models import LogEntry
from django.test import Client

from aspa.core.people.models import Agent
from aspa.service.duty import rotas, urgency
from aspa.service.duty.models import Line, Member, Rota, StandIn
from tests.cast import Cast

MONDAY_NOON = dt.datetime.fromisoformat("2026-11-23T12:00:00+02:00")


def as_agent(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


@time_machine.travel(MONDAY_NOON)
def test_a_rota_is_set_up(cast: Cast) -> None:
    admin = as_agent(cast.ada)
    told = {
        "name": "Päivystys", "brand": cast.brand.pk, "turn": "week", "weekday": 0, "handover": "09:00",
        "starts_on": "2026-11-23", "accept_minutes": 10, "alone_minutes": 5, "calls_an_hour": 4,
    }  # fmt: skip
    assert admin.post("/settings/duty/new/", {**told, "accept_minutes": 0}).status_code == 422
    page = admin.post("/settings/duty/new/", told)["Location"]
    rota = Rota.objects.get()
    for agent in (cast.ada, cast.ben):
        admin.post(f"{page}members", {"agent": agent.pk, "line": Line.FIRST.value})
    admin.post(f"{page}members", {"agent": cast.cy.pk, "line": Line.SECOND.value})
    assert rotas.on_duty(rotas.rotas().get()) == cast.ada.pk
    ben = Member.objects.get(agent=cast.ben)
    admin.post(f"{page}members/{ben.pk}", {"change": "up"})
    assert rotas.on_duty(rotas.rotas().get()) == cast.ben.pk
    assert rotas.on_duty(rotas.rotas().get(), Line.SECOND) == cast.cy.pk
    admin.post(f"{page}members/{Member.objects.get(agent=cast.cy).pk}", {"change": "remove"})
    assert rotas.on_duty(rotas.rotas().get(), Line.SECOND) is None

    wrong = {"agent": cast.ada.pk, "line": 1, "start": "2026-11-24T17:00", "end": "2026-11-24T09:00"}
    assert admin.post(f"{page}stand-ins", wrong).status_code == 422
    admin.post(f"{page}stand-ins", {**wrong, "start": "2026-11-24T08:00"})
    with time_machine.travel(dt.datetime.fromisoformat("2026-11-24T08:30:00+02:00")):
        assert rotas.on_duty(rotas.rotas().get()) == cast.ada.pk
    preview = admin.get(f"{page}?year=2026").content.decode()
    assert "Ben Berg → Ada Aalto → Ben Berg" in preview
    assert preview.count('class="day turn-') >= 365
    admin.post(f"{page}stand-ins/{StandIn.objects.get().pk}/remove")
    assert "Ben Berg → Ada Aalto → Ben Berg" not in admin.get(f"{page}?year=2026").content.decode()

    reason = cast.brand.reasons.create(name="Lukossa")
    foreign = cast.other_brand.reasons.create(name="Muu")
    words = {"words_fi": "  kassa   jumissa \n\nvuoto*", "words_sv": "", "words_en": "leak*"}
    assert admin.post(f"{page}urgency/", {**words, "reasons": [foreign.pk]}).status_code == 422
    admin.post(f"{page}urgency/", {**words, "reasons": [reason.pk]})
    rota.refresh_from_db()
    assert urgency.found("Vuotoja katossa", rota.words, language="fi") == "Vuotoja"
    assert urgency.found("Kiireellistä", rota.words, language="fi") == ""
    assert list(rota.reasons.all()) == [reason]

    logged = {entry.content_type.model for entry in LogEntry.objects.filter(actor=cast.ada) if entry.content_type}
    assert {"rota", "member", "standin"} <= logged
    assert "duty rota" in admin.get("/settings/audit/").content.decode()
    assert admin.post(f"{page}remove").status_code == 302
    assert not Rota.objects.exists()
