"""Settings. Everything an operator may change comes from the environment; see docs/howto/operate.md."""

import base64
import os
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF

ROOT = Path(__file__).resolve().parent.parent
DEMO = os.environ.get("KAOGONG_DEMO") == "1"
DEBUG = os.environ.get("KAOGONG_DEBUG") == "1"
SECURE = os.environ.get("KAOGONG_HTTPS", "0" if DEMO or DEBUG else "1") == "1"

SECRET_KEY = os.environ.get("KAOGONG_SECRET_KEY", "")
if not SECRET_KEY:
    if os.environ.get("KAOGONG_REQUIRE_SECRETS", "1" if "DATABASE_URL" in os.environ else "0") == "1":
        raise SystemExit("未设置 KAOGONG_SECRET_KEY。请为本机生成一个至少 50 位的随机串并写入环境变量。")
    SECRET_KEY = "only-for-tests-and-builds-" + "x" * 40

# "id:base64key" pairs separated by commas, newest first; plus the blind-index key.
_sealing = os.environ.get("KAOGONG_SEALING_KEYS", "")
if not _sealing:
    if "DATABASE_URL" in os.environ and os.environ.get("KAOGONG_REQUIRE_SECRETS", "1") == "1":
        raise SystemExit(
            "未设置 KAOGONG_SEALING_KEYS。证件号码与银行账号须加密保存，请先运行 kaogong keys new。"
        )
    _sealing = "1:" + base64.b64encode(b"k" * 32).decode()
SEALING_KEYS = {
    int(number): base64.b64decode(key) for number, key in (pair.split(":", 1) for pair in _sealing.split(","))
}
_index = os.environ.get("KAOGONG_INDEX_KEY", "")
if not _index:
    if "DATABASE_URL" in os.environ and os.environ.get("KAOGONG_REQUIRE_SECRETS", "1") == "1":
        raise SystemExit("未设置 KAOGONG_INDEX_KEY（启用后不能更换）。请先运行 kaogong keys new。")
    _index = base64.b64encode(b"i" * 32).decode()
INDEX_KEY = base64.b64decode(_index)

ALLOWED_HOSTS = os.environ.get("KAOGONG_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("KAOGONG_TRUSTED_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "pgtrigger",
    "csp",
    "axes",
    "procrastinate.contrib.django",
    "kaogong.trail",
    "kaogong.access",
    "kaogong.ledger",
    "kaogong.catalog",
    "kaogong.notices",
    "kaogong.people",
    "kaogong.institutions",
    "kaogong.certificates",
    "kaogong.training",
    "kaogong.presence",
    "kaogong.outcomes",
    "kaogong.departments",
    "kaogong.assessment",
    "kaogong.funds",
    "kaogong.vouchers",
    "kaogong.claims",
    "kaogong.grants",
    "kaogong.supervision",
    "kaogong.risk",
    "kaogong.recoveries",
    "kaogong.audit",
    "kaogong.statements",
    "kaogong.statistics",
    "kaogong.demand",
    "kaogong.planning",
    "kaogong.returns",
    "kaogong.enquiries",
    "kaogong.web",
]
INSTALLED_APPS = [
    app
    for app in INSTALLED_APPS
    if not app.startswith("kaogong.") or (ROOT / app.split(".")[1] / "apps.py").exists()
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kaogong.web.middleware.LanguageSwitch",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "kaogong.web.sessions.SessionsEnd",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kaogong.web.middleware.Acting",
    "kaogong.web.middleware.RefusalsBecomeMessages",
    "axes.middleware.AxesMiddleware",
]

# The worker imports the one list of periodic tasks.
PROCRASTINATE_IMPORT_PATHS = ["kaogong.config.schedule"]

# Facts whose registers belong to apps above statistics, which they hand in.
FACTS_HANDED_IN = ["kaogong.enquiries.queries.counted.ENQUIRIES"]

