"""What the audit log keeps of the help sites: who changed which settings of them. Texts have their revisions."""

from __future__ import annotations

from auditlog.registry import auditlog

from aspa.service.knowledge.models import Article, Category, Redirect, Switch
from aspa.service.search.models import Synonyms


def register() -> None:
    # Moving one article moves its neighbours' places too, which nobody did.
    auditlog.register(Article, exclude_fields=["place", "related"])
    auditlog.register(Category, exclude_fields=["place"])
    auditlog.register(Redirect)
    auditlog.register(Switch)
    auditlog.register(Synonyms)
