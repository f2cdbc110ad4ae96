"""Databases for the tests: made once in a run and copied from then on; a copy takes a hundredth of the time.

    address = with_tables("one", folder)         the product's tables, with what the migrations put into them
    address, people = with_cast("two", folder)   and the tests' cast

They are of the kind that ASPA_DATABASE_URL names: a database on that PostgreSQL server, or an SQLite file in the
folder. The processes of a run, and the runs of one `bin/test`, share the models that the copies are made from.

python -m testing.copies     (in an installation's environment) puts the cast into it and prints `People` as JSON
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from testing import kept as kept_tables
from testing.environment import TEST_HOME
from testing.programs import MODELS, environment_of, run_program


@dataclasses.dataclass(frozen=True)
class People:
    """What tests need of the cast: the shop's and the other brand's chat, and the session cookies."""

    inbox: str
    other_inbox: str
    ada: str
    ben: str
    cy: str
    identity_secret: str
    slug: str


def with_tables(name: str, folder: Path) -> str:
    """Make a database with the product's tables; gives its address. One of that name that is there already goes."""
    return copied(model_tables(), name, folder)


def with_cast(name: str, folder: Path) -> tuple[str, People]:
    """Make a database with the cast in it, its agents signed in; gives its address and what tests need of them."""
    address, people = model_cast()
    return copied(address, name, folder), people


def model_tables() -> str:
    """The address of the database that `with_tables` copies."""
    with kept("tables") as (file, folder):
        if not file.exists():
            address = created(f"{folder.name}_tables", folder)
            lite = Path(address.removeprefix("sqlite:///")) if address.startswith("sqlite") else None
            if not (lite and kept_tables.take(lite)):
                run_program(environment_of(folder, address), "-m", "aspa.cli", "migrate")
                if lite:
                    kept_tables.keep(lite)
            file.write_text(address, encoding="utf-8")
        return file.read_text(encoding="utf-8")


def model_cast() -> tuple[str, People]:
    """The address of the database that `with_cast` copies, and its people."""
    tables = model_tables()
    with kept("cast") as (file, folder):
        if not file.exists():
            address = copied(tables, f"{folder.name}_cast", folder)
            people = run_program(environment_of(folder, address), "-m", "testing.copies")
            file.write_text(json.dumps([address, json.loads(people)]), encoding="utf-8")
        address, found = json.loads(file.read_text(encoding="utf-8"))
        return address, People(**found)


@contextlib.contextmanager
def kept(name: str) -> Iterator[tuple[Path, Path]]:
    """The file that tells of a model, and the folder for it; one process of the run at a time is in the block.

    Each database server has models of its own: a test may start one beside the run's.
    """
    # Named as the run is: a PostgreSQL server may outlive it.
    run = Path(os.environ.get(MODELS) or os.environ[TEST_HOME])
    server = hashlib.sha256(os.environ.get("ASPA_DATABASE_URL", "").encode()).hexdigest()[:12]
    folder = run / f"{run.name}_{server}"
    folder.mkdir(exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / f"{name}.json", folder


def created(name: str, folder: Path, *, model: str = "") -> str:
    """Make an empty database, or a copy of PostgreSQL's database `model`; gives its address."""
    given = os.environ.get("ASPA_DATABASE_URL", "")
    if not given.startswith("postgres"):
        return f"sqlite:///{folder / name}.sqlite3"
    server, _slash, _name = given.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"'.encode())
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{model or "template1"}"'.encode())
    return f"{server}/{name}"


def copied(model: str, name: str, folder: Path) -> str:
    """Copy the database at the address."""
    _before, _slash, its_name = model.rpartition("/")
    address = created(name, folder, model=its_name)
    if address.startswith("sqlite"):
        kept_tables.copy(Path(model.removeprefix("sqlite:///")), Path(address.removeprefix("sqlite:///")))
    return address


def gather() -> People:
    """Put the cast into this environment's database and sign the agents in."""
    from django.conf import settings
    from django.test import Client

    from tests.cast import gather as gather_cast

    cast = gather_cast()
    cast.brand.domains = ["shop.example", "localhost", "127.0.0.1"]
    cast.brand.save()

    def cookie(agent: Any) -> str:
        client = Client()
        client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
        return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"

    return People(
        cast.inbox.public_id, cast.other_inbox.public_id, cookie(cast.ada), cookie(cast.ben), cookie(cast.cy),
        cast.brand.identity_secret, cast.brand.slug,
    )  # fmt: skip


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(dataclasses.asdict(gather())))
