"""What strangers can make us write into the log."""

from __future__ import annotations

import logging

import pytest
from django.test import Client


def test_a_made_up_host_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    answer = Client(raise_request_exception=False).get("/", headers={"host": "nowhere.example"})
    assert answer.status_code == 400
    (told,) = [one for one in caplog.records if one.name == "django.security.DisallowedHost"]
    assert "nowhere.example" in told.getMessage()
    assert told.exc_info is None
    assert told.levelno == logging.ERROR
