from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """The rights of the person: consents, a copy of everything, erasure, retention."""

    name = "aspa.service.privacy"
    label = "privacy"
    default_auto_field = "django.db.models.BigAutoField"
