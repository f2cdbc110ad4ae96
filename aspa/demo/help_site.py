"""The demo's two help sites: their shelves, and what stands on them in every state an article can have."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.text import slugify

from aspa.demo.articles import Written, measured, more
from aspa.kit import clock
from aspa.kit.text import preview
from aspa.service.knowledge import indexed, rendering
from aspa.service.knowledge.models import (
    Article,
    Category,
    Draft,
    Kind,
    Revision,
    Selector,
    State,
    Switch,
    Version,
)

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand
    from aspa.core.people.models import Agent
    from aspa.demo.cast import Cast

DAY = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Shelf:
    """A category: its names in fi, sv and en, the Finnish articles on it, and under which one it stands."""

    names: tuple[str, str, str]
    holds: str
    under: str = ""


SHELVES: dict[str, dict[str, Shelf]] = {
    "villa": {
        "toimitus": Shelf(
            ("Toimitus", "Leverans", "Delivery"), "toimitusaika toimituskulut seuranta kadonnut osoite joulu"
        ),
        "palautus": Shelf(
            ("Palautus ja vaihto", "Retur och byte", "Returns and exchanges"), "palautus rahat vaara takuu hyvitykset"
        ),
        "tilaus": Shelf(
            ("Tilaus ja maksu", "Beställning och betalning", "Orders and payment"),
            "maksutavat kassa peruutus lahjakortti alennuskoodi kuitti varasto lahja",
        ),
        "tuotteet": Shelf(("Tuotteet", "Produkter", "Products"), "materiaali allergia matot"),
        "hoito": Shelf(("Villan hoito", "Skötsel av ylle", "Caring for wool"), "pesu nyppyyntyminen kasinpesu", "tuotteet"),
        "koot": Shelf(("Koot ja mitat", "Storlekar och mått", "Sizes"), "koko mitat", "tuotteet"),
        "tili": Shelf(("Oma tili", "Mitt konto", "Your account"), "tili salasana tietosuoja uutiskirje kanta"),
        "myymala": Shelf(("Myymälä", "Butiken", "The shop"), "myymala"),
    },
    "kaisla": {
        "huolto": Shelf(
            ("Huolto", "Service", "Servicing"), "ajanvaraus ajansiirto hinnasto perushuolto valmis sijaispyora varaosat"
        ),
        "itse": Shelf(("Korjaa itse", "Laga själv", "Mend it yourself"), "rengasrikko paikkaus ketju jarrut vaihteet"),
        "sahko": Shelf(("Sähköpyörät", "Elcyklar", "Electric bikes"), "akku akkuvika"),
        "talvi": Shelf(("Talvi", "Vinter", "Winter"), "talvirenkaat sailytys"),
        "vuokraus": Shelf(("Vuokraus", "Uthyrning", "Renting"), "vuokraus"),
        "uusi": Shelf(("Uusi pyörä", "Ny cykel", "A new bicycle"), "mitoitus takuu tyosuhdepyora lastenistuin"),
        "paja": Shelf(("Paja", "Verkstaden", "The workshop"), "aukiolo varkaus"),
    },
}  # fmt: skip
# The same article in its other languages: Finnish, Swedish, English.
TOLD_IN = {
    "villa": """
        palautus retur returns | rahat aterbetalning refund | toimitusaika leveranstid delivery
        toimituskulut fraktkostnad shipping | seuranta sparning tracking | maksutavat betalning - | lahjakortti presentkort -
        koko storlek sizes | pesu tvatt washing | takuu reklamation warranty | salasana losenord -
        peruutus avbestallning - | kasinpesu handtvatt -
    """,
    "kaisla": """
        ajanvaraus tidsbokning booking | ajansiirto avboka - | hinnasto priser - | talvirenkaat vinterdack -
        akku batteri battery | vuokraus hyra rental | rengasrikko - puncture
    """,
}
KINDS = {
    Kind.ARTICLE: "pesu nyppyyntyminen materiaali koko mitat akku mitoitus perushuolto ketju hyvitykset matot kanta",
    Kind.VIDEO: "kasinpesu paikkaus",
    Kind.POST: "kevat kutomo kevathuolto",
}
# What an article is about: products by the shop's numbers, topics, models.
ABOUT = {
    "pesu": "product:neule product:villamyssy product:villasukat product:lapaset topic:hoito",
    "kasinpesu": "product:neule topic:hoito", "nyppyyntyminen": "product:neule topic:hoito",
    "koko": "product:neule topic:mitat", "mitat": "product:neule topic:mitat", "allergia": "product:huivi",
    "akku": "topic:sähköpyörä", "akkuvika": "topic:sähköpyörä",
}  # fmt: skip
AUDIENCES = {"hyvitykset": "agents", "kanta": "signed_in"}
UNFINISHED, SCHEDULED = {"matot"}, {"kutomo"}
# Versions that follow no longer what the Finnish one says.
BEHIND = {"retur", "vinterdack"}
WRITERS = {"villa": ("aino", "noora", "ville"), "kaisla": ("eetu", "ville")}


def open_sites(cast: Cast) -> None:
    """Write both sites into an empty database."""
    chance, written = random.Random(79), [*measured(), *more()]
    for key, brand in cast.brands.items():
        Switch.objects.bulk_create(Switch(brand=brand, kind=kind, is_on=True) for kind in Switch.Kind.values)
        shelves = _shelves(key, brand)
        writers = [cast.agents[name] for name in WRITERS[key]]
        _articles(brand, [one for one in written if one.shop == key], key, shelves, writers, chance)
        indexed.touch(Version.objects.filter(brand=brand).values_list("pk", flat=True))


def _shelves(key: str, brand: Brand) -> dict[str, Category]:
    """By the Finnish articles that stand on them."""
    made: dict[str, Category] = {}
    # Those above first.
    for is_above in (True, False):
        level = {slug: shelf for slug, shelf in SHELVES[key].items() if is_above is not bool(shelf.under)}
        places = list(SHELVES[key])
        stored = Category.objects.bulk_create(
            Category(
                brand=brand,
                slug=slugify(shelf.names[0]),
                names=dict(zip(("fi", "sv", "en"), shelf.names, strict=True)),
                parent=made.get(shelf.under),
                place=places.index(slug),
            )
            for slug, shelf in level.items()
        )
        made.update(zip(level, stored, strict=True))
    return {name: made[slug] for slug, shelf in SHELVES[key].items() for name in shelf.holds.split()}


def _articles(
    brand: Brand,
    written: list[Written],
    key: str,
    shelves: dict[str, Category],
    writers: list[Agent],
    chance: random.Random,
) -> None:
    now = clock.now()
    groups = list(_groups(key, {_name(one): one for one in written}))
    articles = Article.objects.bulk_create(
        _article(brand, group[0], shelves, place, writers, now) for place, group in enumerate(groups)
    )
    Selector.objects.bulk_create(
        Selector(article=article, kind=tag.partition(":")[0], value=tag.partition(":")[2])
        for article, group in zip(articles, groups, strict=True)
        for tag in ABOUT.get(_name(group[0]), "").split()
    )
    pairs = [(article, one) for article, group in zip(articles, groups, strict=True) for one in group]
    versions = Version.objects.bulk_create(_version(article, one, chance, now) for article, one in pairs)
    unpublished = [
        (version, one)
        for version, (_article, one) in zip(versions, pairs, strict=True)
        if _name(one) in UNFINISHED | SCHEDULED
    ]
    Draft.objects.bulk_create(
        Draft(version=version, title=one.title, body=one.body, by=version.article.author, at=version.edited_at)
        for version, one in unpublished
    )
    Revision.objects.bulk_create(_revisions(versions))


def _groups(key: str, written: dict[str, Written]) -> Iterator[list[Written]]:
    """Each article with the versions of it, Finnish first."""
    together = [group.split() for line in TOLD_IN[key].strip().splitlines() for group in line.split("|")]
    others = {group[0]: [name for name in group[1:] if name != "-"] for group in together if group}
    followers = {name for names in others.values() for name in names}
    for name, one in written.items():
        if name not in followers:
            yield [one, *(written[other] for other in others.get(name, ()))]


def _name(one: Written) -> str:
    return one.key.partition(":")[2]


def _article(
    brand: Brand, one: Written, shelves: dict[str, Category], place: int, writers: list[Agent], now: dt.datetime
) -> Article:
    name = _name(one)
    return Article(
        brand=brand,
        kind=next((kind for kind, names in KINDS.items() if name in names.split()), Kind.FAQ),
        category=shelves.get(name),
        place=place,
        main_language="fi",
        audience=AUDIENCES.get(name, "all"),
        author=writers[place % len(writers)],
        created_at=now - 320 * DAY,
    )


def _version(article: Article, one: Written, chance: random.Random, now: dt.datetime) -> Version:
    name = _name(one)
    then = now - chance.uniform(2, 300) * DAY
    version = Version(article=article, brand_id=article.brand_id, language=one.language, edited_at=then)
    if name in UNFINISHED:
        return version
    if name in SCHEDULED:
        version.state, version.publish_at = State.SCHEDULED, now + 3 * DAY
        return version
    version.state, version.published_at, version.changed_at = State.PUBLISHED, then, then
    version.slug, version.title, version.body = slugify(one.title), one.title, one.body
    with translation.override(one.language):
        version.html = rendering.html(one.body)
    version.summary = preview(rendering.plain(version.html), indexed.MADE)
    version.helped, version.not_helped = chance.randint(0, 90), chance.randint(0, 12)
    version.views = 12 * version.helped + chance.randint(0, 200)
    version.needs_update_since = now - 2 * DAY if name in BEHIND else None
    return version


def _revisions(versions: list[Version]) -> Iterator[Revision]:
    """How each was published; those of the first shelf had been shorter before."""
    for version in versions:
        if not version.is_published:
            continue
        shorter = version.body.rpartition(". ")[0]
        texts = [shorter + ".", version.body] if version.article.place < 8 and shorter else [version.body]
        for number, body in enumerate(texts, 1):
            yield Revision(
                version=version,
                number=number,
                title=version.title,
                slug=version.slug,
                summary="",
                body=body,
                by=version.article.author,
                at=version.edited_at - (len(texts) - number) * DAY,
                what=Revision.What.PUBLISHED,
            )
