"""Which place in another system's posts is which of our fields, said with an example at hand and seen at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aspa.core.inboxes.groups import Group, GroupedForm
from aspa.kit import clock
from aspa.service.commerce.models import Source, Status
from aspa.service.shops import delivering
from aspa.service.shops.connector import NotUnderstood, connector_for
from aspa.service.shops.mapping import connector as mapping
from aspa.service.shops.mapping import paths
from aspa.service.shops.mapping.connector import Mapped
from aspa.service.shops.payload import read
from aspa.service.shops.shapes import SHAPES, Shape
from aspa.web.settings.doors import AgentRequest, settings_needed
from aspa.web.settings.shop_records import shown
from aspa.web.settings.shops import shop

LONGEST_EXAMPLE = 200_000
# How many records of an example are shown.
SHOWN = 5


class PathField(forms.CharField):
    """A place in the example, offered from those that it has."""

    def __init__(self, **more: Any) -> None:
        widget = forms.TextInput(attrs={"list": "places", "autocomplete": "off", "spellcheck": "false"})
        super().__init__(required=False, max_length=200, widget=widget, **more)

    def clean(self, value: Any) -> str:
        path = str(super().clean(value))
        if path and not paths.is_path(path):
            raise ValidationError(
                _(
                    "A place is written as in order.items[].sku, several as first_name + last_name, a fixed text in quotes."
                )
            )
        return path


class OnlyField(forms.CharField):
    """ "place = word, another word"."""

    def clean(self, value: Any) -> str:
        only = str(super().clean(value)).strip()
        path, _equals, words = (part.strip() for part in only.partition("="))
        if only and not (paths.is_path(path) and words):
            raise ValidationError(
                _("It is written as type = order.paid, with a place in the post before the equals sign.")
            )
        return only


class StatusesField(forms.CharField):
    """ "word = status", one on a line, as {word in small letters: status}."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{word} = {status}" for word, status in value.items()) if isinstance(value, dict) else value

    def clean(self, value: Any) -> Any:
        found: dict[str, str] = {}
        for line in filter(None, (line.strip() for line in str(super().clean(value)).splitlines())):
            word, _equals, status = (part.strip().lower() for part in line.rpartition("="))
            if not word or status not in Status.values:
                names = ", ".join(Status.values)
                raise ValidationError(
                    _("“%(line)s” isn't a word and a status: %(names)s.") % {"line": line[:60], "names": names}
                )
            found[word] = status
        return found


