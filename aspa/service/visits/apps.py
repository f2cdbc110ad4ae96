from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """Pages that a customer looked at, where they agreed to it."""

    name = "aspa.service.visits"
    label = "visits"
    default_auto_field = "django.db.models.BigAutoField"
