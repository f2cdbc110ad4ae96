"""What every decision keeps to, whatever waits and whoever is there."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from aspa.service.routing.deciding import Candidate, Case, Decision, Manner, Room, decide, plan

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)
INBOXES, TEAMS, SKILLS, LANGUAGES = (1, 2), (1, 2), (1, 2), ("fi", "sv")


def subsets(of: tuple[object, ...]) -> st.SearchStrategy[frozenset[object]]:
    return st.sets(st.sampled_from(of)).map(frozenset)


rooms = st.builds(Room, st.integers(0, 3), st.integers(0, 3))
candidates = st.lists(
    st.builds(
        Candidate,
        agent=st.integers(1, 8),
        state=st.sampled_from(("available", "available", "busy")),
        inboxes=st.none() | subsets(INBOXES),
        teams=subsets(TEAMS),
        skills=subsets(SKILLS),
        languages=subsets(LANGUAGES),
        live=rooms,
        other=rooms,
        given_at=st.none() | st.integers(0, 100).map(lambda ago: NOW - ago * SECOND),
        is_asked=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda one: one.agent,
)
cases = st.lists(
    st.builds(
        lambda waited, ahead, **more: Case(
            entered_at=NOW - waited * SECOND, turn=NOW - (waited + ahead) * SECOND, **more
        ),
        waited=st.integers(0, 600),
        ahead=st.integers(-60, 60),
        conversation=st.integers(1, 40),
        inbox=st.sampled_from(INBOXES),
        is_live=st.booleans(),
        language=st.sampled_from(("", *LANGUAGES)),
        team=st.none() | st.sampled_from(TEAMS),
        home=st.none() | st.sampled_from(TEAMS),
        skills=subsets(SKILLS),
        known=st.none() | st.integers(1, 8),
        asked=st.lists(st.integers(1, 8), unique=True, max_size=3).map(tuple),
    ),
    max_size=12,
    unique_by=lambda one: one.conversation,
)
manners = st.fixed_dictionaries(
    {
        inbox: st.builds(
            Manner,
            is_offered=st.booleans(),
            in_turn=st.booleans(),
            speaks=st.booleans(),
            known_for=st.sampled_from((dt.timedelta(), MINUTE)),
        )
        for inbox in INBOXES
    }
)


@given(cases, candidates, manners)
def test_nobody_gets_more_than_they_have_room_for(
    waiting: list[Case], there: list[Candidate], how: dict[int, Manner]
) -> None:
    by_agent = {one.agent: one for one in there}
    given_to: Counter[tuple[int, bool]] = Counter()
    offered: Counter[int] = Counter()
    for decision in plan(waiting, there, how, NOW, 100):
        assert decision.agent is not None
        given_to[decision.agent, decision.case.is_live] += 1
        offered[decision.agent] += how[decision.case.inbox].is_offered
    for (agent, is_live), count in given_to.items():
        assert count <= by_agent[agent].room(is_live=is_live).left
        assert by_agent[agent].state == "available"
    # One question at a time.
    assert all(count <= (not by_agent[agent].is_asked) for agent, count in offered.items())


@given(cases, candidates, manners)
def test_only_who_may_and_knows_what_is_needed(
    waiting: list[Case], there: list[Candidate], how: dict[int, Manner]
) -> None:
    by_agent = {one.agent: one for one in there}
    for decision in plan(waiting, there, how, NOW, 100):
        case, agent = decision.case, by_agent[decision.agent or 0]
        assert agent.may(case.inbox)
        assert case.skills <= agent.skills
        assert agent.speaks(case.language) or not how[case.inbox].speaks
        assert agent.agent not in decision.others


@given(cases, candidates, manners, st.randoms(use_true_random=False))
def test_the_same_is_decided_in_whatever_order_it_is_read(
    waiting: list[Case], there: list[Candidate], how: dict[int, Manner], random: object
) -> None:
    decisions = plan(waiting, there, how, NOW, 100)
    random.shuffle(waiting)  # type: ignore[attr-defined]
    random.shuffle(there)  # type: ignore[attr-defined]
    assert [(one.case, one.agent) for one in plan(waiting, there, how, NOW, 100)] == [
        (one.case, one.agent) for one in decisions
    ]


@given(cases, candidates, manners)
def test_who_is_left_waiting_could_go_to_nobody(
    waiting: list[Case], there: list[Candidate], how: dict[int, Manner]
) -> None:
    """The shortcuts of `plan` skip nothing that deciding one by one would find."""
    people = {one.agent: one for one in there}
    expected: list[Decision] = []
    for case in sorted(waiting, key=lambda one: (one.turn, one.conversation)):
        decision = decide(case, people.values(), how[case.inbox], NOW)
        if decision.agent is not None:
            expected.append(decision)
            one = people[decision.agent]
            kind = "live" if case.is_live else "other"
            taken = dataclasses.replace(one.room(is_live=case.is_live), taken=one.room(is_live=case.is_live).taken + 1)
            people[one.agent] = dataclasses.replace(
                one, given_at=NOW, is_asked=one.is_asked or how[case.inbox].is_offered, **{kind: taken}
            )
    found = plan(waiting, there, how, NOW, 100)
    assert [(one.case, one.agent) for one in found] == [(one.case, one.agent) for one in expected]


@settings(max_examples=50)
@given(
    st.integers(1, 3),
    st.lists(st.lists(st.integers(-10, 90), max_size=3), min_size=5, max_size=60),
    st.booleans(),
)
def test_nobody_starves(agents: int, arrivals: list[list[int]], in_turn: bool) -> None:
    """Whatever comes in ahead of them: nobody is overtaken by who came later by more than head starts differ."""
    waiting: list[Case] = []
    served: list[Case] = []
    free_at = dict.fromkeys(range(1, agents + 1), NOW)
    for minute in range(3 * sum(map(len, arrivals)) + len(arrivals)):
        now = NOW + minute * MINUTE
        for ahead in arrivals[minute] if minute < len(arrivals) else ():
            number = len(waiting) + len(served) + 1
            waiting.append(Case(number, 1, turn=now - ahead * MINUTE, entered_at=now))
        there = [Candidate(one, inboxes=None, live=Room(int(at > now), 1)) for one, at in free_at.items()]
        for decision in plan(waiting, there, {1: Manner(in_turn=in_turn)}, now, 100):
            served.append(decision.case)
            waiting.remove(decision.case)
            free_at[decision.agent or 0] = now + 3 * MINUTE
    assert not waiting
    for place, first in enumerate(served):
        assert all(later.entered_at > first.entered_at - 101 * MINUTE for later in served[place:])


def test_the_reasons_are_told() -> None:
    case = Case(7, 1, NOW, NOW, language="sv", team=1, skills=frozenset({2}))
    there = [
        Candidate(1, inboxes=frozenset({2})),
        Candidate(2, inboxes=None, skills=frozenset({1}), live=Room(0, 4)),
        Candidate(3, inboxes=None, skills=frozenset({2}), languages=frozenset({"fi"}), live=Room(0, 4)),
        Candidate(4, inboxes=None, skills=frozenset({2}), teams=frozenset({1}), live=Room(4, 4)),
        Candidate(5, inboxes=None, skills=frozenset({2}), teams=frozenset({1}), state="busy", live=Room(0, 4)),
        Candidate(6, inboxes=None, skills=frozenset({2}), teams=frozenset({1}), live=Room(1, 4)),
        Candidate(8, inboxes=None, skills=frozenset({2}), teams=frozenset({1}), live=Room(0, 4)),
        Candidate(9, inboxes=None, skills=frozenset({2}), teams=frozenset({2}), live=Room(0, 4)),
    ]
    decision = decide(case, there, Manner(speaks=True), NOW)
    assert (decision.agent, decision.room) == (8, Room(0, 4))
    assert decision.because == ("skills", "language", "team", "least", "room")
    # The outsider isn't even considered.
    assert decision.others == {2: "skill", 3: "language", 4: "full", 5: "busy", 6: "later", 9: "team"}


def test_the_agent_who_knows_the_customer_is_waited_for_a_while() -> None:
    known = Candidate(1, inboxes=None, live=Room(4, 4))
    other = Candidate(2, inboxes=None, live=Room(0, 4))
    case, how = Case(7, 1, NOW, NOW, known=1), Manner(known_for=MINUTE)
    waits = decide(case, [known, other], how, NOW + 59 * SECOND)
    assert (waits.agent, waits.again_at) == (None, NOW + MINUTE)
    assert decide(case, [known, other], how, NOW + MINUTE).agent == 2
    free = dataclasses.replace(known, live=Room(3, 4))
    assert decide(case, [free, other], how, NOW).because == ("known", "room")
    # One who isn't there, or didn't want it, is not waited for.
    assert decide(case, [dataclasses.replace(known, state="busy"), other], how, NOW).agent == 2
    assert decide(dataclasses.replace(case, asked=(1,)), [free, other], how, NOW).agent == 2


def test_who_declined_is_asked_again_only_after_everybody_else() -> None:
    there = [Candidate(one, inboxes=None, live=Room(0, 4)) for one in (1, 2, 3)]
    asked: list[int] = []
    for _time in range(6):
        decision = decide(Case(7, 1, NOW, NOW, asked=tuple(asked)), there, Manner(is_offered=True), NOW)
        assert decision.agent is not None
        asked = [*(one for one in asked if one != decision.agent), decision.agent]
    assert decide(Case(7, 1, NOW, NOW, asked=(1,)), there[:1], Manner(is_offered=True), NOW).agent == 1
    assert set(asked) == {1, 2, 3}


def test_nobody_waits_for_the_inboxes_own_team_while_another_has_room() -> None:
    full = Candidate(1, inboxes=None, teams=frozenset({7}), live=Room(2, 2))
    other = Candidate(2, inboxes=None, live=Room(0, 2))
    assert decide(Case(7, 1, NOW, NOW, home=7), [full, other], Manner(), NOW).agent == 2
    assert decide(Case(7, 1, NOW, NOW, team=7), [full, other], Manner(), NOW).agent is None, "it was moved to that team"
    free = dataclasses.replace(full, live=Room(1, 2))
    chosen = decide(Case(7, 1, NOW, NOW, home=7), [free, other], Manner(), NOW)
    assert (chosen.agent, "team" in chosen.because) == (1, True)