FRONT_DOORS = ("bureau", "provider", "learner", "portal")
ROOT_URLCONF = "kaogong.config.urls"
WSGI_APPLICATION = "kaogong.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "web" / door / "templates" for door in ("parts", *FRONT_DOORS)],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "kaogong.web.context.page",
            ],
            "builtins": [
                "kaogong.web.parts.templatetags.parts",
                "kaogong.web.parts.templatetags.risk",
                "django.templatetags.i18n",
            ],
        },
    }
]

_database = dj_database_url.parse(os.environ.get("DATABASE_URL", "postgres://127.0.0.1/kaogong"))
_options = {
    **_database.get("OPTIONS", {}),
    # Every guard asks first whether it is to be passed over. None ever is; where this stands, that costs less.
    "options": "-c pgtrigger.ignore={}",
}
if os.environ.get("KAOGONG_POOL", "8") != "0":
    _options["pool"] = {
        "min_size": 1,
        "max_size": int(os.environ.get("KAOGONG_POOL", "8")),
        # While the database is away a page says so in seconds; when it is back, so is the site.
        "timeout": 5,
        "reconnect_timeout": 5,
    }
DATABASES = {"default": {**_database, "CONN_HEALTH_CHECKS": True, "OPTIONS": _options}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "locked_out.html"
AXES_IPWARE_PROXY_COUNT = int(os.environ.get("KAOGONG_PROXIES", "0"))

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [
    *(ROOT / "web" / door / "locale" for door in FRONT_DOORS),
    *(ROOT / plain / "locale" for plain in ("kernel", "rules", "indicators", "sheets", "papers", "gateways")),
]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["kaogong.config.formats"]

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("KAOGONG_STATIC", ROOT.parent / "staticfiles"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

DATA_UPLOAD_MAX_MEMORY_SIZE = 80 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 80 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

SESSION_IDLE_SECONDS = 30 * 60
SESSION_COOKIE_AGE = 12 * 60 * 60  # from the log-in on, however busy
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("KAOGONG_PROXIES") else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# The outside registers (docs/howto/connect_a_register.md). Unset: none is connected, and nobody is held up.
REGISTERS = os.environ.get("KAOGONG_REGISTERS", "")
if DEMO and not REGISTERS and "KAOGONG_DATA" in os.environ:
    REGISTERS = f"facts:{Path(os.environ['KAOGONG_DATA']) / 'registers.json'}"
REGISTERS_CREDENTIAL = os.environ.get("KAOGONG_REGISTERS_CREDENTIAL", "")
REGISTERS_TIMEOUT = float(os.environ.get("KAOGONG_REGISTERS_TIMEOUT", "5"))
REGISTERS_ATTEMPTS = int(os.environ.get("KAOGONG_REGISTERS_ATTEMPTS", "2"))
REGISTERS_AT_ONCE = int(os.environ.get("KAOGONG_REGISTERS_AT_ONCE", "500"))

# The bureau's own promise for each step of a claim, in working days; the papers set none, so none is assumed.
STEP_WORKING_DAYS = int(os.environ.get("KAOGONG_STEP_WORKING_DAYS", "0"))

# Where snapshots of the facts are kept; unset: beside the database's own folder. One installation, one folder.
SNAPSHOTS_DIR = os.environ.get("KAOGONG_SNAPSHOTS", "")

# The bureau this installation belongs to, and where the public may complain (printed on every notice).
COMPLAINT_PHONE = os.environ.get("KAOGONG_COMPLAINT_PHONE", "0532-0000-0000（示例）" if DEMO else "")
COMPLAINT_ADDRESS = os.environ.get("KAOGONG_COMPLAINT_ADDRESS", "示例区示例街道 1 号（示例）" if DEMO else "")
REGION_CODE = os.environ.get("KAOGONG_REGION", "370299")
PUBLIC_ADDRESS = os.environ.get("KAOGONG_PUBLIC_ADDRESS", "http://127.0.0.1:8000")

LOGGING_CONFIG = "kaogong.config.logs.configure"
LOGGING = {"level": os.environ.get("KAOGONG_LOG", "INFO")}
