"""Help before a message: what fits is shown, read and judged; nobody sees what isn't theirs, and nobody is known by it."""

from __future__ import annotations

import time

import jwt
import pytest

from testing.installation import Installation, People
from tests.live.conftest import Visitor

Running = tuple[Installation, People]

PUBLISH = """
import sys
from aspa.core.inboxes.models import Brand
from aspa.service.knowledge import publishing
from aspa.service.knowledge.publishing import Text
from aspa.service.search import indexing
brand = Brand.objects.get(slug=sys.argv[1])
for title, body, audience in (
    ("Returning a product", "You may **return** it within 30 days. See [terms](/help/).", "all"),
    ("Bonus of regular customers", "The bonus of regular customers is paid in June.", "signed_in"),
):
    version = publishing.create(brand, "faq", "en", Text(title=title, body=body), by=None, audience=audience)
    print(publishing.publish(version, by=None).url())
indexing.drain()
"""


@pytest.fixture(scope="module")
def urls(running: Running) -> list[str]:
    """Of an article for everybody, and of one for those who have signed in."""
    server, people = running
    return server.run(PUBLISH, people.slug).split()


def signed(people: People) -> dict[str, str]:
    claims = {"sub": "maija-1", "aud": people.slug, "exp": int(time.time()) + 600}
    return {"X-Identity": jwt.encode(claims, people.identity_secret, algorithm="HS256")}


def attempt(server: Installation, key: str) -> tuple[object, ...]:
    (row,) = server.rows(f"SELECT said, went_on FROM deflection_attempt WHERE key = '{key}'")
    return row


async def test_suggested_read_helped_and_written_all_the_same(running: Running, urls: list[str]) -> None:
    server, people = running
    dee, contacts = Visitor(server, people.inbox), server.rows("SELECT count(*) FROM people_contact")
    answer = (await dee.post("help", {"text": "Hello, how can I return a product?"})).json()
    assert [one["title"] for one in answer["articles"]] == ["Returning a product"]
    key = {"attempt": answer["attempt"]}
    article = (await dee.post("help/article", {"url": urls[0], **key})).json()
    assert f'<a href="{server.url}/help/" target="_blank" rel="noopener">terms</a>' in article["html"]
    assert article["url"] == f"{server.url}{urls[0]}"
    await dee.post("help/said", {"url": urls[0], "helped": True, **key})
    assert attempt(server, answer["attempt"]) == ("yes", False)
    assert server.rows("SELECT helped, not_helped FROM knowledge_version WHERE title = 'Returning a product'") == [
        (1, 0)
    ]
    await dee.post("help/went-on", key)
    assert attempt(server, answer["attempt"])[1]
    # Of who it was nothing is kept.
    assert server.rows("SELECT count(*) FROM people_contact") == contacts


async def test_what_is_for_customers_who_have_signed_in_is_theirs(running: Running, urls: list[str]) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    asked = {"text": "bonus of regular customers", "finished": True}
    assert (await dee.post("help/search", asked)).json() == {"attempt": "", "articles": []}
    assert (await dee.post("help/article", {"url": urls[1]})).status_code == 404
    found = (await dee.post("help/search", asked, **signed(people))).json()["articles"]
    assert [one["url"] for one in found] == [urls[1]]
    assert (await dee.post("help/article", {"url": urls[1]}, **signed(people))).status_code == 200


async def test_another_brands_articles_and_odd_bodies_find_nothing(running: Running, urls: list[str]) -> None:
    server, people = running
    dee = Visitor(server, people.inbox)
    for url in (urls[0].replace(people.slug, "metsa"), "/help/", "https://elsewhere.example/", "\x00"):
        assert (await dee.post("help/article", {"url": url})).status_code == 404
    assert (await dee.post("help/article", {"url": 7})).status_code == 400
    assert (await dee.post("help/said", {"url": urls[0], "helped": "yes"})).status_code == 400
    assert (await dee.post("help", {"text": "return the product", "attempt": "nosuch"})).status_code == 200
    answer = await dee.http.post(f"{dee.base}/help", json={"text": "x"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
