"""Write every package, direct or not, at one version into pyproject's constraint list.

One resolution for all systems and Python versions, by name and version only: no addresses.
"""

import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
LIST = re.compile(r"(?m)^constraint-dependencies = \[\n(?:  .*\n)*\]")


def main() -> int:
    text = PROJECT.read_text(encoding="utf-8")
    free = PROJECT.with_name("unpinned.toml")
    free.write_text(LIST.sub("constraint-dependencies = []", text), encoding="utf-8")
    try:
        pins = resolve(free)
    finally:
        free.unlink()
    lines = "".join(f'  "{pin}",\n' for pin in pins)
    PROJECT.write_text(
        LIST.sub(lambda _: f"constraint-dependencies = [\n{lines}]", text), encoding="utf-8", newline="\n"
    )
    return 0


def resolve(project: Path) -> list[str]:
    """The newest versions that agree, one line a package, with the system it is for where not all."""
    words = ["uv", "pip", "compile", "--universal", "--upgrade", "--python-version", "3.11", "--quiet"]
    words += [
        "--no-annotate",
        "--no-header",
        "--no-sources",
        "--no-config",
        "--group",
        f"{project}:dev",
        str(project),
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return [line.strip().replace('"', "'") for line in done.stdout.splitlines() if line.strip()]


if __name__ == "__main__":
    sys.exit(main())
