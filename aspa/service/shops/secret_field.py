"""Secrets in a connector's form: typed, never shown, and what is left empty stays as it was."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from aspa.kit.ids import new_token


class SecretField(forms.CharField):
    """A key or a password. `strip`: they are pasted, and no shop's key begins with a blank."""

    def __init__(self, **more: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        super().__init__(required=False, max_length=400, widget=widget, **more)


class ShopForm(forms.Form):
    """`initial` are the settings so far; the cleaned data are those to come.

    `needed` are the secrets that have to be typed, `made` those that we make ourselves, `kept` what others have set.
    `sent_to` is the field with the address to which the secrets are sent: another one isn't told those of the former.
    """

    needed: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    sent_to = ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        same = self.initial.get(self.sent_to) == cleaned.get(self.sent_to)
        for name, field in self.fields.items():
            if not isinstance(field, SecretField):
                continue
            cleaned[name] = cleaned.get(name) or (self.initial.get(name, "") if same else "")
            if name in self.needed and not cleaned[name]:
                words = gettext("This is needed.") if same else gettext("The address has changed: give this again.")
                self.add_error(name, words)
        secrets = {name: self.initial.get(name) or new_token() for name in self.made}
        return {**cleaned, **secrets, **{name: self.initial[name] for name in self.kept if name in self.initial}}
