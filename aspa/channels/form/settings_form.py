"""What an admin sets for a contact form."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

ASKED = (("", _("No")), ("optional", _("Yes, optional")), ("required", _("Yes, required")))


class SettingsForm(forms.Form):
    heading = forms.CharField(label=_("Heading"), required=False, max_length=80)
    introduction = forms.CharField(
        label=_("Introduction"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Above the form: when you answer, where answers are found."),
    )
    topics = forms.CharField(
        label=_("Topics to choose from, one on a line"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    ask_phone = forms.ChoiceField(label=_("Ask the phone number"), required=False, choices=ASKED)
    ask_order = forms.ChoiceField(label=_("Ask the order number"), required=False, choices=ASKED)
    privacy_url = forms.URLField(
        label=_("Address of your privacy notice"), required=False, max_length=300, assume_scheme="https"
    )
