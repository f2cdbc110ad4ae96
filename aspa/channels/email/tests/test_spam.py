"""The word of the server in front of us on spam."""

from __future__ import annotations

import pytest

from aspa.channels.email.reading.parse import parse
from aspa.channels.email.reading.spam import says_spam


def said(headers: str, subject: str = "Hei") -> str:
    return says_spam(parse(f"From: a@example.com\nSubject: {subject}\n{headers}\n\nHei\n".encode()))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("X-Spam-Flag: YES", "X-Spam-Flag: YES"),
        ("X-Spam-Status: Yes, score=9.1 required=5.0", "X-Spam-Status: Yes, score=9.1 required=5.0"),
        ("X-Spam-Level: *******", "X-Spam-Level: *******"),
        ("X-Spam: Yes", "X-Spam: Yes"),
        ("X-Rspamd-Action: add header", "X-Rspamd-Action: add header"),
        ("X-Spamd-Result: default: True [16.10 / 15.00]", "X-Spamd-Result: default: True [16.10 / 15.00]"),
        (
            "X-Forefront-Antispam-Report: CIP:192.0.2.1;CTRY:FI;LANG:fi;SCL:5;SRV:;SFV:SPM;CAT:SPM",
            "X-Forefront-Antispam-Report: CIP:192.0.2.1;CTRY:FI;LANG:fi;SCL:5;SRV:;SFV:SPM;CAT:SPM",
        ),
        ("X-Forefront-Antispam-Report: CIP:192.0.2.1;SCL:9;SFV:NSPM", "X-Forefront-Antispam-Report: SCL 9"),
        ("X-MS-Exchange-Organization-SCL: 6", "X-MS-Exchange-Organization-SCL: SCL 6"),
        ("X-Barracuda-Spam-Flag: YES", "X-Barracuda-Spam-Flag: YES"),
        ("X-Bogosity: Spam, tests=bogofilter, spamicity=1.0", "X-Bogosity: Spam, tests=bogofilter, spamicity=1.0"),
    ],
)
def test_spam(header: str, expected: str) -> None:
    assert said(header) == expected


@pytest.mark.parametrize(
    "header",
    [
        "X-Mailer: x",
        "X-Spam-Flag: NO",
        "X-Spam-Status: No, score=-1.9 required=5.0",
        "X-Spam-Level: **",
        "X-Spam-Level:",
        "X-Rspamd-Action: no action",
        "X-Rspamd-Action: greylist",
        "X-Spamd-Result: default: False [1.10 / 15.00]",
        "X-Forefront-Antispam-Report: CIP:192.0.2.1;SCL:1;SFV:NSPM;CAT:NONE",
        "X-Forefront-Antispam-Report: CIP:192.0.2.1;SCL:-1;SFV:SKN",
        "X-MS-Exchange-Organization-SCL: -1",
        "X-Bogosity: Ham, tests=bogofilter",
    ],
)
def test_no_spam(header: str) -> None:
    assert said(header) == ""


def test_a_marked_subject_counts_only_with_a_filters_header() -> None:
    assert said("X-Spam-Score: 7.0", "[SPAM] Voitit") == "Subject: [SPAM]"
    assert said("X-Spam-Score: 7.0", "***SPAM*** Voitit") == "Subject: ***SPAM***"
    assert said("X-Mailer: x", "[SPAM] Voitit") == ""
    assert said("X-Spam-Score: 1.0", "Saan spämmiä [spam-kansio]") == ""
