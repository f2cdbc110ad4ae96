"""`bin/translate`: keeps the Finnish and Swedish texts in step with the English ones in the code.

The texts are collected from Python and from Django's templates, by Babel alone: no gettext programs
are needed. Catalogues hold no file names or lines, so that moving code changes no catalogue.

To translate a text of a library that has none: name it in our code with `gettext_noop`.
"""

from __future__ import annotations

import argparse
import calendar
import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "aspa"
LANGUAGES = ("fi", "sv")

# A function's name, and which of its arguments are texts ("c": what tells like words apart).
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Django's own catalogue has them for dates, and ours would win: every May would be called what "may" is elsewhere.
NAMES_OF_DATES = {
    spelt
    for names in (calendar.month_name, calendar.month_abbr, calendar.day_name, calendar.day_abbr)
    for name in names
    for spelt in (name, name.lower())
} - {""}
SKIPPED_FOLDERS = {"tests", "migrations", "locale", "static"}
TEMPLATE_SUFFIXES = {".html", ".txt"}
# Catalogues carry a date that never changes: who changed a text, and when, is the repository's to say.
DATE = datetime(2026, 1, 1, tzinfo=UTC)
SHOWN_FAULTS = 30
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")

Key = tuple[str | None, str]


def main(arguments: list[str]) -> int:
    """Do what the command line asks; 0 when nothing is amiss."""
    parser = argparse.ArgumentParser(prog="bin/translate", description="Collects and compiles the translations.")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--check", action="store_true", help="change nothing; fail when something is amiss")
    choice.add_argument("--missing", action="store_true", help="list the texts without a translation")
    asked = parser.parse_args(arguments)

    texts = collect(PACKAGE)
    faults = []
    for language in LANGUAGES:
        folder = PACKAGE / "locale" / language / "LC_MESSAGES"
        kept = read(folder / "django.po", language)
        current = merge(kept, texts, language)
        if asked.check:
            faults += check(folder, language, kept, current)
        elif asked.missing:
            print_missing(language, current)
        else:
            write(folder, current)
            print(f"{language}: {len(current)} texts, {len(list(untranslated(current)))} without a translation")
    for fault in faults[:SHOWN_FAULTS]:
        print(fault)
    if len(faults) > SHOWN_FAULTS:
        print(f"and {len(faults) - SHOWN_FAULTS} more; bin/translate --missing lists what has no translation")
    return 1 if faults else 0


def collect(package: Path) -> Catalog:
    """Every text in the package's code and templates."""
    texts = Catalog(charset="utf-8")
    for path in sorted(package.rglob("*")):
        if SKIPPED_FOLDERS & set(path.relative_to(package).parts):
            continue
        if path.suffix == ".py":
            add(texts, path, path.read_text(encoding="utf-8"))
        elif path.suffix in TEMPLATE_SUFFIXES and "templates" in path.parts:
            calls = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            # What stands around the calls is blanked out but keeps its indentation, which Python would read.
            add(texts, path, "\n".join(line.strip() for line in calls.split("\n")))
    return texts


def add(texts: Catalog, path: Path, source: str) -> None:
    """Add the texts of one source (Python, or what Django makes of a template)."""
    found = extract_python(io.BytesIO(source.encode()), KEYWORDS, ["Translators:"], {"encoding": "utf-8"})
    for line, function, arguments, comments in found:
        context, words = arranged(str(function), arguments)
        if not words or not all(isinstance(word, str) and word for word in words):
            continue
        if context is None and not NAMES_OF_DATES.isdisjoint(words):
            raise SystemExit(f"{path}, line {line}: {words[0]!r} is a name in dates, give it a context")
        try:
            texts.add(tuple(words) if len(words) > 1 else words[0], context=context, auto_comments=[*(comments or [])])
        except ValueError as problem:
            raise SystemExit(f"{path.relative_to(ROOT)}, line {line}: {problem}") from problem


def arranged(function: str, arguments: object) -> tuple[str | None, list[str]]:
    """A call's context and texts, from its arguments in order."""
    given = list(arguments) if isinstance(arguments, (tuple, list)) else [arguments]
    places = KEYWORDS[function] or (1,)
    context, words = None, []
    for place in places:
        number = place[0] if isinstance(place, tuple) else place
        if number > len(given):
            return None, []
        if isinstance(place, tuple):
            context = given[number - 1]
        else:
            words.append(given[number - 1])
    return context, words


