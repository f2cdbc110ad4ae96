"""Articles beside a conversation: what fits it or an agent's own words, in the customer's language, to be given."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from aspa.core.conversations.models import Message
from aspa.kit.bus import bus
from aspa.kit.ids import token_hash
from aspa.service.deflection import finding, reading
from aspa.service.deflection.nameless import GONE, without_people
from aspa.service.knowledge import rendering, switches
from aspa.service.knowledge.models import State, Version
from aspa.service.search import content
from aspa.service.search.content import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aspa.core.conversations.models import Conversation
    from aspa.service.search.content import Hit

AGENT = Reader(is_agent=True)
SHOWN = 3
SOUGHT = 6
# The customer's newest words tell the matter; so many of their messages are looked at.
MESSAGES = 3
# One conversation is looked at again and again; what it asks is one gap.
ONCE_SECONDS = 24 * 3600
# Of an article's text so much is put into a reply, up to the end of a paragraph.
LONGEST_TEXT = 1500


@dataclasses.dataclass(frozen=True, slots=True)
class Giving:
    """An article as it can be given here. `link` and `text` are empty where customers may not read it; `is_foreign`:
    it isn't in the customer's language."""

    version: Version
    passage: str
    link: str
    text: str
    is_foreign: bool

    @property
    def is_for_some(self) -> bool:
        """Whether only some customers can open its link."""
        return bool(self.link) and self.version.article.audience != content.ALL


def fitting(conversation: Conversation) -> list[Giving]:
    """Those that may answer what the customer wrote last; the nearest first."""
    theirs = Message.objects.for_contact().filter(conversation=conversation, kind=Message.Kind.INCOMING)
    newest = list(theirs.order_by("-pk").values_list("text", flat=True)[:MESSAGES])
    text = "\n".join([conversation.subject, *reversed(newest)])
    language = language_of(conversation)
    hits = finding.fitting(conversation.brand, text, reader=AGENT, language=language, most=SHOWN)
    if not hits and newest:
        _note_nothing(conversation, finding.without_greeting(newest[0]))
    return _givings(hits, conversation)


def sought(conversation: Conversation, words: str) -> list[Giving]:
    """Those that an agent looks for."""
    language = language_of(conversation)
    hits = finding.sought(conversation.brand, words, reader=AGENT, language=language, most=SOUGHT)
    if not hits:
        _note_nothing(conversation, words)
    return _givings(hits, conversation)


def _note_nothing(conversation: Conversation, words: str) -> None:
    """What an agent looked for, or a customer's short question, and nothing answers: once a day for each conversation."""
    if not finding.is_short_question(words):
        return
    kept = without_people(words, conversation.contact.name.split()).replace(GONE, " ")
    seen = f"gap:{conversation.pk}:{token_hash(kept)}"
    if bus.get(seen) is None:
        bus.put(seen, {}, ttl=ONCE_SECONDS)
        content.asked(conversation.brand_id, kept, where="desk", found=0)


def language_of(conversation: Conversation) -> str:
    """The customer's, as far as it is known."""
    return conversation.brand.spoken(conversation.language or conversation.contact.language)


def _givings(hits: Iterable[Hit], conversation: Conversation) -> list[Giving]:
    passages = {hit.key: hit.passage for hit in hits if hit.source == finding.SOURCE}
    found = Version.objects.filter(pk__in=passages, state=State.PUBLISHED).select_related("article", "brand")
    known = {version.pk: version for version in found.defer("brand__identity_secret")}
    language, is_on = language_of(conversation), switches.on(conversation.brand_id)
    named = [known[key] for key in passages if key in known and known[key].article.kind in is_on]
    theirs = _in_language(named, language)
    givings: dict[int, Giving] = {}
    for version in named:
        own = theirs.get(version.article_id, version)
        givings.setdefault(version.article_id, _giving(own, passages.get(own.pk) or own.summary, language))
    return list(givings.values())


def _in_language(versions: list[Version], language: str) -> dict[int, Version]:
    """By article: what was found in another language than the customer's, in theirs."""
    others = {version.article_id for version in versions if version.language != language}
    if not others:
        return {}
    found = Version.objects.filter(article__in=others, language=language, state=State.PUBLISHED)
    return {one.article_id: one for one in found.select_related("article", "brand").defer("brand__identity_secret")}


def _giving(version: Version, passage: str, language: str) -> Giving:
    link = text = ""
    if version.article.audience != content.AGENTS:
        link = f"{version.title}: {reading.address(version.url())}"
        text = f"{_beginning(rendering.plain(version.html))}\n\n{reading.address(version.url())}"
    return Giving(version, passage, link, text, version.language != language)


def _beginning(text: str) -> str:
    text = text.strip()
    if len(text) <= LONGEST_TEXT:
        return text
    whole, _break, _rest = text[:LONGEST_TEXT].rpartition("\n")
    return (whole or text[:LONGEST_TEXT]).rstrip()
