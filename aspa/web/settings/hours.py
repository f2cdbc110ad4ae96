"""Opening hours: the week, the year, and single days; of a brand, or of an inbox that keeps its own."""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
from typing import Any

import holidays
from babel import Locale
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aspa.core.conversations import access
from aspa.core.conversations.access import Permission
from aspa.core.inboxes.models import Brand
from aspa.kit import clock
from aspa.service.hours import calendars, editing
from aspa.service.hours.models import Hours
from aspa.service.hours.schedule import Period, Schedule, periods_of
from aspa.web.settings.doors import AgentRequest, needs, settings_needed
from aspa.web.settings.shop_code import hours_lines

YEARS = range(2000, 2100)


class PeriodsField(forms.CharField):
    """ "9–12, 13–17" as periods; empty is closed."""

    default_error_messages = {
        "invalid": gettext_lazy("Write the hours as 9–17 or 9–12, 13–17; leave empty when closed.")
    }

    def clean(self, value: Any) -> Any:
        try:
            return periods_of(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


class WeekForm(forms.Form):
    country = forms.ChoiceField(label=gettext_lazy("Closed on the public holidays of"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for number in range(7):
            self.fields[f"day{number}"] = PeriodsField(label=WEEKDAYS[number], required=False, max_length=100)
        self.fields["country"].choices = [("", _("No country")), *countries()]  # type: ignore[attr-defined]

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[f"day{number}"] for number in range(7)]

    @property
    def week(self) -> list[tuple[Period, ...]]:
        return [self.cleaned_data[f"day{number}"] for number in range(7)]


class DayForm(forms.Form):
    date = forms.DateField(
        label=gettext_lazy("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    periods = PeriodsField(
        label=gettext_lazy("Hours"), required=False, max_length=100, help_text=gettext_lazy("Empty: closed all day.")
    )
    note = forms.CharField(label=gettext_lazy("Why, told to customers"), required=False, max_length=80)


@dataclasses.dataclass(frozen=True, slots=True)
class Day:
    """A square of the year: `kind` is open | closed | holiday | special."""

    date: dt.date
    kind: str
    says: str


@settings_needed
def of_brand(request: AgentRequest, brand_id: int) -> HttpResponse:
    brand = get_object_or_404(Brand, pk=brand_id)
    return _page(request, editing.hours_of(brand))


@needs(Permission.SETTINGS, in_some_inbox=True)
def of_inbox(request: AgentRequest, inbox_id: int) -> HttpResponse:
    inbox = get_object_or_404(access.inboxes(request.user, Permission.SETTINGS), pk=inbox_id)
    return _page(request, editing.hours_of(inbox.brand, inbox))


@require_POST
@needs(Permission.SETTINGS, in_some_inbox=True)
def set_day(request: AgentRequest, hours_id: int) -> HttpResponse:
    hours = _mine(request, hours_id)
    form = DayForm(request.POST)
    if not form.is_valid():
        return _page(request, hours, day_form=form)
    told = form.cleaned_data
    editing.set_day(hours, told["date"], told["periods"], note=told["note"])
    messages.success(request, _("The day is saved."))
    return redirect(_address(hours, told["date"].year))


@require_POST
@needs(Permission.SETTINGS, in_some_inbox=True)
def clear_day(request: AgentRequest, hours_id: int) -> HttpResponse:
    hours = _mine(request, hours_id)
    try:
        day = dt.date.fromisoformat(request.POST.get("date", ""))
    except ValueError as error:
        raise Http404 from error
    editing.clear_day(hours, day)
    return redirect(_address(hours, day.year))


@require_POST
@needs(Permission.SETTINGS, in_some_inbox=True)
def follow_brand(request: AgentRequest, hours_id: int) -> HttpResponse:
    hours = _mine(request, hours_id)
    if hours.inbox is None:
        raise Http404
    editing.follow_brand(hours)
    return redirect("settings:inbox_hours", hours.inbox.pk)


def _mine(request: AgentRequest, hours_id: int) -> Hours:
    """The hours, when the agent may change the settings of their inbox, or of everything for a brand's."""
    hours = get_object_or_404(Hours.objects.select_related("brand", "inbox__brand"), pk=hours_id)
    if not access.reach(request.user).may(Permission.SETTINGS, hours.inbox_id):
        raise Http404
    return hours


def _page(request: AgentRequest, hours: Hours, *, day_form: DayForm | None = None) -> HttpResponse:
    initial = {"country": hours.country} | {f"day{number}": text for number, text in enumerate(hours.week)}
    form = WeekForm(None if day_form else request.POST or None, initial=initial)
    if request.method == "POST" and not day_form and form.is_valid():
        editing.set_week(hours, form.week, country=form.cleaned_data["country"])
        messages.success(request, _("The hours are saved."))
        return redirect(_address(hours))
    year = year_of(request)
    schedule = calendars.schedule(hours, calendars.timezone_of(hours.brand)) if hours.pk else None
    page = {
        "hours": hours if hours.pk else None,
        "brand": hours.brand,
        "inbox": hours.inbox,
        "form": form,
        "day_form": day_form or DayForm(),
        "lines": hours_lines(hours.brand),
        "exceptions": hours.exceptions.filter(date__gte=clock.now().date()) if hours.pk else [],
        "year": year,
        "months": months(schedule, hours, year) if schedule else [],
    }
    wrong = form.errors or (day_form and day_form.errors)
    return render(request, "settings_pages/hours.html", page, status=422 if wrong else 200)


def _address(hours: Hours, year: int | None = None) -> str:
    name, pk = ("inbox_hours", hours.inbox_id) if hours.inbox_id else ("brand_hours", hours.brand_id)
    return reverse(f"settings:{name}", args=[pk]) + (f"?year={year}#year" if year else "")


def year_of(request: AgentRequest) -> int:
    """The year that an address asks for, else this one."""
    given = request.GET.get("year", "")
    year = int(given) if given.isascii() and given.isdigit() and len(given) == 4 else clock.now().year
    return year if year in YEARS else clock.now().year


def months(schedule: Schedule, hours: Hours, year: int) -> list[dict[str, Any]]:
    """The year as twelve months of weeks; a week is seven `Day`s or None for another month\'s days."""
    language = get_language() or "en"
    notes = {day.date: day.note for day in hours.exceptions.all()}
    named = dict(calendars.public_holidays(hours.country, year, language)) if hours.country else {}
    return [
        {
            "first": dt.date(year, month, 1),
            "weeks": [
                [_day(schedule, day, notes, named) if day.month == month else None for day in week]
                for week in calendar.Calendar().monthdatescalendar(year, month)
            ],
        }
        for month in range(1, 13)
    ]


def _day(schedule: Schedule, day: dt.date, notes: dict[dt.date, str], named: dict[dt.date, str]) -> Day:
    periods = ", ".join(map(str, schedule.periods_on(day))) or _("closed")
    if day in schedule.exceptions:
        return Day(day, "special", " · ".join(part for part in (periods, notes.get(day, "")) if part))
    if day in named:
        return Day(day, "holiday", f"{named[day]} · {periods}")
    return Day(day, "open" if schedule.periods_on(day) else "closed", periods)


def countries() -> list[tuple[str, str]]:
    """Countries whose public holidays are known, by name in the active language."""
    territories = Locale.parse((get_language() or "en").replace("-", "_")).territories
    known = ((code, territories.get(code, code)) for code in holidays.list_supported_countries(include_aliases=False))
    return sorted(known, key=lambda country: country[1])
