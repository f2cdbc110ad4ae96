from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PrivacyConfig(AppConfig):
    """The rights of the person: consents, a copy of everything, erasure, retention."""

    name = "aspa.service.privacy"
    label = "privacy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import aspa.service.privacy.declared  # noqa: F401 (models are there from here on)

        autodiscover_modules("holdings")
