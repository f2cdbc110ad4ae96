"""The blocklist: addresses and domains whose mail is taken for spam. Each brand has its own."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator, validate_email
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.channels.email.models import Block
from aspa.core.inboxes.models import Brand
from aspa.kit import clock
from aspa.web.settings.doors import AgentRequest, settings_needed
from aspa.web.settings.paging import newest_first

PAGE = 100


class BlockForm(forms.ModelForm[Block]):
    class Meta:
        model = Block
        fields = ("brand", "value")
        labels = {"brand": gettext_lazy("Brand")}
        help_texts = {
            "value": gettext_lazy("For example spammer@mail.example, or mail.example for all who write from there.")
        }

    def clean_value(self) -> str:
        value: str = self.cleaned_data["value"].strip().lower().removeprefix("@")
        try:
            validate_email(value) if "@" in value else DomainNameValidator()(value)
        except ValidationError:
            raise ValidationError(_("That is neither an address nor a domain.")) from None
        return value


@settings_needed
def blocks(request: AgentRequest) -> HttpResponse:
    """What is blocked, newest first, and the form that adds to it."""
    block = Block(agent=request.user, created_at=clock.now())
    form = BlockForm(
        request.POST or None, instance=block, initial={"brand": request.GET.get("brand") or Brand.objects.first()}
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("“%(word)s” is added.") % {"word": block.value})
        return redirect(f"{request.path}?brand={block.brand_id}")
    known = Block.objects.select_related("brand", "agent", "conversation__brand")
    blocks, pages = newest_first(request, known, PAGE)
    page = {"form": form, "blocks": blocks, **pages}
    return render(request, "settings_pages/blocks.html", page, status=422 if form.errors else 200)


@require_POST
@settings_needed
def remove(request: AgentRequest, block_id: int) -> HttpResponse:
    block = get_object_or_404(Block, pk=block_id)
    block.delete()
    messages.success(request, _("“%(word)s” is removed.") % {"word": block.value})
    return redirect("settings:blocks")
