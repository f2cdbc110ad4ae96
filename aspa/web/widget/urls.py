from django.urls import path

from aspa.web.widget import views

urlpatterns = [
    path("aspa.js", views.launcher_script, name="widget-launcher"),
    path("panel.js", views.panel_script, name="widget-panel"),
    path("telling.js", views.telling_script, name="widget-telling"),
    path("parts/<slug:name>.js", views.part_script, name="widget-part"),
    path("preview/<slug:public_id>/", views.preview, name="widget-preview"),
]
