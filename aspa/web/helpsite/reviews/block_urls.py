"""What shops' own pages fetch."""

from django.urls import path

from aspa.web.helpsite.reviews import block, photos

urlpatterns = [
    path("block.js", block.script, name="reviews-block-script"),
    path("block/<path:sku>/", block.reviews, name="reviews-block"),
    path("html/<path:sku>/", block.html, name="reviews-html"),
    path("ratings/", block.ratings, name="reviews-ratings"),
    path("photos/<slug:public_id>.webp", photos.photo, name="reviews-photo"),
]
