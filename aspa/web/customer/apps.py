from django.apps import AppConfig


class CustomerConfig(AppConfig):
    """The customer's own page of a conversation, by its signed link."""

    name = "aspa.web.customer"
    label = "customer"
    default_auto_field = "django.db.models.BigAutoField"
