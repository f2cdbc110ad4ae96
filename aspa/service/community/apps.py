from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """Customers ask and answer one another, and staff answers with its name."""

    name = "aspa.service.community"
    label = "community"
    default_auto_field = "django.db.models.BigAutoField"
