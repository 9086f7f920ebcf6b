"""Bank statements: what the bank booked on one account over some days. camt.053 and fixed width are read here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

import yaml
from lxml import etree

from kaogong.kernel.reference import reference_dir

from .iso20022 import CURRENCY, opened
from .layouts import Place
from .lines import AnswerUnreadable

# At most thirteen digits of yuan: no account holds more, and every sum stays whole wherever it is kept.
_AMOUNT = re.compile(r"([+-]?)([0-9]{1,13}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.([0-9]{0,2}0*))?")


@dataclass(slots=True)
class Booked:
    """One line the bank booked: positive came in, negative went out."""

    row_number: int
    booked_on: date
    amount_fen: int
    serial: str = ""
    counter_name: str = ""
    counter_account: str = ""
    remark: str = ""
    balance_fen: int | None = None


@dataclass(slots=True)
class StatementTold:
    """One statement as its file tells it; None where the file does not say."""

    lines: list[Booked]
    account: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    opening_fen: int | None = None
    closing_fen: int | None = None
    layout_code: str = ""
    problems: dict[int, list[str]] = field(default_factory=dict)


def read_statement(data: bytes, filename: str) -> StatementTold | None:
    """What an XML or fixed-width statement says; None where it is a table for the sheets reader."""
    start = data[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith(b"<?xml") or start.startswith(b"<Document"):
        return _camt053(data, filename)
    return _fixed(data, filename)


def fen_of(text: str) -> int:
    """Yuan as text in exact fen; ValueError where it is no amount."""
    told = _AMOUNT.fullmatch(text.strip())
    if told is None:
        raise ValueError(text)
    fen = int(told[2].replace(",", "")) * 100 + int((told[3] or "").rstrip("0").ljust(2, "0"))
    return -fen if told[1] == "-" else fen


def _camt053(data: bytes, filename: str) -> StatementTold:
    root = opened(data, filename)
    space = etree.QName(root).namespace or ""
    if ":camt.053." not in f":{space.rpartition(':')[2]}":
        raise AnswerUnreadable(filename=filename, problem=f"报文不是对账单 camt.053，而是“{space or '未知'}”")
    near = {"m": space}
    statements = root.findall("m:BkToCstmrStmt/m:Stmt", near)
    if len(statements) != 1:
        raise AnswerUnreadable(filename=filename, problem=f"报文里有{len(statements)}份对账单，一次读一份")
    statement = statements[0]
    try:
        balances = dict(_balances(statement, near))
        told = StatementTold(
            lines=list(_entries(statement, near)),
            account=_said(statement, "Acct/Id/Othr/Id", near) or _said(statement, "Acct/Id/IBAN", near),
            starts_on=_day(_said(statement, "FrToDt/FrDtTm", near)),
            ends_on=_day(_said(statement, "FrToDt/ToDtTm", near)),
            opening_fen=balances.get("OPBD", balances.get("PRCD")),
            closing_fen=balances.get("CLBD"),
            layout_code="camt.053",
        )
    except ValueError as fault:
        raise AnswerUnreadable(filename=filename, problem=f"“{fault}”看不懂") from fault
    return told


def _balances(statement: etree._Element, near: dict[str, str]) -> Iterator[tuple[str, int]]:
    for balance in statement.findall("m:Bal", near):
        fen = _amount(balance, near)
        yield _said(balance, "Tp/CdOrPrtry/Cd", near), -fen if _is_debit(balance, near) else fen


def _amount(node: etree._Element, near: dict[str, str]) -> int:
    """The fen of a balance or an entry; another currency is no amount here."""
    told = node.find("m:Amt", near)
    currency = told.get("Ccy", CURRENCY) if told is not None else CURRENCY
    if currency != CURRENCY:
        raise ValueError(f"{currency} {_said(node, 'Amt', near)}")
    return fen_of(_said(node, "Amt", near))


def _is_debit(node: etree._Element, near: dict[str, str]) -> bool:
    """Whether it went out or is owed; an entry that does not say which way is not guessed at."""
    side = _said(node, "CdtDbtInd", near)
    if side not in ("DBIT", "CRDT"):
        raise ValueError(f"CdtDbtInd {side}")
    return side == "DBIT"


def _entries(statement: etree._Element, near: dict[str, str]) -> Iterator[Booked]:
    """A booked entry is one line, or as many as the details whose amounts add up to it."""
    number = 0
    for entry in statement.findall("m:Ntry", near):
        if (_said(entry, "Sts/Cd", near) or _said(entry, "Sts", near)) != "BOOK":
            continue
        whole, is_debit = _amount(entry, near), _is_debit(entry, near)
        details = entry.findall("m:NtryDtls/m:TxDtls", near)
        parts = [_amount(one, near) for one in details if _said(one, "Amt", near)]
        if len(parts) != len(details) or sum(parts) != whole:
            details, parts = details[:1] if len(details) == 1 else [], [whole]
        for position, fen in enumerate(parts):
            number += 1
            one = details[position] if position < len(details) else entry
            party = "Cdtr" if is_debit else "Dbtr"
            words = [
                _said(one, "Refs/EndToEndId", near), _said(one, "Refs/PmtInfId", near),
                _said(one, "RmtInf/Ustrd", near), _said(one, "RtrInf/AddtlInf", near),
                _said(entry, "AddtlNtryInf", near),
            ]  # fmt: skip
            serial = _said(entry, "AcctSvcrRef", near)
            yield Booked(
                row_number=number,
                booked_on=_booked_on(entry, near),
                amount_fen=-fen if is_debit else fen,
                serial=f"{serial}-{position + 1}" if serial and len(parts) > 1 else serial,
                counter_name=_said(one, f"RltdPties/{party}/Nm", near)
                or _said(one, f"RltdPties/{party}/Pty/Nm", near),
                counter_account=_said(one, f"RltdPties/{party}Acct/Id/Othr/Id", near)
                or _said(one, "RltdPties/CdtrAcct/Id/Othr/Id", near),
                remark=" ".join(word for word in words if word and word != "NOTPROVIDED"),
            )


def _said(node: etree._Element, path: str, near: dict[str, str]) -> str:
    found = node.find("/".join(f"m:{step}" for step in path.split("/")), near)
    return (found.text or "").strip() if found is not None else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        raise ValueError(text) from None


def _booked_on(entry: etree._Element, near: dict[str, str]) -> date:
    day = _day(_said(entry, "BookgDt/Dt", near) or _said(entry, "BookgDt/DtTm", near))
    if day is None:
        raise ValueError("BookgDt")
    return day


@dataclass(frozen=True, slots=True)
class _Edition:
    code: str
    encoding: str
    header: tuple[Place, ...]
    line: tuple[Place, ...]


@lru_cache(maxsize=1)
def _editions() -> list[_Edition]:
    found = []
    for path in sorted((reference_dir() / "bank_statements").glob("*.yaml")):
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        for day in sorted(told["editions"], reverse=True):
            body = told["editions"][day]
            header, line = (
                tuple(Place(label="", **place) for place in body[name]) for name in ("header", "line")
            )
            found.append(_Edition(told["code"], body["encoding"], header, line))
    return found


def _fixed(data: bytes, filename: str) -> StatementTold | None:
    rows = [row for row in data.replace(b"\r\n", b"\n").split(b"\n") if row.strip()]
    for edition in _editions():
        head = _cut(edition.header, rows[0], edition.encoding) if rows else None
        if head is None:
            continue
        lines = []
        for number, row in enumerate(rows[1:], 2):
            cells = _cut(edition.line, row, edition.encoding)
            if cells is None:
                raise AnswerUnreadable(filename=filename, problem=f"第{number}行的长度与定长格式不符")
            lines.append(_fixed_line(number, cells, filename))
        if head["count"] and head["count"].lstrip("0") != (str(len(lines)) if lines else ""):
            told = head["count"].lstrip("0") or "0"
            raise AnswerUnreadable(filename=filename, problem=f"文件头说有{told}笔，实有{len(lines)}笔")
        try:
            return StatementTold(
                lines=lines, account=head["account"], starts_on=_compact_day(head["starts_on"]),
                ends_on=_compact_day(head["ends_on"]), opening_fen=fen_of(head["opening"]),
                closing_fen=fen_of(head["closing"]), layout_code=edition.code,
            )  # fmt: skip
        except ValueError as fault:
            raise AnswerUnreadable(filename=filename, problem=f"文件头的“{fault}”看不懂") from fault
    return None


def _fixed_line(number: int, cells: dict[str, str], filename: str) -> Booked:
    try:
        fen = fen_of(cells["amount"])
        if cells["side"] not in ("D", "C"):
            raise ValueError(cells["side"])
        return Booked(
            row_number=number,
            booked_on=_compact_day(cells["booked_on"]),
            amount_fen=-fen if cells["side"] == "D" else fen,
            serial=cells["serial"],
            counter_name=cells["counter_name"],
            counter_account=cells["counter_account"],
            remark=cells["remark"],
            balance_fen=fen_of(cells["balance"]) if cells["balance"] else None,
        )
    except ValueError as fault:
        raise AnswerUnreadable(filename=filename, problem=f"第{number}行的“{fault}”看不懂") from fault


def _compact_day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise ValueError(text) from None


def _cut(record: tuple[Place, ...], row: bytes, encoding: str) -> dict[str, str] | None:
    """The fields of one record, or None where the row has another shape."""
    whole = sum(place.width for place in record)
    if len(row.rstrip()) > whole:
        return None
    row, at, found = row.ljust(whole), 0, {}
    for place in record:
        try:
            text = row[at : at + place.width].decode(encoding).strip()
        except UnicodeDecodeError:
            return None
        at += place.width
        if place.text and text != place.text:
            return None
        if place.field:
            found[place.field] = text
    return found
