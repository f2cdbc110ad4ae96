from django.apps import AppConfig


class DeflectionConfig(AppConfig):
    """Help offered before and beside a contact, and an honest count of what came of it."""

    name = "aspa.service.deflection"
    label = "deflection"
    default_auto_field = "django.db.models.BigAutoField"
