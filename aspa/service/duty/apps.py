from django.apps import AppConfig


class DutyConfig(AppConfig):
    """Who is called when it is urgent and nobody is at work."""

    name = "aspa.service.duty"
    label = "duty"
    default_auto_field = "django.db.models.BigAutoField"
