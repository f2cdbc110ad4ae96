"""How articles come to be, change and are published. Each verb is one transaction, and search follows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from aspa.kit import clock
from aspa.kit.text import clean, preview
from aspa.service.knowledge import indexed, media, rendering
from aspa.service.knowledge.models import (
    LONGEST_BODY,
    LONGEST_SLUG,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    Article,
    Draft,
    Kind,
    Redirect,
    Revision,
    State,
    Version,
)

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.inboxes.models import Brand
    from aspa.core.people.models import Agent
    from aspa.service.knowledge.models import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a person writes of a version. An empty slug is made of the title when it is published."""

    title: str
    body: str
    summary: str = ""
    slug: str = ""


class Overtaken(Exception):
    """Somebody else has saved meanwhile; `draft` is theirs."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(f"Draft {draft.version_id} is at {draft.number}.")
        self.draft = draft


class NotReady(Exception):
    """It can't be published, for these reasons, in the language that is active."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


@transaction.atomic
def create(
    brand: Brand,
    kind: Kind | str,
    language: str,
    text: Text,
    *,
    by: Agent | None,
    category: Category | None = None,
    audience: str = "all",
    from_conversation: Conversation | None = None,
) -> Version:
    """An article in its first language, with the text as a draft."""
    article = Article.objects.create(
        brand=brand,
        kind=kind,
        category=category,
        place=Article.objects.filter(brand=brand, category=category).count(),
        main_language=language,
        audience=audience,
        author=by,
        from_conversation=from_conversation,
        created_at=clock.now(),
    )
    return _begin(article, language, text, by)


@transaction.atomic
def add_language(article: Article, language: str, *, by: Agent | None) -> Version:
    """The article in another language, empty; the one that exists already when there is one."""
    known = article.versions.filter(language=language).first()
    return known or _begin(article, language, Text(title="", body=""), by)


def working_text(version: Version) -> Text:
    """What there is to go on writing: the draft, else what was written when it was last published."""
    written: Draft | Revision | Version | None = Draft.objects.filter(version=version).first()
    if written is None:
        # Not the version's own: there the summary may have been made of the text.
        published = Revision.objects.filter(version=version, what=Revision.What.PUBLISHED)
        written = published.order_by("-number").first() or version
    return Text(title=written.title, slug=written.slug, summary=written.summary, body=written.body)


@transaction.atomic
def save_draft(version: Version, text: Text, *, by: Agent | None, known: int | None = None) -> Draft:
    """Keep what is being written. Raises Overtaken when it is no longer the draft that is `known` (0: there was none)."""
    version = _locked(version)
    draft = Draft.objects.filter(version=version).first()
    if draft is not None and known is not None and draft.number != known and draft.by_id != (by.pk if by else None):
        raise Overtaken(draft)
    written = _tidy(text)
    if draft is not None and _overwrites(draft, written, by, known):
        _keep(version, draft, Revision.What.REPLACED, draft.by)
    draft = draft or Draft(version=version, number=0)
    for name, value in written.items():
        setattr(draft, name, value)
    draft.by, draft.at, draft.number = by, clock.now(), draft.number + 1
    draft.save()
    Version.objects.filter(pk=version.pk).update(edited_at=draft.at)
    return draft


@transaction.atomic
def keep(version: Version, *, by: Agent | None) -> Revision | None:
    """Remember the draft as it is now, to be able to come back to it; None without a draft."""
    version = _locked(version)
    draft = Draft.objects.filter(version=version).first()
    return _keep(version, draft, Revision.What.SAVED, by) if draft else None


@transaction.atomic
def publish(version: Version, *, by: Agent | None, small: bool = False) -> Version:
    """Make the draft public, or what was taken back as it was. Raises NotReady.

    The other languages are marked to follow, unless the change is `small` or this isn't the main language.
    """
    version = _locked(version)
    draft = Draft.objects.select_related("by").filter(version=version).first()
    if draft is not None:
        _take(version, draft)
        _keep(version, draft, Revision.What.PUBLISHED, by or draft.by)
        draft.delete()
    elif not version.title:
        raise NotReady([_("There is nothing to publish yet.")])
    now = clock.now()
    version.state, version.publish_at, version.needs_update_since = State.PUBLISHED, None, None
    version.published_at = version.published_at or now
    version.changed_at = version.edited_at = now
    version.save()
    media.note_shown(version)
    if draft is not None and not small and version.language == version.article.main_language:
        others = version.article.versions.exclude(pk=version.pk).filter(needs_update_since__isnull=True)
        others.exclude(state=State.DRAFT, title="").update(needs_update_since=now)
    indexed.touch([version])
    return version


@transaction.atomic
def schedule(version: Version, at: dt.datetime, *, by: Agent | None) -> Version:
    """Publish it then. Raises NotReady when it couldn't be published as it is."""
    version = _locked(version)
    draft = Draft.objects.filter(version=version).first()
    if draft is None and version.is_published:
        raise NotReady([_("There is nothing to publish yet.")])
    if draft is not None:
        _slug(version, draft)
        _complete(draft)
    version.publish_at = at
    if not version.is_published:
        version.state = State.SCHEDULED
    version.save(update_fields=["publish_at", "state"])
    return version


@transaction.atomic
def unschedule(version: Version) -> Version:
    version = _locked(version)
    version.publish_at = None
    if version.state == State.SCHEDULED:
        version.state = State.DRAFT
    version.save(update_fields=["publish_at", "state"])
    return version


