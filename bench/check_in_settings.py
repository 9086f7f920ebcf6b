"""The product's own settings with one address more: the bare insert beside which check-ins are measured."""

import os

from kaogong.config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.check_in_bare"
if os.environ.get("BENCH_WITHOUT_MIDDLEWARE") == "1":
    MIDDLEWARE: list[str] = []
