"""Settings, all from the environment (`ASPA_…`); docs/operations.md lists them."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

PACKAGE = Path(__file__).resolve().parent.parent
ASPA_HOME = Path(env.str("ASPA_HOME", default="var")).resolve()
# Of words, made from a package when first needed; all installations on a machine may share them.
ASPA_DICTIONARIES = Path(env.str("ASPA_DICTIONARIES", default=str(ASPA_HOME / "dictionaries"))).resolve()
ASPA_URL = env.str("ASPA_URL", default="http://localhost:8000").rstrip("/")
DEBUG = env.bool("ASPA_DEBUG", default=False)
TESTING = "pytest" in sys.modules


def kept_secret(name: str, make: Any) -> str:
    """A secret from the environment, else the one kept in ASPA_HOME/secrets, made at the first start."""
    given = env.str(name, default="")
    if given:
        return given
    folder = ASPA_HOME / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / name.lower()
    if not file.exists():
        # Written whole before it gets its name: two processes that start together must not read half of it.
        with tempfile.NamedTemporaryFile("w", dir=folder, encoding="ascii") as new, suppress(FileExistsError):
            new.write(make())
            new.flush()
            os.link(new.name, file)
    return file.read_text(encoding="ascii").strip()


def usable(keys: list[str]) -> list[str]:
    """The keys, each of which must be one. Raises ImproperlyConfigured."""
    try:
        for key in keys:
            Fernet(key)
    except ValueError:
        raise ImproperlyConfigured("each key must be 32 random bytes in URL-safe base64") from None
    return keys


SECRET_KEY = kept_secret("ASPA_SECRET_KEY", lambda: secrets.token_urlsafe(50))
# The first key encrypts, all of them decrypt; separate several with commas.
ASPA_ENCRYPTION_KEYS = usable(kept_secret("ASPA_ENCRYPTION_KEYS", lambda: Fernet.generate_key().decode()).split(","))
# Signs web pushes; a new one makes every browser's subscription void. A P-256 private key, 32 bytes in base64url.
ASPA_VAPID_PRIVATE_KEY = kept_secret("ASPA_VAPID_PRIVATE_KEY", lambda: secrets.token_urlsafe(32))

public = urlsplit(ASPA_URL)
SECURE = public.scheme == "https"
ALLOWED_HOSTS = env.list("ASPA_ALLOWED_HOSTS", default=[public.hostname or "localhost", "localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = [f"{public.scheme}://{public.netloc}"]

INSTALLED_APPS = [
    "aspa.core.people",
    "aspa.core.inboxes",
    "aspa.core.conversations",
    "aspa.kit.tasks",
    "aspa.channels.email",
    "aspa.channels.form",
    "aspa.channels.webchat",
    "aspa.service.bot",
    "aspa.service.carts",
    "aspa.service.closing",
    "aspa.service.commerce",
    "aspa.service.community",
    "aspa.service.deflection",
    "aspa.service.duty",
    "aspa.service.hours",
    "aspa.service.knowledge",
    "aspa.service.merging",
    "aspa.service.moderation",
    "aspa.service.privacy",
    "aspa.service.promises",
    "aspa.service.receipts",
    "aspa.service.reviews",
    "aspa.service.routing",
    "aspa.service.search",
    "aspa.service.segments",
    "aspa.service.shops",
    "aspa.service.sla",
    "aspa.service.staffing",
    "aspa.service.timeline",
    "aspa.service.verification",
    "aspa.service.visits",
    "aspa.service.writing",
    "aspa.web.shell",
    "aspa.web.desk",
    "aspa.web.settings",
    "aspa.web.widget",
    "aspa.web.contact",
    "aspa.web.customer",
    "aspa.web.live",
    "aspa.web.customers",
    "aspa.web.rest",
    "aspa.web.content",
    "aspa.web.helpsite",
    "aspa.demo",
    "django_cotton",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "auditlog",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "aspa.web.shell.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "aspa.web.shell.middleware.SessionSeenMiddleware",
    "aspa.web.shell.middleware.AgentLanguageMiddleware",
    "aspa.web.shell.middleware.TwoStepMiddleware",
]

ROOT_URLCONF = "aspa.config.urls"
ASGI_APPLICATION = "aspa.config.asgi.application"
AUTH_USER_MODEL = "people.Agent"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "aspa.web.desk.bar.bar",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
        },
    }
]


DATABASE_KINDS = ("sqlite", "postgres", "postgresql")


def database(url: str) -> dict[str, Any]:
    """Django's settings for a database address: SQLite that loses nothing, or PostgreSQL with a pool.

    Raises ImproperlyConfigured for any other kind.
    """
    if url.partition(":")[0] not in DATABASE_KINDS:
        raise ImproperlyConfigured("it must look like postgres://user:password@host/name; without it SQLite is used")
    settings: dict[str, Any] = environ.Env.db_url_config(url)
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        settings["ENGINE"] = "aspa.kit.sqlite"
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;"
                "PRAGMA cache_size=-32000; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
            ),
        }
        # Our own threads (writer, subscribers, tasks) live longer than a request; they close what they opened.
        settings["CONN_MAX_AGE"] = 0
        settings.setdefault("TEST", {})["NAME"] = str(ASPA_HOME / "test.sqlite3")
    else:
        settings["ENGINE"] = "aspa.kit.postgres"
        settings["OPTIONS"] = {
            "pool": {"min_size": 2, "max_size": env.int("ASPA_DATABASE_POOL", default=16)},
            "server_side_binding": True,
        }
    return settings


ASPA_DATABASE_URL = env.str("ASPA_DATABASE_URL", default=f"sqlite:///{ASPA_HOME / 'aspa.sqlite3'}")
ASPA_REDIS_URL = env.str("ASPA_REDIS_URL", default="")
DATABASES = {"default": database(ASPA_DATABASE_URL)}

ON_POSTGRESQL = DATABASES["default"]["ENGINE"] == "aspa.kit.postgres"
if ON_POSTGRESQL:
    INSTALLED_APPS.append("procrastinate.contrib.django")
TASKS = {
    "default": {
        "BACKEND": "aspa.kit.tasks.postgres.PostgresQueue" if ON_POSTGRESQL else "aspa.kit.tasks.sqlite.SqliteQueue"
    }
}

CACHES = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": ASPA_REDIS_URL,
            "KEY_PREFIX": "aspa",
            "OPTIONS": {"pool_class": "aspa.kit.redis_pool.SharedPool"},
        }
        if ASPA_REDIS_URL
        # Sign-ins that failed are counted here: with the usual 300 a stranger could have others' forgotten.
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 50_000}}
    ),
    # What each process may know for itself: asked on every request, where a journey to Redis would be felt.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "process"},
}
SESSION_ENGINE = (
    "django.contrib.sessions.backends.cached_db" if ASPA_REDIS_URL else "django.contrib.sessions.backends.db"
)
SESSION_COOKIE_NAME = "aspa_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = "aspa_csrf"

# Behind a proxy that ends TLS; the redirect and HSTS are ours only when the public address is https.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# No page of ours wants any of these, so nothing that gets into one can have them either.
PERMISSIONS_POLICY = ", ".join(
    f"{power}=()"
    for power in (
        "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer", "microphone",
        "midi", "payment", "serial", "usb",
    )
)  # fmt: skip

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "media-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "frame-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_ADAPTER = "aspa.web.shell.accounts.AgentAdapter"
ACCOUNT_FORMS = {
    "login": "aspa.web.shell.sign_in_forms.SignInForm",
    "reset_password": "aspa.web.shell.sign_in_forms.ResetPasswordForm",
    "reset_password_from_key": "aspa.web.shell.sign_in_forms.ResetPasswordKeyForm",
    "change_password": "aspa.web.shell.sign_in_forms.ChangePasswordForm",
    "reauthenticate": "aspa.web.shell.sign_in_forms.ReauthenticateForm",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Aspa: "
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
# A stranger's address gets no letter from us.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "login": "30/m/ip", "reset_password": "10/m/ip,3/m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Aspa"
MFA_ADAPTER = "aspa.web.shell.accounts.AgentMFAAdapter"
MFA_FORMS = {
    "authenticate": "aspa.web.shell.sign_in_forms.CodeForm",
    "reauthenticate": "aspa.web.shell.sign_in_forms.CodeAgainForm",
    "activate_totp": "aspa.web.shell.sign_in_forms.ActivateTOTPForm",
}
# Agents' addresses come from whoever invited them.
MFA_ALLOW_UNVERIFIED_EMAIL = True
USERSESSIONS_TRACK_ACTIVITY = True

# It would believe anybody's X-Forwarded-For.
AUDITLOG_DISABLE_REMOTE_ADDR = True


def known_zone(name: str) -> str:
    """The time zone's name. Raises ImproperlyConfigured when there is none of that name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ImproperlyConfigured(f"no time zone is called {name!r}; Europe/Helsinki is one") from None
    return name


LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", "suomi"), ("sv", "svenska"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "aspa_language"
FORMAT_MODULE_PATH = ["aspa.config.formats"]
TIME_ZONE = known_zone(env.str("ASPA_TIME_ZONE", default="Europe/Helsinki"))
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = ASPA_HOME / "static"
MEDIA_ROOT = ASPA_HOME / "files"
# Only pictures of agents and brands have addresses by their name on disk; attachments have doors of their own.
MEDIA_URL = "/files/pictures/"
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

EMAIL_CONFIG = env.email_url("ASPA_EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
# Seconds. Without it one who waits for a silent mail server waits for ever.
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("ASPA_FROM_EMAIL", default=f"aspa@{public.hostname}")

# An agent who touches no page of theirs for so long is away.
ASPA_IDLE_MINUTES = env.int("ASPA_IDLE_MINUTES", default=10)

# What one visitor and one network address may send to the chat, in messages a second and at once.
ASPA_CHAT_VISITOR_RATE = env.float("ASPA_CHAT_VISITOR_RATE", default=1.0)
ASPA_CHAT_VISITOR_BURST = env.int("ASPA_CHAT_VISITOR_BURST", default=20)
ASPA_CHAT_ADDRESS_RATE = env.float("ASPA_CHAT_ADDRESS_RATE", default=10.0)
ASPA_CHAT_ADDRESS_BURST = env.int("ASPA_CHAT_ADDRESS_BURST", default=100)
# How many sockets of visitors one network address may have open, in each process.
ASPA_CHAT_ADDRESS_SOCKETS = env.int("ASPA_CHAT_ADDRESS_SOCKETS", default=200)
ASPA_UPLOAD_BYTES = env.int("ASPA_UPLOAD_BYTES", default=20 * 1024 * 1024)
# How many requests a second, and at once, one key of the API may make of each process.
ASPA_API_RATE = env.float("ASPA_API_RATE", default=40.0)
ASPA_API_BURST = env.int("ASPA_API_BURST", default=120)
# Our own receiver of mail: "host:port", for LMTP also the path of a socket; empty: none. The certificate is for STARTTLS.
ASPA_SMTP_LISTEN = env.str("ASPA_SMTP_LISTEN", default="")
ASPA_LMTP_LISTEN = env.str("ASPA_LMTP_LISTEN", default="")
ASPA_SMTP_CERTIFICATE = env.str("ASPA_SMTP_CERTIFICATE", default="")
ASPA_SMTP_KEY = env.str("ASPA_SMTP_KEY", default="")
# The largest mail that is taken, in bytes.
ASPA_MAIL_BYTES = env.int("ASPA_MAIL_BYTES", default=50 * 1024 * 1024)
# Hosts of our own network ("host" or "host:port") that may be asked although a user typed them (`aspa.kit.outside`).
ASPA_PRIVATE_HOSTS = env.list("ASPA_PRIVATE_HOSTS", default=[])
# Proxies in front of us that we believe when they name the visitor's address.
ASPA_TRUSTED_PROXIES = env.list("ASPA_TRUSTED_PROXIES", default=["127.0.0.1", "::1"])

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {
        "redaction": {"()": "aspa.kit.redaction.RedactionFilter"},
        "one_line": {"()": "aspa.config.logs.WithoutTraceback"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["redaction"]}},
    "root": {"handlers": ["stderr"], "level": env.str("ASPA_LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.security.DisallowedHost": {"filters": ["one_line"]},
        "httpx": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "mail.log": {"level": "WARNING"},  # aiosmtpd tells every address
        "uvicorn.access": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},  # it tells every task with its arguments
    },
}
