from django.apps import AppConfig


class WritingConfig(AppConfig):
    """Help with good writing."""

    name = "aspa.service.writing"
    label = "writing"
    default_auto_field = "django.db.models.BigAutoField"
