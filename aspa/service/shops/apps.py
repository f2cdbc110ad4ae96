from django.apps import AppConfig


class ShopsConfig(AppConfig):
    """Connectors: shops that feed their data to commerce."""

    name = "aspa.service.shops"
    label = "shops"
    default_auto_field = "django.db.models.BigAutoField"
