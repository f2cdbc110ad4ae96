"""What the index knows of a message: its words as the normaliser gives them, and facts to narrow a search by.

A fact is a term like the words, so that the index answers everything at once: none of them needs a join. What changes
with every click, a conversation's state or its labels, isn't among them.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from aspa.core.conversations.models import Message
from aspa.service.search.words import normaliser
from aspa.service.search.words.dictionaries import LANGUAGES
from aspa.service.search.words.lemmas import is_known
from aspa.service.search.words.normaliser import ROOT, weighed
from aspa.service.search.words.tokens import tokens

# Kept with an index: another one means that it is built anew.
NORMALISER = f"{normaliser.NORMALISER}/messages-1"
# Of a longer text no more is indexed: logs and newsletters that somebody has forwarded.
MOST_WORDS = 4_000
# By so many words it is told in which language a text is.
LOOKED_AT = 40
# Messages read in one statement.
AT_ONCE = 500
LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
Kind = Message.Kind

FILE, HAS_LINK = "0hfile", "0hlink"


class Document(NamedTuple):
    """A message in the index. `day`: of its moment, in days since 1970 (UTC)."""

    pk: int
    terms: frozenset[str]
    day: int


class Written(NamedTuple):
    """What is read of a message."""

    pk: int
    kind: str
    text: str
    has_attachments: bool
    created_at: dt.datetime
    agent: int | None
    contact: int | None
    inbox: int
    customer: int
    language: str
    brand_language: str
    subject: str
    is_first: bool


def of_inbox(pk: int) -> str:
    """The conversation's inbox, which says who may read it."""
    return f"0i{pk}"


def of_kind(kind: str) -> str:
    return f"0k{kind}"


def by_contact(pk: int) -> str:
    return f"0w{pk}"


def by_agent(pk: int) -> str:
    return f"0a{pk}"


def with_customer(pk: int) -> str:
    """In this customer's conversation."""
    return f"0c{pk}"


def of(pks: Collection[int]) -> list[Document]:
    """The documents of these messages, as far as they are there and say something."""
    wanted = sorted(pks)
    pieces = (wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE))
    return [document(row) for piece in pieces for row in _read(Message.objects.filter(pk__in=piece))]


def before(pk: int, most: int) -> tuple[list[Document], int]:
    """Those of the newest so many messages with a lower number, and the number from which on all are looked at: 0 at
    the end."""
    lower = Message.objects.filter(pk__lt=pk).order_by("-pk").values_list("pk", flat=True)[most - 1 : most]
    since = next(iter(lower), 0)
    return [document(row) for row in _read(Message.objects.filter(pk__lt=pk, pk__gte=since))], since


def document(row: Written) -> Document:
    """Its words, with the conversation's subject in the first one, and the facts by which finds are narrowed."""
    told = f"{row.subject} {row.text}" if row.is_first else row.text
    facts = {of_inbox(row.inbox), of_kind(row.kind), with_customer(row.customer)}
    if row.kind == Kind.INCOMING and row.contact:
        facts.add(by_contact(row.contact))
    if row.agent:
        facts.add(by_agent(row.agent))
    if row.has_attachments:
        facts.add(FILE)
    if LINK.search(row.text):
        facts.add(HAS_LINK)
    words = words_of(told, row.language or row.brand_language)
    return Document(row.pk, frozenset(words | facts), int(row.created_at.timestamp()) // 86_400)


def words_of(text: str, language: str) -> set[str]:
    """Under what a text is found. `language`: the conversation's."""
    words = dict.fromkeys(tokens(text)[:MOST_WORDS])
    spoken = languages_of(words, language)
    found: set[str] = set()
    for word in words:
        for one in spoken:
            found.update(terms(word, one))
    return found


def languages_of(words: Iterable[str], usual: str) -> tuple[str, ...]:
    """Those that know the most of the first words, all when none knows any; of several the usual one alone.

    People write in another language than their browser's.
    """
    known = [_known(word) for word in itertools.islice(words, LOOKED_AT)]
    counts = [sum(each) for each in zip(*known, strict=True)]
    most = max(counts, default=0)
    found = tuple(language for language, count in zip(LANGUAGES, counts, strict=False) if most and count == most)
    return (usual,) if usual in found else found or LANGUAGES


@functools.lru_cache(maxsize=100_000)
def _known(word: str) -> tuple[bool, ...]:
    return tuple(is_known(word, language) for language in LANGUAGES)


@functools.lru_cache(maxsize=100_000)
def terms(word: str, language: str) -> tuple[str, ...]:
    """Under what a word is found. Without roots: what is newest is shown, so what is only akin would come first."""
    return tuple(term for term in weighed(word, language) if not term.startswith(ROOT))


def _read(messages: QuerySet[Message]) -> list[Written]:
    earlier = Message.objects.filter(conversation=OuterRef("conversation"), pk__lt=OuterRef("pk"))
    found = messages.exclude(kind=Kind.ACTIVITY).values_list(
        "pk", "kind", "text", "has_attachments", "created_at", "agent", "contact", "conversation__inbox",
        "conversation__contact", "conversation__language", "conversation__brand__language", "conversation__subject",
        ~Exists(earlier.exclude(kind=Kind.ACTIVITY)),
    )  # fmt: skip
    return [Written(*row) for row in found]