def key(message: Message) -> Key:
    """What a text is found by: its context and its (singular) English."""
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def read(path: Path, language: str) -> Catalog:
    """The catalogue as it is kept; empty when there is none."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8", abort_invalid=True)


def merge(kept: Catalog, texts: Catalog, language: str) -> Catalog:
    """The catalogue of exactly the collected texts, with the translations that are kept."""
    translations = {key(message): message for message in kept if message.id}
    merged = Catalog(locale=language, project="aspa", charset="utf-8", fuzzy=False)
    merged.creation_date = merged.revision_date = DATE
    for message in texts:
        if not message.id:
            continue
        old = translations.get(key(message))
        merged.add(
            message.id,
            old.string if old and old.pluralizable == message.pluralizable else None,
            context=message.context,
            auto_comments=message.auto_comments,
            user_comments=old.user_comments if old else [],
            flags={"fuzzy"} if old and old.fuzzy else set(),
        )
    return merged


def untranslated(catalog: Catalog) -> Iterator[Message]:
    """The texts without a (whole, sure) translation."""
    for message in sorted((message for message in catalog if message.id), key=lambda message: key(message)[1]):
        strings = message.string if isinstance(message.string, (tuple, list)) else [message.string or ""]
        if message.fuzzy or not all(strings) or (message.pluralizable and len(strings) < catalog.num_plurals):
            yield message


def as_po(catalog: Catalog) -> bytes:
    """The catalogue as a file for translators."""
    header = (
        'msgid ""\nmsgstr ""\n'
        '"Project-Id-Version: aspa\\n"\n'
        f'"Language: {catalog.locale_identifier}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    body = io.BytesIO()
    write_po(body, catalog, width=100, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return header.encode() + body.getvalue()


def as_mo(catalog: Catalog) -> bytes:
    """The catalogue as Django reads it."""
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    return compiled.getvalue()


def write(folder: Path, catalog: Catalog) -> None:
    """Keep the catalogue, both for translators and for Django."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "django.po").write_bytes(as_po(catalog))
    (folder / "django.mo").write_bytes(as_mo(catalog))


def check(folder: Path, language: str, kept: Catalog, current: Catalog) -> list[str]:
    """What is amiss with a language, a sentence each."""
    faults = []
    wanted, have = {key(message) for message in current if message.id}, {key(m) for m in kept if m.id}
    faults += [f"{language}: not collected yet, run bin/translate: {text!r}" for _, text in sorted_keys(wanted - have)]
    faults += [
        f"{language}: no longer in the code, run bin/translate: {text!r}" for _, text in sorted_keys(have - wanted)
    ]
    faults += [
        f"{language}: {'unsure' if message.fuzzy else 'no translation'}: {key(message)[1]!r}"
        for message in untranslated(current)
        if key(message) in have
    ]
    faults += [f"{language}: other placeholders than in English: {text!r}" for text in misplaced(current)]
    compiled = folder / "django.mo"
    if not compiled.exists() or compiled.read_bytes() != as_mo(current):
        faults.append(f"{language}: django.mo is not compiled from django.po, run bin/translate")
    return faults


def sorted_keys(keys: set[Key]) -> list[Key]:
    """By text, then by context."""
    return sorted(keys, key=lambda pair: (pair[1], pair[0] or ""))


def misplaced(catalog: Catalog) -> Iterator[str]:
    """The texts whose translation has placeholders that the English has not, or misses some."""
    for message in catalog:
        if not message.id or not message.string:
            continue
        allowed = [set(PLACEHOLDER.findall(text)) for text in forms(message.id)]
        for string in filter(None, forms(message.string)):
            # A singular may leave its number out: "one message".
            if set(PLACEHOLDER.findall(string)) not in allowed:
                yield key(message)[1]
                break


def forms(text: object) -> list[str]:
    """A text's forms: one, or singular and plural."""
    return list(text) if isinstance(text, (tuple, list)) else [str(text)]


def print_missing(language: str, catalog: Catalog) -> None:
    """List what has no translation, as it stands in the catalogue."""
    missing = list(untranslated(catalog))
    print(f"# {language}: {len(missing)} without a translation")
    for message in missing:
        if message.context:
            print(f"msgctxt {json.dumps(message.context, ensure_ascii=False)}")
        for text in forms(message.id):
            print(f"msgid {json.dumps(text, ensure_ascii=False)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
