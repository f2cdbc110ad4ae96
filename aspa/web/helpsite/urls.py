from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.urls.converters import StringConverter

from aspa.core.inboxes.models import LANGUAGES
from aspa.web.helpsite import (
    articles,
    blog,
    categories,
    commenting,
    fronts,
    home,
    looks,
    searching,
    sign_in,
    sitemap,
    voting,
)


class Spoken(StringConverter):
    """A language that Aspa speaks."""

    regex = "|".join(LANGUAGES)


register_converter(Spoken, "spoken")

app_name = "helpsite"
SITE: list[URLPattern | URLResolver] = [
    path("", home.page, name="home"),
    path("c/<slug:slug>/", categories.page, name="category"),
    path("about/<str:kind>/<path:value>/", categories.about, name="about"),
    path("a/<slug:slug>/", articles.page, name="article"),
    path("a/<slug:slug>/helped/", voting.vote, name="helped"),
    path("a/<slug:slug>/comment/", commenting.page, name="comment"),
    path("a/<slug:slug>/comment/<int:pk>/", commenting.edit, name="comment-edit"),
    path("a/<slug:slug>/comment/<int:pk>/delete/", commenting.delete, name="comment-delete"),
    path("blog/", blog.page, name="blog"),
    path("blog/feed.xml", blog.feed, name="feed"),
    path("search/", searching.page, name="search"),
    path("suggest/", searching.suggest, name="suggest"),
    path("sign-in/", sign_in.page, name="sign-in"),
    path("sign-in/code/", sign_in.code, name="sign-in-code"),
    path("sign-in/shop/", sign_in.from_shop, name="sign-in-shop"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("community/", include("aspa.web.helpsite.community.urls")),
    path("reviews/", include("aspa.web.helpsite.reviews.urls")),
]
urlpatterns = [
    path("<slug:brand>/", fronts.front, name="front"),
    path("<slug:brand>/look.css", looks.stylesheet, name="look"),
    path("<slug:brand>/sitemap.xml", sitemap.page, name="sitemap"),
    path("<slug:brand>/sitemap/<slug:part>.xml", sitemap.part, name="sitemap-part"),
    path("<slug:brand>/reviews/", include("aspa.web.helpsite.reviews.block_urls")),
    path("<slug:brand>/<spoken:language>/", include(SITE)),
]
