"""What `aspa doctor` says of settings that work, and let in or out what shouldn't."""

from __future__ import annotations

import ipaddress
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError

from aspa.config.doctor import ERROR, OK, WARNING, Finding

SHORTEST_KEY, FEWEST_LETTERS = 32, 8
# A proxy stands at an address or in a network like 10.0.0.0/8; a wider one has strangers in it.
WIDEST = 8
LOOPBACK = ("localhost", "127.0.0.1", "::1", "")


def findings() -> Iterator[Finding]:
    """Everything that was looked at, one after another; nothing raises."""
    yield secret_key()
    yield hosts()
    yield from proxies()
    yield private_hosts()
    yield from folders()
    yield from unencrypted()
    yield second_step()


def secret_key() -> Finding:
    """Whoever guesses it signs in as anybody and opens every customer's page."""
    key = settings.SECRET_KEY
    if len(key) >= SHORTEST_KEY and len(set(key)) >= FEWEST_LETTERS:
        return Finding(OK, "Secret key's strength", f"{len(key)} characters")
    advice = "Unset ASPA_SECRET_KEY, so that one is made, or give it 50 random characters. Everybody signs in anew."
    return Finding(ERROR, "Secret key's strength", "can be guessed", advice)


def hosts() -> Finding:
    """By which names the server may be called."""
    wide = [name for name in settings.ALLOWED_HOSTS if name.startswith(("*", "."))]
    if not wide:
        return Finding(OK, "Names", ", ".join(settings.ALLOWED_HOSTS))
    advice = "Name each host in ASPA_ALLOWED_HOSTS: now whoever asks chooses what the server is called."
    return Finding(WARNING, "Names", ", ".join(wide), advice)


def proxies() -> Iterator[Finding]:
    """Who is believed when they say where a visitor comes from. Every limit counts by that."""
    named = settings.ASPA_TRUSTED_PROXIES
    for one in named:
        network = _network(one)
        if one == "*" or (network is not None and network.prefixlen < WIDEST):
            advice = "Name the proxy's own address: now anybody can pretend to be many, and no limit holds them."
            yield Finding(ERROR, "Proxies", f"{one} is believed", advice)
        elif network is None:
            advice = "Write an address or a network (10.0.0.0/8) into ASPA_TRUSTED_PROXIES."
            yield Finding(WARNING, "Proxies", f"{one} is no address", advice)
    host = os.environ.get("ASPA_HOST", "")
    if host not in LOOPBACK and all(_is_here(one) for one in named):
        advice = (
            "Name the proxy in ASPA_TRUSTED_PROXIES, or all visitors share one address and its limits; without a "
            "proxy listen on 127.0.0.1 behind one that speaks TLS."
        )
        yield Finding(WARNING, "Proxies", f"none is believed, and others reach {host}", advice)


def private_hosts() -> Finding:
    """What of one's own network may be asked by whoever may type an address."""
    open_wide = [name for name in settings.ASPA_PRIVATE_HOSTS if ":" not in name.strip("[]")]
    if not open_wide:
        return Finding(OK, "Private hosts", ", ".join(settings.ASPA_PRIVATE_HOSTS) or "none may be asked")
    advice = "Name the port too (host:port) in ASPA_PRIVATE_HOSTS: other programs on it may be asked as well."
    return Finding(WARNING, "Private hosts", f"every port of {', '.join(open_wide)}", advice)


def folders() -> Iterator[Finding]:
    """Whether other accounts of the machine can read customers' words, or the keys."""
    home, kept = settings.ASPA_HOME, settings.ASPA_HOME / "secrets"
    known = [kept, *kept.iterdir()] if kept.is_dir() else []
    exposed = [path for path in known if _mode(path) & 0o077]
    if exposed:
        yield Finding(ERROR, "Secrets", f"others can read {exposed[0]}", f"Run chmod -R go-rwx {kept}.")
    if _mode(home) & 0o007:
        yield Finding(WARNING, "Data folder", f"others can look into {home}", f"Run chmod o-rwx {home}.")
    else:
        yield Finding(OK, "Data folder", "closed to others")


def unencrypted() -> Iterator[Finding]:
    """What crosses a network in the clear."""
    database, bus = urlsplit(settings.ASPA_DATABASE_URL), urlsplit(settings.ASPA_REDIS_URL)
    if database.scheme.startswith("postgres") and _is_away(database.hostname) and "sslmode=" not in database.query:
        advice = "Add ?sslmode=verify-full (or require) to ASPA_DATABASE_URL."
        yield Finding(WARNING, "Database's connection", f"{database.hostname} without asking for TLS", advice)
    if bus.scheme == "redis" and _is_away(bus.hostname):
        advice = "Use rediss:// in ASPA_REDIS_URL, or a network that nobody else is in."
        yield Finding(WARNING, "Redis' connection", f"{bus.hostname} without TLS", advice)
    by_mail = settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")
    tls = getattr(settings, "EMAIL_USE_TLS", False) or getattr(settings, "EMAIL_USE_SSL", False)
    if by_mail and not tls and _is_away(settings.EMAIL_HOST):
        advice = "Use smtp+tls:// or smtp+ssl:// in ASPA_EMAIL_URL: links that open customers' pages go by it."
        yield Finding(WARNING, "Mail's connection", f"{settings.EMAIL_HOST} without TLS", advice)
    listens = settings.ASPA_SMTP_LISTEN.rpartition(":")[0].strip("[]")
    if settings.ASPA_SMTP_LISTEN and _is_away(listens) and not settings.ASPA_SMTP_CERTIFICATE:
        advice = "Give it a certificate: ASPA_SMTP_CERTIFICATE and ASPA_SMTP_KEY."
        yield Finding(WARNING, "Mail receiver", f"{settings.ASPA_SMTP_LISTEN} takes mail without TLS", advice)


def second_step() -> Finding:
    """A guessed or borrowed password of an owner opens everything."""
    from allauth.mfa.utils import is_mfa_enabled

    from aspa.core.people.models import Agent
    from aspa.web.shell.models import two_step_required

    subject = "Two-step sign-in"
    try:
        if two_step_required():
            return Finding(OK, subject, "everybody must use it")
        owners = list(Agent.objects.filter(is_owner=True, is_active=True))
        bare = [owner for owner in owners if not is_mfa_enabled(owner)]
    except DatabaseError:
        return Finding(WARNING, subject, "not known", "See to the database first.")
    if not bare:
        return Finding(OK, subject, "every owner uses it" if owners else "nobody signs in yet")
    advice = "Turn it on under Settings, Safety, or require it of everybody under Settings, Company."
    return Finding(WARNING, subject, f"{len(bare)} owner(s) sign in by a password alone", advice)


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _is_here(text: str) -> bool:
    network = _network(text)
    return network is not None and network.is_loopback


def _is_away(host: str | None) -> bool:
    """Whether it is another machine; a path is a socket of this one."""
    return not (host or "").startswith("/") and (host or "") not in LOOPBACK


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0
