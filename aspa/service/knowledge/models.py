"""What is published so that customers can help themselves. Written by `publishing`, `arranging`, `switches`, `feedback`."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.models import Conversation
from aspa.core.inboxes.models import Brand
from aspa.core.people.models import Agent, Contact
from aspa.service.moderation import authors

LANGUAGES = settings.LANGUAGES
LONGEST_TITLE = 160  # characters
LONGEST_SLUG = 80
LONGEST_SUMMARY = 320
LONGEST_BODY = 100_000


class Kind(models.TextChoices):
    FAQ = "faq", _("Question and answer")
    ARTICLE = "article", _("Article")
    VIDEO = "video", _("Video")
    POST = "post", _("Blog post")


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    PUBLISHED = "published", _("Published")


class Category(models.Model):
    """A shelf of a brand's help site; `names` by language, {"fi": "Toimitus"}."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", verbose_name=_("brand"))
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.RESTRICT, related_name="children", verbose_name=_("under")
    )
    slug = models.SlugField(_("address"), max_length=LONGEST_SLUG)
    names = models.JSONField(_("names"), default=dict)
    place = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("place", "id")
        verbose_name_plural = "categories"
        constraints = (models.UniqueConstraint(fields=("brand", "slug"), name="category_slug_once"),)

    def __str__(self) -> str:
        return self.name()

    def name(self, language: str = "") -> str:
        """In this language, else in whichever has one."""
        name: str = self.names.get(language) or next((one for one in self.names.values() if one), self.slug)
        return name

    def url(self, language: str) -> str:
        return f"/help/{self.brand.slug}/{language}/c/{self.slug}/"


class Article(models.Model):
    """One matter, whatever languages it is told in. Who may read it and where it stands are the same in all of them.

    `audience`: all, signed_in, agents or segment:<pk>, as `search.content` has it.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="articles", verbose_name=_("category")
    )
    place = models.PositiveIntegerField(default=0)
    # The other languages follow this one.
    main_language = models.CharField(_("main language"), max_length=5, choices=LANGUAGES)
    audience = models.CharField(_("audience"), max_length=40, default="all")
    related = models.ManyToManyField("self", blank=True, verbose_name=_("related reading"))
    author = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    from_conversation = models.ForeignKey(Conversation, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("brand", "category", "place"), name="article_on_shelf"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Selector(models.Model):
    """What an article is about: a product by its number, a topic, a model."""

    class Kind(models.TextChoices):
        PRODUCT = "product", _("Product")
        TOPIC = "topic", _("Topic")
        MODEL = "model", _("Model")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="selectors", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(max_length=80)

    class Meta:
        ordering = ("kind", "value")
        constraints = (models.UniqueConstraint(fields=("article", "kind", "value"), name="selector_once"),)
        indexes = (models.Index(fields=("kind", "value"), name="selector_by_value"),)

    def __str__(self) -> str:
        return self.tag

    @property
    def tag(self) -> str:
        return f"{self.kind}:{self.value}"


class Media(models.Model):
    """A picture or video of our own that articles show. Its file's name has the size, so that showing it asks nothing."""

    class Kind(models.TextChoices):
        PICTURE = "picture", _("Picture")
        VIDEO = "video", _("Video")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    file = models.FileField(upload_to="content/")
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    size = models.PositiveBigIntegerField()
    alt = models.CharField(max_length=250, blank=True)
    uploaded_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "media"
        indexes = (models.Index(fields=("file",), name="media_by_file"),)

    def __str__(self) -> str:
        return str(self.file.name)

    @property
    def url(self) -> str:
        """What Markdown refers to."""
        folder = "pictures/content" if self.kind == self.Kind.PICTURE else "videos"
        return f"/files/{folder}/{str(self.file.name).rpartition('/')[2]}"


