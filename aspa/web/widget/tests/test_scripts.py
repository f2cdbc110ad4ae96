"""The scripts as shops' pages fetch them: small, cacheable, whole."""

from __future__ import annotations

import gzip
import re
from http import HTTPStatus

import pytest
from django.test import Client

from aspa.core.inboxes.models import Inbox
from aspa.web.widget import modules
from aspa.web.widget.words import PARTS, SENTENCES, words

SOURCES = {path.name: path.read_text() for path in modules.SOURCE.rglob("*.js")}


def test_before_opening_a_page_carries_little() -> None:
    assert len(modules.launcher().compressed) < 5_000


def test_opened_it_is_still_small() -> None:
    settings = gzip.compress(repr(words("fi")).encode())
    assert len(modules.launcher().compressed) + len(modules.panel().compressed) + len(settings) < 29_000


def test_the_panel_is_one_file_with_every_module() -> None:
    joined = modules.panel().plain.decode()
    assert "import " not in joined
    assert re.findall(r"^export (\w+ \w+)", joined, re.MULTILINE) == ["function start"]


@pytest.mark.parametrize(
    ("loose", "tight"),
    [
        ('say("a, b = c", d);', 'say("a, b = c",d);'),
        ("if (a && ! b) {\n  go(c, (d) => e ? 1 : 2);\n}", "if(a&&!b){  go(c,(d)=>e?1:2);}"),
        ("a = `${ width } : 2`, b + +c", "a=`${ width } : 2`,b + +c"),
        ("a = `two : (\n  lines ; `;\nb = 1", "a = `two : (\n  lines ; `;b=1"),
        ("const half = (a + b) / 2;", "const half = (a + b) / 2;"),
        ("return 'x ( y )';", "return 'x ( y )';"),
    ],
)
def test_only_spaces_that_say_nothing_are_left_out(loose: str, tight: str) -> None:
    assert modules.squeezed(loose).strip() == tight


def test_no_template_stands_inside_another() -> None:
    """Where the one ends and the other begins is not looked for."""
    nested = re.compile(r"`[^`\n]*\$\{[^}`\n]*`")
    assert not [name for name, source in SOURCES.items() if nested.search(source)]


def test_no_two_modules_use_one_name() -> None:
    """Joined, they share one scope."""
    sources = "".join(path.read_text() for path in (modules.SOURCE / "panel").glob("*.js"))
    names = re.findall(r"^(?:export )?(?:async )?(?:class|function|const) (\w+)", sources, re.MULTILINE)
    assert sorted(names) == sorted(set(names))


def test_the_launcher_names_the_others_by_their_versions() -> None:
    source = modules.launcher().plain.decode()
    assert f'"panel.js?v={modules.panel().version}"' in source
    assert f'"telling.js?v={modules.telling().version}"' in source


def test_telling_of_pages_and_carts_weighs_little() -> None:
    assert len(modules.telling().compressed) < 1_500


@pytest.mark.parametrize("name", ["aspa.js", "panel.js", "telling.js"])
def test_any_shop_may_fetch_the_scripts(client: Client, name: str) -> None:
    answer = client.get(f"/widget/{name}", headers={"accept-encoding": "gzip"})
    assert answer.status_code == HTTPStatus.OK
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert gzip.decompress(answer.content) == client.get(f"/widget/{name}").content
    again = client.get(f"/widget/{name}", headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")


def test_only_a_version_is_kept_for_ever(client: Client) -> None:
    right = client.get(f"/widget/panel.js?v={modules.panel().version}")
    assert "immutable" in right["Cache-Control"]
    assert "immutable" not in client.get("/widget/panel.js?v=old")["Cache-Control"]
    assert "immutable" not in client.get("/widget/aspa.js")["Cache-Control"]


def test_every_sentence_has_its_place_and_every_place_its_sentence() -> None:
    source = "\n".join(SOURCES.values())
    known = {name for sentences in (SENTENCES, *PARTS.values()) for name in sentences}
    unused = {name for name in known if f'"{name}"' not in source}
    assert not unused
    asked = set(re.findall(r'\bword\("(\w+)"', source))
    assert asked <= known


def test_the_parts_are_loaded_by_their_versions(client: Client) -> None:
    panel = modules.panel().plain.decode()
    for name in modules.PARTS:
        address = f"parts/{name}.js?v={modules.part(name).version}"
        assert f'"{address}"' in panel
        assert "immutable" in client.get(f"/widget/{address}")["Cache-Control"]
        assert "import " not in modules.part(name).plain.decode()
    assert PARTS.keys() <= set(modules.PARTS)
    assert client.get("/widget/parts/nosuch.js").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_each_emoji_has_a_name(language: str) -> None:
    emoji = re.search(r'EMOJI = \[\.\.\."(.+?)"\]', SOURCES["emoji.js"])
    assert emoji is not None
    assert len(words(language, "emoji")["emojiNames"].split(",")) == len(emoji[1])


@pytest.mark.django_db
def test_the_preview_carries_the_widget_of_its_inbox(client: Client, inbox: Inbox) -> None:
    page = client.get(f"/widget/preview/{inbox.public_id}/")
    assert f'data-inbox="{inbox.public_id}"' in page.content.decode()
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get("/widget/preview/nosuch/").status_code == HTTPStatus.NOT_FOUND
