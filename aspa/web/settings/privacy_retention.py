"""How long things are kept: a rule is looked at, with what it would remove, before it is saved."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from aspa.core.conversations.access import Permission
from aspa.core.inboxes.channel import channels
from aspa.core.inboxes.models import Brand
from aspa.service.privacy import keeping, redacting
from aspa.service.privacy.models import RetentionRule
from aspa.service.privacy.retained import kinds
from aspa.web.settings.doors import AgentRequest, needs

if TYPE_CHECKING:
    from collections.abc import Sequence

privacy_needed: Any = needs(Permission.PRIVACY)
MOST_DAYS = 36_500


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A rule in words."""

    rule: RetentionRule
    title: str
    channel: str


class RuleForm(forms.ModelForm[RetentionRule]):
    kind = forms.ChoiceField(label=capfirst(gettext_lazy("what")))
    channel = forms.ChoiceField(label=capfirst(gettext_lazy("channel")), required=False)
    days = forms.IntegerField(label=capfirst(gettext_lazy("days")), min_value=1, max_value=MOST_DAYS)

    class Meta:
        model = RetentionRule
        fields = ("kind", "channel", "days")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["kind"].choices = [(kind.key, str(kind.title)) for kind in kinds.values()]  # type: ignore[attr-defined]
        every = [("", _("All channels")), *((channel.key, channel.name) for channel in channels())]
        self.fields["channel"].choices = every  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kind, days = kinds.get(given.get("kind", "")), given.get("days")
        if kind is not None and days is not None and days < kind.least_days:
            least = kind.least_days
            message = ngettext("At least %(count)s day for this.", "At least %(count)s days for this.", least)
            raise ValidationError({"days": message % {"count": least}})
        if kind is not None and not kind.channel and given.get("channel"):
            raise ValidationError({"channel": _("This isn’t told apart by channel: choose all channels.")})
        return given


@privacy_needed
def edit(request: AgentRequest, brand_id: int, rule_id: int | None = None) -> HttpResponse:
    """Two steps: what the rule says, and then with what it would remove now. The second one saves."""
    brand = get_object_or_404(Brand.objects.defer("identity_secret"), pk=brand_id)
    rule = get_object_or_404(RetentionRule, pk=rule_id, brand=brand) if rule_id else RetentionRule(brand=brand)
    form = RuleForm(request.POST or None, instance=rule)
    seen, looked_at = "", None
    if request.method == "POST" and form.is_valid():
        found: RetentionRule = form.save(commit=False)
        seen = f"{found.kind} {found.channel} {found.days}"
        if (
            RetentionRule.objects.filter(brand=brand, kind=found.kind, channel=found.channel)
            .exclude(pk=found.pk)
            .exists()
        ):
            form.add_error(None, _("There is a rule for this already: change that one."))
        elif request.POST.get("seen") == seen:
            found.save()
            messages.success(request, _("Saved. It is followed every night."))
            return redirect("settings:privacy_brand", brand.pk)
        else:
            looked_at = _in_words(keeping.preview(found))
    context = {"brand": brand, "rule": rule if rule_id else None, "form": form, "seen": seen, "looked_at": looked_at}
    return render(request, "settings_pages/privacy_rule.html", context, status=422 if form.errors else 200)


@require_POST
@privacy_needed
def remove(request: AgentRequest, brand_id: int, rule_id: int) -> HttpResponse:
    get_object_or_404(RetentionRule, pk=rule_id, brand=brand_id).delete()
    messages.success(request, _("The rule is gone; what it was for is kept from now on."))
    return redirect("settings:privacy_brand", brand_id)


def rules_of(brand: Brand) -> Sequence[Shown]:
    names = {channel.key: str(channel.name) for channel in channels()}
    rules = RetentionRule.objects.filter(brand=brand, kind__in=kinds).order_by("kind", "channel")
    return [
        Shown(rule, title_of(rule.kind), names.get(rule.channel, rule.channel) or _("All channels")) for rule in rules
    ]


def title_of(kind: str) -> str:
    if kind == redacting.REMOVAL:
        return _("Numbers in messages")
    return str(kinds[kind].title) if kind in kinds else kind


def _in_words(count: int) -> str:
    if count == 0:
        return _("Now it would remove nothing.")
    if count > keeping.COUNTED:
        return _("Now it would remove more than %(count)s.") % {"count": f"{keeping.COUNTED:n}"}
    return _("Now it would remove %(count)s.") % {"count": count}
