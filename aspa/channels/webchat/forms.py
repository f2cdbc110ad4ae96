"""What an admin sets for a chat."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class WebChatForm(forms.Form):
    headline = forms.CharField(
        label=_("Headline"), required=False, max_length=80, help_text=_("Greets the customer when the chat opens.")
    )
    ask_name = forms.ChoiceField(
        label=_("Ask the name first"),
        required=False,
        choices=(("", _("No")), ("optional", _("Yes, optional")), ("required", _("Yes, required"))),
    )
    ask_email = forms.ChoiceField(
        label=_("Ask the e-mail first"),
        required=False,
        choices=(("", _("No")), ("optional", _("Yes, optional")), ("required", _("Yes, required"))),
    )
    question = forms.CharField(
        label=_("A question of your own"), required=False, max_length=120, help_text=_("Asked before the chat begins.")
    )
    choices = forms.CharField(
        label=_("Its choices, one on a line"), required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 4})
    )
