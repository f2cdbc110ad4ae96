from django.urls import URLPattern, path

from aspa.web.content import listing, shelves, switching

app_name = "content"
urlpatterns: list[URLPattern] = [
    path("", listing.articles, name="articles"),
    path("new/", listing.new, name="new"),
    path("categories/", shelves.shelves, name="shelves"),
    path("categories/<int:category_id>/", shelves.shelf, name="shelf"),
    path("categories/new/<int:brand_id>/", shelves.add, name="shelf_new"),
    path("categories/<int:category_id>/move", shelves.move, name="shelf_move"),
    path("categories/<int:category_id>/remove", shelves.remove, name="shelf_remove"),
    path("articles/<int:article_id>/move", shelves.move_article, name="article_move"),
    path("on/", switching.page, name="switches"),
]
