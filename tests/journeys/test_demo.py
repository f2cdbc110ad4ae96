"""`aspa demo` as a person starts it: from an empty folder to two sites that answer, and out again by Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from aspa.web.contact.stamps import QUICKEST

pytestmark = pytest.mark.once

PATIENCE = 90


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running demo, and what it has printed."""
    home = tmp_path / "demo"
    with (tmp_path / "printed").open("w") as printed:
        process = subprocess.Popen(
            [sys.executable, "-m", "aspa.cli", "demo", "--home", str(home), "--port", "0", "--shop-port", "0"],
            stdout=printed,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        try:
            yield process, words_of(process, tmp_path / "printed")
        finally:
            process.kill()
            process.wait()


def words_of(process: subprocess.Popen[str], printed: Path) -> str:
    deadline = time.monotonic() + PATIENCE
    while "Ctrl-C" not in printed.read_text():
        assert process.poll() is None, printed.read_text()
        assert time.monotonic() < deadline, printed.read_text()
        time.sleep(0.1)
    return printed.read_text()


def page(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return str(answer.read().decode())


@pytest.mark.timeout(PATIENCE * 2)
def test_the_demo_answers_and_ends(demo: tuple[subprocess.Popen[str], str], tmp_path: Path) -> None:
    process, words = demo
    aspa, shop = address_after("The desk", words), address_after("Villa & Vakka", words)

    assert f'src="{aspa}widget/aspa.js"' in page(shop)
    assert 'type="password"' in page(aspa)
    inbox = re.search(r'data-inbox="([^"]+)"', page(f"{shop}kaisla/"))
    assert inbox is not None
    request = urllib.request.Request(f"{aspa}chat/v1/{inbox[1]}/config?lang=sv", headers={"Origin": shop.rstrip("/")})
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == shop.rstrip("/")
        assert "Pyöräpaja Kaisla" in answer.read().decode()

    write_by_form(aspa, shop)
    letters_lie_in(tmp_path / "demo" / "mail")

    process.send_signal(signal.SIGINT)
    assert process.wait(30) in (0, 130)


def letters_lie_in(folder: Path) -> None:
    """The receipt of what was written, where the demo says that letters are kept."""
    deadline = time.monotonic() + PATIENCE
    while not folder.is_dir() or not any(folder.iterdir()):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def write_by_form(aspa: str, shop: str) -> None:
    """As a browser without scripts does it: the frame's form filled in, posted, and thanked for."""
    address = re.search(r'<iframe[^>]+src="([^"]+)"', page(f"{shop}contact"))
    assert address is not None
    with urllib.request.urlopen(address[1], timeout=60) as answer:
        assert shop.rstrip("/") in answer.headers["Content-Security-Policy"]
        form = answer.read().decode()
    stamp, topic = re.search(r'name="stamp" value="([^"]+)"', form), re.search(r'<option value="(Muu[^"]+)"', form)
    assert stamp is not None
    assert topic is not None
    # Nobody writes a letter in the time that the form takes for a robot's.
    time.sleep(QUICKEST + 0.1)
    filled = {"stamp": stamp[1], "name": "Dee", "email": "dee@customer.example", "topic": topic[1], "text": "Hei"}
    with urllib.request.urlopen(address[1], data=urlencode(filled).encode(), timeout=60) as answer:
        assert "/thanks/" in answer.url
        assert "dee@customer.example" in answer.read().decode()


def address_after(name: str, words: str) -> str:
    found = re.search(rf"{re.escape(name)} +(http://\S+)", words)
    assert found is not None, words
    return found[1]


def test_a_folder_that_is_not_a_demo_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    done = subprocess.run(
        [sys.executable, "-m", "aspa.cli", "demo", "--home", str(tmp_path)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1
    assert "isn't a demo" in done.stderr
    assert (tmp_path / "letter.txt").read_text() == "mine"
