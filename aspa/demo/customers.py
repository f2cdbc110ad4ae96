"""The demo's customers: invented names, and what each has told or proved of themselves."""

from __future__ import annotations

import datetime as dt
import random
import unicodedata

from aspa.core.people.models import Contact, Identity
from aspa.demo.cast import Cast
from aspa.kit.ids import token_hash

FIRST = {
    "fi": "Anni Antti Eeva Elina Emma Eero Hanna Heikki Helmi Iida Ilkka Janne Jenni Jukka Kaarina Kalle Katja "
    "Kirsi Lauri Leena Liisa Markus Marja Matti Meri Mika Minna Niina Olli Outi Paula Pekka Petra Pirjo "
    "Riikka Risto Saara Salla Sami Sanna Seppo Suvi Taina Tapio Timo Tuomas Tuula Veera Venla Yrjö",
    "sv": "Astrid Björn Cecilia Elsa Fredrik Gunilla Henrik Ingrid Johan Karin Lars Malin Nils Oskar Pernilla",
    "en": "Alice Callum Dana Grace Hugo Imogen Leah Marcus Nadia Owen",
}
LAST = {
    "fi": "Aalto Ahonen Halonen Heino Hietala Hirvonen Jokela Kangas Karppinen Kettunen Koivisto Korpela Laine "
    "Lampinen Leppänen Manninen Mäkelä Nieminen Niskanen Ojala Oksanen Pelkonen Peltola Rajala Rantala "
    "Rinne Saarinen Salo Sillanpää Suominen Toivonen Tuominen Turunen Uusitalo Vainio Vartiainen Virta "
    "Ylönen",
    "sv": "Backman Dahl Ekholm Fagerström Grönroos Holm Lindroos Nyberg Sandell Wikström",
    "en": "Ashby Carter Donnelly Fenn Hargrove Marlow Pryce Whitlock",
}
# The shop's own id of the customer that the demo shop signs in.
MAIJA, MAIJA_SHOP_ID = "Maija Koskinen", "1001"


class Customers:
    """Makes contacts and remembers their identities until `write`."""

    def __init__(self, cast: Cast, chance: random.Random) -> None:
        self._cast, self._chance = cast, chance
        self._taken: set[str] = set()
        # Those who write by mail, by the identity of their objects: they have no number yet.
        self._mailing: set[int] = set()
        self.contacts: list[Contact] = []

    def take(self, brand: str, language: str, *, since: dt.datetime, name: str = "", mails: bool = False) -> Contact:
        """A new customer of the brand, first met at `since`; one who `mails` has proven the address by it."""
        name = name or self._name(language)
        contact = Contact(brand=self._cast.brands[brand], name=name, language=language, created_at=since)
        if name != MAIJA and self._chance.random() < 0.06:
            contact.company = self._chance.choice(self._cast.companies[brand])
        self.contacts.append(contact)
        if mails:
            self._mailing.add(id(contact))
        return contact

    def write(self) -> None:
        Contact.objects.bulk_create(self.contacts)
        Identity.objects.bulk_create([identity for c in self.contacts for identity in self._identities(c)])

    def _name(self, language: str) -> str:
        # Every name once; the pools hold several times what is asked of them.
        while (name := f"{self._pick(FIRST, language)} {self._pick(LAST, language)}") in self._taken:
            pass
        self._taken.add(name)
        return name

    def _pick(self, pool: dict[str, str], language: str) -> str:
        return self._chance.choice(pool[language].split())

    def _identities(self, contact: Contact) -> list[Identity]:
        if id(contact) in self._mailing:
            return [self._identity(contact, Identity.Kind.EMAIL, address_of(contact.name), how="mail")]
        known = contact.name == MAIJA
        found = [self._identity(contact, Identity.Kind.VISITOR, token_hash(f"demo {contact.pk}"), how="token")]
        if known or self._chance.random() < 0.75:
            how = "code" if known or self._chance.random() < 0.3 else ""
            found.append(self._identity(contact, Identity.Kind.EMAIL, address_of(contact.name), how=how))
        if known or self._chance.random() < 0.25:
            value = MAIJA_SHOP_ID if known else str(2000 + contact.pk)
            found.append(self._identity(contact, Identity.Kind.SHOP, value, how="signed"))
        if known or self._chance.random() < 0.15:
            # No subscriber's number begins with 0 after the area code, so this is nobody's.
            found.append(self._identity(contact, Identity.Kind.PHONE, f"+3589000{contact.pk:04d}"))
        return found

    def _identity(self, contact: Contact, kind: str, value: str, *, how: str = "") -> Identity:
        return Identity(
            brand_id=contact.brand_id,
            contact=contact,
            kind=kind,
            value=value,
            verified_at=contact.created_at if how else None,
            verified_how=how,
            created_at=contact.created_at,
        )


def address_of(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return f"{plain.replace(' ', '.')}@example.fi"
