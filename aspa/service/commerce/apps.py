from django.apps import AppConfig


class CommerceConfig(AppConfig):
    """What the shop knows of the customer: orders, carts, products, subscriptions, bookings, loyalty."""

    name = "aspa.service.commerce"
    label = "commerce"
    default_auto_field = "django.db.models.BigAutoField"
