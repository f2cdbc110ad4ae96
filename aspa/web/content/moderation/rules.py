"""What a brand looks at before others see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aspa.service.moderation.models import HouseRules
from aspa.service.moderation.rules import rules_of, set_rules
from aspa.web.content.moderation.doors import brand_for, moderator

if TYPE_CHECKING:
    from django.http import HttpResponse

    from aspa.web.content.doors import AgentRequest

MOST_WORDS = 500


class RulesForm(forms.ModelForm[HouseRules]):
    words = forms.CharField(
        label=gettext_lazy("Words that are kept out, one on a line"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("A word stands for all that begin with it. Texts with one are looked at first."),
    )

    class Meta:
        model = HouseRules
        fields = ("hold", "newcomer_items", "most_links", "holds_personal", "reports_hide", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["words"] = "\n".join(self.instance.words)

    def clean_words(self) -> list[str]:
        lines = [line.strip()[:60] for line in self.cleaned_data["words"].splitlines()]
        return [line for line in lines if line][:MOST_WORDS]


@moderator
def page(request: AgentRequest, brand_id: int) -> HttpResponse:
    brand = brand_for(request, brand_id)
    form = RulesForm(request.POST or None, instance=rules_of(brand.pk))
    if request.method == "POST" and form.is_valid():
        set_rules(form.save(commit=False))
        messages.success(request, _("Saved."))
        return redirect("content:moderation_rules", brand.pk)
    values = {"brand": brand, "form": form}
    return render(request, "content/moderation/rules.html", values, status=422 if form.errors else 200)
