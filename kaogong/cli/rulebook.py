"""``kaogong rulebook check|test|schema``: the policy files looked over, tried on the cases, and their format."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from kaogong.kernel.errors import Refused
from kaogong.kernel.money import yuan
from kaogong.rules import cases, loading
from kaogong.rules.errors import Problem, RulebookMalformed
from kaogong.rules.remarks import ERROR, KINDS, SEVERITIES, Remark
from kaogong.rules.review import review

FOLDER = click.argument(
    "folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
_SIGNS = {"passed": "✓", "failed": "✗", "unknown": "?", "waived": "○"}
_VERDICTS = {"payable": "应予补贴", "refused": "不予补贴", "needs_evidence": "需补充材料"}
# Told by their number unless asked for: they are sayings of the papers, not faults of the files.
COUNTED = ("unverified", "illustrative")


@click.group(help="政策规则库：检查、试算、格式。FOLDER 是规则库的文件夹，省略时为随程序安装的一份。")
def rulebook() -> None:
    pass


@rulebook.command(
    help="检查规则库：写法、日期、依据、互相矛盾或永远付不出的项目、可能重复的支付、缺项。有错误时返回 1。"
)
@FOLDER
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="文件在哪一天须仍有效，默认今天，如 2026-01-01")
@click.option("--all", "everything", is_flag=True, help="待核实的数值和示例标准也逐条列出")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取")
def check(folder: Path | None, on: datetime | None, everything: bool, as_json: bool) -> None:
    root = (folder or loading.shipped_folder()).resolve()
    day = on.date() if on else datetime.now(ZoneInfo("Asia/Shanghai")).date()
    try:
        book, files = loading.opened(root)
        examples = len(list(cases.cases(root)))
    except RulebookMalformed as refusal:
        _tell_problems(refusal.problems, as_json)
        raise SystemExit(1) from None
    remarks = review(book, files, on=day)
    schemes = sum(len(region["schemes"]) for region in book.content["regions"].values())
    looked_over = {
        "documents": len(book.documents),
        "regions": len(book.content["regions"]),
        "schemes": schemes,
        "cases": examples,
    }
    errors = sum(remark.severity == ERROR for remark in remarks)
    if as_json:
        _echo_json({"looked_over": looked_over, "remarks": [remark.to_dict() for remark in remarks]})
    else:
        _tell_remarks(remarks, everything)
        click.echo(
            "看过 {documents} 份文件、{regions} 个区、{schemes} 个项目文件、{cases} 个算例：".format_map(
                looked_over
            )
            + _totals(remarks)
        )
    if errors:
        raise SystemExit(1)


@rulebook.command(help="逐个试算规则库里的算例（cases 文件夹），列出与应得结论不同的；有不同时返回 1。")
@FOLDER
@click.option("--all", "everything", is_flag=True, help="相符的也逐个列出")
@click.option("--explain", metavar="文字", help="题目含有这些文字的算例，打印每一条结论、依据和算式")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取")
def test(folder: Path | None, everything: bool, explain: str | None, as_json: bool) -> None:
    root = (folder or loading.shipped_folder()).resolve()
    try:
        book = loading.read(root)
        examples = list(cases.cases(root))
    except RulebookMalformed as refusal:
        _tell_problems(refusal.problems, as_json)
        raise SystemExit(1) from None
    results = [(case, _differences(case, book)) for case in examples]
    wrong = sum(bool(differences) for _, differences in results)
    if as_json:
        told = [
            {"file": c.file, "line": c.line, "case": c.title, "holds": not d, "differences": d}
            for c, d in results
        ]
        _echo_json({"cases": told, "wrong": wrong})
    else:
        for file, found in groupby(results, key=lambda result: result[0].file):
            _tell_file(file, list(found), everything)
        for case, _ in results:
            if explain and explain in case.title:
                _explain(case, book)
        click.echo(f"共 {len(results)} 例：相符 {len(results) - wrong} 例，不符 {wrong} 例。")
    if wrong:
        raise SystemExit(1)


@rulebook.command(help="打印规则库文件的格式说明（JSON Schema），供编辑器补全和检查。")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="写到这个文件，省略则打印")
def schema(output: Path | None) -> None:
    text = (loading.shipped_folder() / "schema.json").read_text(encoding="utf-8")
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    click.echo(f"已写入 {output}")


def _differences(case: cases.Case, book: loading.Rulebook) -> list[str]:
    try:
        return case.differences(book)
    except Refused as refusal:
        return [f"不能判断：{refusal.message}"]


def _tell_file(file: str, results: list[tuple[cases.Case, list[str]]], everything: bool) -> None:
    wrong = sum(bool(differences) for _, differences in results)
    click.echo(f"{file}：{len(results)} 例，" + (f"{wrong} 例不符" if wrong else "全部相符"))
    for case, differences in results:
        if differences or everything:
            click.echo(f"  {'✗' if differences else '✓'} 第 {case.line} 行 {case.title}")
        for words in differences:
            click.echo(f"      {words}")


def _explain(case: cases.Case, book: loading.Rulebook) -> None:
    try:
        decision = case.decide(book)
    except Refused:
        return  # why it cannot be judged is told among the differences
    click.echo(
        f"{case.file} 第 {case.line} 行 {case.title}：{_VERDICTS[decision.verdict]} {yuan(decision.amount_fen)}"
    )
    for finding in decision.findings:
        click.echo(f"  {_SIGNS[finding.outcome]} {finding.title_zh}：{finding.message_zh}")
        click.echo(f"      {finding.clause}：{finding.clause_text}")
    for line in decision.working:
        click.echo(f"  = {line.text_zh}")


def _tell_problems(problems: Iterable[Problem], as_json: bool) -> None:
    found = list(problems)
    if as_json:
        told = [
            {"severity": ERROR, "kind": "malformed", "file": p.file, "line": p.line, "text": p.expected}
            for p in found
        ]
        _echo_json({"remarks": told})
        return
    click.echo(f"{SEVERITIES[ERROR]}  文件写法有误（{len(found)}）")
    for problem in found:
        click.echo(f"  {problem}")
    click.echo("规则库没有装入；改正以上各处后再检查。")


def _tell_remarks(remarks: list[Remark], everything: bool) -> None:
    for kind, group in groupby(remarks, key=lambda remark: remark.kind):
        found = list(group)
        severity = SEVERITIES[KINDS[kind].severity]
        if kind in COUNTED and not everything:
            continue
        click.echo(f"{severity}  {KINDS[kind].heading}（{len(found)}）")
        for remark in found:
            click.echo(f"  {remark.place}：{remark.text}")


def _totals(remarks: list[Remark]) -> str:
    graveness = Counter(remark.severity for remark in remarks)
    kinds = Counter(remark.kind for remark in remarks)
    told = [f"{label} {graveness[severity]}" for severity, label in SEVERITIES.items() if severity != "note"]
    told += [f"{KINDS[kind].heading} {kinds[kind]}" for kind in ("unset", *COUNTED)]
    return "，".join(told) + "。"


def _echo_json(content: object) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else str(value)
