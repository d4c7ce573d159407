"""Settings; what differs between sites comes from the environment.

Policy (periods, limits, delays, commission) is not here: it is data in the
database, so that an operator changes it and every request keeps its version.
"""

import logging
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from refunds_portal.logs import default_format, logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

SECRET_KEY = env.str("SECRET_KEY")
DEBUG = env.bool("DEBUG", default=False)
# Only where this is set does `seed_demo` make accounts that everybody knows.
DEMO = env.bool("DEMO", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Where the links of mails lead that no request asked for.
SITE_URL = env.str(
    "SITE_URL", default=next(iter(CSRF_TRUSTED_ORIGINS), "http://127.0.0.1:8000")
).rstrip("/")
# Behind TLS, say so: cookies become secure, HTTP is redirected and HSTS is sent.
HTTPS = env.bool("HTTPS", default=False)

INSTALLED_APPS = [
    "refunds_portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "refunds_portal.apps.PortalStaticFilesConfig",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "kernel",
    "people",
    "notices",
    "orders",
    "billing",
    "refunds",
]

MIDDLEWARE = [
    "kernel.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Here, so that files are not logged.
    "refunds_portal.request_log.RequestLog",
    "csp.middleware.CSPMiddleware",
    "kernel.trouble.TroubleMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Pages are private unless they say otherwise, so that a new one cannot forget.
    "people.middleware.SignInFirst",
    "people.middleware.PrivatePages",
    "people.middleware.NotedVisits",
]

ROOT_URLCONF = "refunds_portal.urls"
WSGI_APPLICATION = "refunds_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "people.context.reader",
                "notices.context.inbox",
                "orders.context.buyer",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

# --- the database and the broker

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"].update(
    CONN_MAX_AGE=env.int("DATABASE_CONN_MAX_AGE", default=60),
    CONN_HEALTH_CHECKS=True,
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
# Sessions and rate limits live in the database: losing Redis must lose nothing.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        # Far more than the rate limits of a busy day: what is thrown out before its time would
        # let somebody begin to guess anew.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

SWEEP_SECONDS = env.float("SWEEP_SECONDS", default=60.0)
# A session that is stuck with a lock must not hold a worker up: the next sweep tries again.
SWEEP_LOCK_SECONDS = env.float("SWEEP_LOCK_SECONDS", default=5.0)
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# However long it is away: by default a worker gives up, and ends, within the hour.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A broker that is down is noticed at once instead of holding up a page.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 15,
}
# A sweep reads the database, so a message that waited is worth nothing: it expires.
CELERY_BEAT_SCHEDULE = {
    task: {"task": task, "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}}
    for task in (
        "kernel.tasks.heartbeat",
        "people.tasks.mail_invitations",
        "orders.tasks.accept_due",
        "orders.tasks.remind_due",
        "refunds.tasks.lapse_due",
        "refunds.tasks.end_holds_due",
        "notices.tasks.send_mails",
        "refunds.tasks.remind_due",
        "refunds.tasks.approve_due",
        "refunds.tasks.approve_due_tickets",
        "refunds.tasks.credit_due",
    )
}

# --- evidence: what one file and one ticket may hold, kept in the database and its backups

EVIDENCE_FILE_BYTES = env.int("EVIDENCE_FILE_BYTES", default=10 * 1024**2)
EVIDENCE_TICKET_BYTES = env.int("EVIDENCE_TICKET_BYTES", default=30 * 1024**2)
EVIDENCE_TICKET_FILES = env.int("EVIDENCE_TICKET_FILES", default=20)
# A photo of a good phone; a picture is some four bytes a pixel while it is drawn anew.
EVIDENCE_PIXELS = env.int("EVIDENCE_PIXELS", default=50_000_000)
EVIDENCE_PDF_PAGES = env.int("EVIDENCE_PDF_PAGES", default=200)
# For how long the files of one message may keep a web process busy; one begun may be finished.
EVIDENCE_SECONDS = env.float("EVIDENCE_SECONDS", default=20.0)
# A request with more is refused before it is read.
MOST_BODY_BYTES = env.int("MOST_BODY_BYTES", default=EVIDENCE_TICKET_BYTES + 2 * 1024**2)

# --- files

# A file of purchases is read, checked and recorded within one request, in the memory of a web
# process: the largest takes some seconds and some hundred megabytes. Larger ones are split.
PURCHASE_IMPORT_BYTES = env.int("PURCHASE_IMPORT_BYTES", default=5_000_000)
PURCHASE_IMPORT_LINES = env.int("PURCHASE_IMPORT_LINES", default=10_000)
# An export, too, holds a web process up for some seconds.
EXPORT_ROWS = env.int("EXPORT_ROWS", default=20_000)

# --- people and sessions

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_ADAPTER = "people.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_FORMS = {"add_email": "people.forms.account.NewAddressForm"}
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# A second mail to the same address is not held back in silence: the limit on wishes is told.
ACCOUNT_RATE_LIMITS = {
    "confirm_email": None,
    "manage_email": "5/m/user,30/d/user",
    "invite": "10/h/user,30/d/user",
    # Each of these sends a mail to somebody else.
    "reset_password": "5/m/ip,50/d/ip,5/m/key,20/d/key",
    "write": "60/h/user,300/d/user",
}
# Until when somebody may accept to act for a vendor.
INVITATION_DAYS = env.int("INVITATION_DAYS", default=14)
ACCOUNT_LOGOUT_ON_GET = False
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60
CSRF_FAILURE_VIEW = "kernel.trouble.csrf_failure"
MFA_ADAPTER = "people.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Refund portal"
# The clocks of phones: a code counts for half a minute more on either side.
MFA_TOTP_TOLERANCE = 1
# Every account begins with a verified address; only the wish for another waits unverified.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# How many proxies of ours add to X-Forwarded-For: rate limits and the log take the address that
# the first of them saw; what stands before it, anybody may have sent.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1 if HTTPS else 0)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "landing"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
# A decision for the whole domain, and hard to take back: whoever owns it makes it.
SECURE_HSTS_PRELOAD = HTTPS and env.bool("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # that there is no preload
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- mail

globals().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Refund portal <refunds@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- language and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = "refunds_portal.formats"
USE_TZ = True
# The zone in which pages and logs state times, and of the first policy versions.
TIME_ZONE = env.str("MARKETPLACE_TIME_ZONE", default="Asia/Shanghai")
CELERY_TIMEZONE = TIME_ZONE

# --- static files

STATIC_URL = "static/"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("tabler", BASE_DIR / "node_modules/@tabler/core/dist/css"),
]
# Served from where they lie, or from one folder that `collectstatic` has filled.
WHITENOISE_USE_FINDERS = env.bool("STATIC_FROM_SOURCE", default=False)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if WHITENOISE_USE_FINDERS
            # Names with a hash, which browsers keep for ever; compressed beforehand.
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
STATIC_ROOT = (
    None if WHITENOISE_USE_FINDERS else env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
)

# --- logs

LOGGING = logging_config(
    style=env.str("LOG_FORMAT", default=default_format()),
    level=env.str("LOG_LEVEL", default="INFO"),
)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# A sweep says what it did; that it began and ended matters to nobody.
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_FAILURE_LOG_LEVEL = logging.WARNING
# After a night without a worker, messages that have expired are many, and no trouble.
DJANGO_STRUCTLOG_CELERY_TASK_RETRY_LOG_LEVEL = logging.INFO
# A page that is not there is no trouble of ours.
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
