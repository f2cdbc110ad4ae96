"""The sections, a file each: whatever module here has a `section` is found by itself."""

from __future__ import annotations

import importlib
import pkgutil

from aspa.web.customers import panel


def load() -> None:
    """Register them all, once, when the apps are ready."""
    for found in pkgutil.iter_modules(__path__):
        panel.register(importlib.import_module(f"{__name__}.{found.name}").section)
