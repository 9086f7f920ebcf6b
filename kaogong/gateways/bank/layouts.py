"""The shapes of bank files, as dated data in ``reference/bank_layouts``: one file a layout."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import yaml

from kaogong.kernel.reference import reference_dir

from .lines import LayoutMalformed, LayoutUnknown

DEFAULT = "sheet"
KINDS = ("sheet", "fixed", "delimited", "pain.001")
ANSWERS = ("sheet", "fixed", "delimited", "pain.002")
HEAD_FIELDS = frozenset({"batch_number", "made_on", "count", "total", "total_fen", "payer_name",
                         "payer_account", "payer_bank"})  # fmt: skip
LINE_FIELDS = frozenset({"sequence", "batch_number", "reference", "holder", "account", "bank_name", "amount",
                         "amount_fen", "purpose", "result", "reason", "answered_on"})  # fmt: skip
CODES = {
    "budget_unit": "预算单位编码",
    "function_subject": "支出功能分类科目",
    "economic_subject": "支出经济分类科目",
    "project": "项目代码",
    "quota_number": "授权支付额度号",
    "application_number": "支付申请书编号",
}
PAYER = {"payer_name": "付款户名", "payer_account": "付款账号", "payer_bank": "付款开户银行"}
NEWLINES = {"crlf": "\r\n", "lf": "\n"}


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a record: a fixed text, or a field with its width in bytes or its most characters."""

    label: str
    field: str = ""
    text: str = ""
    width: int = 0
    most: int = 0
    pad: str = " "
    align: str = "left"
    format: str = "%Y%m%d"


Record = tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """How a bank answers a payment file of this layout."""

    kind: str
    line: Record = ()
    header: Record = ()
    page: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edition:
    """One layout as it was from one day on."""

    code: str
    label: str
    label_en: str
    since: date
    source: str
    illustrative: bool
    kind: str
    extension: str
    line: Record
    answer: Answer
    header: Record = ()
    trailer: Record = ()
    encoding: str = "utf-8"
    separator: str = "|"
    newline: str = "\r\n"
    page: str = ""
    needs: tuple[str, ...] = ()

    @property
    def needs_labels(self) -> dict[str, str]:
        """What the fund has to say for this layout, by name."""
        return {name: (PAYER | CODES)[name] for name in self.needs}


@lru_cache(maxsize=1)
def _all() -> dict[str, list[Edition]]:
    found = []
    for path in sorted((reference_dir() / "bank_layouts").glob("*.yaml")):
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        found.append(
            (told.get("order", 99), [_edition(path.name, told, day) for day in sorted(told["editions"])])
        )
    return {editions[0].code: editions for _, editions in sorted(found, key=lambda one: one[0])}


def layouts(on: date) -> list[Edition]:
    """Every layout in use on the day, the general ones first."""
    return [last for editions in _all().values() if (last := _in_force(editions, on))]


def layout(code: str, on: date) -> Edition:
    """One layout as it is on the day, or LayoutUnknown."""
    found = _in_force(_all().get(code, []), on)
    if found is None:
        raise LayoutUnknown(code=code, on=on.isoformat())
    return found


def edition(code: str, since: date) -> Edition:
    """The very edition a batch was written in, or LayoutUnknown."""
    found = next((one for one in _all().get(code, []) if one.since == since), None)
    if found is None:
        raise LayoutUnknown(code=code, on=since.isoformat())
    return found


def every_edition() -> list[Edition]:
    """All editions of all layouts: an old file may still be answered."""
    return [one for editions in _all().values() for one in editions]


def _in_force(editions: list[Edition], on: date) -> Edition | None:
    return next((one for one in reversed(editions) if one.since <= on), None)


def _edition(file: str, told: Mapping[str, Any], since: date) -> Edition:
    body = told["editions"][since]
    answer = body["answer"]
    if body["kind"] not in KINDS or answer["kind"] not in ANSWERS:
        raise LayoutMalformed(file=file, problem=f"kind {body['kind']} / {answer['kind']}")
    unknown = set(body.get("needs", ())) - set(PAYER) - set(CODES)
    if unknown:
        raise LayoutMalformed(file=file, problem=f"needs {sorted(unknown)}")
    fixed = {"fixed": body["kind"] == "fixed", "file": file}
    answer_fixed = {"fixed": answer["kind"] == "fixed", "file": file}
    known = set(PAYER) | set(CODES)
    return Edition(
        code=told["code"],
        label=told["label"],
        label_en=told["label_en"],
        since=since,
        source=told["source"],
        illustrative=told.get("illustrative", False),
        kind=body["kind"],
        extension=body["extension"],
        header=_record(body.get("header", ()), HEAD_FIELDS | known, **fixed),
        line=_record(body["line"], LINE_FIELDS | known, **fixed),
        trailer=_record(body.get("trailer", ()), HEAD_FIELDS | known, **fixed),
        encoding=body.get("encoding", "utf-8"),
        separator=body.get("separator", "|"),
        newline=NEWLINES[body.get("newline", "crlf")],
        page=body.get("page", ""),
        needs=tuple(body.get("needs", ())),
        answer=Answer(
            kind=answer["kind"],
            header=_record(answer.get("header", ()), HEAD_FIELDS, **answer_fixed),
            line=_record(answer.get("line", ()), LINE_FIELDS, **answer_fixed),
            page=answer.get("page", ""),
            words=answer.get("words", {}),
        ),
    )


def _record(told: Any, known: frozenset[str] | set[str], *, fixed: bool, file: str) -> Record:
    places = []
    for one in told:
        place = Place(
            label=one.get("label", ""), **{key: value for key, value in one.items() if key != "label"}
        )
        if bool(place.field) == bool(place.text):
            raise LayoutMalformed(file=file, problem=f"{one}: field 或 text 取其一")
        if place.field and place.field not in known:
            raise LayoutMalformed(file=file, problem=f"没有字段 {place.field}")
        if fixed and place.field and not place.width:
            raise LayoutMalformed(file=file, problem=f"{place.field} 没有宽度")
        places.append(place)
    return tuple(places)
