"""Whoever belongs to a segment that is served sooner comes sooner, to its team, and the line says so."""

from __future__ import annotations

import pytest
import time_machine

from aspa.core.conversations import activities
from aspa.core.conversations.models import Message
from aspa.core.people.models import Team
from aspa.service.routing import changes, preferences
from aspa.service.routing.preferences import Preference
from aspa.service.routing.tests.conftest import Comes, assignee, queued, room, rules, settle
from aspa.service.routing.tests.test_routing import MINUTE, asks
from tests.cast import Cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone_on_the_server")]


def test_a_segment_is_served_sooner_and_by_its_team(
    cast: Cast, comes: Comes, clock: time_machine.Coordinates, monkeypatch: pytest.MonkeyPatch
) -> None:
    careful = Team.objects.create(name="Careful")
    careful.members.add(cast.ben)
    monkeypatch.setattr(
        preferences, "_said", [lambda ids: {cast.dee.pk: Preference(10, careful.pk, "Regulars")} if ids else {}]
    )
    rules(cast.inbox)
    ordinary = asks(cast, "fay")
    clock.shift(4 * MINUTE)
    regular = asks(cast, "dee")
    settle()
    assert queued() == [regular.pk, ordinary.pk]

    comes(cast.ada)
    comes(cast.ben)
    room(cast.ada, 1)
    room(cast.ben, 1)
    changes.settings_changed()
    settle()

    assert (assignee(regular), assignee(ordinary)) == (cast.ben, cast.ada)
    line = Message.objects.filter(conversation=regular, kind="activity").latest("pk")
    assert "Regulars" in activities.sentence(line, for_contact=False, language="en")
