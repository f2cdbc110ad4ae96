from django.apps import AppConfig


class ContactConfig(AppConfig):
    name = "aspa.web.contact"
    label = "contact"
