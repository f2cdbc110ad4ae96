"""What the inner rings and libraries hold of a person: they can't say it themselves. Parents stand before children."""

from aspa.service.privacy.declared import people  # isort: skip
from aspa.service.privacy.declared import conversations  # isort: skip
from aspa.service.privacy.declared import email  # isort: skip
from aspa.service.privacy.declared import serving  # isort: skip
from aspa.service.privacy.declared import libraries  # isort: skip

__all__ = ["conversations", "email", "libraries", "people", "serving"]
