"""Who did what, when and why: append-only, sealed in hash-chained batches."""


def append_only_tables() -> list[str]:
    """Names of the tables on which the application's role may only SELECT and INSERT."""
    from django.apps import apps

    return sorted(m._meta.db_table for m in apps.get_models() if getattr(m, "append_only", False))
