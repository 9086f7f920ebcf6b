"""Write the generated documents: docs/states.md from the lifecycles, docs/rules.md from the rules.

``--check`` only compares.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def states() -> str:
    """Every lifecycle as a table."""
    from django.apps import apps

    from kaogong.kernel.lifecycle import Lifecycle

    lines = [
        "# State tables",
        "",
        "Generated from each app's `states.py`. The same tables make the operations' checks, the database",
        "triggers that refuse anything else, and the buttons a page shows.",
        "",
    ]
    seen = {}
    for model in apps.get_models():
        lifecycle = getattr(model, "lifecycle", None)
        if isinstance(lifecycle, Lifecycle):
            seen[lifecycle.name] = (lifecycle, model)
    for name in sorted(seen):
        lifecycle, model = seen[name]
        named = "、".join(f"{code} {label}" for code, label in lifecycle.states.items())
        lines += [
            f"## {name} ({model._meta.label})",
            "",
            f"States: {named}. Begins as `{lifecycle.initial}`.",
            "",
            "| move | from | to | permission | reason | another person than | label |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ]
        for move in lifecycle.moves:
            lines.append(
                f"| `{move.verb}` | {', '.join(move.sources)} | {move.target} | "
                f"{move.may}{' (or the system)' if move.system else ''} | {'yes' if move.reason else ''} | "
                f"{', '.join(move.not_same_person_as)} | {move.label} |"
            )
        lines.append("")
    return "\n".join(lines)


def rules() -> str:
    from kaogong.rules.reference_text import reference_text

    return reference_text()


DOCUMENTS = {"docs/states.md": states, "docs/rules.md": rules}


def main() -> int:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaogong.config.settings")
    import django

    django.setup()
    stale = []
    for name, make in DOCUMENTS.items():
        text = make().rstrip() + "\n"
        path = ROOT / name
        if not path.exists() or path.read_text() != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(text)
    print(
        "up to date"
        if not stale
        else ("stale: " if "--check" in sys.argv else "written: ") + ", ".join(stale)
    )
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
