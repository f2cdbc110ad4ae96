from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Finding conversations and customers again."""

    name = "aspa.service.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"
