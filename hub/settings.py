"""Django settings, all that differs from place to place by environment variable.

HUB_DB                 SQLite file; default ``hub.sqlite3`` in the current folder
HUB_SECRET_KEY         Django's secret; without it one is drawn at each start
HUB_PRIVATE_KEY_FILE   private keys that open sealed records, 64 hex digits a line (``make_keys`` writes one)
HUB_ALLOWED_HOSTS      host names, with commas; default loopback
HUB_MAX_BODY           bytes of one request at most; default 2 MiB
HUB_PAGE_PASSWORD      password of the page (any user name); without it the page is shown on this machine alone
HUB_DEBUG              1 for Django's debug pages; never in production
"""

import os
import secrets
from pathlib import Path

SECRET_KEY = os.environ.get("HUB_SECRET_KEY") or secrets.token_urlsafe(50)
DEBUG = os.environ.get("HUB_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("HUB_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

HUB_PRIVATE_KEY_FILE = os.environ.get("HUB_PRIVATE_KEY_FILE", "")
HUB_MAX_BODY = int(os.environ.get("HUB_MAX_BODY", str(2 << 20)))
HUB_PAGE_PASSWORD = os.environ.get("HUB_PAGE_PASSWORD", "")

INSTALLED_APPS = ["hub.fleet"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "hub.fleet.limits.refuse_large"]
ROOT_URLCONF = "hub.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(Path(os.environ.get("HUB_DB", "hub.sqlite3"))),
        "OPTIONS": {
            # A terminal deletes its copy on our word: the word may leave only when the disk has the record.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = HUB_MAX_BODY

USE_TZ = True
TIME_ZONE = "Europe/Paris"
LANGUAGE_CODE = "fr"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
