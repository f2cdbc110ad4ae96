"""Rules of the house that a reader would otherwise have to remember."""

from __future__ import annotations

import ast
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import signals

import aspa

pytestmark = pytest.mark.once

PACKAGE = Path(aspa.__file__).parent
# What the customer's side may not read but through `for_contact()`.
CUSTOMERS_SIDE = ("channels", "web/live/visitor", "web/widget")
# Ways to Message.objects that show nobody anything.
WRITES = {"bulk_create", "create"}


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Every module under these folders of the package, tests and migrations apart."""
    for folder in folders:
        for file in sorted((PACKAGE / folder).rglob("*.py")):
            if not {"tests", "migrations"} & set(file.parts):
                yield file.relative_to(PACKAGE).as_posix(), ast.parse(file.read_text())


def chains(tree: ast.Module, start: str) -> Iterator[tuple[int, list[str]]]:
    """The attributes that follow each `start.objects`, as (line, ["filter", "values_list", ...])."""
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "objects" and ast.unparse(node.value) == start:
            names, at = [], parents.get(node)
            while isinstance(at, ast.Attribute | ast.Call):
                if isinstance(at, ast.Attribute):
                    names.append(at.attr)
                at = parents.get(at)
            yield node.lineno, names


def test_the_customers_side_sees_only_what_is_for_the_contact() -> None:
    """A note that leaks can't be taken back."""
    wrong = [
        f"{file}:{line}"
        for file, tree in sources(*CUSTOMERS_SIDE)
        for line, names in chains(tree, "Message")
        if not names or names[0] not in {"for_contact", *WRITES}
    ]
    wrong += [
        f"{file}:{node.lineno}"
        for file, tree in sources(*CUSTOMERS_SIDE)
        for node in ast.walk(tree)
        # conversation.messages is the same door by another name.
        if isinstance(node, ast.Attribute)
        and node.attr == "messages"
        and ast.unparse(node.value).endswith("conversation")
    ]
    assert not wrong, f"Read messages through Message.objects.for_contact() here: {wrong}"


@pytest.mark.parametrize("model", ["Conversation", "Message", "Attachment", "Contact"])
def test_views_reach_the_need_through_access(model: str) -> None:
    """Lookup is authorisation: a bare `.objects` in a view is a door without a guard."""
    wrong = [
        f"{file}:{line}"
        for file, tree in sources("web/desk", "web/settings", "web/shell")
        if "views" in file
        for line, _names in chains(tree, model)
    ]
    assert not wrong, f"Use aspa.core.conversations.access here: {wrong}"


def test_models_carry_no_behaviour_in_save() -> None:
    """Verbs change things; a change hidden in save() is one that callers can't see."""
    for model in apps.get_models():
        if model.__module__.startswith("aspa."):
            assert not {"save", "delete", "__init__"} & vars(model).keys(), model


def test_no_signals_of_our_own() -> None:
    for name in ("pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed", "pre_init", "post_init"):
        for _key, receiver, *_more in getattr(signals, name).receivers:
            receiver = receiver() if isinstance(receiver, weakref.ref) else receiver
            assert not getattr(receiver, "__module__", "").startswith("aspa."), receiver


def test_nobody_branches_on_a_channels_key() -> None:
    """What differs between channels is declared in their capabilities."""
    wrong = []
    for file, tree in sources("core", "service", "web"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare):
                sides = [node.left, *node.comparators]
                asks = any(isinstance(side, ast.Attribute) and side.attr == "channel" for side in sides)
                if asks and any(isinstance(side, ast.Constant) for side in sides):
                    wrong.append(f"{file}:{node.lineno}")
    assert not wrong, wrong
