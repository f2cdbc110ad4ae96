"""What of a person stands in these tables."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aspa.service.knowledge import comments
from aspa.service.knowledge.models import Comment
from aspa.service.privacy.declaring import Basis, Blank, declare, nothing_personal
from aspa.service.privacy.retained import retain

nothing_personal(
    "knowledge.Category",
    "knowledge.Article",
    "knowledge.Article_related",
    "knowledge.Selector",
    "knowledge.Version",
    "knowledge.Version_media",
    "knowledge.Draft",
    "knowledge.Revision",
    "knowledge.Redirect",
    "knowledge.Media",
    "knowledge.Switch",
    "knowledge.Front",
    "knowledge.OutsideLink",
    "knowledge.DayOfViews",
    because=_("What the brand itself publishes."),
)
declare(
    "knowledge.Vote",
    _("Whether articles helped"),
    of="contact",
    fields={"at": _("When"), "version__title": _("Article"), "helped": _("Helped"), "text": _("Text")},
    # The figure stays.
    erased=Blank({"contact": None, "text": "", "voter": lambda vote: f"erased {vote.pk}"}),
    purpose=_("To write better articles"),
    basis=Basis.INTEREST,
    kept=_("As long as the article, or until the customer is erased"),
)
declare(
    "knowledge.Comment",
    _("Comments on articles"),
    of="contact",
    fields={"at": _("When"), "version__title": _("Article"), "text": _("Text"), "edited_at": _("Edited")},
    erased=Blank({"contact": None, "text": "", "state": Comment.State.REMOVED}),
    purpose=_("To let readers add to what is published"),
    basis=Basis.INTEREST,
    kept=_("As long as the article, or until the customer deletes it or is erased"),
    retention="comments",
)
retain(
    "comments",
    _("Comments on articles"),
    rows=lambda: Comment.objects.all(),
    age="at",
    brand="version__brand",
    remove=comments.remove,
    least_days=30,
    is_walked=True,
)
