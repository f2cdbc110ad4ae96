"""The list of a brand's articles, newest edit first, and how a new one begins."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from aspa.core.inboxes.models import LANGUAGES, Brand
from aspa.kit import keyset
from aspa.kit.ids import row_id
from aspa.service.knowledge import publishing, switches
from aspa.service.knowledge.models import LONGEST_TITLE, Category, Kind, State, Version
from aspa.service.knowledge.published import under
from aspa.service.knowledge.publishing import Text
from aspa.web.content.doors import AgentRequest, NoBrand, brand_for, brands_of, category_for, writer
from aspa.web.content.words import KIND_ICONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.http import QueryDict

PAGE = 40
STATES = [
    ("", gettext_lazy("Every state")),
    ("published", State.PUBLISHED.label),
    ("changed", gettext_lazy("Published, with changes")),
    ("scheduled", State.SCHEDULED.label),
    ("draft", State.DRAFT.label),
    ("behind", gettext_lazy("Needs update")),
]


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to."""

    brand: Brand
    state: str = ""
    kind: str = ""
    category: Category | None = None
    language: str = ""
    words: str = ""

    def address(self) -> str:
        """The same question, for the link to the next page."""
        chosen = {
            "brand": str(self.brand.pk), "state": self.state, "kind": self.kind, "language": self.language,
            "category": str(self.category.pk) if self.category else "", "q": self.words,
        }  # fmt: skip
        return urlencode({name: value for name, value in chosen.items() if value})


class NewForm(forms.Form):
    """The little that is needed to begin."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    language = forms.ChoiceField(label=gettext_lazy("Language"))
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=LONGEST_TITLE,
        help_text=gettext_lazy("As a customer would ask it, or call it."),
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("Help category"), queryset=Category.objects.none(), required=False, empty_label="–"
    )

    def __init__(self, data: QueryDict | None, *, brand: Brand, **more: Any) -> None:
        super().__init__(data, **more)
        on = switches.on(brand.pk)
        self.fields["kind"].choices = [one for one in Kind.choices if one[0] in on]  # type: ignore[attr-defined]
        self.fields["language"].choices = languages(brand)  # type: ignore[attr-defined]
        self.fields["category"].queryset = Category.objects.filter(brand=brand)  # type: ignore[attr-defined]


@writer
def articles(request: AgentRequest) -> HttpResponse:
    brands = list(brands_of(request.user))
    asked = asked_for(request, brands)
    shown, older = page_of(narrowed(asked), request.GET.get("before", ""))
    for version in shown:
        version.others = sorted(  # type: ignore[attr-defined]
            version.article.versions.all(), key=lambda one: LANGUAGES.index(one.language)
        )
    page = {
        "brands": brands,
        "asked": asked,
        "versions": shown,
        "older": older,
        "states": STATES,
        "kinds": Kind.choices,
        "icons": KIND_ICONS,
        "languages": languages(asked.brand),
        "categories": Category.objects.filter(brand=asked.brand),
    }
    return render(request, "content/articles.html", page)


@writer
def new(request: AgentRequest) -> HttpResponse:
    brand = chosen_brand(request, list(brands_of(request.user)))
    beginning = {"language": brand.language, "kind": request.GET.get("kind", Kind.FAQ)}
    form = NewForm(request.POST or None, brand=brand, initial=beginning)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        text = Text(title=given["title"], body="")
        version = publishing.create(
            brand, given["kind"], given["language"], text, by=request.user, category=given["category"]
        )
        return redirect("content:version", version.pk)
    page = {"form": form, "brand": brand, "brands": brands_of(request.user)}
    return render(request, "content/new.html", page, status=422 if form.errors else 200)


def asked_for(request: AgentRequest, brands: Sequence[Brand]) -> Asked:
    get = request.GET
    category = get.get("category", "")
    brand = chosen_brand(request, brands)
    return Asked(
        brand=brand,
        state=get.get("state", "") if get.get("state", "") in dict(STATES) else "",
        kind=get.get("kind", "") if get.get("kind", "") in Kind.values else "",
        category=_category(request, brand, category) if category else None,
        language=get.get("language", "") if get.get("language", "") in LANGUAGES else "",
        words=get.get("q", "").strip()[:80],
    )


def chosen_brand(request: AgentRequest, brands: Sequence[Brand]) -> Brand:
    """The one that the address names, else the one that was looked at last, else the first. Raises NoBrand."""
    number = row_id(request.POST.get("brand") or request.GET.get("brand") or "")
    if number is not None:
        request.session["content_brand"] = number
        return brand_for(request.user, number)
    last = request.session.get("content_brand")
    found = next((one for one in brands if one.pk == last), brands[0] if brands else None)
    if found is None:
        raise NoBrand
    return found


def narrowed(asked: Asked) -> QuerySet[Version]:
    """In the chosen language, else each article in its main one."""
    found = Version.objects.filter(brand=asked.brand)
    if asked.language:
        found = found.filter(language=asked.language)
    elif asked.state != "behind":
        found = found.filter(language=F("article__main_language"))
    if asked.kind:
        found = found.filter(article__kind=asked.kind)
    if asked.category is not None:
        found = found.filter(article__category__in=[asked.category, *under(asked.category)])
    for word in asked.words.split():
        found = found.filter(Q(title__icontains=word) | Q(draft__title__icontains=word))
    return _in_state(found, asked.state)


def page_of(found: QuerySet[Version], before: str) -> tuple[list[Version], str]:
    """The newest edits before a place, and the place of those that are older still."""
    found = found.select_related("brand", "article__category", "draft__by").prefetch_related("article__versions")
    return keyset.page(found, "-edited_at", after=before, most=PAGE)


def languages(brand: Brand) -> list[tuple[str, str]]:
    """The brand's own first."""
    return sorted(settings.LANGUAGES, key=lambda one: one[0] != brand.language)


def _in_state(found: QuerySet[Version], state: str) -> QuerySet[Version]:
    if state == "behind":
        return found.filter(needs_update_since__isnull=False)
    if state == "changed":
        return found.filter(state=State.PUBLISHED, draft__isnull=False)
    if state == "scheduled":
        return found.filter(publish_at__isnull=False)
    return found.filter(state=state) if state else found


def _category(request: AgentRequest, brand: Brand, number: str) -> Category | None:
    pk = row_id(number)
    found = category_for(request.user, pk) if pk is not None else None
    return found if found and found.brand_id == brand.pk else None
