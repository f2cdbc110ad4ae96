"""What an admin fills in for a mail inbox."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class EmailForm(forms.Form):
    address = forms.EmailField(label=_("Address"), max_length=254)
