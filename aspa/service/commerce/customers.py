"""Whose order is it: finds the contact by what is proven, or makes one.

An order names its customer by the customer's id in the source, which belongs to one contact for good. A customer who
is new leads to a contact that exists only by a verified identity: the shop account that the chat's signed identity
names, or an address that the shop itself has verified and that the contact has verified too. An address that is only
claimed leads to nobody, and it lies with a verified identity, so that nobody who claims it later is taken for its owner.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from aspa.core.conversations.rows import insert_instances
from aspa.core.conversations.senders import MOST_IDENTITIES
from aspa.core.people.models import Company, Contact, Identity
from aspa.kit import clock
from aspa.kit.ids import token_hash
from aspa.service.commerce import rows
from aspa.service.commerce.models import Customer, Loyalty, Source
from aspa.service.commerce.newest import KNOWN, TAKEN
from aspa.service.commerce.records import CustomerRecord, Who

# Of a source whose customer numbers aren't the signed identity's.
NUMBER = Identity.Kind.CUSTOMER.value
# How a source has verified what it says.
HOW = "shop"

Claimed = tuple[str, str]  # kind, value


@dataclasses.dataclass(frozen=True, slots=True)
class Saying:
    """What a record at `place` says of its customer at a moment; `record` when it is the customer's own."""

    place: int
    who: Who
    at: dt.datetime
    record: CustomerRecord | None = None


@dataclasses.dataclass(slots=True)
class People:
    """Who was meant. `touched`: the contacts of whom something has changed."""

    by_key: dict[str, int]
    by_id: Collection[int]
    outcomes: dict[int, str]
    touched: set[int]

    def contact_id(self, who: Who) -> int | None:
        if who.contact_id is not None:
            return who.contact_id if who.contact_id in self.by_id else None
        return self.by_key.get(key_of(who))


def key_of(who: Who) -> str:
    """As which customer of the source they are known, or nothing for nobody. A guest is known by the address alone."""
    if who.external_id:
        return who.external_id
    address = who.email or who.phone
    return f"guest:{address}" if address else ""


def settle(source: Source, sayings: Sequence[Saying]) -> People:
    """Find or make everybody's contact and store what is said of them. The source's row is locked by the caller."""
    by_key: defaultdict[str, list[Saying]] = defaultdict(list)
    for saying in sayings:
        if saying.who.contact_id is None and (key := key_of(saying.who)):
            by_key[key].append(saying)
    known = {
        row.external_id: row
        for row in Customer.objects.filter(
            source_id=source.pk, external_id__in=list(by_key), contact__erased_at__isnull=True
        )
    }
    told = {key: _identities(source, key, said) for key, said in by_key.items()}
    found = _Found(source, told.values())
    outcomes: dict[int, str] = {}
    changed, before = [], {}
    for key, said in by_key.items():
        is_guest = not said[0].who.external_id
        row = known.setdefault(key, Customer(source=source, external_id=key, is_guest=is_guest))
        before[key] = row.name, row.company
        if _lay(row, said, outcomes) or row.pk is None:
            changed.append(row)
    _find_contacts(source, [row for row in changed if row.pk is None], told, found)
    rows.save(changed)
    _add_identities(source, {key: known[key].contact_id for key in by_key}, told, found)
    _tell_contacts(source, changed, before, by_key)
    return People(
        by_key={key: row.contact_id for key, row in known.items()},
        by_id=_trusted(source, sayings),
        outcomes=outcomes,
        touched={row.contact_id for row in changed},
    )


def settle_tiers(contact_ids: Collection[int]) -> None:
    """The newest word of the sources whose tiers count becomes the contact's tier."""
    newest: dict[int, tuple[dt.datetime, str]] = {}
    for model in (Customer, Loyalty):
        said = model._default_manager.filter(
            contact_id__in=contact_ids, source__sets_tier=True, updated_at__isnull=False
        ).exclude(tier="")
        for contact_id, at, tier in said.values_list("contact_id", "updated_at", "tier"):
            assert at is not None
            newest[contact_id] = max(newest.get(contact_id, (at, tier)), (at, tier))
    by_tier: defaultdict[str, list[int]] = defaultdict(list)
    for contact_id, (_, tier) in newest.items():
        by_tier[tier].append(contact_id)
    for tier, ids in by_tier.items():
        Contact.objects.filter(pk__in=ids).exclude(tier=tier).update(tier=tier)


