"""load(): the rulebook's files read, checked and assembled; every mistake is located, nothing half-loads."""

from __future__ import annotations

import difflib
import json
import re
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema

from kaogong.rules import (
    amount_kinds,  # noqa: F401  (registers the ways to reach a sum)
    checking,
    conditions,
    conditions_grants,
    conditions_history,
    conditions_work,
    limit_kinds,  # noqa: F401  (registers caps, shares and stages)
    located,
)
from kaogong.rules.errors import Problem, RulebookMalformed
from kaogong.rules.located import Located
from kaogong.rules.rulebook import Rulebook

CONDITION_MODULES = (conditions, conditions_history, conditions_work, conditions_grants)
_CONDUCT = re.compile(r"[^/]+/conduct/[^/]+\.yaml")
_loaded: dict[Path, Rulebook] = {}


def load(path: str | Path | None = None) -> Rulebook:
    """The rulebook at ``path`` (default: the one shipped), checked; a folder is read once a process."""
    root = Path(path).resolve() if path else shipped_folder()
    if root not in _loaded:
        _loaded[root] = read(root)
    return _loaded[root]


def shipped_folder() -> Path:
    """The rulebook beside the source tree, or the one installed with the package."""
    package = Path(__file__).resolve().parents[1]
    beside, installed = package.parent / "rulebook", package.parent / "kaogong_data" / "rulebook"
    return beside if (beside / "schema.json").exists() else installed


def read(root: Path) -> Rulebook:
    """Read and check a rulebook folder afresh; raises RulebookMalformed with every problem found."""
    return opened(root)[0]


def opened(root: Path) -> tuple[Rulebook, dict[str, Located]]:
    """The rulebook in a folder, and its files with the line of everything they say."""
    files, problems = _files(root)
    if problems:
        raise RulebookMalformed(problems)
    return together(files), files


def together(files: dict[str, Located]) -> Rulebook:
    """Files that are each in shape as one rulebook; raises RulebookMalformed where they do not fit together."""
    if problems := checking.problems(files):
        raise RulebookMalformed(problems)
    return Rulebook(assemble(files))


def assemble(files: dict[str, Located]) -> dict[str, Any]:
    """The files' contents as one plain tree, independent of how they are laid out."""
    content: dict[str, Any] = {"documents": {}, "groups": {}, "regions": {}}
    schemes, parameters, conduct = [], {}, []
    for name, file in sorted(files.items()):
        said = dict(file.content)
        match kind_of(name):
            case "document":
                content["documents"][said.pop("document")] = said
            case "groups":
                content["groups"] = said["groups"]
            case "parameters":
                parameters[name.split("/")[0]] = said["parameters"]
            case "conduct":
                conduct.append((name.split("/")[0], said.pop("conduct"), said))
            case "region":
                content["regions"][said.pop("region")] = said | {"schemes": {}}
            case "scheme":
                schemes.append((name.split("/")[0], said.pop("scheme"), said))
    for region, code, said in schemes:
        content["regions"][region]["schemes"][code] = said
    for region, said in parameters.items():
        content["regions"][region]["parameters"] = said
    for region, topic, said in conduct:
        content["regions"][region].setdefault("conduct", {})[topic] = said
    return content


def kind_of(name: str) -> str:
    """What a file under the rulebook folder holds, told by its place."""
    folder, _, last = name.rpartition("/")
    if name == "groups.yaml":
        return "groups"
    if folder == "documents":
        return "document"
    if folder.endswith("/conduct"):
        return "conduct"
    return {"region.yaml": "region", "parameters.yaml": "parameters"}.get(last, "scheme")


def _files(root: Path) -> tuple[dict[str, Located], list[Problem]]:
    files: dict[str, Located] = {}
    problems: list[Problem] = []
    paths = [path for path in sorted(root.rglob("*")) if path.suffix.lower() in (".yaml", ".yml")]
    if not paths:
        return files, [Problem(str(root), 1, "这里没有政策规则库文件（*.yaml）")]
    for path in paths:
        name = path.relative_to(root).as_posix()
        if path.suffix != ".yaml":
            problems.append(Problem(name, 1, "文件名应以小写的 .yaml 结尾，否则不会被读取"))
            continue
        if "cases" in path.relative_to(root).parts[:-1]:
            continue
        try:
            raw = path.read_bytes()
        except OSError as error:
            problems.append(Problem(name, 1, f"文件不能读取（{error.strerror}）"))
            continue
        file = in_shape(name, raw)
        if isinstance(file, list):
            problems += file
        else:
            files[name] = file
    return files, problems


