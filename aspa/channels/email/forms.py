"""What an admin fills in for a mail inbox. Its cleaned data are the fields of `settings.Settings`."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aspa.channels.email.presets import preset_for
from aspa.channels.email.sending.services import SERVICES
from aspa.core.inboxes.groups import Group, GroupedForm
from aspa.kit.ids import new_token

SECURITY = (
    ("tls", gettext_lazy("TLS from the start")),
    ("starttls", gettext_lazy("STARTTLS")),
    ("none", gettext_lazy("None: only for a server on this machine")),
)
HERE = {"localhost", "127.0.0.1", "::1"}
# Never shown again; left empty they stay.
SECRETS = ("imap_password", "smtp_password", "oauth_client_secret", "oauth_refresh_token")
# What the form asks of a mail service, and the option of django-anymail that it becomes.
SERVICE_SECRETS = ("service_key", "service_second", "service_signing")


class LinesField(forms.CharField):
    """Several values, one a line (or with commas)."""

    widget = forms.Textarea(attrs={"rows": 2})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(self.prepare_value(value))
        return list(dict.fromkeys(one.strip() for one in re.split(r"[\n,;]", text) if one.strip()))


class SecretField(forms.CharField):
    """A password: typed, never shown. `strip` would break those that begin with a blank."""

    def __init__(self, **more: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        super().__init__(required=False, strip=False, max_length=4000, widget=widget, **more)


class EmailForm(GroupedForm):
    GROUPS = (
        Group(gettext_lazy("The address"), ("address", "aliases")),
        Group(
            gettext_lazy("Mail coming in"),
            ("incoming",),
            gettext_lazy("Mail stays where it is until Aspa has stored it."),
        ),
        Group(
            gettext_lazy("The mailbox (IMAP)"),
            (
                "imap_host",
                "imap_port",
                "imap_security",
                "imap_user",
                "imap_password",
                "imap_folders",
                "imap_after",
                "sent_folder",
                "oauth",
            ),
            gettext_lazy("The great providers' servers are filled in by themselves: leave the server empty and save."),
            {"incoming": ("imap",)},
        ),
        Group(
            gettext_lazy("Signing in at Google or Microsoft"),
            ("oauth_client_id", "oauth_client_secret", "oauth_tenant", "oauth_refresh_token"),
            gettext_lazy("They want a registered application instead of a password, for receiving and for sending."),
            {"oauth": ("google", "microsoft")},
        ),
        Group(gettext_lazy("Mail going out"), ("outgoing",)),
        Group(
            gettext_lazy("The mail server (SMTP)"),
            ("smtp_host", "smtp_port", "smtp_security", "smtp_user", "smtp_password"),
            when={"outgoing": ("smtp",)},
        ),
        Group(
            gettext_lazy("The mail service"),
            ("service", "service_key", "service_second", "service_signing", "service_eu"),
            when={"outgoing": ("service",), "incoming": ("service",)},
        ),
        Group(gettext_lazy("Letters"), ("footer", "plus_addresses", "trusted_servers")),
    )

    address = forms.EmailField(
        label=gettext_lazy("Address"),
        max_length=254,
        help_text=gettext_lazy("Customers write here, and letters come from here."),
    )
    aliases = LinesField(
        label=gettext_lazy("Other addresses that end up here"),
        required=False,
        help_text=gettext_lazy("One on a line, for example sales@ and info@."),
    )
    incoming = forms.ChoiceField(
        label=gettext_lazy("How mail comes in"),
        initial="imap",
        choices=(
            ("imap", gettext_lazy("Fetched from a mailbox (IMAP)")),
            ("smtp", gettext_lazy("Sent to Aspa's own mail receiver (SMTP or LMTP)")),
            ("service", gettext_lazy("Posted by a mail service")),
            ("none", gettext_lazy("Not at all: for sending only")),
        ),
    )
    imap_host = forms.CharField(label=gettext_lazy("Server"), required=False, max_length=253)
    imap_port = forms.IntegerField(
        label=gettext_lazy("Port"), required=False, min_value=1, max_value=65535, initial=993
    )
    imap_security = forms.ChoiceField(label=gettext_lazy("Encryption"), required=False, choices=SECURITY, initial="tls")
    imap_user = forms.CharField(
        label=gettext_lazy("User name"), required=False, max_length=254, help_text=gettext_lazy("Empty: the address.")
    )
    imap_password = SecretField(label=gettext_lazy("Password"))
    imap_folders = LinesField(
        label=gettext_lazy("Folders to fetch from"),
        required=False,
        initial=["INBOX"],
        help_text=gettext_lazy("One on a line. Add the spam folder to see what the mail server took for spam."),
    )
    imap_after = forms.ChoiceField(
        label=gettext_lazy("Fetched mail"),
        required=False,
        initial="seen",
        choices=(
            ("seen", gettext_lazy("stays in the mailbox, marked as read")),
            ("keep", gettext_lazy("stays in the mailbox as it is")),
            ("delete", gettext_lazy("is removed from the mailbox")),
        ),
    )
    sent_folder = forms.CharField(
        label=gettext_lazy("Copies of sent mail go to the folder"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Empty: no copies. Gmail and Microsoft 365 keep them by themselves."),
    )
    oauth = forms.ChoiceField(
        label=gettext_lazy("Sign in with"),
        required=False,
        choices=(
            ("", gettext_lazy("the password")),
            ("google", gettext_lazy("Google (OAuth)")),
            ("microsoft", gettext_lazy("Microsoft (OAuth)")),
        ),
    )
    oauth_client_id = forms.CharField(label=gettext_lazy("Client ID"), required=False, max_length=300)
    oauth_client_secret = SecretField(label=gettext_lazy("Client secret"))
    oauth_tenant = forms.CharField(
        label=gettext_lazy("Tenant"),
        required=False,
        initial="common",
        max_length=100,
        help_text=gettext_lazy("Microsoft's: the directory's ID, or common."),
    )
    oauth_refresh_token = SecretField(label=gettext_lazy("Refresh token"))
    outgoing = forms.ChoiceField(
        label=gettext_lazy("How mail goes out"),
        initial="smtp",
        choices=(
            ("smtp", gettext_lazy("By a mail server (SMTP)")),
            ("service", gettext_lazy("By a mail service")),
        ),
    )
    smtp_host = forms.CharField(label=gettext_lazy("Server"), required=False, max_length=253)
    smtp_port = forms.IntegerField(
        label=gettext_lazy("Port"), required=False, min_value=1, max_value=65535, initial=587
    )
    smtp_security = forms.ChoiceField(
        label=gettext_lazy("Encryption"), required=False, choices=SECURITY, initial="starttls"
    )
    smtp_user = forms.CharField(
        label=gettext_lazy("User name"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Empty: as for the mailbox, when mail is fetched from one."),
    )
    smtp_password = SecretField(label=gettext_lazy("Password"))
    service = forms.ChoiceField(
        label=gettext_lazy("Service"),
        required=False,
        choices=(("", "—"), *((key, service.name) for key, service in SERVICES.items())),
    )
    service_key = SecretField(
        label=gettext_lazy("API key"), help_text=gettext_lazy("Postmark calls it the server token.")
    )
    service_second = SecretField(
        label=gettext_lazy("Second part of the key"),
        help_text=gettext_lazy("Mailgun: the sending domain. Mailjet: the secret key. Others: nothing."),
    )
    service_signing = SecretField(
        label=gettext_lazy("Signing key of incoming mail"),
        help_text=gettext_lazy("Mailgun, MailerSend and Resend sign what they post; the others need nothing here."),
    )
    service_eu = forms.BooleanField(
        label=gettext_lazy("The account is in the EU"),
        required=False,
        help_text=gettext_lazy("Mailgun and SparkPost keep those apart."),
    )
    footer = forms.CharField(
        label=gettext_lazy("Footer of every letter"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The company's name, address and links, below the agent's signature."),
    )
    plus_addresses = forms.BooleanField(
        label=gettext_lazy("Replies may come to an address with a plus"),
        required=False,
        help_text=gettext_lazy(
            "Then each conversation has an address of its own (name+code@…), and no reply goes astray. Only if the mail"
            " server takes such addresses: send yourself a letter to name+test@… and see."
        ),
    )
    trusted_servers = LinesField(
        label=gettext_lazy("Mail servers whose findings are believed"),
        required=False,
        help_text=gettext_lazy(
            "The name that your own mail server writes first into Authentication-Results, for example mx.google.com."
            " Without it senders are proven by DKIM, and by SPF only when their mail comes straight to Aspa."
        ),
    )

    def __init__(self, data: Any = None, files: Any = None, *, initial: Any = None, **more: Any) -> None:
        self.saved: dict[str, Any] = dict(initial or {})
        super().__init__(data, files, initial=self.saved | _service_fields(self.saved), **more)
        kept = {name for name in SECRETS if self.saved.get(name)} | _service_fields(self.saved).keys() & set(
            SERVICE_SECRETS
        )
        for name in kept:
            self.fields[name].help_text = _("Saved. Leave it empty to keep it.")

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).lower()

    def clean_aliases(self) -> list[str]:
        aliases = [alias.lower() for alias in self.cleaned_data["aliases"]]
        for alias in aliases:
            try:
                validate_email(alias)
            except ValidationError as error:
                raise ValidationError(_("%(address)s isn't an e-mail address.") % {"address": alias}) from error
        return aliases

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        typed = {name for name in SECRETS if cleaned.get(name)}
        for name in SECRETS:
            cleaned[name] = cleaned.get(name) or self.saved.get(name, "")
        _fill_in(cleaned)
        self._must_stay_with_their_servers(typed)
        if cleaned.get("incoming") == "imap":
            self._must_sign_in("imap", _("Give the password of the mailbox."))
        if cleaned.get("outgoing") == "smtp":
            self._must_sign_in("smtp", _("Give the password, or leave the user name empty too."))
        if cleaned.get("oauth") and not (cleaned.get("oauth_client_id") and cleaned["oauth_client_secret"]):
            self.add_error("oauth_client_id", _("Give the ID and the secret of the registered application."))
        uses_service = "service" in (cleaned.get("incoming"), cleaned.get("outgoing"))
        if uses_service:
            self._must_know_service()
        if cleaned.get("incoming") != "imap":
            # Copies need the mailbox, and where none is asked for the field isn't seen.
            cleaned["sent_folder"] = ""
        cleaned["service_options"] = self._service_options()
        cleaned["webhook_secret"] = self.saved.get("webhook_secret") or (new_token() if uses_service else "")
        for name in (*SERVICE_SECRETS, "service_eu"):
            cleaned.pop(name, None)
        return cleaned

    def _must_stay_with_their_servers(self, typed: set[str]) -> None:
        """Another server isn't told what was typed for the former one: whoever may change settings may not see secrets."""
        cleaned = self.cleaned_data
        known = preset_for(cleaned.get("address", ""), cleaned.get("oauth", ""))
        theirs = {"imap": known.imap_host, "smtp": known.smtp_host} if known else {}
        moved = {
            way
            for way in ("imap", "smtp")
            if cleaned.get(f"{way}_host") not in (self.saved.get(f"{way}_host", ""), theirs.get(way))
        }
        for way in moved:
            used = cleaned.get(f"{way}_password")
            if used and used not in {cleaned[name] for name in typed}:
                self.add_error(f"{way}_password", _("The server has changed: give the password again."))
        if moved and "oauth_refresh_token" not in typed:
            cleaned["oauth_refresh_token"] = ""

    def _must_sign_in(self, way: str, no_password: str) -> None:
        cleaned = self.cleaned_data
        host, password = cleaned.get(f"{way}_host", ""), cleaned.get(f"{way}_password", "")
        if not host:
            self.add_error(f"{way}_host", _("Give the name of the server."))
        if cleaned.get(f"{way}_user") and not password and not cleaned.get("oauth"):
            self.add_error(f"{way}_password", no_password)
        if password and cleaned.get(f"{way}_security") == "none" and host not in HERE:
            self.add_error(f"{way}_security", _("A password goes only over an encrypted line: choose TLS or STARTTLS."))

    def _must_know_service(self) -> None:
        cleaned = self.cleaned_data
        service = SERVICES.get(cleaned.get("service", ""))
        if service is None:
            self.add_error("service", _("Choose the service."))
            return
        if cleaned.get("outgoing") == "service" and not self._service_value("service_key"):
            self.add_error("service_key", _("Give the key that the service gave you for sending."))
        if service.second and not self._service_value("service_second"):
            self.add_error("service_second", _("%(service)s needs this too.") % {"service": service.name})

    def _service_value(self, name: str) -> str:
        """As typed, or as it was saved for the same service."""
        same = self.saved.get("service") == self.cleaned_data.get("service")
        kept = _service_fields(self.saved).get(name, "") if same else ""
        return str(self.cleaned_data.get(name) or kept)

    def _service_options(self) -> dict[str, str]:
        service = SERVICES.get(self.cleaned_data.get("service", ""))
        if service is None:
            return {}
        options = {
            service.key: self._service_value("service_key"),
            service.second: self._service_value("service_second"),
            service.signing: self._service_value("service_signing"),
            "API_URL": service.eu if self.cleaned_data.get("service_eu") else "",
        }
        return {name: value for name, value in options.items() if name and value}


