from django.urls import path, re_path

from aspa.web.shell import article_files, files

urlpatterns = [
    path("upload", files.upload, name="shell_upload"),
    re_path(r"^pictures/(?P<folder>agents|brands)/(?P<name>[^/]+)$", files.picture, name="shell_picture"),
    path("pictures/content/<str:name>", article_files.picture, name="shell_article_picture"),
    path("videos/<str:name>", article_files.video, name="shell_video"),
    path("<str:public_id>/<str:name>", files.attachment, name="shell_file"),
    path("<str:public_id>", files.attachment, name="shell_file_by_id"),
]
