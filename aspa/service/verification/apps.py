from django.apps import AppConfig


class VerificationConfig(AppConfig):
    """Who is this really: one-time codes, strong identification, identification data."""

    name = "aspa.service.verification"
    label = "verification"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aspa.core.people.models import Identity
        from aspa.service.timeline import sources
        from aspa.service.verification import couriers, letters
        from aspa.service.verification.timeline import Challenges, Identifications

        couriers.register(Identity.Kind.EMAIL, letters.send)
        sources.register(Identifications())
        sources.register(Challenges())
