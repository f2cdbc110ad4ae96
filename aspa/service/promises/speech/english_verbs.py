"""How one promises in English: "I'll get back to you", "your refund will be paid by Friday", "let me find out"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from aspa.service.promises.speech.grammar import Grammar, words_of

_ADVERBS = r"(?:(?:also|then|now|just|certainly|definitely|personally|gladly|immediately|make\ssure\sto|be\ssure\sto|of\scourse|surely|have\sto\sand|\w+ly)\s)*"  # noqa: E501
WILL = re.compile(
    rf"\b(?:i'll|we'll|(?:i|we)\s{_ADVERBS}(?:will|shall)|i'm\s(?:going\sto|gonna)|(?:i\sam|we\sare|we're)\s(?:going\sto|gonna)"
    r"|(?:i|we)\s(?:promise|guarantee|commit|undertake|aim|plan|intend)\sto|(?:i|we)\s(?:promise|guarantee)(?:\sthat)?\s(?:i|we|you)(?:'ll|\swill))"
    rf"\s{_ADVERBS}(\w+)(?:\s(\w+))?"
)
# "Will check and get back to you": who writes quickly leaves "I" out.
SHORT = re.compile(rf"^\W*(?:will|gonna)\s{_ADVERBS}(\w+)(?:\s(\w+))?")
NO_ACTS = words_of(
    "need want see assume admit miss say guess agree require know love hate suppose also expect understand hope wait"
    " remember leave accept charge"
)
NO_STATES = words_of(
    "closed open happy glad able sorry away here waiting unable out delighted honest on in there pleased grateful hearing looking"
)
# Of things and of others: "will be closed" says how it is, "will be on its way" is a promise.
CLOSED = words_of("closed open shut unavailable unable away happy glad delighted pleased sold discontinued available")
PHRASES = re.compile(
    r"\blet\s(?:me|us)\s(?!know|be\shonest|explain|say|put|tell|start|help)\w+"
    r"|\bleave\s(?:it|this|that)\s(?:with|to)\s(?:me|us)|\bconsider\s(?:it|this)\sdone|\b(?:i'm|we're)\son\sit\b"
    r"|\b(?:expect|look\sout\sfor)\s(?:to\shear|an?\s(?:reply|answer|call|e-?mail|update|response|refund)|your)\b"
    r"|\byou\s(?:can|may|should)\sexpect\s|\byou\shave\smy\sword|\bbe\sin\stouch\b|\b(?:i'll|we'll|will)\ssee\s(?:if|what|whether|to\sit|how)\b|\bcount\son\s(?:me|us)\b|\byou'll\shear\b|\byou\swill\shear\b|\byou\sshall\shear\b"
)
GOING = re.compile(r"\b(?:i'm|i\sam|we're|we\sare)\s(?:\w+ly\s|now\s|also\s)?(\w{3,}ing)\b")
NO_GOINGS = words_of(
    "having going being hoping waiting looking expecting trying wondering running missing closing moving thinking using seeing"
)
YOU_GET = re.compile(
    r"\b(?:you'll|you\s(?:will|should|are\sgoing\sto))\s(?:\w+ly\s|then\s|also\s)?(get|receive|have|see)\b"
)
GOOD_TO_GET = re.compile(
    r"\b(?:reply|answer|response|refund|replacement|e-?mail|call|confirmation|update|link|invoice|receipt|money|credit|tracking|parcel|order|new)\b"
)
OTHERS = re.compile(
    r"\b(?:(?:your|the|a|an|my|our|this|that|one\sof\sour|someone|somebody|it|they|he|she|everything)\s?(?:[\w'-]+\s){0,5}?)(?:will|'ll|shall|is\sgoing\sto|are\sgoing\sto)\s"
    rf"{_ADVERBS}(\w+)(?:\s(\w+))?|\b(?:it|they|he|she|that|someone)'ll\s(\w+)(?:\s(\w+))?"
)
PEOPLE = re.compile(
    r"\b(?:colleague|team|manager|technician|specialist|supervisor|someone|somebody|department|engineer|accounting|accounts|expert|agent|mechanic|boss)\b"
)
REACHES = words_of(
    "call contact get reach email e-mail reply respond answer send look check visit help ring write fix be come"
)
NO_EVENTS = words_of("close end expire open change increase rise rain cost need depend vary take require appreciate")
# Things on their way, said without "will": "Your parcel ships tomorrow", "is being sent today".
SCHEDULED = re.compile(
    r"\b(?:your|the|a)\s(?:\w+\s){0,2}?(?:parcel|order|refund|package|replacement|item|money|technician|courier|delivery|payment|invoice|answer|reply|bike|part|parts)"
    r"\s(?:\w+ly\s)?(?:ships|arrives|leaves|is\sbeing\s\w+|is\scoming|is\sdue|is\sarriving|goes\sout|gets\s\w+|comes|lands|is\sscheduled)\b"
)
WHOLE = re.compile(
    r"\b(?:all\s(?:orders|returns|customers|refunds|messages|requests|enquiries)|every\s(?:order|return|customer|message)|customers|each\s(?:order|return))\b"
    r"|^\W*(?:orders|returns|refunds|deliveries|messages|complaints|parcels)\b"
)


def says(words: Sequence[str], text: str, deadline: Callable[[], bool]) -> bool:
    if WHOLE.search(text):
        return False
    if PHRASES.search(text):
        return True
    for pattern in (WILL, SHORT):
        will = pattern.search(text)
        if will:
            return _is_act(will[1], will[2])
    going = GOING.search(text)
    if going and going[1] not in NO_GOINGS:
        return deadline()
    if YOU_GET.search(text):
        return bool(GOOD_TO_GET.search(text)) or deadline()
    other = OTHERS.search(text)
    if other:
        verb, following = other[1] or other[3], other[2] or other[4]
        if verb in NO_EVENTS or (verb == "be" and following in CLOSED):
            return False
        return (bool(PEOPLE.search(text)) and verb in REACHES) or deadline()
    return bool(SCHEDULED.search(text)) and deadline()


def _is_act(verb: str, following: str | None) -> bool:
    return verb not in NO_ACTS and not (verb == "be" and following in NO_STATES) and (verb, following) != ("have", "to")


GRAMMAR = Grammar(
    common=words_of(
        "the and i to you your will we it is of for on with that this be have are my not in by as at from if can"
        " i'll we'll you'll i'm let me get back soon tomorrow today us an"
    ),
    general=re.compile(
        r"\b(?:usually|normally|typically|generally|always|often|sometimes|as\sa\srule|on\saverage|maybe|perhaps|might|may|hopefully|probably|likely|every\sday"
        r"|weekdays|in\smost\scases|as\sstandard|according\sto|hope)\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days\b"
    ),
    reports=re.compile(
        r"\b(?:said|told|mentioned|wrote|promised|asked|thought)\b.{0,40}?\b(?:that|would|i'll|we'll)\b"
    ),
    condition=re.compile(
        r"\b(?:unless|provided|in\scase|assuming|as\slong\sas|otherwise)\b|\b(?:once|when|after|as\ssoon\sas|until)\s(?:you|you've|you're)\b"
        r"|\bonce\s(?:your\s(?:payment|return)|we\shave\syour)\b"
        r"|(?<!check )(?<!see )(?<!out )(?<!ask )(?<!confirm )(?<!verify )(?<!know )(?<!them )(?<!warehouse )(?<!team )(?<!colleague )(?<!into )\bif\b"  # noqa: E501
    ),
    negations=words_of(
        "not never no won't can't cannot don't isn't wouldn't couldn't shan't doesn't unable unfortunately nobody nothing"
    ),
    offers=words_of("can could would i'd we'd happy glad"),
    idioms=re.compile(
        r"\b(?:no later than|not later than|no problem|no worries|why not|as soon as (?:i|we) can|if not sooner|do not worry|don't worry|so you can|so that you can|you can expect"  # noqa: E501
        r"|yesterday|last\s\w+)\b"
    ),
    says=says,
)
