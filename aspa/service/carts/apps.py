from django.apps import AppConfig


class CartsConfig(AppConfig):
    """The cart that a customer left: offered again when their matter is solved, and what came of it."""

    name = "aspa.service.carts"
    label = "carts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aspa.service.carts import tasks
        from aspa.service.commerce import ordering

        ordering.on_orders(tasks.look_soon)
