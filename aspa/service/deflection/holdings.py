"""What of a person stands in these tables: nothing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aspa.service.privacy.declaring import nothing_personal

nothing_personal(
    "deflection.Attempt",
    because=_("That somebody was shown articles, under a random number, for a day: not who, and no word of theirs."),
)
nothing_personal("deflection.AttemptDay", "deflection.ArticleDay", because=_("Figures of days."))
