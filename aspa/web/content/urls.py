from django.urls import URLPattern, URLResolver, include, path

from aspa.web.content import (
    checks,
    details,
    editing,
    fronts,
    gaps,
    listing,
    revising,
    shelves,
    switching,
    synonyms,
    uploading,
)

app_name = "content"

one = "<int:version_id>/"
article = "articles/<int:article_id>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing.articles, name="articles"),
    path("new/", listing.new, name="new"),
    path(one, editing.version, name="version"),
    path(one + "save", editing.save, name="save"),
    path(one + "preview", editing.preview, name="preview"),
    path(one + "checks", checks.checks, name="checks"),
    path(one + "publish", editing.publish, name="publish"),
    path(one + "unschedule", editing.unschedule, name="unschedule"),
    path(one + "unpublish", editing.unpublish, name="unpublish"),
    path(one + "drop", editing.drop, name="drop"),
    path(one + "files", uploading.upload, name="upload"),
    path(one + "details", details.save, name="details"),
    path(one + "related", details.find_related, name="find_related"),
    path(one + "redirects", details.add_redirect, name="add_redirect"),
    path(one + "revisions/", revising.revisions, name="revisions"),
    path(one + "revisions/<int:number>/restore", revising.restore, name="restore"),
    path(article + "languages/<slug:language>", editing.add_language, name="add_language"),
    path(article + "redirects/<int:redirect_id>/remove", details.remove_redirect, name="remove_redirect"),
    path(article + "remove", editing.remove, name="remove"),
    path(article + "move", shelves.move_article, name="article_move"),
    path("categories/", shelves.shelves, name="shelves"),
    path("categories/<int:category_id>/", shelves.shelf, name="shelf"),
    path("categories/new/<int:brand_id>/", shelves.add, name="shelf_new"),
    path("categories/<int:category_id>/move", shelves.move, name="shelf_move"),
    path("categories/<int:category_id>/remove", shelves.remove, name="shelf_remove"),
    path("gaps/", gaps.page, name="gaps"),
    path("gaps/article", gaps.write, name="gap_write"),
    path("front/", fronts.page, name="front"),
    path("on/", switching.page, name="switches"),
    path("search/", synonyms.page, name="synonyms"),
    path("search/<int:group_id>/", synonyms.change, name="synonyms_change"),
    path("reviews/", include("aspa.web.content.reviews.urls")),
    path("moderation/", include("aspa.web.content.moderation.urls")),
]
