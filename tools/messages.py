"""Collect every sentence a reader may see into the English catalogues beside the code.

``python tools/messages.py`` adds what is missing and drops what is gone; ``--check`` only says so.
Sources: gettext calls, templates, the docstrings of refusals, and the labels of lifecycles and roles.
"""

import ast
import io
import os
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "kaogong"
DOORS = ("bureau", "provider", "learner", "portal")
TOLD = "told"  # context of what a timeline says: English tells it in another form than a button does
CALLS = {"gettext", "gettext_lazy", "gettext_noop", "_", "N_", "tr"}
SHELL = {"cli", "demo"}  # speak to the operator at the Chinese prompt, not to a reader of pages
# Header lines that say nothing, or change with the day and the tool.
UNSAID = (
    '"Project-Id',
    '"Report-Msgid',
    '"POT-Creation',
    '"PO-Revision',
    '"Last-Trans',
    '"Language-Team',
    '"Generated-By',
)
CONTEXT_ENDS = "\x04"  # between context and sentence, as gettext writes it
FULL_WIDTH = "，；：、（）"  # alone between two values, these too are said otherwise in English
LABELLED = {
    "Move": {"label", "confirm"},
    "Lifecycle": set(),
    "Role": {"label"},
    "Link": {"label"},
    "Word": {"label"},
    "act": {"done"},
}


def key_of(message: Message) -> str:
    """A catalogue entry as gettext keys it."""
    return f"{message.context}{CONTEXT_ENDS}{message.id}" if message.context else str(message.id)


def owner_of(path: Path) -> Path:
    """The folder whose catalogue holds the sentences of this file."""
    parts = path.relative_to(HOUSE).parts
    if parts[0] == "web" and len(parts) > 1 and parts[1] in DOORS:
        return HOUSE / "web" / parts[1]
    return HOUSE / parts[0]


def has_chinese(text: str) -> bool:
    return any("\u3400" <= char <= "\u9fff" or char in FULL_WIDTH or ord(char) > 0x20000 for char in text)


def refusal_names() -> set[str]:
    """Names of all classes that descend, by name, from Refused."""
    bases: dict[str, set[str]] = {}
    for path in HOUSE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                bases.setdefault(node.name, set()).update(
                    base.id if isinstance(base, ast.Name) else getattr(base, "attr", "")
                    for base in node.bases
                )
    known = {"Refused"}
    while True:
        more = {name for name, parents in bases.items() if parents & known} - known
        if not more:
            return known
        known |= more


def sentences_of_python(path: Path, refusals: set[str]) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef) and node.name in refusals:
            docstring = ast.get_docstring(node)
            if docstring:
                found.add(" ".join(docstring.split()))
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in CALLS and node.args and isinstance(node.args[0], ast.Constant):
            context = f"{TOLD}{CONTEXT_ENDS}" if path.name.startswith("verbs") else ""
            found.add(context + str(node.args[0].value))
        if name in LABELLED:
            for keyword in node.keywords:
                if keyword.arg in LABELLED[name] and isinstance(keyword.value, ast.Constant):
                    found.add(str(keyword.value.value))
                if name == "Lifecycle" and keyword.arg == "states" and isinstance(keyword.value, ast.Dict):
                    found |= {v.value for v in keyword.value.values if isinstance(v, ast.Constant)}
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    found.add(argument.value)
                if name == "Lifecycle" and isinstance(argument, ast.Dict):
                    found |= {v.value for v in argument.values if isinstance(v, ast.Constant)}
    if path.name.startswith("navigation"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.value != ast.get_docstring(ast.parse(path.read_text()))
            ):
                found.add(node.value)
    return {text for text in found if has_chinese(text)}


