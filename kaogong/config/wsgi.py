"""The application a server runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaogong.config.settings")
application = get_wsgi_application()
# The pages are loaded before the first visitor comes, and what is loaded stays for good: without this the
# collector walks all of it now and then, for about a tenth of a second, in the midst of some request.
get_resolver().url_patterns  # noqa: B018
gc.collect()
gc.freeze()