def _service_fields(saved: dict[str, Any]) -> dict[str, Any]:
    """The form's fields for what is saved as the service's options."""
    service = SERVICES.get(saved.get("service", ""))
    if service is None:
        return {}
    options = saved.get("service_options", {})
    names = (("service_key", service.key), ("service_second", service.second), ("service_signing", service.signing))
    found = {field: options[option] for field, option in names if option and options.get(option)}
    return found | ({"service_eu": True} if options.get("API_URL") else {})


def _fill_in(cleaned: dict[str, Any]) -> None:
    """What was left empty and is known."""
    preset = preset_for(cleaned.get("address", ""), cleaned.get("oauth", ""))
    if preset is not None:
        if not cleaned.get("imap_host"):
            cleaned |= {"imap_host": preset.imap_host, "imap_port": 993, "imap_security": "tls"}
        if not cleaned.get("smtp_host"):
            cleaned["smtp_host"], cleaned["smtp_port"] = preset.smtp_host, preset.smtp_port
            cleaned["smtp_security"] = preset.smtp_security
    cleaned["imap_security"] = cleaned.get("imap_security") or "tls"
    cleaned["smtp_security"] = cleaned.get("smtp_security") or "starttls"
    cleaned["imap_port"] = cleaned.get("imap_port") or (993 if cleaned["imap_security"] == "tls" else 143)
    cleaned["smtp_port"] = (
        cleaned.get("smtp_port") or {"tls": 465, "starttls": 587, "none": 25}[cleaned["smtp_security"]]
    )
    cleaned["imap_folders"] = cleaned.get("imap_folders") or ["INBOX"]
    cleaned["imap_after"] = cleaned.get("imap_after") or "seen"
    cleaned["oauth_tenant"] = cleaned.get("oauth_tenant") or "common"
    if cleaned.get("incoming") == "imap":
        cleaned["imap_user"] = cleaned.get("imap_user") or cleaned.get("address", "")
        may_sign_in = cleaned.get("imap_password") or cleaned.get("oauth")
        if may_sign_in and not cleaned.get("smtp_user") and cleaned["smtp_security"] != "none":
            cleaned["smtp_user"] = cleaned["imap_user"]
            cleaned["smtp_password"] = cleaned.get("smtp_password") or cleaned.get("imap_password", "")
