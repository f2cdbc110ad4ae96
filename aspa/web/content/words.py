"""What the pages call things."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aspa.service.knowledge.models import Kind

KIND_ICONS: dict[str, str] = {
    Kind.FAQ: "circle-question-mark",
    Kind.ARTICLE: "file-text",
    Kind.VIDEO: "video",
    Kind.POST: "pencil",
}
AUDIENCES: list[tuple[str, str | Promise]] = [
    ("all", _("Everybody")),
    ("signed_in", _("Customers who have signed in")),
    ("agents", _("Agents only")),
]
