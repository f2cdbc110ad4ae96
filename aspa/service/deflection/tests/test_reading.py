"""An article inside a shop's page brings its videos along, and nothing that loads by itself from elsewhere."""

from __future__ import annotations

from django.conf import LazySettings

from aspa.service.deflection import reading
from aspa.service.knowledge import rendering


def test_videos_come_along(settings: LazySettings) -> None:
    settings.ASPA_URL = "https://aspa.example"
    rendered = rendering.html("![Pesu](https://vimeo.com/76979871)\n\n![Oma](/files/videos/abcdefgh12.mp4)")
    shown = reading.inside(rendered)
    assert 'data-embed="https://player.vimeo.com/video/76979871?dnt=1"' in shown
    assert 'class="video-open"' in shown
    assert "<iframe" not in shown
    assert 'src="https://aspa.example/files/videos/abcdefgh12.mp4"' in shown


def test_no_other_frame_is_prepared() -> None:
    assert "evil" not in reading.inside('<figure data-embed="https://evil.example/"><p>x</p></figure>')
    assert "evil" not in reading.inside('<figure data-embed="https://player.vimeo.com.evil.example/"></figure>')
