from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """What buyers say of products, and what the merchant answers."""

    name = "aspa.service.reviews"
    label = "reviews"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aspa.service.moderation import kinds
        from aspa.service.reviews.moderated import Reviews
        from aspa.service.reviews.timeline import ReviewsTold
        from aspa.service.timeline import sources

        kinds.register(Reviews())
        sources.register(ReviewsTold())
