from django.apps import AppConfig


class SlaConfig(AppConfig):
    """Within which business time customers are answered."""

    name = "aspa.service.sla"
    label = "sla"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aspa.service.hours import editing as hours
        from aspa.service.sla import editing

        hours.reckoned_with.append(editing.changed)
