"""What of a person stands in these tables."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aspa.service.privacy.declaring import DELETE, Basis, By, declare, nothing_personal
from aspa.service.privacy.retained import retain
from aspa.service.reviews import removing
from aspa.service.reviews.models import Invitation, Review

TELLING = _("To let other buyers know what the customer chose to tell them")
ASKING = _("To ask buyers what they think of what they bought")
ERASED = _("Until the customer deletes it or is erased")

declare(
    "reviews.Review",
    _("Product reviews"),
    of="contact",
    fields={
        "product__name": _("Product"),
        "stars": _("Stars"),
        "title": _("Title"),
        "text": _("Text"),
        "name": _("Name"),
        "created_at": _("Written"),
        "state": _("State"),
    },
    # Its stars are in the product's figures.
    erased=By(removing.erase),
    purpose=TELLING,
    basis=Basis.CONSENT,
    kept=ERASED,
    retention="reviews",
)
declare(
    "reviews.Version",
    _("What a review said before it was edited"),
    of="review__contact",
    fields={
        "review__product__name": _("Product"),
        "stars": _("Stars"),
        "title": _("Title"),
        "text": _("Text"),
        "name": _("Name"),
        "until": _("Until"),
    },
    erased=DELETE,
    purpose=TELLING,
    basis=Basis.CONSENT,
    kept=ERASED,
)
declare(
    "reviews.Photo",
    _("Photos in reviews"),
    of="review__contact",
    fields={"review__product__name": _("Product"), "at": _("Sent")},
    files=("file", "small"),
    erased=DELETE,
    purpose=TELLING,
    basis=Basis.CONSENT,
    kept=ERASED,
)
declare(
    "reviews.Answer",
    _("Answers to reviews"),
    of="review__contact",
    fields={"review__product__name": _("Product"), "text": _("Answer"), "at": _("Written")},
    erased=DELETE,
    purpose=TELLING,
    basis=Basis.CONSENT,
    kept=ERASED,
)
declare(
    "reviews.Helpful",
    _("Reviews found helpful"),
    of="contact",
    fields={"review__product__name": _("Product"), "at": _("Said")},
    erased=DELETE,
    purpose=_("To count each reader once"),
    basis=Basis.INTEREST,
    kept=_("Until the customer is erased"),
)
declare(
    "reviews.Invitation",
    _("Invitations to review"),
    of="contact",
    fields={"order__number": _("Order number"), "at": _("Asked for"), "sent_at": _("Sent"), "opened_at": _("Opened")},
    erased=DELETE,
    purpose=ASKING,
    basis=Basis.INTEREST,
    kept=_("Until the customer is erased"),
    retention="review_invitations",
)
declare(
    "reviews.Declined",
    _("Customers who don’t want to be asked for reviews"),
    of="contact",
    fields={"at": _("Said")},
    erased=DELETE,
    purpose=_("To leave them in peace"),
    basis=Basis.LAW,
    kept=_("Until the customer is erased"),
)
nothing_personal("reviews.Policy", "reviews.Product", because=_("A brand’s rules, its products and their figures."))
nothing_personal("reviews.Reaction", because=_("Which reviews have been reacted to."))
retain(
    "reviews",
    _("Product reviews"),
    rows=lambda: Review.objects.all(),
    age="created_at",
    brand="brand",
    remove=removing.remove_all,
    least_days=30,
)
retain(
    "review_invitations",
    _("Invitations to review"),
    rows=lambda: Invitation.objects.all(),
    age="at",
    brand="brand",
)
