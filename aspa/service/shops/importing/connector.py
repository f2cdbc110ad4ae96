"""Files: what a system can only save as a table."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aspa.service.shops.connector import Connector, Forged, Post
from aspa.service.shops.secret_field import ShopForm

if TYPE_CHECKING:
    from aspa.service.commerce.models import Source
    from aspa.service.commerce.records import Record


class Files(Connector):
    key = "csv"
    name = _("Files (CSV)")
    about = _("Tables that you save in another system and hand over here")
    posts = False
    imports = True

    def settings_form(self) -> type[forms.Form]:
        return ShopForm

    def receive(self, source: Source, post: Post) -> None:
        raise Forged("It takes files alone.")

    def understand(self, source: Source, topic: str, payload: Any, at: dt.datetime) -> list[Record]:
        return []
