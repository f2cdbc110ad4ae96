"""Two become one with everything, whatever tables there are; taking it back is as if it had never been."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aspa.core.conversations import own_page
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.core.people.models import Contact, ContactChange, Identity
from aspa.kit import clock
from aspa.service.merging import merging, moving, proving, suggesting
from aspa.service.merging.models import Merge
from aspa.service.search import finding
from aspa.service.verification.models import Challenge, Identification
from testing.planting import plant
from tests.cast import Cast, says

pytestmark = pytest.mark.django_db

# The journal and its lines go on being written; whoever follows contacts is told that they have changed.
WRITTEN = (Event, Message, Merge, ContactChange)
KINDS = ("email", "phone", "shop", "strong")


@pytest.fixture
def sam(cast: Cast, conversation: Conversation) -> Contact:
    """Somebody else, or the same Dee by another browser. Dee has written, too."""
    return says(cast.inbox, "Hei", who="sam").conversation.contact


def known_by(contact: Contact, kind: str, value: str, *, verified: bool = False) -> Identity:
    how = {"verified_at": clock.now(), "verified_how": "code"} if verified else {}
    return Identity.objects.create(
        brand=contact.brand, contact=contact, kind=kind, value=value, created_at=clock.now(), **how
    )


def everything() -> dict[str, dict[Any, dict[str, Any]]]:
    """Every row that names a contact, and the contacts."""
    tables: set[type[models.Model]] = {one.model for one in moving.references()} | {Contact}
    return {
        model._meta.label: {row["pk"]: row for row in model._base_manager.values("pk", *_columns(model))}
        for model in tables
        if model not in WRITTEN
    }


def _columns(model: type[models.Model]) -> list[str]:
    names = [field.attname for field in model._meta.concrete_fields]
    # Kept by every line that is written.
    return [name for name in names if name not in ("last_message_id", "last_activity_at")]


def written_by() -> dict[int, int | None]:
    return dict(Message.objects.values_list("pk", "contact_id"))


def plant_all(contact: Contact, mark: str) -> None:
    # Identities last: rows of visits are planted by the one browser there is.
    for reference in sorted(moving.references(), key=lambda one: one.model is Identity):
        # Where one row is all there can be, it may be there already.
        with suppress(IntegrityError), transaction.atomic():
            plant(reference.model, contact, mark)


def test_a_merge_moves_every_table_and_its_undo_moves_everything_back(cast: Cast, sam: Contact) -> None:
    # First the one who moves: some tables have room for one row of everybody's.
    for number, contact in enumerate((sam, cast.dee)):
        plant_all(contact, f"m{number}")
        known_by(contact, "email", "dee@post.example", verified=contact == sam)
    Contact.objects.filter(pk=sam.pk).update(tier="gold", custom={"shoe": 42, "hat": 7})
    Contact.objects.filter(pk=cast.dee.pk).update(custom={"hat": 8})
    for contact in (cast.dee, sam):
        contact.refresh_from_db()
    before, writers = everything(), written_by()
    empty = [one.label for one in moving.references() if not one.rows(sam).exists()]
    assert not empty, "nothing of the person stands there, so this test shows nothing of them"

    made = merging.merge(sam, into=cast.dee, by=cast.ada, reason="Puhelimessa varmistettu")
    for reference in moving.references():
        left = set(reference.rows(sam).values_list("pk", flat=True))
        assert left <= set(made.stayed.get(reference.label, [])), reference.label
    cast.dee.refresh_from_db()
    assert (cast.dee.tier, cast.dee.custom) == ("gold", {"shoe": 42, "hat": 8})
    shared = Identity.objects.get(contact=cast.dee, value="dee@post.example")
    assert shared.is_verified, "the proof is the one person's, whichever row has it"
    assert Contact.objects.get(pk=sam.pk).merged_into == cast.dee

    merging.unmerge(made, by=cast.ada)
    after = everything()
    for table, rows in before.items():
        assert after[table] == rows, table
    assert {pk: contact for pk, contact in written_by().items() if pk in writers} == writers


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    told=st.lists(
        st.tuples(st.booleans(), st.sampled_from(KINDS), st.integers(0, 2), st.booleans()), max_size=12, unique=True
    ),
    names=st.tuples(st.sampled_from(["", "Dee", "Sam"]), st.sampled_from(["", "Dee", "Sam"])),
    custom=st.tuples(*[st.dictionaries(st.sampled_from("abc"), st.integers(0, 2))] * 2),
)
def test_whatever_both_are_known_by_the_undo_is_exact(
    cast: Cast, sam: Contact, told: list[tuple[bool, str, int, bool]], names: tuple[str, str], custom: tuple[Any, Any]
) -> None:
    with transaction.atomic():
        dee = cast.dee
        for contact, name, fields in zip((dee, sam), names, custom, strict=True):
            Contact.objects.filter(pk=contact.pk).update(name=name, custom=fields)
        for is_dees, kind, value, verified in told:
            with suppress(IntegrityError), transaction.atomic():
                known_by(dee if is_dees else sam, kind, str(value), verified=verified)
        before = everything()
        proofs = set(Identity.objects.filter(verified_at__isnull=False).values_list("kind", "value"))
        made = merging.merge(sam, into=dee, by=cast.ada, reason="Sama")
        of_dee = Identity.objects.filter(contact=dee, verified_at__isnull=False).values_list("kind", "value")
        assert set(of_dee) == proofs, "every proof is now the one person's"
        merging.unmerge(made, by=cast.ada)
        assert everything() == before
        transaction.set_rollback(True)


def test_nothing_is_merged_on_a_claim(cast: Cast, sam: Contact) -> None:
    known_by(cast.dee, "email", "dee@post.example", verified=True)
    known_by(sam, "email", "dee@post.example")
    before = everything()
    with pytest.raises(Refused) as refused:
        merging.merge(sam, into=cast.dee, by=cast.ben)
    assert refused.value.code == "unproved"
    assert everything() == before
    (suggestion,) = suggesting.suggestions(cast.dee)
    assert (suggestion.contact, suggestion.proof) == (sam, "")


@pytest.mark.parametrize("proof", ["identity", "strong"])
def test_proof_is_that_both_have_shown_it(cast: Cast, sam: Contact, proof: str) -> None:
    known_by(cast.dee, "email", "dee@post.example", verified=True)
    talk = Conversation.objects.get(contact=sam)
    if proof == "identity":
        known_by(sam, "email", "dee@post.example")
        Challenge.objects.create(
            contact=sam, conversation=talk, kind="email", value="dee@post.example", at=clock.now(),
            outcome=Challenge.Outcome.PROVED, is_elsewhere=True,
        )  # fmt: skip
    else:
        for contact in (cast.dee, sam):
            Identification.objects.create(
                contact=contact, conversation=talk, at=clock.now(), expires_at=clock.now(), state="done",
                subject_hash="a" * 64,
            )  # fmt: skip
    (suggestion,) = suggesting.suggestions(sam)
    assert (suggestion.contact, suggestion.proof) == (cast.dee, proof)
    made = merging.merge(sam, into=cast.dee, by=cast.ben, reason="not needed")
    assert (made.proof, made.reason) == (proof, "")
    assert {one.contact_id for one in Conversation.objects.all()} == {cast.dee.pk}
    told = Event.objects.filter(kind=Event.Kind.CONTACT_MERGED)
    assert {event.conversation_id for event in told} == set(Conversation.objects.values_list("pk", flat=True))
    assert all(event.data["contacts"] == [sam.pk, cast.dee.pk] for event in told)


def test_a_link_to_the_own_page_outlives_the_merge_and_opens_no_others(cast: Cast, sam: Contact) -> None:
    talk = Conversation.objects.select_related("brand", "contact").get(contact=sam)
    dees = Conversation.objects.get(contact=cast.dee)
    link = own_page.token(talk)
    made = merging.merge(sam, into=cast.dee, by=cast.ada, reason="Sama")
    found = own_page.opened(link)
    assert found
    assert (found.pk, found.contact_id) == (talk.pk, cast.dee.pk)
    assert own_page.opened(f"{dees.pk}-{link.partition('-')[2]}") is None
    merging.unmerge(made, by=cast.ada)
    again = own_page.opened(link)
    assert again
    assert again.contact_id == sam.pk


def test_what_cannot_be_merged(cast: Cast, sam: Contact) -> None:
    theirs = says(cast.other_inbox, "Hei", who="uma").conversation.contact
    third = says(cast.inbox, "Hei", who="third").conversation.contact
    for source, target in ((sam, sam), (sam, theirs)):
        with pytest.raises(Refused):
            merging.merge(source, into=target, by=cast.ada, reason="Sama")
    first = merging.merge(sam, into=cast.dee, by=cast.ada, reason="Sama")
    with pytest.raises(Refused):
        merging.merge(sam, into=third, by=cast.ada, reason="Sama")
    second = merging.merge(cast.dee, into=third, by=cast.ada, reason="Sama")
    with pytest.raises(Refused) as refused:
        merging.unmerge(first, by=cast.ada)
    assert refused.value.code == "later", "the last one is taken back first"
    merging.unmerge(second, by=cast.ada)
    merging.unmerge(first, by=cast.ada)
    with pytest.raises(Refused):
        merging.unmerge(first, by=cast.ada)
    Contact.objects.filter(pk=third.pk).update(erased_at=clock.now())
    with pytest.raises(Refused):
        merging.merge(sam, into=third, by=cast.ada, reason="Sama")


def test_what_came_after_the_merge_stays_and_what_was_changed_since_isnt_put_back(cast: Cast, sam: Contact) -> None:
    Contact.objects.filter(pk=sam.pk).update(tier="gold", language="sv")
    Contact.objects.filter(pk=cast.dee.pk).update(language="")
    made = merging.merge(Contact.objects.get(pk=sam.pk), into=cast.dee, by=cast.ada, reason="Sama")
    Contact.objects.filter(pk=cast.dee.pk).update(tier="silver")
    later = says(cast.inbox, "Vielä yksi", who="sam")
    assert later.written.contact_id == cast.dee.pk
    merging.unmerge(made, by=cast.ada)
    cast.dee.refresh_from_db()
    assert (cast.dee.tier, cast.dee.language) == ("silver", "")
    assert says(cast.inbox, "Ja toinen", who="sam").written.contact_id == sam.pk


def test_what_was_written_for_the_one_who_went_away_follows(cast: Cast, sam: Contact) -> None:
    made = merging.merge(sam, into=cast.dee, by=cast.ada, reason="Sama")
    late = known_by(sam, "phone", "+358401234567")
    merging.gather_late()
    late.refresh_from_db()
    assert late.contact == cast.dee
    made.refresh_from_db()
    merging.unmerge(made, by=cast.ada)
    late.refresh_from_db()
    assert late.contact == sam
    merging.gather_late()
    assert Identity.objects.get(pk=late.pk).contact == sam


def test_who_went_away_is_found_as_the_one_they_are_now(cast: Cast, sam: Contact) -> None:
    known_by(sam, "email", "sam@example.fi", verified=True)
    assert finding.find(cast.ben, "Sam").contacts == [sam]
    merging.merge(sam, into=cast.dee, by=cast.ada, reason="Sama")
    assert finding.find(cast.ben, "Sam").contacts == [cast.dee]


def test_two_who_are_different_are_suggested_no_more(cast: Cast, sam: Contact) -> None:
    known_by(cast.dee, "phone", "+358401234567")
    known_by(sam, "phone", "+358401234567")
    assert [one.contact for one in suggesting.suggestions(sam)] == [cast.dee]
    suggesting.are_different(cast.dee, sam, by=cast.ben)
    assert suggesting.suggestions(sam) == suggesting.suggestions(cast.dee) == []


def test_another_brands_customers_are_never_suggested_and_prove_nothing(cast: Cast, sam: Contact) -> None:
    theirs = says(cast.other_inbox, "Hei", who="uma").conversation.contact
    for contact in (sam, theirs):
        known_by(contact, "email", "dee@post.example", verified=True)
    assert suggesting.suggestions(sam) == []
    assert proving.proof_of(sam, cast.dee) == ""


def test_every_table_is_reached_by_an_index() -> None:
    """A customer is one of a million: no table is read from end to end to find what is theirs."""
    unindexed = [
        one.label
        for one in moving.references()
        if one.label not in moving.REACHED_BY and not _is_indexed(one.model, one.field.name)
    ]
    assert unindexed == []
    assert "conversations.Conversation.contact" in [one.label for one in moving.references()]


def _is_indexed(model: type[models.Model], name: str) -> bool:
    field = model._meta.get_field(name)
    if getattr(field, "db_index", False) or getattr(field, "unique", False) or getattr(field, "primary_key", False):
        return True
    leading = {index.fields_orders[0][0] for index in model._meta.indexes if index.fields_orders}
    leading |= {
        index.expressions[0].name  # type: ignore[attr-defined]
        for index in model._meta.indexes
        if index.expressions and hasattr(index.expressions[0], "name")
    }
    constrained = {
        constraint.fields[0]
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields
    }
    return name in leading | constrained
