from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """The customer whole, as a page of the desk."""

    name = "aspa.web.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aspa.web.customers import sections

        sections.load()
