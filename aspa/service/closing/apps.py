from django.apps import AppConfig


class ClosingConfig(AppConfig):
    """The announced wait: a reminder, then closed by silence."""

    name = "aspa.service.closing"
    label = "closing"
    default_auto_field = "django.db.models.BigAutoField"
