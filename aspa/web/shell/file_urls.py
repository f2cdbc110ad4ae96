from django.urls import path, re_path

from aspa.web.shell import files, videos

urlpatterns = [
    path("upload", files.upload, name="shell_upload"),
    re_path(r"^pictures/(?P<folder>agents|brands|content)/(?P<name>[^/]+)$", files.picture, name="shell_picture"),
    path("videos/<str:name>", videos.video, name="shell_video"),
    path("<str:public_id>/<str:name>", files.attachment, name="shell_file"),
    path("<str:public_id>", files.attachment, name="shell_file_by_id"),
]
