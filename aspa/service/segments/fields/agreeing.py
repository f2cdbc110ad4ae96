"""What the customer has agreed to: the newest word on each purpose, in whatever channel."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from aspa.service.privacy import consents
from aspa.service.privacy.models import Consent, Purpose
from aspa.service.segments.fields.kinds import Field, Several

OURS = {
    consents.MARKETING: _("Marketing"),
    consents.VISITS: _("Page visits"),
    consents.PERSONALISATION: _("Personal content"),
}


def fields(brand: int) -> Iterator[Field]:
    newer = Consent.objects.filter(contact=OuterRef("contact"), purpose=OuterRef("purpose"))
    newer = newer.filter(Q(channel=OuterRef("channel")) | Q(channel=consents.EVERY_CHANNEL))
    newer = newer.filter(Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")))
    added = Purpose.objects.filter(brand=brand).exclude(key__in=OURS).values_list("key", flat=True)
    yield Several(
        key="consent",
        name=_("Has agreed to"),
        group=_("Customer"),
        rows=Consent.objects.filter(~Exists(newer), is_given=True),
        path="purpose",
        choices=(*OURS.items(), *((key, key) for key in added)),
    )
