from django.apps import AppConfig


class CommerceConfig(AppConfig):
    """What the shop knows of the customer: orders, carts, products, subscriptions, bookings, loyalty."""

    name = "aspa.service.commerce"
    label = "commerce"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aspa.service.commerce.timeline import Bookings, Carts, Orders, Subscriptions
        from aspa.service.timeline import sources

        for source in (Orders(), Carts(), Subscriptions(), Bookings()):
            sources.register(source)
