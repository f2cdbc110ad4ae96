"""The form that customers fill in, as its inbox asks for it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aspa.channels.form.channel import LENGTHS, TEXT_LIMIT
from aspa.core.inboxes.models import Inbox


class ContactForm(forms.Form):
    """`trap` is hidden from people: only robots fill it in."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LENGTHS["name"],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=LENGTHS["email"],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We answer here."),
        error_messages={"required": _("Write the address to which we may answer.")},
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=LENGTHS["phone"],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        error_messages={"required": _("Write your phone number.")},
    )
    order = forms.CharField(
        label=_("Order number"),
        max_length=LENGTHS["order"],
        error_messages={"required": _("Write the number of your order.")},
    )
    topic = forms.ChoiceField(label=_("What is it about?"), error_messages={"required": _("Choose what it is about.")})
    text = forms.CharField(
        label=_("Message"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Write what we can help with.")},
    )
    trap = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, data: Any = None, *, inbox: Inbox, **more: Any) -> None:
        super().__init__(data, **more)
        settings = inbox.settings
        for name in ("phone", "order"):
            self._ask(name, settings.get(f"ask_{name}", ""))
        topics = [line.strip() for line in settings.get("topics", "").splitlines() if line.strip()]
        self._ask("topic", "required" if topics else "")
        if topics:
            self.fields["topic"].choices = [("", _("Choose")), *((topic, topic) for topic in topics)]  # type: ignore[attr-defined]

    def _ask(self, name: str, how: str) -> None:
        if not how:
            del self.fields[name]
        else:
            self.fields[name].required = how == "required"

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields that people see, in order."""
        return [field for field in self if field.name != "trap"]
