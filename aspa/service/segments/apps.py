from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    """Groups of customers by saved conditions, kept up as the customers change."""

    name = "aspa.service.segments"
    label = "segments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aspa.service.routing import preferences
        from aspa.service.segments import segments

        preferences.register(segments.preferences)
