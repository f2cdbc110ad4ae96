"""What words are forms of: simplemma's dictionaries as tries, read when they are first needed.

A trie of a language takes half a minute and 200 MB to make, once, so another process makes it; it is kept beside the
installation's data and takes 32 MB for Finnish, Swedish and English together.
"""

from __future__ import annotations

import fcntl
import functools
import logging
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from threading import Lock, Thread

from django.conf import settings

logger = logging.getLogger(__name__)

LANGUAGES = ("fi", "sv", "en")
MAKE = """
import sys
from simplemma.strategies.dictionaries.trie_dictionary_factory import TrieDictionaryFactory
TrieDictionaryFactory(disk_cache_dir=sys.argv[1]).get_dictionary(sys.argv[2])
"""


# So long a search waits for them to be read, once in a process's life, in seconds. To make them takes longer, once in an
# installation's; meanwhile words are found as they stand.
PATIENCE = 1.0
# Those that this process has read.
_read: set[str] = set()
_reader: Thread | None = None
_starting = Lock()


def are_read() -> bool:
    """Whether nobody has to wait for a dictionary any more."""
    return _read.issuperset(LANGUAGES)


def come() -> bool:
    """Whether nobody has to wait any more; has them read and waits a little for that, not until they are made."""
    if not are_read():
        read_soon().join(PATIENCE)
    return are_read()


def read_soon() -> Thread:
    """Read them in a thread of its own, one at a time; what goes wrong is tried again by who needs them next."""
    global _reader
    with _starting:
        if _reader is None or not _reader.is_alive():
            _reader = Thread(target=_read_all, name="dictionaries", daemon=True)
            _reader.start()
        return _reader


@functools.cache
def dictionary(language: str) -> Mapping[str, str]:
    """The base form of each known form, in a language of LANGUAGES; waits for it to be made the first time."""
    from simplemma.strategies.dictionaries.trie_dictionary_factory import TrieDictionaryFactory

    folder = folder_of()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{language}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / f"{language}.dic").exists():
            ours = [sys.executable, "-c", MAKE, str(folder), language]
            subprocess.run(ours, check=True, timeout=900)  # noqa: S603
    found = TrieDictionaryFactory(disk_cache_dir=str(folder)).get_dictionary(language)
    _read.add(language)
    return found


def folder_of() -> Path:
    return Path(settings.ASPA_DICTIONARIES) / f"simplemma-{version('simplemma')}"


def _read_all() -> None:
    for language in LANGUAGES:
        try:
            dictionary(language)
        except Exception:
            logger.exception("The dictionary of %s can't be read", language)
