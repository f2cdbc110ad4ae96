from django.apps import AppConfig


class HoursConfig(AppConfig):
    """When a brand and each of its inboxes is open."""

    name = "aspa.service.hours"
    label = "hours"
    default_auto_field = "django.db.models.BigAutoField"
