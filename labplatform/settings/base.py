"""Settings shared by all environments. Each environment (demo, test, production) adds what differs."""

from functools import partial
from pathlib import Path
from typing import Any, Final

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import FileAwareEnv

from accounts.openid.configuration import providers
from labplatform.beat_schedule import BEAT_SCHEDULE
from labplatform.settings.mail import mail_settings

env = FileAwareEnv(strip_whitespace=True)  # SECRET_KEY_FILE names a file with SECRET_KEY; the same for other names
BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))

DEBUG = False
DEMO = False
# E-mails stay on this machine (`make demo`, `make serve`): administrators of the lab read them there.
LOCAL_MAILBOX = False
BASE_URL = env.str("BASE_URL", "http://127.0.0.1:8000")

# Key of pseudonyms (cohorts.assessments.pseudonyms). Empty: SECRET_KEY, whose rotation would break pairs of answers.
PSEUDONYM_KEY = env.str("PSEUDONYM_KEY", "")

# Keys for secrets in the database, such as seeds of second factors: the first encrypts, all decrypt. Empty: SECRET_KEY.
ENCRYPTION_KEYS: list[str] = env.list("ENCRYPTION_KEYS", [])

# Folder of the erasure journal (accounts.privacy.erasure_journal), stored and backed up apart from the database.
ERASURE_JOURNAL = Path(env.str("ERASURE_JOURNAL", str(VAR_DIR / "erasures")))

# Contact of the data-protection officer as shown to people: a function and an address.
DPO_CONTACT = env.str("DPO_CONTACT", "")

OUR_APPS: Final = (  # from highest to lowest: an app imports only apps below it
    "labplatform",
    "webhooks",
    "opendata",
    "api",
    "publications",
    "dossiers",
    "planning",
    "figures",
    "exchanges",
    "comments",
    "canvases",
    "fieldwork",
    "prototypes",
    "cohorts",
    "programmes",
    "imports",
    "notifications",
    "files",
    "history",
    "search",
    "lists",
    "accounts",
    "web",
)
INSTALLED_APPS = [
    *OUR_APPS,
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "health_check",
    "pghistory",
    "pgtrigger",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "web.security.headers.set_default_headers",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "web.pages.compression.PageCompressionMiddleware",
    "api.middleware.serve_programs",  # before the sessions: the API reads no cookie
    "publications.middleware.serve_public_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "web.pages.error_pages.explain_method_not_allowed",
    "web.security.refusal_log.log_refusals",
    "accounts.sign_in.session_limits.session_limits",
    "accounts.acting.support_session.SupportSessionMiddleware",
    "accounts.sign_in.middleware.SignInMiddleware",
    "accounts.second_factors.requirement.SecondFactorMiddleware",
    "accounts.lab.reader_guard.ReaderGuardMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.acting.support_session.SupportHistoryMiddleware",
    "accounts.sign_in.middleware.chosen_language",
    "accounts.lab.time_zone.lab_time_zone",
]

ROOT_URLCONF = "labplatform.urls"
WSGI_APPLICATION = "labplatform.wsgi.application"
STATEMENTS_CHECKED = 0  # calls of a cached statement that are compared with a new one (`web.database.prepared`)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [  # no template has to load these
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "web.templatetags.web",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "web.pages.context_processors.navigation",
                "web.pages.context_processors.demo",
                "labplatform.accessibility.context_processors.accessibility",
                "labplatform.setup.context_processors.setup",
            ],
        },
    }
]
FORM_RENDERER = "web.forms.fields.FieldRenderer"

DATABASE = env.str("DATABASE_URL", "").strip() or "postgresql:///labplatform"
# No cursor outlives its transaction, so that the address may be that of a pooler (docs/operations/databases.md).
parse_database = partial(
    dj_database_url.parse, conn_max_age=60, conn_health_checks=True, disable_server_side_cursors=True
)
DATABASES = {"default": parse_database(DATABASE)}
# A replica of that database, for reads that may use it (`web.database.replica`).
if REPLICA_DATABASE := env.str("REPLICA_DATABASE_URL", "").strip():
    DATABASES["replica"] = parse_database(REPLICA_DATABASE)
    DATABASES["replica"]["OPTIONS"] = {"connect_timeout": 2, **DATABASES["replica"].get("OPTIONS", {})}
    DATABASE_ROUTERS = ["web.database.replica.ReplicaRouter"]
# Database role that owns the tables and migrates, where the application's role owns nothing (`web.database.roles`).
MIGRATION_DATABASE = env.dj_db_url("MIGRATION_DATABASE_URL", "") if env.str("MIGRATION_DATABASE_URL", "") else {}

REDIS_URL = env.str("REDIS_URL", "")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": VAR_DIR / "cache"}
    )
}

# Celery only starts tasks; every date is stored in the database. Without Redis the broker is a folder.
BROKER_FOLDER = VAR_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://") if REDIS_URL else "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 600, "max_retries": 0}  # starting a task does not wait for a missing broker
    if REDIS_URL
    else {
        "data_folder_in": str(BROKER_FOLDER / "queue"),
        "data_folder_out": str(BROKER_FOLDER / "queue"),
        "processed_folder": str(BROKER_FOLDER / "processed"),
        "control_folder": str(BROKER_FOLDER / "control"),
        "store_processed": False,
    }
)
if not REDIS_URL:
    for name in ("queue", "processed"):  # the transport does not create them
        (BROKER_FOLDER / name).mkdir(parents=True, exist_ok=True)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# In one process: processes share what is loaded only until they use it. What takes long runs in programs of its own
