"""Whether an answer is carried by the passages that it names: if not, it isn't used, however well it reads.

It has to name its sources among those it was given. Each sentence has to share most of its telling words, in any form,
with them, and say no where they say no; every number, web address and mail address in it has to stand there. A web address
has to be the brand's own besides: a page can be written so that it sends people elsewhere. Letters that look like others, or
like nothing, belong to no honest answer.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

from aspa.service.bot.hiding import EMAIL
from aspa.service.search.words.dictionaries import LANGUAGES
from aspa.service.search.words.normaliser import PART, SAY_NOTHING, weighed
from aspa.service.search.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

# Of a sentence's telling words so many have to be in the passages; of the whole answer's.
OF_SENTENCE, OF_ALL = 0.5, 0.65
LONGEST = 1200
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\")\]]+", re.IGNORECASE)
# "bad.example/pay" without its beginning leads there as well.
BARE_HOST = re.compile(r"(?<![\w@.])(?:[a-z0-9-]+\.)+[a-z]{2,12}(?:/[^\s<>\")\]]*)?(?![\w@])", re.IGNORECASE)
# "bad(.)example", "bad [dot] example".
SPELT_HOST = re.compile(r"\w\s*[(\[{]\s*(?:\.|dot|piste|punkt)\s*[)\]}]\s*\w", re.IGNORECASE)
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
NO = re.compile(
    r"\b(?:en|et|ei|emme|ette|eivät|eikä|emmekä|älä|älkää|ilman|inte|ej|aldrig|ingen|inget|inga|utan"
    r"|not|no|never|cannot|without|\w+n['’]t)\b",
    re.IGNORECASE,
)
# Numbers in words, and in digits as a page may have them.
COUNTS = {
    "2": r"kaksi|kahde\w+|kahta|två|two", "3": r"kolme\w*|tre|three", "4": r"neljä\w*|fyra|four", "5": r"viisi|viide\w+|viittä|fem|five",
    "6": r"kuusi|kuude\w+|kuutta|six", "7": r"seitsemä\w*|sju|seven", "8": r"kahdeksa\w*|åtta|eight", "9": r"yhdeksä\w*|nio|nine",
    "10": r"kymmene\w*|kymmentä|tio|ten", "14": r"neljätoista|fjorton|fourteen", "20": r"kaksikymmentä|tjugo|twenty",
    "30": r"kolmekymmentä|trettio|thirty", "100": r"sata\w{0,3}|sada\w+|hundra|hundred", "1000": r"tuha[tn]\w*|tusen|thousand",
}  # fmt: skip
COUNT = {digits: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for digits, words in COUNTS.items()}
# The words of the kind of sentence that passes a question on.
NOTHING = frozenset(word for words in SAY_NOTHING.values() for word in words)


def is_carried(answer: str, sources: Collection[int], passages: Sequence[str], domains: Collection[str]) -> bool:
    """`sources` are the places of the passages that it names; `domains` are the brand's own."""
    if not answer.strip() or len(answer) > LONGEST or not sources or not all(0 <= n < len(passages) for n in sources):
        return False
    if is_disguised(answer) or SPELT_HOST.search(answer):
        return False
    named = [passages[number] for number in sorted(set(sources))]
    together = "\n".join(named)
    if not _addresses_stand(answer, together, domains):
        return False
    given = set(NUMBER.findall(together))
    if any(number not in given for number in NUMBER.findall(answer)):
        return False
    if any(word.search(answer) and not (digits in given or word.search(together)) for digits, word in COUNT.items()):
        return False
    said = [(_terms(tokens(sentence)), NO.search(sentence) is not None) for sentence in SENTENCE.split(together)]
    if any(_is_turned_round(sentence, said) for sentence in SENTENCE.split(answer)):
        return False
    known = _terms(tokens(together))
    counts = [_shared(sentence, known) for sentence in SENTENCE.split(answer) if sentence.strip()]
    words = sum(count for _shared_ones, count in counts)
    shared = sum(count for count, _words in counts)
    if any(count > 2 and ones < count * OF_SENTENCE for ones, count in counts):
        return False
    return words > 0 and shared >= words * OF_ALL


def plain(text: str) -> str:
    """Full-width and other such letters as what they stand for, without what nobody sees."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in folded if unicodedata.category(letter) != "Cf" or letter == "\u00ad")


def is_disguised(text: str) -> bool:
    """Whether letters of another script, or invisible ones, stand in what is written in Latin letters."""
    return any(
        (letter.isalpha() and not unicodedata.name(letter, "").startswith(("LATIN", "FEMININE", "MASCULINE", "MICRO")))
        or (letter.isdigit() and not letter.isascii() and unicodedata.category(letter) == "Nd")
        or (unicodedata.category(letter) == "Cf" and letter != "\u00ad")
        for letter in text
    )


def _is_turned_round(sentence: str, said: Sequence[tuple[frozenset[str], bool]]) -> bool:
    """Whether what it speaks of most is denied there and not here, or here and not there."""
    words = [_terms([word]) for word in tokens(sentence) if word not in NOTHING]
    shared = [sum(bool(word & terms) for word in words) for terms, _is_no in said]
    most = max(shared, default=0)
    is_no = NO.search(sentence) is not None
    return most > 1 and all(
        denied != is_no for count, (_words, denied) in zip(shared, said, strict=True) if count == most
    )


def _addresses_stand(answer: str, passages: str, domains: Collection[str]) -> bool:
    folded = passages.casefold()
    mails = EMAIL.findall(answer)
    if any(mail.casefold() not in folded for mail in mails):
        return False
    left = EMAIL.sub(" ", answer)
    own = {urlsplit(settings.ASPA_URL).netloc, *domains}
    for address in [*ADDRESS.findall(left), *BARE_HOST.findall(ADDRESS.sub(" ", left))]:
        whole = address if "://" in address else f"https://{address}"
        host = urlsplit(whole.rstrip(".,;:!?")).netloc.casefold()
        if not any(host == domain or host.endswith("." + domain.removeprefix("*.")) for domain in own):
            return False
        if address.rstrip(".,;:!?").casefold() not in folded:
            return False
    return True


def _shared(sentence: str, known: frozenset[str]) -> tuple[int, int]:
    """How many of its telling words the passages have, and how many it has."""
    telling = [word for word in tokens(sentence) if word not in NOTHING and not word.isdigit()]
    return sum(bool(_terms([word]) & known) for word in telling), len(telling)


def _terms(words: Iterable[str]) -> frozenset[str]:
    return frozenset(
        term
        for word in words
        for language in LANGUAGES
        for term, weight in weighed(word, language).items()
        if weight >= PART
    )
