from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """Pages that a customer looked at, where they agreed to it."""

    name = "aspa.service.visits"
    label = "visits"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aspa.service.timeline import sources
        from aspa.service.visits.timeline import Visits

        sources.register(Visits())
