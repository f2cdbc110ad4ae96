"""Agents sign in: the password, the second step, the sessions, and what outsiders meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse

from aspa.kit import secrets
from aspa.kit.tasks import run_pending
from aspa.web.shell.models import require_two_step
from tests.cast import PASSWORD, Cast

LOGIN = "/account/login/"


def sign_in(email: str, password: str = PASSWORD, client: Client | None = None) -> tuple[Client, Any]:
    client = client or Client()
    return client, client.post(LOGIN, {"login": email, "password": password})


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def turn_on_two_step(client: Client) -> tuple[str, list[str]]:
    """The secret and the recovery codes. The password is asked once more on the way."""
    again = client.get("/account/2fa/totp/activate/")["Location"]
    assert again.startswith("/account/reauthenticate/")
    assert client.post(again, {"password": "not the password"}).status_code == 200
    client.post(again, {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/")
    assert page.status_code == 200
    secret = page.context["form"].secret
    done = client.post("/account/2fa/totp/activate/", {"code": code_for(secret)}, follow=True)
    assert done.status_code == 200
    return secret, done.context["unused_codes"]


def test_an_agent_signs_in_and_out(cast: Cast) -> None:
    client, answer = sign_in("Ada@Aspa.example")
    assert answer.status_code == 302
    assert answer["Location"] == "/desk/"
    assert client.get("/settings/").status_code == 200
    assert client.post("/account/logout/").status_code == 302
    assert client.get("/settings/").status_code == 302


def test_a_wrong_password_says_the_same_as_an_unknown_address(cast: Cast) -> None:
    known = sign_in("ada@aspa.example", "not the password")[1]
    unknown = sign_in("nobody@aspa.example", "not the password")[1]
    assert known.status_code == unknown.status_code == 200
    says = list(known.context["form"].non_field_errors())
    assert says == list(unknown.context["form"].non_field_errors())
    assert len(says) == 1
    assert 'role="alert"' in known.content.decode()


def test_guessing_is_locked_out(cast: Cast) -> None:
    for _ in range(5):
        sign_in("ben@aspa.example", "guess-guess-guess")
    client, right = sign_in("ben@aspa.example")
    assert right.status_code in (200, 429)
    assert "_auth_user_id" not in client.session


def test_others_may_sign_in_while_one_is_locked_out(cast: Cast) -> None:
    for _ in range(5):
        sign_in("ben@aspa.example", "guess-guess-guess")
    assert sign_in("ada@aspa.example")[1].status_code == 302


def test_nobody_signs_up_by_themselves(cast: Cast) -> None:
    new = {"email": "new@aspa.example", "password1": PASSWORD, "password2": PASSWORD}
    assert Client().get("/account/signup/").status_code == 404
    assert Client().post("/account/signup/", new).status_code == 404


@pytest.mark.parametrize("path", ["/account/email/", "/account/confirm-email/", "/account/login/code/"])
def test_unused_doors_are_closed(cast: Cast, path: str) -> None:
    client = Client()
    client.force_login(cast.ada)
    assert client.get(path).status_code == 404


def test_an_inactive_agent_stays_outside(cast: Cast) -> None:
    cast.ben.is_active = False
    cast.ben.save()
    client, answer = sign_in("ben@aspa.example")
    assert "_auth_user_id" not in client.session
    page = client.get(answer["Location"], headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert b"not in use" in page.content


def test_forgotten_password_by_a_link_that_works_once(cast: Cast) -> None:
    client = Client()
    assert client.post("/account/password/reset/", {"email": "ben@aspa.example"}).status_code == 302
    assert not mail.outbox, "a slow mail server would tell who is known"
    assert run_pending() == 1
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    path = link.removeprefix("http://localhost:8000")
    form = client.get(path)["Location"]
    assert client.get(form).status_code == 200
    weak = client.post(form, {"password1": "short", "password2": "short"})
    assert weak.status_code == 200
    new = "syys-ja-talvi-2026"
    assert client.post(form, {"password1": new, "password2": new}).status_code == 302
    assert sign_in("ben@aspa.example", new)[1]["Location"] == "/desk/"
    assert b"no longer works" in Client(headers={"Accept-Language": "en"}).get(path).content


def test_a_stranger_gets_no_letter_and_no_hint(cast: Cast) -> None:
    answer = Client().post("/account/password/reset/", {"email": "nobody@aspa.example"})
    assert answer.status_code == 302
    assert run_pending() == 0
    assert mail.outbox == []


def test_the_second_step(cast: Cast) -> None:
    client, _ = sign_in("ada@aspa.example")
    _, recovery = turn_on_two_step(client)
    assert len(recovery) == 10
    client.post("/account/logout/")

    client, answer = sign_in("ada@aspa.example")
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get("/settings/").status_code == 302
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.get("/settings/").status_code == 302
    # The code that turned it on is used up; a recovery code opens once.
    assert client.post("/account/2fa/authenticate/", {"code": recovery[0]})["Location"] == "/desk/"
    client, _ = sign_in("ada@aspa.example")
    assert client.post("/account/2fa/authenticate/", {"code": recovery[0]}).status_code == 200


def test_the_second_steps_secret_is_encrypted_at_rest(cast: Cast) -> None:
    client, _ = sign_in("ada@aspa.example")
    secret, _ = turn_on_two_step(client)
    kept = Authenticator.objects.get(user=cast.ada, type="totp").data["secret"]
    assert secret not in kept
    assert secrets.decrypt(kept) == secret


def test_a_company_may_require_the_second_step(cast: Cast) -> None:
    require_two_step(True)
    client, _ = sign_in("ben@aspa.example")
    assert client.get("/settings/me/")["Location"] == reverse("mfa_activate_totp")
    hinted = client.get("/settings/me/", headers={"HX-Request": "true"})
    assert (hinted.status_code, hinted["HX-Redirect"]) == (403, reverse("mfa_activate_totp"))
    turn_on_two_step(client)
    assert client.get("/settings/me/").status_code == 200
    # And it can't be turned off while the rule stands.
    client.post("/account/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=cast.ben, type="totp").exists()


def test_sessions_are_listed_and_ended(cast: Cast) -> None:
    here, _ = sign_in("ada@aspa.example")
    there, _ = sign_in("ada@aspa.example")
    page = here.get("/account/sessions/")
    assert page.status_code == 200
    assert len(page.context["sessions"]) == 2
    here.post("/account/sessions/")
    assert there.get("/settings/").status_code == 302
    assert here.get("/settings/").status_code == 200


def test_ones_sessions_are_not_anothers(cast: Cast) -> None:
    ada, _ = sign_in("ada@aspa.example")
    cy, _ = sign_in("cy@aspa.example")
    assert {session.user_id for session in cy.get("/account/sessions/").context["sessions"]} == {cast.cy.pk}
    theirs = UserSession.objects.get(user=cast.ada)
    assert cy.post(f"/settings/me/sessions/{theirs.pk}/end").status_code == 404
    assert ada.get("/settings/").status_code == 200


def test_one_session_is_ended_alone(cast: Cast) -> None:
    here, _ = sign_in("ada@aspa.example")
    there, _ = sign_in("ada@aspa.example")
    other = UserSession.objects.get(session_key=there.session.session_key)
    assert here.post(f"/settings/me/sessions/{other.pk}/end").status_code == 302
    assert there.get("/settings/").status_code == 302
    assert here.get("/settings/").status_code == 200


def test_a_new_password_ends_other_sessions(cast: Cast) -> None:
    here, _ = sign_in("ada@aspa.example")
    there, _ = sign_in("ada@aspa.example")
    new = "syys-ja-talvi-2026"
    here.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert there.get("/settings/").status_code == 302
    assert sign_in("ada@aspa.example", new)[1].status_code == 302


@pytest.mark.parametrize(("language", "says"), [("fi", 'lang="fi"'), ("sv", 'lang="sv"'), ("en", 'lang="en"')])
def test_the_agents_own_language_wins_over_the_browsers(cast: Cast, language: str, says: str) -> None:
    cast.ben.language = language
    cast.ben.save()
    client = Client(headers={"Accept-Language": "de, en;q=0.5"})
    client.force_login(cast.ben)
    assert says in client.get("/settings/me/").content.decode()


def test_before_signing_in_the_browser_and_then_the_choice_decide(cast: Cast) -> None:
    client = Client(headers={"Accept-Language": "sv"})
    assert 'lang="sv"' in client.get(LOGIN).content.decode()
    client.post("/language/", {"language": "en", "next": LOGIN})
    assert 'lang="en"' in client.get(LOGIN).content.decode()


def test_signing_in_leads_nowhere_but_here(cast: Cast) -> None:
    answer = Client().post(LOGIN, {"login": "ada@aspa.example", "password": PASSWORD, "next": "https://evil.example/"})
    assert answer["Location"] == "/desk/"


@pytest.mark.parametrize(
    ("path", "status"),
    [(LOGIN, 200), ("/account/password/reset/", 200), ("/nowhere/", 404), ("/settings/", 302)],
)
def test_security_headers_stand_on_every_page(cast: Cast, path: str, status: int) -> None:
    answer = Client().get(path)
    assert answer.status_code == status
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_the_session_cookie_is_kept_from_scripts(cast: Cast) -> None:
    client, _ = sign_in("ada@aspa.example")
    cookie = client.cookies["aspa_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_form_without_its_token_does_nothing(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(LOGIN, {"login": "ada@aspa.example", "password": PASSWORD})
    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session


def test_a_failure_of_ours_has_a_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*args: Any, **kwargs: Any) -> Callable[..., Any]:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("aspa.web.shell.files.default_storage.open", break_down)
    answer = Client(raise_request_exception=False, headers={"Accept-Language": "en"}).get(
        "/files/pictures/agents/a.webp"
    )
    assert answer.status_code == 500
    assert b"Something broke on our side" in answer.content
    assert "default-src 'none'" in answer["Content-Security-Policy"]
