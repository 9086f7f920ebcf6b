"""Write every package, direct or not, at one version into pyproject's constraint list.

One resolution for all systems and Python versions, by name and version only: no addresses.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
LIST = re.compile(r"(?m)^constraint-dependencies = \[\n(?:  .*\n)*\]")


def main() -> int:
    text = PROJECT.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        free = Path(folder) / "pyproject.toml"
        free.write_text(LIST.sub("constraint-dependencies = []", text), encoding="utf-8")
        pins = resolve(free)
    lines = "".join(f'  "{pin}",\n' for pin in pins)
    PROJECT.write_text(
        LIST.sub(lambda _: f"constraint-dependencies = [\n{lines}]", text), encoding="utf-8", newline="\n"
    )
    return 0


def resolve(project: Path) -> list[str]:
    """The newest versions that agree, one line a package, with the system it is for where not all."""
    words = ["uv", "pip", "compile", "--universal", "--upgrade", "--python-version", "3.11", "--quiet"]
    words += ["--no-annotate", "--no-header", "--group", "dev", "--group", "bench", "--extra", "spark"]
    words += [project.name]
    done = subprocess.run(words, cwd=project.parent, stdout=subprocess.PIPE, text=True, check=True)
    return [line.strip().replace('"', "'") for line in done.stdout.splitlines() if line.strip()]


if __name__ == "__main__":
    sys.exit(main())