class Version(models.Model):
    """An article in one language, as it is public; what is being written is its Draft.

    Title, slug, summary, body and html are empty before the first publishing. A published one with `publish_at` gets
    its draft then.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions", db_index=False)
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    language = models.CharField(_("language"), max_length=5, choices=LANGUAGES)
    slug = models.SlugField(max_length=LONGEST_SLUG, blank=True, db_index=False)
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    summary = models.CharField(max_length=LONGEST_SUMMARY, blank=True)
    body = models.TextField(blank=True)
    html = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    # The first time, and the last.
    published_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    publish_at = models.DateTimeField(null=True)
    # The main language said something new then.
    needs_update_since = models.DateTimeField(null=True)
    helped = models.PositiveIntegerField(default=0)
    not_helped = models.PositiveIntegerField(default=0)
    # How often it has been opened of late (`views`).
    views = models.PositiveIntegerField(default=0)
    # The pictures and videos of our own in its html.
    media = models.ManyToManyField(Media, related_name="shown_in")
    # When it or its draft was last touched; the editor's list is in this order.
    edited_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("article", "language"), name="version_once"),
            models.UniqueConstraint(
                fields=("brand", "language", "slug"), condition=~models.Q(slug=""), name="version_slug_once"
            ),
        )
        indexes = (
            models.Index(fields=("brand", "-edited_at"), name="version_by_edit"),
            models.Index(fields=("brand", "language", "state", "-published_at"), name="version_by_publishing"),
            # Partial by "is null" alone: SQLite can't see that a bound value meets any other condition.
            models.Index(fields=("publish_at",), condition=models.Q(publish_at__isnull=False), name="version_due"),
        )

    def __str__(self) -> str:
        return self.title or f"version {self.pk}"

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def needs_update(self) -> bool:
        return self.needs_update_since is not None

    @property
    def helpfulness(self) -> float:
        """0 to 1; a half while nobody has said anything (Laplace's rule of succession)."""
        return (self.helped + 1) / (self.helped + self.not_helped + 2)

    def url(self) -> str:
        return f"/help/{self.brand.slug}/{self.language}/a/{self.slug}/"


class Draft(models.Model):
    """What is being written of a version and isn't public yet. `number` grows with each saving."""

    version = models.OneToOneField(Version, on_delete=models.CASCADE, related_name="draft", primary_key=True)
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    slug = models.CharField(max_length=LONGEST_SLUG, blank=True)
    summary = models.CharField(max_length=LONGEST_SUMMARY, blank=True)
    body = models.TextField(blank=True)
    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    number = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"draft of {self.version_id}"


class Revision(models.Model):
    """A version's text as it was at one time; never changed."""

    class What(models.TextChoices):
        PUBLISHED = "published", _("Published")
        SAVED = "saved", _("Saved")
        REPLACED = "replaced", _("Replaced")

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    slug = models.CharField(max_length=LONGEST_SLUG, blank=True)
    summary = models.CharField(max_length=LONGEST_SUMMARY, blank=True)
    body = models.TextField(blank=True)
    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    what = models.CharField(max_length=10, choices=What)

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("version", "number"), name="revision_once"),)

    def __str__(self) -> str:
        return f"revision {self.number} of {self.version_id}"


class Redirect(models.Model):
    """An address that an article had, or that was made for it by hand."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    language = models.CharField(_("language"), max_length=5, choices=LANGUAGES)
    slug = models.SlugField(_("old address"), max_length=LONGEST_SLUG, db_index=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="redirects", verbose_name=_("article"))
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("brand", "language", "slug"), name="redirect_once"),)

    def __str__(self) -> str:
        return f"{self.language}/{self.slug}"


class OutsideLink(models.Model):
    """What came of looking at a page of another site to which articles link; `digest` is of its address (`token_hash`)."""

    class State(models.TextChoices):
        GOOD = "good"
        UNSURE = "unsure"
        BROKEN = "broken"

    digest = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=State)
    # The answer's status, or why there was none.
    detail = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.state} {self.detail}"


class Switch(models.Model):
    """Whether a brand's help site has this kind of content; without a row it hasn't. Questions and answers it always has."""

    class Kind(models.TextChoices):
        ARTICLE = "article", _("Articles")
        VIDEO = "video", _("Videos")
        QUESTION = "question", _("Questions about products")
        COMMUNITY = "community", _("Community")
        REVIEW = "review", _("Product reviews")
        POST = "post", _("Blog")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    is_on = models.BooleanField(_("in use"), default=False)

    class Meta:
        verbose_name_plural = "switches"
        constraints = (models.UniqueConstraint(fields=("brand", "kind"), name="switch_once"),)

    def __str__(self) -> str:
        return f"{self.brand_id} {self.kind}"


class Front(models.Model):
    """What a brand's help site says at its front, by language: {"fi": "…"}. What isn't written the site says itself."""

    brand = models.OneToOneField(Brand, on_delete=models.CASCADE, related_name="+", primary_key=True)
    titles = models.JSONField(default=dict)
    welcomes = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"front of {self.brand_id}"


class Vote(models.Model):
    """Whether a version helped somebody, and why not; once a person. `voter` stays the same for one (64 hex digits)."""

    class Reason(models.TextChoices):
        UNCLEAR = "unclear", _("It is hard to understand")
        WRONG = "wrong", _("It is wrong or out of date")
        MISSING = "missing", _("Something is missing")
        OTHER = "other", _("Something else")

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="votes", db_index=False)
    voter = models.CharField(max_length=64)
    helped = models.BooleanField()
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    text = models.CharField(max_length=500, blank=True)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("version", "voter"), name="vote_once"),)
        indexes = (models.Index(fields=("version", "-at"), name="vote_newest"),)

    def __str__(self) -> str:
        return f"vote on {self.version_id}"


class DayOfViews(models.Model):
    """How often a version was opened on one day, by whomever: nothing is kept of who it was."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "days of views"
        constraints = (models.UniqueConstraint(fields=("version", "day"), name="views_once_a_day"),)
        indexes = (models.Index(fields=("day",), name="views_by_day"),)

    def __str__(self) -> str:
        return f"{self.count} views of {self.version_id}"


class Comment(models.Model):
    """What a reader wrote under an article. Others see it once moderation has published it."""

    class State(models.TextChoices):
        HELD = "held", _("Waiting")
        PUBLISHED = "published", _("Published")
        HIDDEN = "hidden", _("Hidden")
        REMOVED = "removed", _("Removed")

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="comments", db_index=False)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(max_length=5000)
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("version", "state", "at"), name="comment_of_version"),)

    def __str__(self) -> str:
        return f"comment {self.pk}"

    @property
    def is_editable(self) -> bool:
        """By its author."""
        return authors.may_edit(self.at)