@transaction.atomic
def unpublish(version: Version, *, by: Agent | None) -> Version:
    """Take it from readers' eyes. Its text becomes the draft, unless there is a newer one."""
    version = _locked(version)
    if version.is_published:
        text = _tidy(working_text(version))
        Draft.objects.get_or_create(version=version, defaults={**text, "by": by, "at": clock.now()})
    version.state, version.publish_at = State.DRAFT, None
    version.save(update_fields=["publish_at", "state"])
    indexed.touch([version])
    return version


@transaction.atomic
def restore(revision: Revision, *, by: Agent | None) -> Draft:
    """The text as it was becomes the draft; the draft that was there stays as a revision."""
    version = _locked(revision.version)
    draft = Draft.objects.filter(version=version).first()
    if draft is not None:
        _keep(version, draft, Revision.What.REPLACED, draft.by)
    text = Text(title=revision.title, slug=revision.slug, summary=revision.summary, body=revision.body)
    return save_draft(version, text, by=by)


@transaction.atomic
def drop_draft(version: Version) -> None:
    """Go back to what is public; what was written stays as a revision."""
    version = _locked(version)
    draft = Draft.objects.filter(version=version).first()
    if draft is not None:
        _keep(version, draft, Revision.What.REPLACED, draft.by)
        draft.delete()
    if version.publish_at is not None:
        unschedule(version)


@transaction.atomic
def remove(article: Article) -> None:
    """The article in all its languages, with its revisions."""
    indexed.touch_articles(article.brand, [article.pk])
    article.delete()


def due(now: dt.datetime, most: int = 50) -> list[Version]:
    """The versions whose time to be published has come."""
    return list(Version.objects.filter(publish_at__isnull=False, publish_at__lte=now).order_by("publish_at")[:most])


def _begin(article: Article, language: str, text: Text, by: Agent | None) -> Version:
    now = clock.now()
    version = Version.objects.create(article=article, brand_id=article.brand_id, language=language, edited_at=now)
    Draft.objects.create(version=version, by=by, at=now, **_tidy(text))
    return version


def _overwrites(draft: Draft, written: dict[str, str], by: Agent | None, known: int | None) -> bool:
    """Whether another text takes the place of somebody else's, or of one's own from another window."""
    another = draft.by_id != (by.pk if by else None) or known not in (None, draft.number)
    return another and any(getattr(draft, name) != value for name, value in written.items())


def _locked(version: Version) -> Version:
    found = Version.objects.select_for_update(of=("self",)).select_related("brand", "article__category")
    return found.get(pk=version.pk)


def _tidy(text: Text) -> dict[str, str]:
    """As it is stored: cut where a browser's limits were passed by."""
    return {
        "title": clean(text.title).replace("\n", " ")[:LONGEST_TITLE],
        "slug": slugify(text.slug)[:LONGEST_SLUG].strip("-"),
        "summary": clean(text.summary).replace("\n", " ")[:LONGEST_SUMMARY],
        "body": clean(text.body)[:LONGEST_BODY],
    }


def _take(version: Version, draft: Draft) -> None:
    """The draft becomes what is public. Raises NotReady."""
    slug = _slug(version, draft)
    _complete(draft)
    if version.slug and version.slug != slug:
        Redirect.objects.update_or_create(
            brand_id=version.brand_id,
            language=version.language,
            slug=version.slug,
            defaults={"article": version.article, "at": clock.now()},
        )
    # Whoever has the address now has it before those who had it once.
    Redirect.objects.filter(brand_id=version.brand_id, language=version.language, slug=slug).delete()
    version.slug, version.title, version.body = slug, draft.title, draft.body
    with translation.override(version.language):
        version.html = rendering.html(draft.body)
    version.summary = draft.summary or preview(rendering.plain(version.html), indexed.MADE)


def _complete(draft: Draft) -> None:
    missing = []
    if not draft.title:
        missing.append(_("The title is missing."))
    if not draft.body:
        missing.append(_("The text is missing."))
    if missing:
        raise NotReady(missing)


def _slug(version: Version, draft: Draft) -> str:
    """What the address ends in. Raises NotReady when somebody chose one that another article has."""
    others = Version.objects.filter(brand_id=version.brand_id, language=version.language).exclude(pk=version.pk)
    if draft.slug:
        if others.filter(slug=draft.slug).exists():
            raise NotReady([_("Another article has the address “%(slug)s” already.") % {"slug": draft.slug}])
        return draft.slug
    if version.slug:
        return version.slug
    base = slugify(draft.title)[: LONGEST_SLUG - 6].strip("-") or f"{version.article.kind}-{version.pk}"
    taken = set(others.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        name for name in (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))) if name not in taken
    )


def _keep(version: Version, draft: Draft, what: Revision.What, by: Agent | None) -> Revision:
    newest = Revision.objects.filter(version=version).order_by("-number").first()
    text = {"title": draft.title, "slug": draft.slug, "summary": draft.summary, "body": draft.body}
    if newest is not None and what != Revision.What.PUBLISHED and all(getattr(newest, k) == v for k, v in text.items()):
        return newest
    number = newest.number + 1 if newest else 1
    return Revision.objects.create(version=version, number=number, what=what, by=by, at=clock.now(), **text)
