"""What to look at before a text is published: its links, its pictures, how it reads, how it is spelt."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from aspa.service.knowledge import links, rendering, spelling
from aspa.service.knowledge.marks import PICTURE
from aspa.service.knowledge.models import OutsideLink
from aspa.service.knowledge.reading import Level, Reading, reading
from aspa.service.knowledge.videos import OWN, embedded
from aspa.service.search.words import dictionaries, lemmas

if TYPE_CHECKING:
    from markdown_it.token import Token

LONGEST_TITLE = 70  # characters that lists and search engines show of one
MOST_IMAGES_TOLD = 20
# What cameras and programs call pictures says nothing of what is in them.
_FILE_NAME = re.compile(
    r"\S*\.(?:png|jpe?g|gif|webp|heic)|(?:img|dsc|pxl|image|picture|photo|kuva|bild|screenshot|kuvakaappaus|skärmbild)[\W\d_]*",
    re.IGNORECASE,
)
# Read by themselves, as programs that read aloud list them, these lead anywhere.
_SAYS_NOTHING = {
    "fi": {"tästä", "täältä", "tässä", "tätä", "klikkaa tästä", "lue lisää", "linkki", "tämä linkki"},
    "sv": {"här", "klicka här", "läs mer", "länk", "denna länk", "den här länken"},
    "en": {"here", "click here", "this", "read more", "more", "link", "this link"},
}


class Weight(enum.StrEnum):
    MUST = "must"
    SHOULD = "should"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class Finding:
    """`where` is the part of the text it is about."""

    weight: Weight
    text: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """`waiting`: addresses of others' pages that haven't been looked at."""

    findings: list[Finding]
    waiting: list[str]


def check(title: str, body: str, language: str) -> Checked:
    """Asks nobody outside; whoever calls has `links.look_at` ask for what is waiting."""
    every = rendering.tokens(body)
    html = rendering.html(body)
    words = rendering.plain(html)
    anchors = [heading.id for heading in rendering.headings(html)]
    addresses = [address for address, _words in _links(every)]
    outside = list(dict.fromkeys(one for one in addresses if links.is_outside(one)))[: links.MOST_LINKS]
    known = links.known(outside)
    findings = [
        *_of_title(title),
        *_of_images(list(_within(every, "image"))),
        *_of_links_words(_links(every), language),
        *_of_own_links([one for one in addresses if not links.is_outside(one)], anchors),
        *_of_outside_links(known),
        *_of_reading(reading(words, language, _base_form(language))),
        *_of_spelling(words, language),
    ]
    return Checked(findings, [one for one in outside if one not in known])


def _within(tokens: list[Token], kind: str) -> Iterator[Token]:
    for token in tokens:
        if token.type == kind:
            yield token
        yield from _within(token.children or [], kind)


def _links(tokens: list[Token]) -> list[tuple[str, str]]:
    """(address, words) of each."""
    found: list[tuple[str, str]] = []
    for inline in _within(tokens, "inline"):
        opened, words = "", ""
        for child in inline.children or []:
            if child.type == "link_open":
                opened, words = str(child.attrGet("href") or ""), ""
            elif child.type == "link_close":
                found.append((opened, words))
            else:
                words += child.content
    return found


def _of_title(title: str) -> Iterator[Finding]:
    if not title.strip():
        yield Finding(Weight.MUST, _("The title is missing."))
    elif len(title) > LONGEST_TITLE:
        yield Finding(Weight.SHOULD, _("The title is long: lists show its beginning only."))


def _of_images(images: list[Token]) -> Iterator[Finding]:
    bare = [one for one in images if not one.content.strip()]
    for image in images[:MOST_IMAGES_TOLD]:
        source = str(image.attrGet("src") or "")
        if not PICTURE.fullmatch(source) and not OWN.fullmatch(source) and embedded(source) is None:
            yield Finding(Weight.MUST, _("This picture isn’t shown: it has to be put in here, not linked."), source)
    for image in bare[:MOST_IMAGES_TOLD]:
        yield Finding(
            Weight.SHOULD, _("A picture has no words for those who don’t see it."), str(image.attrGet("src") or "")
        )
    named = [one.content for one in images if _FILE_NAME.fullmatch(one.content.strip())]
    for words in named[:MOST_IMAGES_TOLD]:
        yield Finding(Weight.SHOULD, _("A picture is told by its file’s name: say what it shows."), words)
    if images and not bare and not named:
        yield Finding(Weight.FINE, _("Every picture is told in words."))


def _of_links_words(found: list[tuple[str, str]], language: str) -> Iterator[Finding]:
    for words in dict.fromkeys(words for _address, words in found):
        if " ".join(words.split()).strip(" .:!»›→").lower() in _SAYS_NOTHING.get(language, ()):
            yield Finding(Weight.SHOULD, _("This link doesn’t say where it leads."), words)


def _of_own_links(addresses: list[str], anchors: list[str]) -> Iterator[Finding]:
    for address in dict.fromkeys(addresses):
        if not links.leads_somewhere(address, anchors):
            yield Finding(Weight.MUST, _("This link leads nowhere on your help site."), address)


def _of_outside_links(known: dict[str, OutsideLink]) -> Iterator[Finding]:
    for address, link in known.items():
        if link.state == OutsideLink.State.BROKEN:
            text = _("This page isn’t there any more.") if link.detail.isdigit() else _("This page can’t be reached.")
            yield Finding(Weight.MUST, text, address)
        elif link.state == OutsideLink.State.UNSURE:
            yield Finding(Weight.SHOULD, _("Open this page yourself: it doesn’t answer programs."), address)
    if known and all(link.state == OutsideLink.State.GOOD for link in known.values()):
        yield Finding(Weight.FINE, _("The links to other sites lead somewhere."))


def _of_reading(found: Reading | None) -> Iterator[Finding]:
    if found is None:
        return
    if found.measure == "wiio":
        told = _("Finnish of school year %(year)s (Wiio)") % {"year": found.value}
    else:
        told = _("LIX %(value)s") % {"value": found.value}
    if found.level <= Level.FAIR:
        yield Finding(Weight.FINE, _("Reads easily."), told)
    elif found.level == Level.HARD:
        yield Finding(Weight.SHOULD, _("Rather hard to read: shorter sentences and words help."), told)
    else:
        yield Finding(Weight.SHOULD, _("Very hard to read: shorter sentences and words help."), told)


def _of_spelling(words: str, language: str) -> Iterator[Finding]:
    spells = spelling.speller(language)
    if spells is None:
        return
    found = spelling.misspelt(words, spells)
    if found:
        yield Finding(Weight.SHOULD, _("Are these spelt as you mean?"), ", ".join(found))
    else:
        yield Finding(Weight.FINE, _("No misspelt words."))


def _base_form(language: str) -> Callable[[str], str]:
    """By the dictionary that search uses, if it has been made; making it takes half a minute."""
    if language == "fi" and (dictionaries.folder_of() / "fi.dic").exists():
        return lambda word: lemmas.lemma(word, "fi")
    return str
