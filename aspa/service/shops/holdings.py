"""What of a person stands in these tables."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from aspa.service.privacy.declaring import DELETE, Basis, Blank, By, declare, nothing_personal
from aspa.service.privacy.retained import retain
from aspa.service.shops import traces
from aspa.service.shops.models import Delivery

declare(
    "shops.Delivery",
    _("What shops told, as it came"),
    of=traces.deliveries,
    own=lambda rows, contact_ids: rows.filter(contact__in=contact_ids),
    fields={"source__name": _("System"), "received_at": _("Received"), "topic": _("About"), "body": _("Content")},
    # What names it stays: otherwise the shop could tell the same once more.
    erased=Blank({"body": "", "detail": "", "contact": None, "state": Delivery.State.DONE}),
    purpose=_("To understand again what wasn't understood"),
    basis=Basis.INTEREST,
    kept=_("30 days; what couldn't be understood, 90 days"),
    retention="shop_posts",
)
declare(
    "shops.Import",
    _("Files of customer data"),
    of=traces.imports,
    # A file tells of many others, too.
    own=lambda rows, contact_ids: rows.none(),
    fields={"created_at": _("Received")},
    erased=By(traces.throw_away_files),
    purpose=_("To take over what other systems know"),
    basis=Basis.INTEREST,
    kept=_("The file until it has been read, at most a day if nobody begins; who imported it when, 90 days"),
)
declare(
    "shops.RefusedRow",
    _("Rows of files that couldn't be taken"),
    of=traces.refused_rows,
    fields={"from_import__created_at": _("Received"), "cells": _("Content"), "reason": _("Why")},
    erased=DELETE,
    purpose=_("To mend them and hand them over again"),
    basis=Basis.INTEREST,
    kept=_("90 days"),
)
nothing_personal("shops.Connection", "shops.Filling", because=_("How the shops' connections fare."))

retain(
    "shop_posts",
    _("What shops told, as it came"),
    rows=lambda: Delivery.objects.all(),
    age="received_at",
    brand="source__brand",
    is_walked=True,
)
