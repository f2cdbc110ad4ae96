"""Settings forms of many fields, in groups of which only those are shown that what was chosen needs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """`when`: shown if any of these fields has one of these values; empty: always."""

    name: str | Promise
    fields: tuple[str, ...]
    about: str | Promise = ""
    when: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)


class GroupedForm(forms.Form):
    GROUPS: ClassVar[Sequence[Group]] = ()

    def groups(self) -> Iterator[tuple[Group, list[BoundField], str]]:
        """Each group with its fields, and its condition as the page's script reads it: "channel-incoming=imap,smtp"."""
        for group in self.GROUPS:
            condition = " ".join(f"{self.add_prefix(name)}={','.join(values)}" for name, values in group.when.items())
            yield group, [self[name] for name in group.fields], condition
