"""What `bin/translate` collects, keeps and complains about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import translate

CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
plain = _("Sign in")
many = ngettext("%(count)s message", "%(count)s messages", 2)
told_apart = pgettext("verb", "Open")
"""
TEMPLATE = """{% load i18n %}<h1 title="{% translate 'Sign out' %}">{{ _("Lists") }}</h1>
{% blocktranslate with name=agent.name %}Hello {{ name }}{% endblocktranslate %}"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with a text of every sort."""
    templates = tmp_path / "desk" / "templates" / "desk"
    templates.mkdir(parents=True)
    (tmp_path / "desk" / "views.py").write_text(CODE)
    (templates / "page.html").write_text(TEMPLATE)
    monkeypatch.setattr(translate, "PACKAGE", tmp_path)
    monkeypatch.setattr(translate, "LANGUAGES", ("fi",))
    return tmp_path


def test_texts_of_code_and_templates_are_collected(package: Path) -> None:
    found = {translate.key(message) for message in translate.collect(package) if message.id}
    assert found == {
        (None, "Sign in"),
        (None, "%(count)s message"),
        ("verb", "Open"),
        (None, "Sign out"),
        (None, "Lists"),
        (None, "Hello %(name)s"),
    }


def test_a_translation_stays_and_a_removed_text_goes(package: Path) -> None:
    assert translate.main([]) == 0
    catalogue = package / "locale" / "fi" / "LC_MESSAGES" / "django.po"
    text = catalogue.read_text().replace('msgid "Sign in"\nmsgstr ""', 'msgid "Sign in"\nmsgstr "Kirjaudu"')
    catalogue.write_text(text)
    (package / "desk" / "views.py").write_text('_("Sign in")\n')
    assert translate.main([]) == 0
    written = catalogue.read_text()
    assert 'msgstr "Kirjaudu"' in written
    assert "message" not in written.replace("msgid", "").lower()


@pytest.mark.parametrize(
    ("translation", "complaint"),
    [
        ("", "no translation: 'Hello %(name)s'"),
        ("Hei %(nimi)s", "other placeholders"),
    ],
)
def test_check_tells_what_is_amiss(
    package: Path, capsys: pytest.CaptureFixture[str], translation: str, complaint: str
) -> None:
    (package / "desk" / "views.py").unlink()
    translate.main([])
    catalogue = package / "locale" / "fi" / "LC_MESSAGES" / "django.po"
    texts = {"Sign out": "Ulos", "Lists": "Listat", "Hello %(name)s": translation}
    written = catalogue.read_text()
    for english, finnish in texts.items():
        written = written.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{finnish}"')
    catalogue.write_text(written)
    translate.main([])
    capsys.readouterr()
    assert translate.main(["--check"]) == 1
    assert complaint in capsys.readouterr().out


def test_check_wants_the_compiled_file_to_be_current(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in package.rglob("*.*"):
        if path.is_file():
            path.unlink()
    (package / "words.py").write_text('_("Lists")\n')
    translate.main([])
    catalogue = package / "locale" / "fi" / "LC_MESSAGES" / "django.po"
    catalogue.write_text(catalogue.read_text().replace('"Lists"\nmsgstr ""', '"Lists"\nmsgstr "Listat"'))
    assert translate.main(["--check"]) == 1
    assert "django.mo is not compiled" in capsys.readouterr().out
    translate.main([])
    assert translate.main(["--check"]) == 0


def test_a_name_in_dates_needs_a_context(package: Path) -> None:
    """Ours would go before Django's: May would be called in every date what "may" is called elsewhere."""
    (package / "roles.py").write_text('from django.utils.translation import gettext as _\n_("May")\n')
    with pytest.raises(SystemExit, match="context"):
        translate.collect(package)
    (package / "roles.py").write_text(
        'from django.utils.translation import pgettext\npgettext("to be allowed", "May")\n'
    )
    assert "May" in [message.id for message in translate.collect(package)]
