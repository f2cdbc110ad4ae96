"""The bots of the chats: when they answer, what they would say, their flows, the language model, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.core.conversations import access
from aspa.core.conversations.access import Permission
from aspa.core.inboxes.channel import channels
from aspa.core.inboxes.models import Brand, Inbox
from aspa.service.bot import editing, greeting, report, spending, trying
from aspa.service.bot.models import Bot, Flow, LanguageModel
from aspa.web.settings import spreadsheet
from aspa.web.settings.bot_flows import FlowForm, StepForms
from aspa.web.settings.doors import AgentRequest, needs, settings_needed

if TYPE_CHECKING:
    from django.http import HttpResponse

# As programs read them.
COLUMNS = ("brand", "inbox", "date", *report.COUNTS)


class BotForm(forms.ModelForm[Bot]):
    class Meta:
        model = Bot
        fields = ("when", "name", "asks_model")
        widgets = {"when": forms.RadioSelect}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for code, name in settings.LANGUAGES:
            self.fields[f"greeting_{code}"] = forms.CharField(
                label=_("Greeting, %(language)s") % {"language": name},
                required=False,
                max_length=400,
                initial=self.instance.greetings.get(code, ""),
                widget=forms.Textarea(
                    {
                        "rows": 2,
                        "placeholder": greeting.words(
                            Bot(name=self.instance.name), self.instance.inbox.brand.name, code
                        ),
                    }
                ),
            )

    @property
    def greetings(self) -> list[forms.BoundField]:
        return [self[f"greeting_{code}"] for code, _name in settings.LANGUAGES]

    def save(self, commit: bool = True) -> Bot:
        bot = super().save(commit=False)
        written = {code: self.cleaned_data[f"greeting_{code}"].strip() for code, _name in settings.LANGUAGES}
        bot.greetings = {code: words for code, words in written.items() if words}
        editing.save(bot)
        return bot


class ModelForm(forms.ModelForm[LanguageModel]):
    url = forms.URLField(
        label=gettext_lazy("Address"),
        max_length=300,
        assume_scheme="https",
        help_text=gettext_lazy("Up to and with the version, for example https://api.example.com/v1"),
    )
    key = forms.CharField(
        label=gettext_lazy("Key"),
        required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=gettext_lazy("Kept encrypted and never shown. Empty: as it is, as long as the server is the same."),
    )

    class Meta:
        model = LanguageModel
        fields = ("url", "model", "key", "seconds", "tokens_a_day", "tokens_a_talk")

    def clean(self) -> dict[str, Any]:
        """Another server isn't told the key of the former one."""
        given = super().clean() or self.cleaned_data
        same = urlsplit(given.get("url", "")).netloc == urlsplit(self.initial.get("url", "")).netloc
        given["key"] = given.get("key") or (self.instance.key if same else "")
        return given


@needs(Permission.SETTINGS, in_some_inbox=True)
def page(request: AgentRequest) -> HttpResponse:
    """The chats, what came of their bots' talks, and for who may change everything the brands' flows and models."""
    inboxes = _mine(request)
    known = Bot.objects.in_bulk([inbox.pk for inbox in inboxes])
    shown: dict[str, Any] = {
        "inboxes": [(inbox, known.get(inbox.pk) or Bot(inbox=inbox)) for inbox in inboxes],
        "lines": report.lines(inboxes),
        "days": report.DAYS,
    }
    if access.reach(request.user).may(Permission.SETTINGS):
        brands = list(Brand.objects.defer("identity_secret").order_by("name"))
        models = LanguageModel.objects.in_bulk([brand.pk for brand in brands])
        shown["brands"] = [(brand, Flow.objects.filter(brand=brand), models.get(brand.pk)) for brand in brands]
    return render(request, "settings_pages/bots.html", shown)


@needs(Permission.SETTINGS, in_some_inbox=True)
def as_csv(request: AgentRequest) -> HttpResponse:
    rows = (
        [day.inbox.brand.name, day.inbox.name, day.date.isoformat(), *(getattr(day, name) for name in report.COUNTS)]
        for day in report.days(_mine(request))
    )
    return spreadsheet.answer("bots.csv", COLUMNS, rows)


