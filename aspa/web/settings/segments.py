"""Segments of a brand's customers: their conditions, who belongs, and the persona that stands for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.core.conversations import access
from aspa.core.conversations.access import Permission
from aspa.core.inboxes.models import Brand
from aspa.service.segments import conditions, editing, estimating, persona
from aspa.service.segments.conditions import Group
from aspa.service.segments.fields import fields
from aspa.service.segments.matching import faults
from aspa.service.segments.models import Edition, Segment
from aspa.web.settings import drafting, spreadsheet
from aspa.web.settings.doors import AgentRequest, needs
from aspa.web.settings.picture_field import PictureField, replace
from aspa.web.settings.routing import MOST_AHEAD, bound
from aspa.web.shell import pictures

# Of the drawing of the sizes.
BAR, HEIGHT = 8, 60
allowed = needs(Permission.SETTINGS, in_some_inbox=True)


class SegmentForm(forms.ModelForm[Segment]):
    new_picture = PictureField(
        redraw=pictures.face,
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy("Shown in place of the emoji. PNG, JPEG, WebP or GIF, at most 8 MB."),
    )
    remove_picture = forms.BooleanField(label=gettext_lazy("Remove the picture"), required=False)

    class Meta:
        model = Segment
        fields = ("name", "emoji", "description", "ahead_minutes", "team")
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "description": gettext_lazy("Who they are, what they hope for, how they like to be served."),
            "ahead_minutes": gettext_lazy("In the queue, as if they had come so much earlier. 0: like everybody."),
            "team": gettext_lazy("While somebody of it is there and has room."),
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        bound(self.fields["ahead_minutes"], 0, MOST_AHEAD)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        same = Segment.objects.filter(brand=self.instance.brand_id, name__iexact=name).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError(_("There is a segment of this name already."))
        return name

    def draw(self) -> Segment:
        """The segment as the form has it, not kept yet."""
        segment = super().save(commit=False)
        replace(segment.picture, self.cleaned_data["new_picture"], remove=self.cleaned_data["remove_picture"])
        return segment


@allowed
def segments(request: AgentRequest) -> HttpResponse:
    found = Segment.objects.filter(brand__in=_brands(request)).select_related("brand", "current")
    known = list(found.order_by("brand__name", "name"))
    page = {"segments": known, "brands": _brands(request), "used": {segment.brand_id for segment in known}}
    return render(request, "settings_pages/segments.html", page)


@allowed
def new(request: AgentRequest, brand_id: int) -> HttpResponse:
    return _form(request, Segment(brand=get_object_or_404(_brands(request), pk=brand_id)))


@allowed
def edit(request: AgentRequest, segment_id: int) -> HttpResponse:
    return _form(request, _segment(request, segment_id))


@require_POST
@allowed
def preview(request: AgentRequest, brand_id: int) -> HttpResponse:
    """How many the conditions would mean, and ten of them."""
    brand = get_object_or_404(_brands(request), pk=brand_id)
    return render(request, "settings_pages/segment_found.html", _found(request, brand, _draft(request, brand).rule()))


@require_POST
@allowed
def remove(request: AgentRequest, segment_id: int) -> HttpResponse:
    segment = _segment(request, segment_id)
    replace(segment.picture, None, remove=True)
    editing.remove(segment)
    messages.success(request, _("“%(word)s” is removed.") % {"word": segment.name})
    return redirect("settings:segments")


@allowed
def shown(request: AgentRequest, segment_id: int) -> HttpResponse:
    """The persona."""
    segment = _segment(request, segment_id)
    told = persona.persona(segment)
    newest = segment.editions.filter(is_over=False).order_by("-pk").first()
    rule = conditions.read(newest.rule) if newest else Group()
    page = {
        "segment": segment,
        "persona": told,
        "days": persona.DAYS,
        "is_building": newest is not None and not newest.is_ready,
        "words": drafting.in_words(rule, fields.of(segment.brand_id)),
        "bars": _bars(told),
        "width": max(1, len(told.days)) * BAR,
        "parts": [
            (_("Why they write"), told.reasons, _("No reason recorded")),
            (_("How they write"), told.channels, ""),
            (_("How it ended"), told.endings, ""),
            (_("Language"), told.languages, _("Not known")),
        ],
    }
    return render(request, "settings_pages/segment.html", page)


@allowed
def as_csv(request: AgentRequest, segment_id: int) -> HttpResponse:
    segment = _segment(request, segment_id)
    return spreadsheet.answer("segment.csv", [_("What"), _("Which"), _("How many"), _("Share")], _lines(segment))


def _brands(request: AgentRequest) -> QuerySet[Brand]:
    """Those in which the agent may change some inbox."""
    mine = access.inboxes(request.user, Permission.SETTINGS).values("brand")
    everything = access.reach(request.user).may(Permission.SETTINGS)
    found = Brand.objects.order_by("name").defer("identity_secret")
    return found if everything else found.filter(pk__in=mine)


def _segment(request: AgentRequest, segment_id: int) -> Segment:
    found = Segment.objects.select_related("brand", "current").defer("brand__identity_secret")
    return get_object_or_404(found, pk=segment_id, brand__in=_brands(request))


def _form(request: AgentRequest, segment: Segment) -> HttpResponse:
    """The page of one segment. Any button but the one that saves draws it anew with what was written so far."""
    is_sent, known = request.method == "POST", fields.of(segment.brand_id)
    does = request.POST.get("do", "save")
    form = SegmentForm(request.POST or None, request.FILES or None, instance=segment)
    draft = _draft(request, segment.brand) if is_sent else drafting.of_rule(_rule(segment), known)
    is_right = is_sent and does == "save" and all([form.is_valid(), draft.check(known)])
    if is_right:
        kept = editing.save(form.draw(), draft.rule())
        messages.success(request, _("Saved. Who belongs is found in the background."))
        return redirect("settings:segment", kept.pk)
    if is_sent and does != "save":
        form.errors.clear()
        draft.do(does)
    page = {
        "form": form,
        "segment": segment,
        "brand": segment.brand,
        "draft": draft,
        "joins": conditions.JOINS.items(),
        "offered": drafting.offered(known),
        "is_empty": is_sent and does == "save" and not draft.rule().parts,
        **_found(request, segment.brand, draft.rule()),
    }
    return render(request, "settings_pages/segment_form.html", page, status=422 if is_sent and does == "save" else 200)


def _draft(request: AgentRequest, brand: Brand) -> drafting.Draft:
    return drafting.of_post(request.POST, fields.of(brand.pk))


def _rule(segment: Segment) -> Group:
    newest = Edition.objects.filter(segment=segment.pk, is_over=False).order_by("-pk").first() if segment.pk else None
    return conditions.read(newest.rule) if newest else Group()


def _found(request: AgentRequest, brand: Brand, rule: Group) -> dict[str, Any]:
    """Their names only for who may read the brand's customers."""
    # What isn't said to the end yet would mean nobody.
    is_said = rule.parts and not faults(rule, fields.of(brand.pk))
    found = estimating.estimate(brand.pk, rule) if is_said else None
    return {"found": found, "may_read": brand.pk in access.brand_ids(request.user)}


def _bars(told: persona.Persona) -> list[dict[str, Any]]:
    """The sizes as they are drawn."""
    largest = max((day.size for day in told.days), default=0) or 1
    bars = []
    for number, day in enumerate(told.days):
        height = round(HEIGHT * day.size / largest)
        bars.append({"of": day, "x": number * BAR, "y": HEIGHT - height, "height": height})
    return bars


def _lines(segment: Segment) -> Iterator[tuple[str, str, int | str, str]]:
    told = persona.persona(segment)
    yield _("Customers"), segment.name, told.size, ""
    yield _("Customers looked at"), "", told.looked_at, ""
    yield _("Conversations"), "", told.conversations, ""
    yield _("Typical order"), "", told.typical_order, ""
    parts = [
        (_("Why they write"), told.reasons),
        (_("How they write"), told.channels),
        (_("How it ended"), told.endings),
        (_("Language"), told.languages),
    ]
    for name, shares in parts:
        for one in shares:
            yield name, one.name, one.count, f"{one.share:.3f}"
    for day in told.days:
        yield _("Customers"), day.date.isoformat(), day.size, ""
