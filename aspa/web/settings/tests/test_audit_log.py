"""What the audit log keeps is told in words, and what the settings change is kept."""

from __future__ import annotations

import pytest
from auditlog.registry import auditlog

from aspa.channels.email.models import Block
from aspa.service.hours.models import ExceptionDay, Hours
from aspa.web.settings.audit_log import NAMES

pytestmark = pytest.mark.once


def test_everything_kept_has_a_name() -> None:
    kept = set(auditlog.get_models())
    assert {Hours, ExceptionDay, Block} <= kept
    assert {model._meta.model_name for model in kept} <= NAMES.keys()
