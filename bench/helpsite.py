"""What the help site costs a reader: what the first page weighs in a real Chromium, and how soon the server has pages."""

from __future__ import annotations

import http.client
import statistics
import time

from bench.report import Figure, Missed, Promise
from bench.run import Run
from bench.server import aspa, place
from bench.widget import SETTLING_MS, SHIFTS, Traffic
from testing.browser import ARGUMENTS, chromium
from testing.programs import run_program

FIRST_KB, FIRST_REQUESTS = 60, 6
# With nobody else asking; a page of this much work on one core.
PAGE_MS = 40
TIMES = 60

# The demo's two brands with their help sites.
SITES = """
import django; django.setup()
from django.db import transaction
from aspa.demo import cast, help_site
with transaction.atomic():
    help_site.open_sites(cast.gather("localhost"))
"""
HOME = "/help/villa-vakka/fi/"
PAGES = {"the front page": HOME, "a shelf": f"{HOME}c/toimitus/", "an article": f"{HOME}a/mittataulukko/"}


def measure(run: Run) -> list[Figure]:
    with place("SQLite") as at:
        run_program(at.environment, "-c", SITES)
        with aspa(at) as server:
            return [*_weight(server.port), *(_speed(server.port, name, run) for name in PAGES)]


def _weight(port: int) -> list[Figure]:
    from playwright.sync_api import sync_playwright

    address = f"http://127.0.0.1:{port}"
    executable, environment = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS, env=dict(environment))
        page = browser.new_page(locale="fi-FI")
        page.add_init_script(SHIFTS)
        traffic = Traffic(page.context.new_cdp_session(page), address)
        page.goto(address + HOME)
        page.wait_for_timeout(SETTLING_MS)
        first = (traffic.bytes, len(traffic.requests))
        page.goto(address + PAGES["an article"])
        page.wait_for_timeout(SETTLING_MS)
        shifted = float(page.evaluate("window.shifted"))
        browser.close()
    if not first[1]:
        raise Missed("The page asked the server for nothing.")
    return [
        Figure("help site, first page, transferred", first[0] / 1000, "kB", Promise(at_most=FIRST_KB)),
        Figure("help site, first page, requests", first[1], "", Promise(at_most=FIRST_REQUESTS)),
        Figure("help site, second page, transferred", (traffic.bytes - first[0]) / 1000, "kB", Promise()),
        Figure("help site, layout shift", shifted, "", Promise(at_most=0)),
    ]


def _speed(port: int, name: str, run: Run) -> Figure:
    """The median of one reader's requests, one after the other."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    taken = []
    for _time in range(TIMES * run.times):
        begun = time.perf_counter()
        connection.request("GET", PAGES[name], headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise Missed(f"{name}: {answer.status}")
        taken.append(time.perf_counter() - begun)
    connection.close()
    return Figure(f"help site, {name}, p50", statistics.median(taken) * 1000, "ms", Promise(at_most=PAGE_MS))
