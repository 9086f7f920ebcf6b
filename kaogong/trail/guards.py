"""PostgreSQL triggers that refuse. They never write; see docs/decisions/0006-guards.md."""

import pgtrigger

from kaogong.kernel.lifecycle import Lifecycle


class LifecycleGuard(pgtrigger.Trigger):
    """Refuses an INSERT in a state other than the first and an UPDATE along no move of the table."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.UpdateOf("status")

    def __init__(self, lifecycle: Lifecycle) -> None:
        pairs = ", ".join(f"('{a}', '{b}')" for a, b in sorted(lifecycle.pairs))
        super().__init__(
            name="lifecycle_guard",
            func=f"""
                IF TG_OP = 'INSERT' THEN
                    IF NEW.status <> '{lifecycle.initial}' THEN
                        RAISE EXCEPTION '{lifecycle.name}: may not begin as %', NEW.status
                            USING ERRCODE = 'check_violation';
                    END IF;
                ELSIF OLD.status <> NEW.status
                      AND (OLD.status, NEW.status) NOT IN ({pairs}) THEN
                    RAISE EXCEPTION '{lifecycle.name}: no move from % to %', OLD.status, NEW.status
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            """,
        )


def append_only() -> list[pgtrigger.Trigger]:
    """Rows may be added, never changed, removed or truncated."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        _never_truncated(),
    ]


def kept_but_sealed_anew(*fields: str) -> list[pgtrigger.Trigger]:
    """As append_only, but what is sealed beside these fields may be sealed again when a key is changed."""
    return [
        pgtrigger.Protect(name="never_removed", operation=pgtrigger.Delete),
        _never_truncated(),
        frozen(*fields),
    ]


def _never_truncated() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="never_truncated",
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        func="RAISE EXCEPTION 'append-only: % may not be truncated', TG_TABLE_NAME;",
    )


def frozen(*fields: str, name: str = "frozen_fields") -> pgtrigger.Trigger:
    """These fields keep the value they were inserted with."""
    return pgtrigger.Protect(
        name=name,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange(*fields),
    )