class _Found:
    """Who in the brand has proved the identities that are told of here."""

    def __init__(self, source: Source, told: Iterable[dict[Claimed, bool]]) -> None:
        values: defaultdict[str, set[str]] = defaultdict(set)
        for identities in told:
            for (kind, value), verified in identities.items():
                if verified:
                    values[kind].add(value)
        self.proved: dict[Claimed, Contact] = {}
        # A kind at a time: for rows of values SQLite would read the whole index.
        for kind, some in values.items():
            identities_of_kind = Identity.objects.filter(
                brand_id=source.brand_id, kind=kind, value__in=list(some), verified_at__isnull=False
            ).select_related("contact")
            self.proved |= {(kind, identity.value): identity.contact for identity in identities_of_kind}
        contacts = {contact.pk for contact in self.proved.values()}
        self.with_customer = (
            set(Customer.objects.filter(source_id=source.pk, contact__in=contacts).values_list("contact_id", flat=True))
            if contacts
            else set()
        )


def _identities(source: Source, key: str, said: Sequence[Saying]) -> dict[Claimed, bool]:
    """What these say the customer is known by, and whether the shop vouches for it; the number first."""
    found: dict[Claimed, bool] = {}
    accounts = {saying.who.account or (key if source.accounts else "") for saying in said if saying.who.external_id}
    for account in sorted(accounts - {""}):
        found[Identity.Kind.SHOP.value, account] = True
    if not found:
        value = f"{source.public_id}:{key}"
        found[NUMBER, value if len(value) <= 254 else f"{source.public_id}:{token_hash(key)}"] = True
    for saying in said:
        who = saying.who
        for kind, value, verified in (
            (Identity.Kind.EMAIL.value, who.email, who.email_verified),
            (Identity.Kind.PHONE.value, who.phone, who.phone_verified),
        ):
            if value:
                found[kind, value] = verified or found.get((kind, value), False)
    return found


def _find_contacts(
    source: Source, new: Sequence[Customer], told: dict[str, dict[Claimed, bool]], found: _Found
) -> None:
    """Give each new customer the contact that what is proven leads to; those whom nobody knows are made."""
    made: list[Contact] = []
    for row in new:
        identities = told[row.external_id]
        contact = _proven(identities, found)
        if contact is None:
            contact = Contact(brand_id=source.brand_id, name=row.name, created_at=clock.now())
            made.append(contact)
            # The next in this batch who proves the same is the same.
            for claimed, verified in identities.items():
                if verified:
                    found.proved.setdefault(claimed, contact)
        row.contact = contact
    insert_instances(made)
    for row in new:
        row.contact_id = row.contact.pk


def _proven(told: dict[Claimed, bool], found: _Found) -> Contact | None:
    for claimed, verified in told.items():
        contact = found.proved.get(claimed) if verified else None
        if contact is None or contact.erased_at is not None:
            continue
        is_number = claimed[0] in (Identity.Kind.SHOP, NUMBER)
        # A second customer of the source with the same address is a second person who shares it.
        if is_number or (contact.pk is not None and contact.pk not in found.with_customer):
            if contact.pk is not None:
                found.with_customer.add(contact.pk)
            return contact
    return None


