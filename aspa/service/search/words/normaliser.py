"""From a text to the one string that both databases index: of each word the word itself, its base form, the parts of a
compound and their roots. What is asked is normalised in the same way, so nothing depends on a database's own grammar.
"""

from __future__ import annotations

import dataclasses
import functools

from aspa.service.search.words.compounds import base_parts, parts_without_dots
from aspa.service.search.words.dictionaries import LANGUAGES
from aspa.service.search.words.lemmas import is_known, lemma
from aspa.service.search.words.roots import root
from aspa.service.search.words.tokens import tokens

# Kept with an index; a change means that it is built anew.
NORMALISER = "simplemma-2/4"
# Before what is a root, so that it is never taken for a word: letters and digits only, or the databases would drop it.
ROOT = "0r"
# Words that say nothing of what is looked for. Kept in the index, left out of a question that has others.
SAY_NOTHING = {
    language: frozenset(words.split())
    for language, words in {
        "fi": """
        ja tai on ei en et olla olen oli ovat että jos kun niin se ne tämä nämä mikä mitä mistä
        missä miten kuinka koska milloin miksi kuka voi voin voiko voinko saa saan saako saanko
        pitää täytyy minun minä mun mä te teiltä teidän teille sinä hei moi kiitos mulla minulla
        onko kanssa vielä nyt jo vain myös joku jokin mutta kai ehkä siis haluan haluaisin haluta
        voida saada onks voiks saaks pitääks oon oot ois olis vois sais pitäis mulle multa mua sä sun
        sulla meillä meidän meille teillä hän hänen häneltä heidän he me minua minulle minulta minusta
        miten mites mitenkä mihin minne mitään mikään kukaan sitten silloin siellä täällä siitä tästä
        siihen tähän tätä sitä niitä näitä joka jonka jota jossa johon jotka jotta sekä eli vai kuin kuten
        jälkeen asti saakka mukaan aina taas juuri enää ihan aivan todella tosi hyvin kovin liian melko
        eikä ette emme enkä etkä eivät ole ollut ollu pystyä tarvita tarvii täytyä kannattaa pitäisi mielestä
        """,
        "sv": """
        och eller är inte jag du vi ni det den de en ett att om när var hur vad vem varför kan får
        ska skulle vill min mitt mina er era har hade på i av för med till från som hej tack finns
        man mig oss dig sig han hon så då nu här där också bara redan sedan än vilken vilket vilka
        blir blev bli måste behöver kunde ville hos vid ert vår vårt våra din ditt dina
        """,
        "en": """
        the a an and or is are was be not i you we it this that these those if when where how what
        who why can could may do does did my your our have has had on in of for with to from as at
        hi hello thanks there get want would like am me so too very just please need should must
        which its im ive been being will by into he she they them their us
        """,
    }.items()
}


# How much finding a term says of the word asked for: the word itself, its base form, a part of it, a root.
ITSELF, BASE, PART, SHARED_ROOT = 1.0, 0.95, 0.6, 0.5


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """One word of a question: any of its `terms` will do, with how much each says of it; the first is the word itself.

    `is_spelt`: a dictionary has it. `languages`: in which it was taken. `parts`: of a compound, each as if it had been
    asked alone.
    """

    terms: dict[str, float]
    says_nothing: bool = False
    is_spelt: bool = False
    languages: tuple[str, ...] = LANGUAGES
    parts: tuple[dict[str, float], ...] = ()

    @property
    def word(self) -> str:
        return next(iter(self.terms))


def indexed(text: str, language: str) -> str:
    """What is written into the index for a text in this language; each term as often as the text has it."""
    return " ".join(term for word in tokens(text) for term in weighed(word, language))


@functools.lru_cache(maxsize=100_000)
def weighed(word: str, language: str) -> dict[str, float]:
    """Under what a word is found, and how much each says of it."""
    if language not in LANGUAGES or word.isdigit() or len(word) < 2:
        return {word: ITSELF}
    base, several = lemma(word, language), base_parts(word, language)
    found = {word: ITSELF}
    for one, weight in [(base, BASE), *((part, PART) for part in several)]:
        # Some base forms in the dictionaries are several words, or have a hyphen.
        if one.isalnum():
            found.setdefault(one, weight)
    for one, weight in [(base, SHARED_ROOT), *((part, SHARED_ROOT * PART) for part in several)]:
        if (shared := root(one, language)).isalnum():
            found.setdefault(ROOT + shared, weight)
    return found


def asked(text: str, languages: tuple[str, ...] = LANGUAGES) -> list[Asked]:
    """The words of a question. In which language it is isn't known of few words: each is taken in those that know it."""
    words = tokens(text)
    spoken = likely(words, languages)
    found = []
    for word in words:
        spelt = [language for language in spoken if is_known(word, language)]
        knowing = spelt or list(spoken)
        together: dict[str, float] = {}
        for language in knowing:
            for term, weight in weighed(word, language).items():
                together[term] = max(weight, together.get(term, 0.0))
        nothing = any(_says_nothing(word, language) for language in knowing)
        several = next((parts for language in knowing if (parts := base_parts(word, language))), ())
        if not several and not spelt and "fi" in knowing:
            several = parts_without_dots(word)
        apart = tuple(weighed(part, knowing[0]) for part in several)
        found.append(Asked(together, nothing, bool(spelt), tuple(knowing), apart))
    telling = [one for one in found if not one.says_nothing]
    return telling or found


def as_it_stands(text: str) -> list[Asked]:
    """The words of a question while there are no dictionaries."""
    found = [
        Asked({word: ITSELF}, says_nothing=any(word in SAY_NOTHING[language] for language in LANGUAGES))
        for word in tokens(text)
    ]
    return [one for one in found if not one.says_nothing] or found


def _says_nothing(word: str, language: str) -> bool:
    return word in SAY_NOTHING[language] or lemma(word, language) in SAY_NOTHING[language]


def likely(words: list[str], languages: tuple[str, ...]) -> tuple[str, ...]:
    """The languages that know the most of these words; all when none knows any."""
    counts = {language: sum(is_known(word, language) for word in words) for language in languages}
    most = max(counts.values(), default=0)
    return tuple(language for language in languages if counts[language] == most)
