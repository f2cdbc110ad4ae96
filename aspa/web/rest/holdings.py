"""What of a person stands in these tables."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aspa.service.privacy.declaring import nothing_personal

nothing_personal("rest.Key", because=_("Keys of the shop’s systems, and which agent made them."))
