from django.apps import AppConfig


class PromisesConfig(AppConfig):
    """What agents promise to customers, and whether it is kept."""

    name = "aspa.service.promises"
    label = "promises"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aspa.service.promises.timeline import Promises
        from aspa.service.timeline import sources

        sources.register(Promises())
