"""A form field for a picture: drawn anew on the way in, the old one removed on the way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

from django import forms
from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile

from aspa.web.shell.pictures import ACCEPT


class PictureField(forms.FileField):
    """`redraw` makes what is kept of the upload (`shell.pictures.face` or `logo`) and refuses what isn't a picture."""

    widget = forms.FileInput(attrs={"accept": ACCEPT})

    def __init__(self, *, redraw: Callable[[IO[bytes]], ContentFile[bytes]], **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.redraw = redraw

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        return self.redraw(upload) if upload and upload is not initial else initial


def replace(kept: FieldFile, given: Any, *, remove: bool) -> None:
    """Put the picture in the old one's place. The caller saves the row."""
    if remove or isinstance(given, ContentFile):
        if kept:
            kept.delete(save=False)
        if isinstance(given, ContentFile):
            kept.save(given.name or "", given, save=False)
