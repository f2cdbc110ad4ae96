"""Web addresses of a brand's pages, one on a line."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

HOST = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(:\d{1,5})?")


class DomainsField(forms.CharField):
    """A list of hosts (`shop.example`, `*.shop.example`, `localhost:8000`). Whole addresses are cut to their host."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "off", "inputmode": "url"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        hosts = [_host(line) for line in text.replace(",", "\n").split()]
        return list(dict.fromkeys(hosts))


def _host(line: str) -> str:
    given = line.lower()
    host = urlsplit(given).netloc if "://" in given else given.rstrip("/")
    try:
        host = "*." + host[2:].encode("idna").decode() if host.startswith("*.") else _ascii(host)
    except UnicodeError:
        host = ""
    if not HOST.fullmatch(host):
        raise ValidationError(_("“%(line)s” isn't a web address. Write it like shop.example.") % {"line": line})
    return host


def _ascii(host: str) -> str:
    name, colon, port = host.partition(":")
    return name.encode("idna").decode() + colon + port
