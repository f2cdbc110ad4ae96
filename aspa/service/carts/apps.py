from django.apps import AppConfig


class CartsConfig(AppConfig):
    """The cart that a customer left: offered again when their matter is solved, and what came of it."""

    name = "aspa.service.carts"
    label = "carts"
    default_auto_field = "django.db.models.BigAutoField"