@needs(Permission.SETTINGS, in_some_inbox=True)
def of_inbox(request: AgentRequest, inbox_id: int) -> HttpResponse:
    inbox = _inbox(request, inbox_id)
    form = BotForm(request.POST or None, instance=editing.bot_of(inbox))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("settings:bot", inbox.pk)
    shown = {"inbox": inbox, "form": form, "has_model": LanguageModel.objects.filter(pk=inbox.brand_id).exists()}
    return render(request, "settings_pages/bot.html", shown, status=422 if form.errors else 200)


@needs(Permission.SETTINGS, in_some_inbox=True)
@require_POST
def tried(request: AgentRequest, inbox_id: int) -> HttpResponse:
    """What the bot would say to a question, as it is set now; nothing is kept of it."""
    inbox = _inbox(request, inbox_id)
    said = request.POST.get("question", "").strip()[:500]
    shown = {"said": said, "outcome": trying.outcome(editing.bot_of(inbox), said) if said else None}
    return render(request, "settings_pages/bot_tried.html", shown)


@settings_needed
def model(request: AgentRequest, brand_id: int) -> HttpResponse:
    brand = get_object_or_404(Brand, pk=brand_id)
    known = LanguageModel.objects.filter(pk=brand.pk).first()
    form = ModelForm(request.POST or None, instance=known or LanguageModel(brand=brand))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("settings:bot_model", brand.pk)
    shown = {"brand": brand, "form": form, "known": known, "today": spending.spent_today(known) if known else None}
    return render(request, "settings_pages/bot_model.html", shown, status=422 if form.errors else 200)


@settings_needed
@require_POST
def remove_model(request: AgentRequest, brand_id: int) -> HttpResponse:
    get_object_or_404(LanguageModel, pk=brand_id).delete()
    messages.success(request, _("The language model is removed. The bots answer with what the search finds."))
    return redirect("settings:bots")


@settings_needed
@require_POST
def model_tried(request: AgentRequest, brand_id: int) -> HttpResponse:
    """Whether it answers at all."""
    known = get_object_or_404(LanguageModel, pk=brand_id)
    return render(request, "settings_pages/bot_model_tried.html", {"problem": trying.problem_of(known)})


@settings_needed
def new_flow(request: AgentRequest, brand_id: int) -> HttpResponse:
    return _flow(request, Flow(brand=get_object_or_404(Brand, pk=brand_id)))


@settings_needed
def flow(request: AgentRequest, flow_id: int) -> HttpResponse:
    return _flow(request, get_object_or_404(Flow.objects.select_related("brand"), pk=flow_id))


@settings_needed
@require_POST
def remove_flow(request: AgentRequest, flow_id: int) -> HttpResponse:
    found = get_object_or_404(Flow, pk=flow_id)
    found.delete()
    messages.success(request, _("“%(word)s” is removed.") % {"word": found.name})
    return redirect("settings:bots")


def _flow(request: AgentRequest, found: Flow) -> HttpResponse:
    form = FlowForm(request.POST or None, instance=found)
    moved = -1
    if "move" in request.POST:
        steps, moved = StepForms.moved(request.POST)
    else:
        steps = StepForms.of(found, request.POST if request.method == "POST" else None)
    # Nothing is kept of these before it is saved.
    is_more = "more" in request.POST or "move" in request.POST
    if request.method == "POST" and not is_more and form.is_valid() and steps.is_valid():
        saved = form.save(commit=False)
        saved.steps = steps.stored
        saved.save()
        messages.success(request, _("Saved."))
        return redirect("settings:bot_flow", saved.pk)
    shown = {"form": form, "steps": steps, "moved": moved, "flow": found if found.pk else None, "brand": found.brand}
    failed = not is_more and (bool(form.errors) or bool(steps.problem))
    return render(request, "settings_pages/bot_flow.html", shown, status=422 if failed else 200)


def _inbox(request: AgentRequest, inbox_id: int) -> Inbox:
    return get_object_or_404(_live(access.inboxes(request.user, Permission.SETTINGS)), pk=inbox_id)


def _mine(request: AgentRequest) -> list[Inbox]:
    mine = access.inboxes(request.user, Permission.SETTINGS).filter(is_active=True)
    return list(_live(mine).order_by("brand__name", "name"))


def _live(inboxes: Any) -> Any:
    live = [channel.key for channel in channels() if channel.capabilities.live]
    return inboxes.filter(channel__in=live).select_related("brand").defer("brand__identity_secret")
