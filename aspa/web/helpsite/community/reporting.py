"""Say that something is wrong with what somebody published, whatever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aspa.core.conversations.changing import Refused
from aspa.kit.ids import ROW_IDS
from aspa.service.moderation import kinds, reporting
from aspa.service.moderation.models import Item
from aspa.service.moderation.states import Reason, State
from aspa.web.helpsite.community import taking
from aspa.web.helpsite.readers import for_signed_in
from aspa.web.helpsite.showing import shown

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aspa.web.helpsite.readers import HelpRequest


@require_http_methods(["GET", "HEAD", "POST"])
@for_signed_in
def report(request: HelpRequest, kind: str, key: int) -> HttpResponse:
    """A small form with the reasons; then thanks."""
    published = Item.objects.filter(brand=request.brand, kind=kind, state=State.PUBLISHED)
    if key not in ROW_IDS or not published.filter(key=key).exists():
        raise Http404("Nothing to report.")
    about = kinds.kind_of(kind).shown([key]).get(key)
    if about is None:
        raise Http404("Nothing to report.")
    values = {"about": about, "reasons": Reason.choices, "longest": reporting.LONGEST}
    if request.method != "POST":
        return _shown(request, values)
    chosen, words = request.POST.get("reason", ""), request.POST.get("words", "")
    try:
        taking.guarded(request, "report")
        if chosen not in Reason.values:
            raise Refused(_("Choose what is wrong."))
        assert request.contact is not None
        reporting.report(kind, key, contact=request.contact, reason=Reason(chosen), words=words)
    except Refused as refusal:
        told = {**values, "problem": str(refusal), "chosen": chosen, "words": words}
        return _shown(request, told, status=taking.status_of(refusal))
    return _shown(request, {**values, "is_done": True})


def _shown(request: HelpRequest, values: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return shown(
        request, "helpsite/community/report.html", values, status=status, alternates={}, index=False, fresh=True
    )
