"""allauth's forms without the placeholders that would only repeat the labels."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.translation import gettext_lazy as _

GOOD_PASSWORD = _("At least 12 characters. A few words in a row are easy to remember and hard to guess.")


class Unrepeated(forms.BaseForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        code = self.fields.get("code")
        if code:
            code.label = _("Code")
            code.widget.attrs |= {"inputmode": "numeric", "autofocus": True, "maxlength": 12, "autocapitalize": "off"}


def _name_address(field: forms.Field, *, autocomplete: str) -> None:
    """The first thing to fill in; called as everywhere else."""
    field.label = _("E-mail")
    field.widget.attrs |= {
        "autocomplete": autocomplete,
        "autocapitalize": "off",
        "spellcheck": "false",
        "autofocus": True,
    }


class SignInForm(Unrepeated, account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The page itself shows where to get a new password.
        self.fields["password"].help_text = ""
        _name_address(self.fields["login"], autocomplete="username")


class ResetPasswordForm(Unrepeated, account.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_address(self.fields["email"], autocomplete="email")


class ResetPasswordKeyForm(Unrepeated, account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = GOOD_PASSWORD


class ChangePasswordForm(Unrepeated, account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].help_text = GOOD_PASSWORD


class ReauthenticateForm(Unrepeated, account.ReauthenticateForm):
    pass


class CodeForm(Unrepeated, mfa.AuthenticateForm):
    pass


class CodeAgainForm(Unrepeated, mfa.ReauthenticateForm):
    pass


class ActivateTOTPForm(Unrepeated, totp.ActivateTOTPForm):
    pass
