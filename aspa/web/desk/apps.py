from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Where agents work."""

    name = "aspa.web.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