def _lay(row: Customer, said: Sequence[Saying], outcomes: dict[int, str]) -> bool:
    """Lay what is said over the row, the newest last; whether anything has changed."""
    changed = False
    for saying in said:
        who, record = saying.who, saying.record
        if record is not None:
            before = _said(row)
            if row.updated_at is not None and saying.at < row.updated_at:
                outcomes[saying.place] = KNOWN
                continue
            row.company, row.tier, row.url = record.company, record.tier, record.url
            row.registered_at = record.registered_at
            row.name, row.email, row.phone = who.name, who.email, who.phone
            row.updated_at = saying.at
            outcomes[saying.place] = KNOWN if _said(row) == before else TAKEN
            changed = changed or outcomes[saying.place] == TAKEN
        elif row.updated_at is None and who.says_something and (row.told_at is None or saying.at > row.told_at):
            row.name, row.email, row.phone, row.told_at = who.name, who.email, who.phone, saying.at
            changed = True
    return changed


def _said(row: Customer) -> tuple[object, ...]:
    return row.updated_at, row.name, row.email, row.phone, row.company, row.tier, row.url, row.registered_at


def _add_identities(
    source: Source, contact_ids: dict[str, int], told: dict[str, dict[Claimed, bool]], found: _Found
) -> None:
    """Note what is new. What another has proved stays theirs, and here a claim."""
    mine: defaultdict[int, dict[Claimed, Identity]] = defaultdict(dict)
    for identity in Identity.objects.filter(contact_id__in=set(contact_ids.values())):
        mine[identity.contact_id][identity.kind, identity.value] = identity
    now = clock.now()
    new, newly_verified = [], []
    for key, contact_id in contact_ids.items():
        for claimed, vouched in told[key].items():
            prover = found.proved.get(claimed)
            verified = vouched and (prover is None or prover.pk == contact_id)
            known = mine[contact_id].get(claimed)
            if known is not None:
                if verified and not known.is_verified:
                    known.verified_at, known.verified_how = now, HOW
                    newly_verified.append(known)
                continue
            if len(mine[contact_id]) >= MOST_IDENTITIES:
                continue
            identity = Identity(
                brand_id=source.brand_id,
                contact_id=contact_id,
                kind=claimed[0],
                value=claimed[1],
                verified_at=now if verified else None,
                verified_how=HOW if verified else "",
                created_at=now,
            )
            mine[contact_id][claimed] = identity
            new.append(identity)
            if verified and prover is None:
                found.proved[claimed] = Contact(pk=contact_id)
    insert_instances(new)
    rows.update([each for each in newly_verified if each.pk is not None], only=("verified_at", "verified_how"))


def _tell_contacts(
    source: Source, changed: Sequence[Customer], before: dict[str, tuple[str, str]], by_key: dict[str, list[Saying]]
) -> None:
    """A name and a company that nobody else has given are the shop's to change."""
    contacts = Contact.objects.select_related("company").in_bulk([row.contact_id for row in changed])
    for row in changed:
        contact = contacts[row.contact_id]
        name, company = before[row.external_id]
        values: dict[str, object] = {}
        if row.name and row.name != contact.name and contact.name in ("", name):
            values["name"] = row.name
        language = _language(by_key[row.external_id])
        if language and not contact.language:
            values["language"] = language
        if row.company and (contact.company is None or contact.company.name == company != row.company):
            values["company_id"] = _company(source, row.company, by_key[row.external_id])
        if values:
            Contact.objects.filter(pk=contact.pk).update(**values)


def _language(said: Sequence[Saying]) -> str:
    told = [(saying.at, saying.who.language) for saying in said if saying.who.language]
    return max(told)[1] if told else ""


def _company(source: Source, name: str, said: Sequence[Saying]) -> int:
    known = Company.objects.filter(brand_id=source.brand_id, name=name).order_by("pk").first()
    if known is None:
        business_id = next((saying.record.business_id for saying in said if saying.record), "")
        known = Company.objects.create(brand_id=source.brand_id, name=name, business_id=business_id)
    return int(known.pk)


def _trusted(source: Source, sayings: Sequence[Saying]) -> set[int]:
    ids = {saying.who.contact_id for saying in sayings if saying.who.contact_id is not None}
    if not ids:
        return set()
    mine = Contact.objects.filter(pk__in=ids, brand_id=source.brand_id, erased_at__isnull=True)
    return set(mine.values_list("pk", flat=True))
