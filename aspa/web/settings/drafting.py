"""A segment's rule as a form: groups of conditions with the words and values that can be chosen. No script is needed."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from aspa.service.segments.conditions import JOINS, LONGEST, MOST_GROUPS, NEED_NO_VALUE, OPS, Condition, Group
from aspa.service.segments.matching import Fields, faults

if TYPE_CHECKING:
    from django.http import QueryDict
    from django.utils.functional import Promise

    from aspa.service.segments.fields.kinds import Field

MOST_ROWS = 20
PLACE = re.compile(r"field-(\d)-(\d{1,2})")
DO = re.compile(r"(add|drop)-(\d)(?:-(\d{1,2}))?")


@dataclasses.dataclass(slots=True)
class Row:
    """One condition as it is drawn; `place` ("0-2") makes the names of its inputs."""

    condition: Condition
    field: Field | None
    place: str = ""
    fault: str = ""

    @property
    def ops(self) -> dict[str, str | Promise]:
        return OPS[self.field.kind] if self.field else {}

    @property
    def needs_value(self) -> bool:
        return self.field is not None and self.condition.op not in NEED_NO_VALUE

    @property
    def input_type(self) -> str:
        return {"date": "date"}.get(self.field.kind if self.field else "", "text")

    @property
    def input_mode(self) -> str:
        return "decimal" if self.field and self.field.kind in ("number", "moment") else "text"


@dataclasses.dataclass(slots=True)
class Block:
    """A group of conditions; `join` is "all" or "any"."""

    join: str
    rows: list[Row]


@dataclasses.dataclass(slots=True)
class Draft:
    """`join` is how the blocks are put together."""

    join: str
    blocks: list[Block]

    def rule(self) -> Group:
        """What it says; rows in which nothing is chosen yet say nothing, and one block alone is the rule."""
        groups = [
            Group(block.join == "all", tuple(row.condition for row in block.rows if row.condition.field))
            for block in self.blocks
        ]
        groups = [group for group in groups if group.parts]
        return groups[0] if len(groups) == 1 else Group(self.join == "all", tuple(groups))

    def check(self, known: Fields) -> bool:
        """Say at each condition what is wrong with it; whether nothing is."""
        wrong = faults(self.rule(), known)
        asked = [row for block in self.blocks for row in block.rows if row.condition.field]
        for number, fault in wrong.items():
            asked[number].fault = fault
        return bool(asked) and not wrong

    def do(self, what: str) -> None:
        """What a button of the form asks for: another row or group, or one row less."""
        found = DO.fullmatch(what)
        if what == "group" and len(self.blocks) < MOST_GROUPS:
            self.blocks.append(Block("all", [_empty()]))
        elif found and int(found[2]) < len(self.blocks):
            rows = self.blocks[int(found[2])].rows
            if found[1] == "add" and len(rows) < MOST_ROWS:
                rows.append(_empty())
            elif found[1] == "drop" and int(found[3] or MOST_ROWS) < len(rows):
                del rows[int(found[3])]
            self.blocks = [block for block in self.blocks if block.rows] or [Block("all", [_empty()])]
        self.number()

    def number(self) -> Draft:
        for block, one in enumerate(self.blocks):
            for number, row in enumerate(one.rows):
                row.place = f"{block}-{number}"
        return self


def of_rule(rule: Group, known: Fields) -> Draft:
    """The form of a rule that is kept."""
    alone = [part for part in rule.parts if isinstance(part, Condition)]
    groups = [part for part in rule.parts if isinstance(part, Group)]
    blocks = [_block(Group(rule.every, tuple(alone)), known)] if alone or not groups else []
    return Draft(_join(rule.every), blocks + [_block(group, known) for group in groups]).number()


def of_post(given: QueryDict, known: Fields) -> Draft:
    """The form as it was sent."""
    places = sorted((int(found[1]), int(found[2])) for name in given if (found := PLACE.fullmatch(name)))
    blocks: dict[int, Block] = {}
    for group, number in places[: MOST_GROUPS * MOST_ROWS]:
        join = given.get(f"join-{group}", "all")
        block = blocks.setdefault(group, Block(join if join in JOINS else "all", []))
        field, op, value = (str(given.get(f"{name}-{group}-{number}", "")) for name in ("field", "op", "value"))
        block.rows.append(_row(field, op, value, known))
    join = given.get("join", "all")
    return Draft(join if join in JOINS else "all", list(blocks.values()) or [Block("all", [_empty()])]).number()


def offered(known: Fields) -> list[tuple[str, list[Field]]]:
    """The fields under their headings."""
    groups: dict[str, list[Field]] = {}
    for field in known.values():
        groups.setdefault(str(field.group), []).append(field)
    return list(groups.items())


def in_words(rule: Group, known: Fields) -> str:
    """The rule as a sentence: "Customer tier is gold, and Orders is at least 3"."""
    glue = _(", and ") if rule.every else _(", or ")
    return glue.join(
        f"({in_words(part, known)})" if isinstance(part, Group) else _condition(part, known) for part in rule.parts
    )


def _condition(condition: Condition, known: Fields) -> str:
    field = known.get(condition.field)
    if field is None:
        return _("something that is no longer known")
    op = str(OPS[field.kind].get(condition.op, condition.op))
    value = "" if condition.op in NEED_NO_VALUE else str(dict(field.choices).get(condition.value, condition.value))
    return f"{field.name}: {op} {value}".strip()


def _block(group: Group, known: Fields) -> Block:
    rows = [_row(one.field, one.op, one.value, known) for one in group.conditions()]
    return Block(_join(group.every), rows or [_empty()])


def _row(key: str, op: str, value: str, known: Fields) -> Row:
    """Of another field than before, the first of what can be asked of it."""
    field = known.get(key)
    if field and op not in OPS[field.kind]:
        op = next(iter(OPS[field.kind]))
    return Row(Condition(key[:LONGEST], op[:LONGEST], value.strip()[:LONGEST]), field)


def _empty() -> Row:
    return Row(Condition("", "", ""), None)


def _join(every: bool) -> str:
    return "all" if every else "any"
