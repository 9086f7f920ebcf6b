"""Structured logs: one JSON object a line, no personal data."""

import logging
import sys

import structlog


def configure(options: dict) -> None:
    """Send the standard library's and our own records through structlog as JSON lines on stderr."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=False),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [lines]
    root.setLevel(options.get("level", "INFO"))
    for noisy in ("axes", "procrastinate", "psycopg.pool", "fontTools"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
