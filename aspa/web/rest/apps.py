from django.apps import AppConfig


class RestConfig(AppConfig):
    """The doors for programs."""

    name = "aspa.web.rest"
    label = "rest"
    default_auto_field = "django.db.models.BigAutoField"