class MappingForm(GroupedForm):
    """Its fields are those of all shapes, "order-total"; the page shows those of the one that was chosen."""

    example = forms.CharField(
        label=gettext_lazy("An example of what it posts"),
        required=False,
        max_length=LONGEST_EXAMPLE,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=gettext_lazy("It isn't kept. Leave it empty to look at what came last."),
    )
    shape = forms.ChoiceField(
        label=gettext_lazy("What is in it?"), choices=[(one.key, one.name) for one in SHAPES.values()]
    )
    only = OnlyField(
        label=gettext_lazy("Only these posts"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("When it posts other things, too, for example: type = order.paid, order.sent"),
    )
    in_minor = forms.BooleanField(
        label=gettext_lazy("Its amounts are in cents"),
        required=False,
        help_text=gettext_lazy("As payment services write them: 1250 is 12.50 €."),
    )
    each = PathField(
        label=gettext_lazy("Where the records are"),
        help_text=gettext_lazy(
            "When one post has several, for example orders[]. The other places are then counted from there."
        ),
    )
    lines = PathField(
        label=gettext_lazy("Where the lines are"),
        help_text=gettext_lazy("For example items[], if there are any."),
    )
    statuses = StatusesField(
        label=gettext_lazy("Words for the status"),
        required=False,
        help_text=gettext_lazy("What Aspa doesn't know by itself, for example: noutovalmis = packed"),
    )

    def __init__(self, data: Any = None, *, mapped: Mapped | None) -> None:
        super().__init__(data, initial=_initial(mapped))
        for shape in SHAPES.values():
            for field in (*shape.fields, *shape.line):
                label = f"{field.name} *" if field.needed and field not in shape.line else field.name
                self.fields[f"{shape.key}-{field.key}"] = PathField(label=label)

    def groups(self) -> Any:
        self.GROUPS = tuple(_groups())  # type: ignore[misc]
        return super().groups()

    def mapped(self) -> Mapped:
        shape = SHAPES[self.cleaned_data["shape"]]
        return Mapped(
            shape,
            each=self.cleaned_data["each"],
            fields=self._paths(shape, [field.key for field in shape.fields]),
            lines=self.cleaned_data["lines"] if shape.line else "",
            line=self._paths(shape, [field.key for field in shape.line]),
            statuses=self.cleaned_data["statuses"],
            only=self.cleaned_data["only"],
            in_minor=self.cleaned_data["in_minor"],
        )

    def _paths(self, shape: Shape, keys: list[str]) -> dict[str, str]:
        return {key: path for key in keys if (path := self.cleaned_data[f"{shape.key}-{key}"])}


@settings_needed
def page(request: AgentRequest, source_id: int) -> HttpResponse:
    source = _mapped_shop(source_id)
    form = MappingForm(request.POST or None, mapped=mapping.mapping_of(source))
    if request.method == "POST" and form.is_valid():
        source.settings = {**source.settings, "mapping": mapping.kept(form.mapped())}
        source.save(update_fields=["settings"])
        messages.success(request, _("From now on its posts are understood so."))
        return redirect("settings:shop", source.pk)
    context = {"source": source, "form": form, "places": _places(source, request.POST.get("example", ""))}
    return render(request, "settings_pages/shop_mapping.html", context, status=422 if form.errors else 200)


@require_POST
@settings_needed
def preview(request: AgentRequest, source_id: int) -> HttpResponse:
    """What the example would become, as a part of the page."""
    source = _mapped_shop(source_id)
    form = MappingForm(request.POST, mapped=None)
    example = request.POST.get("example", "")
    context: dict[str, Any] = {"places": _places(source, example), "records": [], "problem": ""}
    try:
        payload = _example(source, example)
        if payload is None:
            context["problem"] = _("Paste an example, or have the system post something first.")
        elif not form.is_valid():
            context["problem"] = _("Some of the places aren't written as places.")
        else:
            mapped = form.mapped()
            records = mapping.records(source, mapped, payload, clock.now())
            if not mapping.is_meant(mapped.only, payload):
                context["problem"] = _("This post isn't one of those that are meant.")
            context["records"] = [shown(record) for record in records[:SHOWN]]
    except NotUnderstood as problem:
        context["problem"] = str(problem)
    return render(request, "settings_pages/shop_mapping_preview.html", context)


def _mapped_shop(source_id: int) -> Source:
    source = shop(source_id)
    if not connector_for(source).is_mapped:
        raise Http404("Its posts are understood already.")
    return source


def _groups() -> list[Group]:
    groups = []
    for shape in SHAPES.values():
        fields = tuple(f"{shape.key}-{field.key}" for field in shape.fields)
        groups.append(Group(shape.name, fields, when={"shape": (shape.key,)}))
    with_lines = tuple(shape for shape in SHAPES.values() if shape.line)
    groups.append(
        Group(gettext_lazy("Its lines"), ("lines",), when={"shape": tuple(shape.key for shape in with_lines)})
    )
    for shape in with_lines:
        fields = tuple(f"{shape.key}-{field.key}" for field in shape.line)
        groups.append(Group(gettext_lazy("In each line"), fields, when={"shape": (shape.key,)}))
    return groups


def _initial(mapped: Mapped | None) -> dict[str, Any]:
    if mapped is None:
        return {"shape": "order"}
    places = {f"{mapped.shape.key}-{key}": path for key, path in {**mapped.fields, **mapped.line}.items()}
    rest = {name: getattr(mapped, name) for name in ("only", "each", "lines", "statuses", "in_minor")}
    return {"shape": mapped.shape.key, **rest, **places}


def _example(source: Source, pasted: str) -> Any:
    """What was pasted, else what came last. Raises NotUnderstood."""
    if pasted.strip():
        return read(pasted[:LONGEST_EXAMPLE])
    return delivering.newest(source)


def _places(source: Source, pasted: str) -> list[str]:
    """The places of the example, also as they are counted from the records and from the lines in it."""
    try:
        payload = _example(source, pasted)
    except NotUnderstood:
        return []
    found = list(dict.fromkeys(paths.paths_in(payload)))[: paths.MOST_PATHS] if payload is not None else []
    within = [path.split("[].", 1)[1] for path in found if "[]." in path]
    deeper = [path.split("[].", 1)[1] for path in within if "[]." in path]
    return list(dict.fromkeys([*found, *within, *deeper]))
