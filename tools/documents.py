"""Write the generated documents: docs/states.md from the lifecycles; docs/rules.md, docs/rules/ and the words in
rulebook/schema.json from the registers of rules; reference/indicator_tests.json from the tests that name indicators.

``--check`` only compares.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


sys.path.insert(0, str(ROOT / "tools"))
import indicator_tests  # noqa: E402  (beside this file, whoever loads it)


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


def schema() -> str:
    from kaogong.rules.schema_text import schema_text

    return schema_text((ROOT / "rulebook/schema.json").read_text(encoding="utf-8"))


def rule_pages() -> dict[str, str]:
    from kaogong.rules.reference_text import reference_pages

    return {f"docs/{name}": text for name, text in reference_pages().items()}


def documents() -> dict[str, str]:
    """Every generated document by its path. The schema comes first: the rest reads the rulebook by it."""
    made = {"rulebook/schema.json": schema(), "docs/states.md": states(), "docs/rules.md": rules()}
    made[indicator_tests.NAME] = indicator_tests.indicator_tests(ROOT)
    return made | rule_pages()


def main() -> int:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaogong.config.settings")
    import django

    django.setup()
    checking = "--check" in sys.argv
    if not checking:  # what is generated next reads the rulebook, which the schema must already allow
        (ROOT / "rulebook/schema.json").write_text(schema().rstrip() + "\n", encoding="utf-8")
    made = documents()
    stale = [name for name, text in made.items() if _kept(ROOT / name) != text.rstrip() + "\n"]
    left_over = [
        path
        for path in sorted((ROOT / "docs/rules").rglob("*.md"))
        if str(path.relative_to(ROOT)) not in made
    ]
    if not checking:
        for name in stale:
            (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / name).write_text(made[name].rstrip() + "\n", encoding="utf-8")
        for path in left_over:
            path.unlink()
    stale += [str(path.relative_to(ROOT)) for path in left_over]
    print("up to date" if not stale else ("stale: " if checking else "written: ") + ", ".join(stale))
    return 1 if stale and checking else 0


def _kept(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
