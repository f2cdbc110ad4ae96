"""`aspa doctor`: looks at everything an installation needs and says what to do about what is amiss."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

OK, WARNING, ERROR = "ok", "warning", "error"
ANSWER_SECONDS = 5
FREE_BYTES = 1024**3
SUPPORTED = ((3, 11), (3, 13))
WITHOUT_KEYS = "Bring back the folder secrets in ASPA_HOME from the backup, or set ASPA_ENCRYPTION_KEYS as it was."


@dataclass(frozen=True)
class Finding:
    """What was seen of one thing. advice: what to do when it is not ok."""

    level: str
    subject: str
    seen: str
    advice: str = ""

    def __str__(self) -> str:
        line = f"{self.level:<8} {self.subject}: {self.seen}"
        return f"{line}\n{'':8} -> {self.advice}" if self.advice else line


def reach_database() -> None:
    """Raises DatabaseError at once when the database can't be reached; the pool would try for half a minute."""
    if connection.vendor != "postgresql":
        connection.ensure_connection()
        return
    import psycopg

    try:
        psycopg.connect(**{**connection.get_connection_params(), "connect_timeout": ANSWER_SECONDS}).close()
    except psycopg.Error as problem:
        raise DatabaseError(first_line(problem)) from problem


def pending_migrations() -> list[str]:
    """The migrations that the database lacks. Raises DatabaseError when it can't be reached."""
    reach_database()
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def findings() -> Iterator[Finding]:
    """Everything that was looked at, one after another; nothing raises."""
    from aspa.config import safety  # it speaks in findings, too

    yield python()
    yield from database()
    yield redis()
    yield media()
    yield room()
    yield from keys()
    yield debugging()
    yield from address()
    yield from safety.findings()
    yield mail()
    yield from inboxes()


def python() -> Finding:
    """Whether this Python is one we are tested on."""
    version = sys.version.split()[0]
    if SUPPORTED[0] <= sys.version_info[:2] <= SUPPORTED[1]:
        return Finding(OK, "Python", version)
    return Finding(ERROR, "Python", version, "Use Python 3.11, 3.12 or 3.13.")


def database() -> Iterator[Finding]:
    """The database; what depends on it is looked at only when it answers."""
    try:
        reach_database()
        yield from engine()
        missing = pending_migrations()
    except DatabaseError as problem:
        yield Finding(ERROR, "Database", first_line(problem), f"{what_to_check()}.")
        return
    if missing:
        yield Finding(ERROR, "Migrations", f"{len(missing)} are missing", "Run aspa migrate.")
        return
    yield Finding(OK, "Migrations", "all there")
    yield keys_fit()
    yield owner()
    if connection.vendor == "postgresql" and settings.ASPA_REDIS_URL:
        yield workers()


def what_to_check() -> str:
    """What to do when the database doesn't answer; a sentence without its end."""
    if connection.vendor == "sqlite":
        file = settings.DATABASES["default"]["NAME"]
        return f"See that the disk isn't full and that the account that runs Aspa may write to {file} and its folder"
    return "Check ASPA_DATABASE_URL and that the server runs"


def keys_fit() -> Finding:
    """Whether what the database holds encrypted can be read; after a restore without the keys it can't."""
    if keys_open_database():
        return Finding(OK, "Keys", "fit the database")
    return Finding(ERROR, "Keys", "are not those that the database was written with", WITHOUT_KEYS)


def keys_open_database() -> bool:
    """Whether ASPA_ENCRYPTION_KEYS open the first secret of the database; every brand has one."""
    from cryptography.fernet import InvalidToken

    from aspa.core.inboxes.models import Brand

    try:
        Brand.objects.order_by("pk").values_list("identity_secret").first()
    except InvalidToken:
        return False
    return True


def engine() -> Iterator[Finding]:
    """The database's kind, and whether it keeps what it has acknowledged."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA journal_mode")
            journal = cursor.fetchone()[0]
            cursor.execute("PRAGMA synchronous")
            safe = cursor.fetchone()[0] >= 2
            seen = f"SQLite, journal {journal}, synchronous {'FULL' if safe else 'too low'}"
            if journal == "wal" and safe:
                yield Finding(OK, "Database", seen)
            else:
                yield Finding(ERROR, "Database", seen, "Keep the file on a local disk: network shares can't do WAL.")
            return
        cursor.execute("SELECT current_setting('server_version'), current_setting('synchronous_commit')")
        version, commit = cursor.fetchone()
    if commit == "off":
        advice = "Set synchronous_commit to on: now a power cut loses acknowledged messages."
        yield Finding(ERROR, "Database", f"PostgreSQL {version}, synchronous_commit off", advice)
    else:
        yield Finding(OK, "Database", f"PostgreSQL {version}")


def owner() -> Finding:
    """Whether anybody can sign in and set things up."""
    from aspa.core.people.models import Agent

    count = Agent.objects.filter(is_owner=True, is_active=True).count()
    if count:
        return Finding(OK, "Owners", f"{count} can sign in")
    return Finding(WARNING, "Owners", "nobody can sign in", "Run aspa createadmin.")


def workers() -> Finding:
    """Whether an `aspa worker` has been heard of in the last minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 seconds'"
        )
        count = cursor.fetchone()[0]
    if count:
        return Finding(OK, "Workers", f"{count} at work")
    return Finding(WARNING, "Workers", "none at work", "Start aspa worker: without one nothing is sent.")


