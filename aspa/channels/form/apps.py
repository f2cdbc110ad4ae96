from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FormConfig(AppConfig):
    name = "aspa.channels.form"
    label = "contact_form"
    verbose_name = _("Contact form")

    def ready(self) -> None:
        from aspa.channels.form.channel import ContactForm
        from aspa.core.inboxes import channel

        channel.register(ContactForm())
