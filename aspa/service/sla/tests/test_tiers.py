"""The tiers that somebody who writes a policy is shown."""

import datetime as dt

import pytest
import time_machine

from aspa.core.people.models import Contact
from aspa.kit.tasks import run_pending
from aspa.service.sla import tiers
from tests.cast import Cast


@pytest.mark.django_db
def test_customers_are_looked_through_once_an_hour(cast: Cast) -> None:
    with time_machine.travel(dt.datetime(2030, 1, 7, 12, tzinfo=dt.UTC), tick=False) as now:
        Contact.objects.filter(pk=cast.dee.pk).update(tier="gold")
        assert tiers.known() == ["gold"]
        Contact.objects.filter(pk=cast.dee.pk).update(tier="silver")
        run_pending()
        assert tiers.known() == ["gold"]
        now.shift(dt.timedelta(hours=2))
        # Whoever asks isn't kept waiting; the next to ask knows.
        assert tiers.known() == ["gold"]
        run_pending()
        assert tiers.known() == ["silver"]