def redis() -> Finding:
    """The bus between processes."""
    if not settings.ASPA_REDIS_URL:
        return Finding(OK, "Redis", "not used; one process serves all")
    from redis import Redis, RedisError

    try:
        client = Redis.from_url(settings.ASPA_REDIS_URL, socket_timeout=ANSWER_SECONDS)
        client.ping()
    except (RedisError, ValueError, OSError) as problem:
        return Finding(ERROR, "Redis", first_line(problem), "Check ASPA_REDIS_URL and that the server runs.")
    return Finding(OK, "Redis", "answers")


def media() -> Finding:
    """Whether attachments can be kept."""
    folder = settings.MEDIA_ROOT
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        advice = f"Give the account that runs Aspa the right to write to {folder}."
        return Finding(ERROR, "Files", str(problem), advice)
    return Finding(OK, "Files", str(folder))


def room() -> Finding:
    """Whether the disk has room."""
    free = shutil.disk_usage(settings.ASPA_HOME).free
    seen = f"{free / 1024**3:.1f} GB free"
    if free >= FREE_BYTES:
        return Finding(OK, "Disk", seen)
    return Finding(WARNING, "Disk", seen, "Make room: a full disk refuses messages.")


def keys() -> Iterator[Finding]:
    """The secrets: from the environment, or made at the first start and kept in the data folder."""
    for name, subject in (("ASPA_SECRET_KEY", "Secret key"), ("ASPA_ENCRYPTION_KEYS", "Encryption keys")):
        if os.environ.get(name):
            yield Finding(OK, subject, "from the environment")
        else:
            file = settings.ASPA_HOME / "secrets" / name.lower()
            yield Finding(OK, subject, f"kept in {file}; back it up with the database")


def debugging() -> Finding:
    """Whether visitors would be shown our insides."""
    if settings.DEBUG:
        return Finding(ERROR, "Debugging", "on", "Unset ASPA_DEBUG: error pages show settings to visitors.")
    return Finding(OK, "Debugging", "off")


def address() -> Iterator[Finding]:
    """The public address."""
    url = urlsplit(settings.ASPA_URL)
    if url.scheme not in ("http", "https") or not url.hostname:
        yield Finding(ERROR, "Address", settings.ASPA_URL, "Set ASPA_URL to the public address, https://…")
    elif url.hostname in ("localhost", "127.0.0.1"):
        yield Finding(WARNING, "Address", settings.ASPA_URL, "Set ASPA_URL: other machines can't open this address.")
    elif url.scheme == "http":
        advice = "Put a proxy with TLS in front and set ASPA_URL to https://…"
        yield Finding(WARNING, "Address", settings.ASPA_URL, advice)
    else:
        yield Finding(OK, "Address", settings.ASPA_URL)


def mail() -> Finding:
    """Whether mail can leave."""
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        advice = "Set ASPA_EMAIL_URL (smtp+tls://user:password@host:587): sign-in links and transcripts need it."
        return Finding(WARNING, "Mail", "is not sent anywhere", advice)
    host, port = settings.EMAIL_HOST, settings.EMAIL_PORT
    try:
        socket.create_connection((host, port), timeout=ANSWER_SECONDS).close()
    except OSError as problem:
        return Finding(ERROR, "Mail", f"{host}:{port}: {problem}", "Check ASPA_EMAIL_URL and the firewall.")
    return Finding(OK, "Mail", f"{host}:{port} answers")


def inboxes() -> Iterator[Finding]:
    """How the inboxes fare, and all that their channels can have looked at."""
    from cryptography.fernet import InvalidToken
    from django.utils import translation

    from aspa.core.inboxes.channel import channel_for
    from aspa.core.inboxes.models import Inbox

    try:
        found = list(Inbox.objects.filter(is_active=True).select_related("brand"))
    except (DatabaseError, InvalidToken):
        return  # told already
    with translation.override("en"):
        for inbox in found:
            channel = channel_for(inbox)
            health = channel.health(inbox)
            subject = f"Inbox {inbox}"
            yield (
                Finding(OK, subject, "in order")
                if health.ok
                else Finding(WARNING, subject, health.text, "Look at its page under Settings.")
            )
            for check in (one for one in channel.checks if not one.in_health):
                for seen in channel.check(inbox, check.key):
                    advice = " ".join(part for part in (seen.advice, seen.copy) if part)
                    yield Finding(seen.level, f"{subject}, {seen.subject}", seen.seen, advice)


def first_line(problem: BaseException) -> str:
    """A problem's first line: drivers add hints of many lines."""
    return (str(problem).strip() or type(problem).__name__).splitlines()[0].rstrip(".:")


def report(say: Callable[[str], None]) -> bool:
    """Say each finding; whether there was no error."""
    healthy = True
    for finding in findings():
        say(str(finding))
        healthy = healthy and finding.level != ERROR
    return healthy
