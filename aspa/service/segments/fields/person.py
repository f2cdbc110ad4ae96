"""What is known of the person: tier, language, company, how they are recognised, the brand's own fields."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from aspa.core.people.models import Company, Identity
from aspa.service.segments.fields.kinds import Choice, Field, Several, Text

GROUP = _("Customer")
MOST_COMPANIES = 500


def fields(brand: int) -> Iterator[Field]:
    # What is learned from conversations (a name, a language) is told by the journal.
    yield Text(key="tier", name=_("Customer tier"), group=GROUP, of="tier", in_conversations=True)
    yield Choice(
        key="language",
        name=_("Language"),
        group=GROUP,
        path="language",
        choices=tuple(settings.LANGUAGES),
        in_conversations=True,
    )
    companies = Company.objects.filter(brand=brand).values_list("pk", "name")[:MOST_COMPANIES]
    if companies:
        choices = tuple((str(pk), name) for pk, name in companies)
        yield Choice(key="company", name=_("Company"), group=GROUP, path="company", choices=choices)
    yield Text(key="company_name", name=_("Company’s name"), group=GROUP, of="company__name")
    yield Several(
        key="verified",
        name=_("Verified"),
        group=GROUP,
        rows=Identity.objects.filter(verified_at__isnull=False),
        path="kind",
        choices=tuple(Identity.Kind.choices),
        in_conversations=True,
    )
