"""The words that make a message urgent, until a company chooses its own. A star stands for any ending."""

from __future__ import annotations

DEFAULTS: dict[str, list[str]] = {
    "fi": [
        "kiireelli*", "kiireesti", "kiireisesti", "kiire", "hätä", "hädässä", "hätätapau*", "hätätilan*", "hätätila",
        "heti paikalla", "välittömästi", "viipymättä", "asap",
    ],
    # "Akut" alone is a Finn's batteries; in Swedish sentences it stands after a verb.
    "sv": [
        "brådskand*", "bråttom", "akut*", "är akut*", "akut hjälp", "akut läge", "nödläge*", "nödfall*", "nödsituation*",
        "omgående", "omedelbart", "genast", "snarast möjligt", "asap",
    ],
    "en": ["urgent*", "emergenc*", "asap", "as soon as possible", "immediately", "right away"],
}  # fmt: skip


def default_words() -> dict[str, list[str]]:
    return {language: list(words) for language, words in DEFAULTS.items()}
