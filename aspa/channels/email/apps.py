from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EmailConfig(AppConfig):
    name = "aspa.channels.email"
    label = "email"
    verbose_name = _("E-mail")

    def ready(self) -> None:
        from aspa.channels.email.channel import Email
        from aspa.core.inboxes import channel

        channel.register(Email())