def sentences_of_indicators(path: Path) -> set[str]:
    """What the register of indicators shows: names, units, definitions, and labels of facts and columns."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {
            "indicator",
            "Fact",
            "Column",
            "_code",
        }:
            said = [
                *node.args,
                *(keyword.value for keyword in node.keywords if keyword.arg in {"name", "unit"}),
            ]
            found |= {v.value for v in said if isinstance(v, ast.Constant) and isinstance(v.value, str)}
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            found |= {
                v.value for k, v in pairs if getattr(k, "value", "") == "unit" and isinstance(v, ast.Constant)
            }
        if isinstance(node, ast.FunctionDef) and any(
            isinstance(one, ast.Call) and getattr(one.func, "id", "") == "indicator"
            for one in node.decorator_list
        ):
            found.add(" ".join((ast.get_docstring(node) or "").split("\n\n")[0].split()))
    return {text for text in found if has_chinese(text)}


def sentences_of_template(path: Path) -> set[str]:
    from django.utils.translation.template import templatize

    source = templatize(path.read_text()).encode()
    found: set[str] = set()
    for _line, _function, message, _comments in extract_python(
        io.BytesIO(source), ["gettext", "_", "gettext_noop"], [], {"encoding": "utf-8"}
    ):
        found.update([message] if isinstance(message, str) else [m for m in message if m])
    return {text for text in found if has_chinese(text)}


def coded_words() -> set[str]:
    """Labels that stand behind a stored code and are put together where they are declared."""
    from kaogong.kernel.certificate_number import CertificateKind
    from kaogong.kernel.levels import LEVELS

    return {level.label for level in LEVELS} | {kind.label for kind in CertificateKind}


def sentences() -> dict[Path, set[str]]:
    """Catalogue folder -> the sentences it must hold; one said in ``web`` or ``kernel`` is not said again."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaogong.config.settings")
    refusals = refusal_names()
    result: dict[Path, set[str]] = {}
    for path in sorted(HOUSE.rglob("*.py")):
        if "migrations" not in path.parts:
            result.setdefault(owner_of(path), set()).update(sentences_of_python(path, refusals))
    for path in sorted((HOUSE / "indicators").rglob("*.py")):
        result.setdefault(HOUSE / "indicators", set()).update(sentences_of_indicators(path))
    result.setdefault(HOUSE / "kernel", set()).update(coded_words())
    for path in sorted(HOUSE.rglob("*.html")):
        result.setdefault(owner_of(path), set()).update(sentences_of_template(path))
    return {owner: texts for owner, texts in result.items() if texts and owner.name not in SHELL}


def po_path(owner: Path) -> Path:
    return owner / "locale" / "en" / "LC_MESSAGES" / "django.po"


def read(owner: Path) -> Catalog:
    path = po_path(owner)
    if not path.exists():
        return Catalog(locale="en", charset="utf-8")
    with path.open("rb") as handle:
        return read_po(handle, locale="en", charset="utf-8")


def faults() -> list[str]:
    """Sentences without English, and catalogue entries nothing says any more."""
    found = []
    for owner, texts in sentences().items():
        catalogue = {key_of(message): message.string for message in read(owner) if message.id}
        place = owner.relative_to(ROOT)
        found += [f"{place}: no English for “{text}”" for text in sorted(texts) if not catalogue.get(text)]
        found += [f"{place}: nothing says “{text}” any more" for text in sorted(set(catalogue) - texts)]
    return found


def update() -> None:
    for owner, texts in sentences().items():
        old = {key_of(message): message.string for message in read(owner) if message.id}
        new = Catalog(
            locale="en", charset="utf-8", fuzzy=False, header_comment="# English of Chinese sentences."
        )
        for text in sorted(texts):
            context, _, sentence = text.rpartition(CONTEXT_ENDS)
            new.add(sentence, old.get(text, ""), context=context or None)
        path = po_path(owner)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as handle:
            write_po(handle, new, omit_header=False, width=0, sort_output=True)
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not line.startswith(UNSAID)))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if "--check" in sys.argv:
        problems = faults()
        print("\n".join(problems) or "every sentence has its English")
        sys.exit(1 if problems else 0)
    update()
    missing = [fault for fault in faults() if "no English" in fault]
    print(f"{len(missing)} sentences await their English")
