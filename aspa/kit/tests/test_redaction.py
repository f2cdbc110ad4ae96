import io
import logging

import pytest

from aspa.kit.redaction import RedactionFilter, redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mail to ada.lahti@kauppa.fi failed", "Mail to <email> failed"),
        ("Authorization: Bearer abc.def-123=", "Authorization: Bearer …"),
        ('sent {"text": "Hei \\"äiti\\"", "id": 7}', 'sent {"text": "…", "id": 7}'),
        ("got {'body': 'Missä paketti?', 'n': 1}", "got {'body': \"…\", 'n': 1}"),
        ("Message(id=7, text='Missä, oi missä?', kind='reply')", "Message(id=7, text=…, kind='reply')"),
        ("GET /chat?token=abc&after=0.7", "GET /chat?token=…&after=0.7"),
        ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "jwt <jwt>"),
        ("visitor 3q2-7wAbCdEfGhIjKlMnOpQrStUvWxYz0123456789_", "visitor <token>"),
        ("call +358 40 123 4567 now", "call <phone> now"),
        ("DETAIL:  Key (kind, value)=(email, x) already exists.", "DETAIL:  Key (kind, value)=(…)"),
        ("DETAIL:  Failing row contains (1, Hei, null).", "DETAIL:  Failing row contains (…)"),
    ],
)
def test_what_is_personal_goes(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "aspa.core.conversations.delivery.send #20817 failed at attempt 3.",
        "2026-11-22 02:17:20,123 10.0.0.7:8000 took 0.012 s",
        "/srv/aspa/core/conversations/tests/test_delivery.py:20",
        "inbox 0b6c7e2e-6a3b-4f0e-9f3a-1c2d3e4f5a6b",
    ],
)
def test_what_helps_stays(text: str) -> None:
    assert redact(text) == text


def test_the_filter_covers_arguments_and_tracebacks() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(RedactionFilter())
    logger = logging.Logger("test")
    logger.addHandler(handler)
    try:
        raise ValueError("ada@kauppa.fi is unknown")
    except ValueError:
        logger.exception("No contact %s", "ben@kauppa.fi")
    assert "No contact <email>" in out.getvalue()
    assert "ValueError: <email> is unknown" in out.getvalue()
    assert "kauppa" not in out.getvalue()


def test_a_line_with_wrong_arguments_is_still_written() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "%d done", ("Ada",), None)
    assert RedactionFilter().filter(record)
    assert record.getMessage() == "%d done"
