"""Spelling: Finnish by Voikko, where the system has it (libvoikko with a Finnish dictionary), Swedish and English by the
forms that search knows, once their dictionaries are made; without them nothing is said.

Voikko's handles are one thread's each, and cost some megabytes: made when first asked (https://voikko.puimula.org).
"""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
import re
import threading
from collections.abc import Callable

from aspa.service.search.words import dictionaries
from aspa.service.search.words.compounds import base_parts
from aspa.service.search.words.lemmas import is_known

Speller = Callable[[str], bool]
WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
ADDRESS = re.compile(r"\S*(?://|@|www\.)\S*")
APOSTROPHE = re.compile("['’]")
MOST_TOLD = 12
GOOD = 1

_of_thread = threading.local()


def misspelt(text: str, spells: Speller) -> list[str]:
    """The words that `spells` doesn't know, each once, names left alone: those that always begin with a capital."""
    found: dict[str, None] = {}
    for word in WORD.findall(ADDRESS.sub(" ", text)):
        if len(word) > 2 and not word[0].isupper() and word not in found and not spells(word):
            found[word] = None
        if len(found) >= MOST_TOLD:
            break
    return list(found)


def speller(language: str) -> Speller | None:
    """Whether a word is spelt well, in this thread; None where nobody can tell."""
    if language == "fi":
        return _by_voikko()
    is_made = language in dictionaries.LANGUAGES and (dictionaries.folder_of() / f"{language}.dic").exists()
    return (lambda word: _is_formed(word, language)) if is_made else None


def _is_formed(word: str, language: str) -> bool:
    """Whether what stands between hyphens are known forms, or compounds of such; "hasn't" is one of "has"."""
    for part in word.casefold().split("-"):
        bare, *more = APOSTROPHE.split(part)
        forms = [bare, bare.removesuffix("n")] if more else [bare]
        if not any(is_known(form, language) or base_parts(form, language) for form in forms):
            return False
    return True


def _by_voikko() -> Speller | None:
    library = _library()
    if library is None:
        return None
    if not hasattr(_of_thread, "handle"):
        problem = ctypes.c_char_p()
        _of_thread.handle = library.voikkoInit(ctypes.byref(problem), b"fi", None)
    handle = _of_thread.handle
    return (lambda word: library.voikkoSpellCstr(handle, word.encode()) == GOOD) if handle else None


@functools.cache
def _library() -> ctypes.CDLL | None:
    name = ctypes.util.find_library("voikko")
    if name is None:
        return None
    try:
        library = ctypes.CDLL(name)
    except OSError:
        return None
    library.voikkoInit.restype = ctypes.c_void_p
    library.voikkoInit.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_char_p, ctypes.c_char_p]
    library.voikkoSpellCstr.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    return library
