from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """What buyers say of products, and what the merchant answers."""

    name = "aspa.service.reviews"
    label = "reviews"
    default_auto_field = "django.db.models.BigAutoField"
