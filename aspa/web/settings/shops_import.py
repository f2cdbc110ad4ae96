"""Files of records: handed over, looked at with their columns chosen, then taken."""

from __future__ import annotations

import dataclasses
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.service.shops.connector import connector_for
from aspa.service.shops.importing import importing, tables
from aspa.service.shops.models import Import
from aspa.service.shops.shapes import SHAPES, Field, Shape
from aspa.web.settings import spreadsheet
from aspa.web.settings.doors import AgentRequest, settings_needed
from aspa.web.settings.shop_records import Shown, shown
from aspa.web.settings.shops import shop

ENCODINGS = (
    ("utf-8-sig", "UTF-8"),
    ("utf-16", "UTF-16"),
    ("cp1252", gettext_lazy("Western European (Windows)")),
)


class FileForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What is in it?"), choices=[(one.key, one.name) for one in SHAPES.values()]
    )
    file = forms.FileField(label=gettext_lazy("The file (CSV)"), max_length=200)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > importing.MOST_BYTES:
            raise ValidationError(_("The file is too large. Divide it into smaller ones."))
        return file


class ColumnsForm(forms.Form):
    """How the file is written, and which of its columns is which field; -1 is none."""

    encoding = forms.ChoiceField(label=gettext_lazy("Character set"), choices=ENCODINGS)
    delimiter = forms.ChoiceField(label=gettext_lazy("Between the columns"), choices=list(tables.DELIMITERS.items()))

    def __init__(self, data: Any = None, *, one: Import, heading: list[str]) -> None:
        chosen = {f"column-{key}": place for key, place in one.columns.items()}
        super().__init__(data, initial={**one.reading, **chosen})
        self._fields_of_shape = _fields(SHAPES[one.kind])
        names = [
            (-1, "–"),
            *((place, name.strip() or _("Column %(n)s") % {"n": place + 1}) for place, name in enumerate(heading)),
        ]
        for field in self._fields_of_shape:
            label = f"{field.name} *" if field.needed else str(field.name)
            self.fields[f"column-{field.key}"] = forms.TypedChoiceField(label=label, choices=names, coerce=int)

    def columns(self) -> dict[str, int]:
        found = {field.key: self.cleaned_data.get(f"column-{field.key}", -1) for field in self._fields_of_shape}
        return {key: place for key, place in found.items() if place >= 0}

    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column-{field.key}"] for field in self._fields_of_shape]


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    line: int
    record: Shown | None
    reason: str


@require_POST
@settings_needed
def offer(request: AgentRequest, source_id: int) -> HttpResponse:
    source = shop(source_id)
    if not connector_for(source).imports:
        raise Http404("It takes no files.")
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
        return redirect("settings:shop", source.pk)
    one = importing.offer(source, SHAPES[form.cleaned_data["kind"]], form.cleaned_data["file"], by=request.user)
    return redirect("settings:import", source.pk, one.pk)


@settings_needed
def page(request: AgentRequest, source_id: int, import_id: int) -> HttpResponse:
    """Before it is begun: what it would become, and the columns to choose; after that: how far it is."""
    one = _import(source_id, import_id)
    if one.state != Import.State.NEW:
        return render(request, "settings_pages/shop_imported.html", {"one": one, "source": one.source})
    form = ColumnsForm(request.POST or None, one=one, heading=importing.heading_of(one))
    if request.method == "POST" and form.is_valid():
        importing.begin(one, form.columns())
        return redirect("settings:import", source_id, one.pk)
    context = {"one": one, "source": one.source, "form": form, "rows": _rows(one, one.columns)}
    return render(request, "settings_pages/shop_import.html", context, status=422 if form.errors else 200)


@require_POST
@settings_needed
def preview(request: AgentRequest, source_id: int, import_id: int) -> HttpResponse:
    """What it would become with these columns, as a part of the page. Another way of reading makes other columns."""
    one = _import(source_id, import_id)
    if one.state != Import.State.NEW:
        raise Http404("It has begun.")
    form = ColumnsForm(request.POST, one=one, heading=importing.heading_of(one))
    form.is_valid()
    reading = {name: form.cleaned_data.get(name, one.reading[name]) for name in ("encoding", "delimiter")}
    if reading != one.reading:
        importing.read_otherwise(one, tables.Reading(**reading))
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "settings_pages/shop_import_rows.html", {"rows": _rows(one, form.columns())})


@settings_needed
def progress(request: AgentRequest, source_id: int, import_id: int) -> HttpResponse:
    return render(request, "settings_pages/shop_import_progress.html", {"one": _import(source_id, import_id)})


@require_POST
@settings_needed
def again(request: AgentRequest, source_id: int, import_id: int) -> HttpResponse:
    importing.resume(_import(source_id, import_id))
    return redirect("settings:import", source_id, import_id)


@settings_needed
def refused_csv(request: AgentRequest, source_id: int, import_id: int) -> HttpResponse:
    """The rows that couldn't be taken, with the reason before them."""
    one = _import(source_id, import_id)
    rows = one.refused_rows.order_by("line").iterator()
    return spreadsheet.answer(
        f"import-{one.pk}-refused.csv", [_("Line"), _("Why")], ([row.line, row.reason, *row.cells] for row in rows)
    )


def _import(source_id: int, import_id: int) -> Import:
    return get_object_or_404(Import.objects.select_related("source__brand"), source=shop(source_id), pk=import_id)


def _rows(one: Import, columns: dict[str, int]) -> list[Row]:
    return [
        Row(row.line, shown(row.record) if row.record is not None else None, row.reason)
        for row in importing.preview(one, columns)
    ]


def _fields(shape: Shape) -> tuple[Field, ...]:
    return (*shape.fields, *shape.line)
