"""Changing the rotas: the verbs of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from aspa.service.duty import rotas
from aspa.service.duty.models import Member, Rota, StandIn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aspa.core.conversations.models import Reason
    from aspa.core.people.models import Agent


def save(rota: Rota) -> Rota:
    rota.save()
    rotas.remember()
    return rota


def remove(rota: Rota) -> None:
    """Calls that nobody has taken go on to the owners."""
    rota.delete()
    rotas.remember()


def set_urgency(rota: Rota, words: dict[str, list[str]], reasons: Iterable[Reason]) -> None:
    rota.words = words
    rota.save(update_fields=["words"])
    rota.reasons.set(reasons)


def add_member(rota: Rota, agent: Agent, line: int) -> None:
    """Put an agent last into a line; who is there already stays where they are."""
    last = Member.objects.filter(rota=rota, line=line).order_by("place").values_list("place", flat=True).last()
    Member.objects.get_or_create(rota=rota, agent=agent, line=line, defaults={"place": (last or 0) + 1})
    rotas.remember()


def move_up(member: Member) -> None:
    """Change places with whoever stands before."""
    before = Member.objects.filter(rota=member.rota_id, line=member.line, place__lt=member.place).last()
    if before is None:
        return
    with transaction.atomic():
        before.place, member.place = member.place, before.place
        before.save(update_fields=["place"])
        member.save(update_fields=["place"])
    rotas.remember()


def remove_member(member: Member) -> None:
    member.delete()
    rotas.remember()


def add_stand_in(stand_in: StandIn) -> None:
    """By an administrator's word: nobody has to accept it."""
    stand_in.state, stand_in.offered_by = StandIn.State.ACCEPTED, None
    stand_in.save()
    rotas.remember()


def remove_stand_in(stand_in: StandIn) -> None:
    stand_in.delete()
    rotas.remember()