# (pictures, documents), waits for servers, or is the solver, which lets other threads run.
CELERY_WORKER_POOL = "threads"
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "web.assets.finders.VendorFinder",
    "web.assets.styles.StylesFinder",
    "web.maps.france.OutlineFinder",
]
NODE_MODULES = BASE_DIR / "node_modules"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "web.assets.static_storage.CompressedStorage"},
}
# Uploaded files, outside all served folders. Uploads are received on the same disk, first as unnamed files.
FILES_DIR = Path(env.str("FILES_DIR", str(VAR_DIR / "files")))
# A bucket of an object storage that speaks the S3 protocol, in which files are stored instead; empty: none.
FILES_BUCKET = env.str("FILES_BUCKET", "")
FILES_BACKEND = "files.backends.bucket.Bucket" if FILES_BUCKET else "files.backends.folder.Folder"
if FILES_BUCKET:
    STORAGES["files"] = {
        "BACKEND": "files.backends.bucket.PrivateStorage",
        "OPTIONS": {
            "bucket_name": FILES_BUCKET,
            "endpoint_url": env.str("FILES_ENDPOINT", ""),
            "region_name": env.str("FILES_REGION", "") or "us-east-1",
            "access_key": env.str("FILES_ACCESS_KEY", ""),
            "secret_key": env.str("FILES_SECRET_KEY", ""),
        },
    }
FILES_MAX_BYTES = {"image": 10 * 1024 * 1024, "document": 20 * 1024 * 1024}
FILES_MAX_FORM_BYTES = 80 * 1024 * 1024  # bytes on disk for one form
# Pixels by format. A progressive JPEG is decoded at once: its limit counts the samples of all colours.
FILES_MAX_PIXELS = {"JPEG": 50_000_000, "PROGRESSIVE": 36_000_000, "PNG": 10_000_000, "WEBP": 5_000_000}
# Path under which the proxy serves FILES_DIR or the bucket (X-Accel-Redirect); empty: the application serves the files.
FILES_ACCEL = env.str("FILES_ACCEL", "")
# Quota of one person, in total and within 24 hours: stored bytes, with drafts, without withdrawn files.
FILES_PER_PERSON = {"total_bytes": 2_000_000_000, "total_files": 2000, "day_bytes": 200_000_000, "day_files": 100}
FILE_UPLOAD_HANDLERS = ["files.uploads.handler.BoundedUploadHandler"]

WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "br", "woff", "woff2", "map")

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.sign_in.backend.SignInBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.sign_in.passwords.HouseWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.sign_in.adapter.ClosedAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before changes of addresses and connections, as for second factors
ACCOUNT_RATE_LIMITS: (
    dict[str, str] | bool
) = {  # stored in the shared cache; by client address, person or e-mail address
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "sign_in_link": "20/m/ip,3/900s/key",
    "sign_in_link_used": "20/m/ip",
    "reset_password": "20/m/ip,3/900s/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user,20/d/user",  # each added address gets an e-mail
    "confirm_email": "1/180s/key",
    "signup": "20/m/ip",
    "import_table": "100/d/user",  # each occupies the process that reads workbooks, for up to 45 seconds
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 0)  # number of proxies that set X-Forwarded-For
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_ADAPTER = "accounts.openid.adapter.ProviderAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
ACCOUNT_FORMS = {
    "add_email": "accounts.addresses.forms.AddAddressForm",
    "login": "accounts.sign_in.forms.SignInForm",
    "reset_password": "accounts.sign_in.forms.ForgottenPasswordForm",
}
SOCIALACCOUNT_FORMS = {"disconnect": "accounts.openid.forms.DisconnectProviderForm"}
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"provider_class": "accounts.openid.provider.Provider"}}
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
OIDC_PROVIDERS = providers(env.str("OIDC_PROVIDERS", ""))
MFA_FORMS = {
    "add_webauthn": "accounts.second_factors.forms.AddPasskeyForm",
    "edit_webauthn": "accounts.second_factors.forms.RenamePasskeyForm",
}
MFA_TOTP_TOLERANCE = 1  # accepted steps of 30 seconds for wrong clocks and slow typing
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up; people who must add a second factor can also change their address
MFA_ADAPTER = "accounts.second_factors.adapter.LabMFAAdapter"
MFA_RATE_LIMITS: dict[str, str] | bool = {"webauthn_login": "10/m/ip"}
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", False)  # for lab staff and admins
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True

# Invitations within 24 hours: by one sender, by one member of lab staff, to one address.
FIRST_EMAILS_PER_PERSON = env.int("FIRST_EMAILS_PER_PERSON", 100)
FIRST_EMAILS_BY_LAB = env.int("FIRST_EMAILS_BY_LAB", 1000)
FIRST_EMAILS_PER_ADDRESS = env.int("FIRST_EMAILS_PER_ADDRESS", 5)

# Requests that each token of the API may make.
API_REQUESTS_PER_MINUTE = {"read": env.int("API_READS_PER_MINUTE", 600), "write": env.int("API_WRITES_PER_MINUTE", 60)}

WEBHOOKS_TO_LOOPBACK = False  # for development: webhooks may send to this machine, without encryption too

SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", 8 * 60)
SESSION_DAYS = env.int("SESSION_DAYS", 7)
SESSION_COOKIE_AGE = SESSION_DAYS * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
WHO_COOKIE_NAME = "who"  # tells scripts of open pages who is signed in
CSRF_FAILURE_VIEW = "web.security.refusal_log.csrf_refused"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
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

PGHISTORY_APPEND_ONLY = True

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "labplatform <lab@demo.example>")
EMAIL = mail_settings(env)
vars().update(EMAIL)
EMAIL_TIMEOUT = 10  # less than half of a sender's lease

METRICS_TOKEN = env.str("METRICS_TOKEN", "")  # required to read /metrics; empty: /metrics is off

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