def in_shape(name: str, raw: bytes) -> Located | list[Problem]:
    """One file read and held against the schema: its content, or everything wrong with it."""
    file = located.read(name, raw)
    if isinstance(file, Problem):
        return [file]
    if (name.count("/") > 1 and not _CONDUCT.fullmatch(name)) or (
        name.count("/") == 0 and name != "groups.yaml"
    ):
        return [Problem(name, 1, "应放在 documents/、区划代码的文件夹，或其下的 conduct/ 里")]
    return shape_problems(file, kind_of(name)) or file


def shape_problems(file: Located, kind: str) -> list[Problem]:
    """Where a file departs from rulebook/schema.json, in words."""
    errors = islice(_validator(kind).iter_errors(file.content), checking.MOST_PROBLEMS)
    return [
        file.problem((*error.absolute_path, *_strangers(error)[:1]), _in_words(error)) for error in errors
    ]


def _is_name(error: jsonschema.ValidationError) -> bool:
    """Whether the error is about a name on the left of a colon, not about what stands to its right."""
    return "propertyNames" in error.absolute_schema_path


def _strangers(error: jsonschema.ValidationError) -> list[str]:
    """The names that should not be there, when that is what the error is about."""
    if _is_name(error):
        return [error.instance]
    if error.validator != "additionalProperties":
        return []
    known, patterns = error.schema.get("properties", {}), error.schema.get("patternProperties", {})
    return [
        name
        for name in error.instance
        if name not in known and not any(re.search(pattern, name) for pattern in patterns)
    ]


@lru_cache
def _validator(kind: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((shipped_folder() / "schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]})


_TYPES = {
    "object": "“名称: 值”的一组",
    "array": "列表（每项以 - 开头）",
    "string": "文字（数字请加引号）",
    "integer": "整数",
    "boolean": "true 或 false",
}


def _in_words(error: jsonschema.ValidationError) -> str:
    at = "“" + "/".join(str(step) for step in error.absolute_path) + "”" if error.absolute_path else "文件"
    found, rule = error.instance, error.validator_value
    shown = f"，现为 {found!s:.40}" if not isinstance(found, dict | list) else ""
    if _is_name(error) and error.validator == "enum":
        return f"没有“{found!s:.40}”{error.schema.get('description', '这个名称')}；{_nearest(found, rule)}"
    match error.validator:
        case "type":
            names = rule if isinstance(rule, list) else [rule]
            return f"{at}应为{'或'.join(_TYPES.get(name, name) for name in names)}{shown}"
        case "required":
            lacking = [name for name in rule if name not in found]
            return f"{at}缺少 {'、'.join(lacking)}"
        case "additionalProperties":
            strangers = "、".join(_strangers(error))
            known = "、".join(error.schema.get("properties", {})) or error.schema.get("description", "")
            return f"{at}里没有“{strangers}”这一项；可用：{known}"
        case "enum":
            return f"{at}应为其中之一：{'、'.join(map(str, rule))}{shown}"
        case "pattern":
            return f"{at}应形如 {error.schema.get('description', rule)}{shown}"
        case "minimum":
            return f"{at}应不小于 {rule}{shown}"
        case "minItems" | "minLength" | "minProperties":
            return f"{at}不能为空"
        case "oneOf" | "anyOf" | "dependentRequired":
            return f"{at}应为{error.schema.get('description', '其中一种写法')}{shown}"
    return f"{at}：{error.message[:200]}"


def _nearest(word: str, words: list[str]) -> str:
    """The words most like a mistyped one, or all of them."""
    alike = difflib.get_close_matches(word, words)
    return f"相近的有：{'、'.join(alike)}" if alike else f"可用：{'、'.join(words)}"
