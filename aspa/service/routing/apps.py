from django.apps import AppConfig


class RoutingConfig(AppConfig):
    """Whose turn it is: who has room, who fits, and who is told first."""

    name = "aspa.service.routing"
    label = "routing"
    default_auto_field = "django.db.models.BigAutoField"
