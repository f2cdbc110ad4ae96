"""A copy of everything that is known of a person: a ZIP with a page to read, the same as JSON, and their files.

It is made of the declarations, so that what can be erased can be seen as well. Notes that agents wrote about the person
are in it: they are the person's data. What other people wrote or are called isn't.
"""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from aspa.kit import clock, files, ids
from aspa.service.privacy.declaring import Holding, holdings
from aspa.service.privacy.erasing import everyone
from aspa.service.privacy.models import Copy, CopyTaken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zipfile import ZipFile

    from django.db.models import Field, Model

    from aspa.core.people.models import Agent, Contact

KEPT_FOR = dt.timedelta(days=7)
# Of one table in the page to read; the JSON has all.
SHOWN_ROWS = 5_000


class Section(NamedTuple):
    """One table of the page: its title, why it is kept, and the rows as (name, value) pairs in words."""

    title: str
    purpose: str
    rows: list[list[tuple[str, str]]]


def order(contact: Contact, *, by: Agent | None) -> Copy:
    """Have a copy made. `by`: None when the person asks for it. One that is being made or still there is given again."""
    from aspa.service.privacy.tasks import make_copy

    with transaction.atomic():
        newest = Copy.objects.filter(contact=contact, agent=by).order_by("-pk").first()
        if newest is not None and newest.made_at is None:
            return newest
        copy = Copy.objects.create(contact=contact, agent=by, asked_at=clock.now())
        make_copy.enqueue(copy_id=copy.pk)
        return copy


def make(copy: Copy) -> None:
    """Write the ZIP. Safe to run twice."""
    from aspa.service.privacy.tasks import tell_that_it_is_there

    contact = copy.contact
    brand = contact.brand
    with (
        TemporaryFile() as whole,
        override(brand.spoken(contact.language)),
        timezone.override(brand.timezone),
    ):
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            _fill(archive, contact)
        size = whole.tell()
        whole.seek(0)
        name = copy.file.storage.save(f"copies/{ids.new_token()}.zip", File(whole))
    now = clock.now()
    done = Copy.objects.filter(pk=copy.pk, made_at=None, contact__erased_at=None)
    with transaction.atomic():
        is_made = done.update(file=name, size=size, made_at=now, expires_at=now + KEPT_FOR)
        if is_made and copy.agent_id is None:
            tell_that_it_is_there.enqueue(copy_id=copy.pk)
    if not is_made:
        # Somebody else has made it meanwhile, or the person was erased.
        copy.file.storage.delete(name)


def take(copy: Copy, *, by: Agent | None) -> File[bytes]:
    """Open it for download, and note who did. Raises FileNotFoundError when it has expired or isn't made yet."""
    if not copy.file or copy.expires_at is None or copy.expires_at <= clock.now():
        raise FileNotFoundError
    CopyTaken.objects.create(copy=copy, agent=by, at=clock.now())
    return copy.file.open("rb")


def drop_expired(limit: int = 200) -> int:
    """Remove the files whose time is over; that there was a copy stays known."""
    expired = list(Copy.objects.filter(expires_at__lte=clock.now()).exclude(file="").order_by("pk")[:limit])
    for copy in expired:
        copy.file.storage.delete(copy.file.name)
        Copy.objects.filter(pk=copy.pk).update(file="")
    return len(expired)


def _fill(archive: ZipFile, contact: Contact) -> None:
    people = everyone(contact.pk)
    sections: list[Section] = []
    machine: dict[str, Any] = {
        "brand": contact.brand.name,
        "made_at": clock.now(),
        "customer": contact.pk,
        "tables": {},
    }
    for holding in holdings.values():
        if not holding.fields:
            continue
        rows = list(_rows(holding, people))
        if not rows:
            continue
        machine["tables"][holding.model] = {"title": str(holding.title), "rows": rows}
        shown = [_in_words(holding, row) for row in rows[:SHOWN_ROWS]]
        sections.append(Section(str(holding.title), str(holding.purpose), shown))
        _add_files(archive, holding, people)
    archive.writestr("data.json", json.dumps(machine, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
    page = {"contact": contact, "brand": contact.brand, "sections": sections, "now": clock.now()}
    name = files.safe_name(_("What we know of you"), "")
    archive.writestr(f"{name}.html", render_to_string("privacy/copy.html", page))


def _rows(holding: Holding, people: list[int]) -> Iterator[dict[str, Any]]:
    rows = holding.rows_to_copy(people).order_by("pk").distinct()
    yield from rows.values(*holding.fields).iterator(chunk_size=500)


def _add_files(archive: ZipFile, holding: Holding, people: list[int]) -> None:
    if not holding.files:
        return
    folder = holding.model.rpartition(".")[2].lower()
    for row in holding.rows_to_copy(people).order_by("pk").distinct().iterator(chunk_size=100):
        for name in holding.files:
            stored = getattr(row, name)
            if not stored:
                continue
            called = files.safe_name(getattr(row, "name", "") or stored.name, getattr(row, "content_type", ""))
            try:
                with stored.open("rb") as file, archive.open(f"{folder}/{row.pk}-{called}", "w") as member:
                    for chunk in file.chunks():
                        member.write(chunk)
            except FileNotFoundError:
                continue


def _in_words(holding: Holding, row: dict[str, Any]) -> list[tuple[str, str]]:
    model = holding.table
    named = [(str(label), _words(row[path], _field(model, path))) for path, label in holding.fields.items()]
    return [(label, value) for label, value in named if value]


def _field(model: type[Model], path: str) -> Field[Any, Any] | None:
    """The field at the end of a path, None where it is none (a primary key's "pk", say)."""
    first, _, rest = path.partition("__")
    try:
        field: Any = model._meta.get_field(first)
    except FieldDoesNotExist:
        return None
    return _field(field.related_model, rest) if rest else field


def _words(value: Any, field: Field[Any, Any] | None) -> str:
    if value is None or value in ("", {}, []):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, dt.date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, dict):
        return "\n".join(f"{key}: {said}" for key, inner in value.items() if (said := _words(inner, None)))
    if isinstance(value, list | tuple):
        return "\n".join(said for inner in value if (said := _words(inner, None)))
    return str(dict(field.flatchoices).get(value, value)) if field is not None else str(value)
