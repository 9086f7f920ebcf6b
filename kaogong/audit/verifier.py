"""审计包核对程序：python verify.py [审计包目录或ZIP文件]；与先前留存的比较：python verify.py 旧包 新包，
或 python verify.py 审计包 封存指纹.txt（门户“封存指纹”页公布的每日指纹）。

只用 Python 标准库（3.9 以上），不连数据库，不连网。重算摘要、重加分录、追查编号、重算封存链；
有一处对不上就用中文说明在哪里、哪里不对，并返回 1。
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
import zipfile
from bisect import bisect_left
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

FORMAT, GENESIS, HIDDEN = "kaogong-audit-pack-1", "0" * 64, "〔已遮蔽〕"
# 每种业务的钱从哪里到哪里：独立于系统再写一遍。
FLOWS = {
    "set_budget": "budgeted available", "reserve": "available reserved", "void_reserve": "reserved available",
    "make_payable": "reserved payable", "cancel_payable": "payable reserved", "send": "payable in_transit",
    "settle": "in_transit paid", "bounce": "in_transit returned", "owe_again": "returned payable",
    "recall": "in_transit payable", "come_back": "paid returned",
    "settle_by_offset": "payable paid", "freeze": "available frozen",
    "unfreeze": "frozen available", "carry_over": "available carried", "carry_in": "budgeted available",
    "claim_back": "paid recovering", "drop_claim_back": "recovering paid", "recover": "recovering recovered",
    "write_off": "recovering written_off", "give_back": "recovered available",
}  # fmt: skip
# 文件 列:文件 列:文件…：每个编号都要追得到。
LINKS = """claims/lines claim_id:claims/claims person_id:people/people certificate_id:people/certificates
claims/claims institution_id:people/institutions employer_id:people/institutions \
training_class_id:people/classes published_notice_id:notices/notices|claims/decisions line_id:claims/lines
claims/evidence line_id:claims/lines|claims/waivers line_id:claims/lines|claims/conflicts line_id:claims/lines
claims/adjustments line_id:claims/lines decision_id:claims/decisions
grants/grants institution_id:people/institutions person_id:people/people published_notice_id:notices/notices
grants/decisions grant_id:grants/grants|grants/instalments grant_id:grants/grants decision_id:grants/decisions
notices/rows notice_id:notices/notices|notices/objections notice_id:notices/notices
funds/payments batch_id:funds/batches reservation_id:funds/reservations fund_id:funds/funds \
person_id:people/people institution_id:people/institutions|funds/batches fund_id:funds/funds
funds/return_lines bank_return_id:funds/returns payment_id:funds/payments
funds/reservations fund_id:funds/funds
claims/account_changes person_id:people/people institution_id:people/institutions
claims/appeals claim_id:claims/claims line_id:claims/lines
sponsors/agreements sponsor_id:people/institutions fund_id:funds/funds
sponsors/uses sponsorship_id:sponsors/agreements
sponsors/spendings sponsorship_id:sponsors/agreements use_id:sponsors/uses person_id:people/people \
institution_id:people/institutions"""
# 结论当时说的：轨迹里记有它们的摘要。
SAID = ("version", "cause", "decided_at", "on", "region_code", "scheme_code", "waived", "decision", "verdict",
        "amount_fen", "allowance_fen", "rulebook_digest", "facts_digest")  # fmt: skip
APPROVED = {"approved", "published", "cleared", "paid", "lapsed"}
COUNTED = {"judged", "approved", "held", "cleared", "paid"}
LIVE = {"queued", "batched", "in_transit", "paid"}
SENT = {"released", "settled", "stopped"}
UNSEALED = "其间的改动看不出来：封存没有运行，或封存被人删去"
REMADE = "封存被人删去或重做"
CHAINS = {"ledger": "专账", "trail": "经办轨迹"}
DAY = timedelta(days=1)  # 封存每五分钟一次；超过一天没有封存，就要说出来


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def yuan(fen):
    return f"{fen / 100:,.2f}元" if isinstance(fen, int) else f"“{fen}”"


def at(text):
    return datetime.fromisoformat(text) if text else None


def day_of(instant):
    """系统的一天是北京时间的一天。"""
    return (at(instant) + timedelta(hours=8)).date()


def stem(reference):
    """更正账户后重付的流水号是 原号-R1、-R2…，抵扣的部分是 …-D：原号相同即同一笔应付。"""
    reference = reference[:-2] if reference.endswith("-D") else reference
    first, mark, nth = reference.rpartition("-R")
    return first if mark and nth.isdigit() else reference


class Verifier:
    def __init__(self, path):
        self.path, self.faults, self.notes = Path(path), [], []
        self.zip = zipfile.ZipFile(self.path) if self.path.is_file() else None
        self.cache, self.clock, self.seals, self.known = {}, [], {}, {}

    def wrong(self, where, what):
        self.faults.append(f"{where}：{what}")

    def names(self):
        if self.zip:
            return {name for name in self.zip.namelist() if not name.endswith("/")}
        return {p.relative_to(self.path).as_posix() for p in self.path.rglob("*") if p.is_file()}

    def open(self, name):
        return self.zip.open(name) if self.zip else (self.path / name).open("rb")

    def rows(self, name):
        """逐行读一个文件，不全放进内存。"""
        file = f"data/{name}.jsonl"
        if file not in self.files:
            return
        with self.open(file) as lines:
            for number, line in enumerate(lines, 1):
                try:
                    row = json.loads(line)
                    row["id"]
                except (ValueError, KeyError, TypeError):
                    self.wrong(f"{file} 第{number}行", "不是完整的记录")
                    continue
                yield row

    def table(self, name):
        """编号 -> 记录，供追查。"""
        if name not in self.cache:
            self.cache[name] = {row["id"]: row for row in self.rows(name)}
        return self.cache[name]

    def run(self):
        names = self.names()
        if "manifest.json" not in names:
            self.wrong("manifest.json", "没有这个文件，不是审计包")
            return self.faults
        with self.open("manifest.json") as file:
            self.manifest = json.load(file)
        if self.manifest.get("format") != FORMAT:
            self.wrong("manifest.json", f"格式“{self.manifest.get('format')}”不是本程序认识的")
            return self.faults
        self.files = {name: told for name, told in self.manifest["files"].items() if name in names}
        self.start, self.end = (date.fromisoformat(self.manifest[end]) for end in ("from_on", "to_on"))
        for check in (
            self.digests, self.lines_and_sheets, self.accounts, self.entries, self.links, self.rulebook, self.claims,
            self.grants, self.sponsors, self.batches, self.payments, self.bank, self.holds, self.once,
            self.trail_steps, self.told_then, self.account_changes, self.appeals, self.chains,
        ):  # fmt: skip
            try:
                check()
            except (KeyError, TypeError, ValueError, AttributeError) as problem:
                self.wrong("核对中断", f"{check.__name__} 遇到缺少或不合格式的内容：{problem!r}")
        return self.faults

    def within(self, instant):
        return bool(instant) and self.start <= day_of(instant) <= self.end

    def digests(self):
        manifest = self.manifest
        whole = {key: told for key, told in manifest.items() if key not in ("content_digest", "stamped")}
        if sha256(canonical(whole)) != manifest.get("content_digest"):
            self.wrong("manifest.json", "清单的内容指纹重算不符，清单被改动")
        names = self.names()
        for name in sorted(names - set(manifest["files"]) - {"manifest.json"}):
            self.wrong(name, "清单里没有这个文件，是后来加进来的")
        for name, told in manifest["files"].items():
            if name not in names:
                self.wrong(name, "清单里有，包里没有")
                continue
            digest, size = hashlib.sha256(), 0
            with self.open(name) as file:
                while data := file.read(1 << 20):
                    digest.update(data)
                    size += len(data)
            if digest.hexdigest() != told["sha256"] or size != told["bytes"]:
                self.wrong(name, "文件的摘要与清单不符，文件被改动")

    def lines_and_sheets(self):
        for file, told in self.files.items():
            if not file.endswith(".jsonl"):
                continue
            name, count, seen, sums = file[5:-6], 0, set(), dict.fromkeys(told.get("sums", {}), 0)
            sheet = self.sheet(f"data/{name}.csv") if name != "ledger/entries" else None
            for row in self.rows(name):
                count += 1
                if row["id"] in seen:
                    self.wrong(file, f"编号 {row['id']} 出现两次")
                seen.add(row["id"])
                for column in sums:
                    sums[column] += row.get(column) or 0
                if sheet is not None and next(sheet, None) != {k: self.cell(v) for k, v in row.items()}:
                    self.wrong(f"data/{name}.csv", f"编号 {row['id']} 的一行与 {file} 不同")
                    sheet = None
            if sheet is not None and next(sheet, None) is not None:
                self.wrong(f"data/{name}.csv", f"比 {file} 多出行")
            if count != told["rows"]:
                self.wrong(file, f"清单说 {told['rows']} 行，实有 {count} 行")
            for column, fen in sums.items():
                if fen != told["sums"][column]:
                    self.wrong(file, f"{column} 合计清单说 {told['sums'][column]} 分，重加是 {fen} 分")

    def sheet(self, name):
        if name not in self.files:
            return None
        return csv.DictReader(io.TextIOWrapper(self.open(name), encoding="utf-8-sig", newline=""))

    @staticmethod
    def cell(value):
        if isinstance(value, str):
            return "'" + value if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
        return "" if value is None else canonical(value)

    def accounts(self):
        self.of_account, groups = {}, defaultdict(Counter)
        for row in self.rows("ledger/accounts"):
            whose = (row["fund_code"], row["year"], row["programme"], row["source_level"])
            self.of_account[(row["state"], *whose)] = row
            where = f"科目 {row['id']}（{' '.join(map(str, whose))} {row['state']}）"
            if row["opening_fen"] + row["moved_fen"] != row["closing_fen"]:
                self.wrong(where, "期初加期内发生额不等于期末")
            self.standing(row, whose, where, ("opening_fen", "closing_fen"), groups)
        closing = {row["id"]: row["closing_fen"] for row in self.of_account.values()}
        for row in self.rows("made/balances"):
            whose = (row["fund_code"], row["year"], row["programme"], row["source_level"])
            where, now = f"科目 {row['id']}（制作时）", row["until_fen"] + row["after_fen"]
            if row["until_fen"] != closing.get(row["id"], 0):
                self.wrong(where, f"截至期末 {yuan(row['until_fen'])} 与期末余额不同")
            if now != row["kept_fen"]:
                self.wrong(where, f"系统保存的余额 {yuan(row['kept_fen'])} 与逐笔重加的 {yuan(now)} 不符")
            self.standing(row, whose, where, ("kept_fen",), groups)
        for whose, sums in groups.items():
            for column, fen in sums.items():
                if fen:
                    self.wrong(f"资金 {' '.join(map(str, whose))}", f"{column} 合计 {yuan(fen)}，应为零")

    def standing(self, row, whose, where, columns, groups):
        for column in columns:
            if (row[column] > 0) if row["state"] == "budgeted" else (row[column] < 0):
                self.wrong(where, f"{column} 为 {yuan(row[column])}，透支")
            groups[whose][column] += row[column]

    def entries(self):
        moved, keys, told = Counter(), set(), {}
        self.settled, self.came_back = {}, {}
        for row in self.rows("ledger/entries"):
            if row.get("is_outside"):
                continue
            where, by_source = f"分录 {row['id']}（{row['kind']} {row['reference']}）", defaultdict(Counter)
            if row["key"] in keys:
                self.wrong(where, f"幂等键 {row['key']} 用了两次")
            keys.add(row["key"])
            for leg in row["legs"]:
                moved[tuple(leg[:5])] += leg[5]
                by_source[tuple(leg[1:5])][leg[0]] += leg[5]
            told[row["id"]] = row
            if len(row["legs"]) < 2:
                self.wrong(where, f"只有 {len(row['legs'])} 行，一笔至少两行")
            for whose, states in by_source.items():
                if sum(states.values()):
                    self.wrong(where, f"来源 {whose[3]} 借贷不平，差 {yuan(sum(states.values()))}")
                flow = FLOWS.get(row["kind"], "").split()
                if row["kind"] != "reverse" and set(states) != set(flow):
                    self.wrong(where, f"动了不该动的科目：{'、'.join(states)}")
                amount = row["amounts"].get(whose[3], 0)
                # 下达预算写的是新的总额，记的是与原来的差额。
                if row["kind"] != "set_budget" and set(states) == set(flow) and states[flow[1]] != amount:
                    self.wrong(where, f"来源 {whose[3]} 写明 {yuan(amount)}，实记 {yuan(states[flow[1]])}")
            if row["kind"] == "reverse" and row["reverses"] in told:
                was = sorted([*leg[:5], -leg[5]] for leg in told[row["reverses"]]["legs"])
                if was != sorted(row["legs"]):
                    self.wrong(where, f"与所冲销的分录 {row['reverses']} 不是正好相反")
            if row["kind"] in ("settle", "settle_by_offset"):
                self.settled[row["reference"]] = row
            elif row["kind"] == "come_back":
                self.came_back[row["reference"]] = row
        for whose in moved.keys() | self.of_account.keys():
            account = self.of_account.get(whose)
            if account is None or account["moved_fen"] != moved[whose]:
                said = account["moved_fen"] if account else 0
                name = f"科目 {' '.join(map(str, whose))}"
                self.wrong(name, f"期内发生额写 {said} 分，逐笔重加 {moved[whose]} 分")

    def links(self):
        for name, *pairs in map(str.split, LINKS.replace("\n", "|").split("|")):
            for column, target in (pair.split(":") for pair in pairs):
                known = self.table(target)
                for row in self.rows(name):
                    if row.get(column) is not None and row[column] not in known:
                        self.wrong(f"{name} {row['id']}", f"{column}={row[column]} 在 {target} 里找不到")

    def rulebook(self):
        editions = set()
        for row in self.rows("rulebook/editions"):
            if sha256(canonical(row["content"])) != row["digest"]:
                self.wrong(f"规则库 {row['digest'][:12]}", "内容重算的指纹不符，规则被改动")
            editions.add(row["digest"])
        self.judged = defaultdict(list)
        for name, owner in (("claims/decisions", "line_id"), ("grants/decisions", "grant_id")):
            for row in self.rows(name):
                where = f"{name} {row['id']}"
                if row["rulebook_digest"] not in editions:
                    self.wrong(where, f"所依据的规则库 {row['rulebook_digest'][:12]} 不在包里")
                facts = canonical(row["facts"])
                if HIDDEN not in facts and sha256(facts) != row["facts_digest"]:
                    self.wrong(where, "事实与其指纹不符")
                if row["verdict"] != "payable" and row["amount_fen"] + row.get("allowance_fen", 0):
                    self.wrong(where, "结论不是应予补贴，却有金额")
                if row["decision"].get("verdict", row["verdict"]) != row["verdict"]:
                    self.wrong(where, "结论与逐条结果里的结论不同")
                self.judged[owner, row[owner]].append(row)
        for rows in self.judged.values():
            rows.sort(key=lambda row: row["version"])

    def claims(self):
        sums, self.line_of, self.claim_of = Counter(), defaultdict(list), {}
        for line in self.rows("claims/lines"):
            total, judged = line["amount_fen"] + line["allowance_fen"], self.judged["line_id", line["id"]]
            where, last = f"申领明细 {line['reference']}", judged[-1] if judged else None
            if line["status"] in COUNTED:
                sums[line["claim_id"]] += total
            due = (line["amount_fen"], line["allowance_fen"])
            given = last and (last["amount_fen"], last["allowance_fen"])
            is_approved = line["status"] in ("approved", "held", "cleared", "paid")
            if is_approved and (last is None or last["verdict"] != "payable"):
                self.wrong(where, "没有“应予补贴”的结论就已核准")
            elif last and total and due != given:
                self.wrong(where, f"金额 {yuan(total)} 与最后一次结论不同")
            for column, part in (("training_payment", "amount_fen"), ("allowance_payment", "allowance_fen")):
                if line[column]:
                    self.line_of[line[column]].append((line, line[part]))
        for claim in self.rows("claims/claims"):
            self.claim_of[claim["number"]] = claim
            if claim["amount_fen"] != sums[claim["id"]]:
                self.wrong(f"申领 {claim['number']}", f"金额 {yuan(claim['amount_fen'])} 不等于各人之和")

    def grants(self):
        self.instalment_of = {row["reference"]: row for row in self.rows("grants/instalments")}
        decisions = self.table("grants/decisions")
        for row in self.instalment_of.values():
            if row["status"] in ("reserved", "queued", "paid"):
                given = decisions.get(row["decision_id"])
                if given is None or given["verdict"] != "payable" or row["amount_fen"] > given["amount_fen"]:
                    self.wrong(f"奖补分期 {row['reference']}", "金额没有“符合”的结论，或多于结论")

    def sponsors(self):
        """赞助资金：一份协议一个资金，只有社会赞助的钱，用途在协议里，支出经另一人批准，合计不超过到账。"""
        agreements, uses = self.table("sponsors/agreements"), self.table("sponsors/uses")
        funds = {row["id"]: row["code"] for row in self.rows("funds/funds")}
        listed, sums = defaultdict(set), Counter()
        for use in uses.values():
            listed[use["sponsorship_id"]].add(use["name"])
            sums[use["sponsorship_id"]] += use["most_fen"]
        codes = {}
        for row in agreements.values():
            if sums[row["id"]] != row["agreed_fen"]:
                self.wrong(f"赞助协议 {row['number']}", "各用途合计不等于协议金额")
            if row["fund_id"]:
                codes[funds.get(row["fund_id"])] = row
        came = Counter()
        for account in self.of_account.values():
            is_apart = account["fund_code"].startswith("ZZ-")
            where = f"资金 {account['fund_code']}（{account['programme']}）"
            if is_apart != (account["source_level"] == "sponsor"):
                self.wrong(where, "社会赞助资金与财政资金混用")
            if not is_apart:
                continue
            agreement = codes.get(account["fund_code"])
            if agreement is None:
                self.wrong(where, "没有这一资金的赞助协议")
            elif account["programme"] not in listed[agreement["id"]]:
                self.wrong(where, f"赞助协议 {agreement['number']} 没有这一用途")
            elif account["state"] == "budgeted":
                came[agreement["id"], account["programme"]] -= account["closing_fen"]
        doers, spent, self.spending_of = self.doers("spending"), Counter(), {}
        for row in self.rows("sponsors/spendings"):
            where, told = f"赞助资金支出 {row['reference']}", doers.get(str(row["id"]), {})
            self.spending_of[row["reference"]] = row
            use = uses.get(row["use_id"], {})
            if use.get("sponsorship_id") != row["sponsorship_id"]:
                self.wrong(where, "用途不是这份协议的")
            if row["status"] == "approved":
                spent[row["sponsorship_id"], use.get("name")] += row["amount_fen"]
                is_alone = "approved" not in told or told["approved"] == told.get("asked", "")
                if is_alone and self.within(row["decided_at"]):
                    self.wrong(where, "没有另一人的批准")
            sponsor = agreements.get(row["sponsorship_id"], {}).get("sponsor_id")
            if row["kind"] == "give_back" and row["institution_id"] != sponsor:
                self.wrong(where, "余款没有退给赞助方")
        for (agreement, use), fen in spent.items():
            if fen > came[agreement, use]:
                where = f"赞助协议 {agreements[agreement]['number']}"
                self.wrong(where, f"“{use}”到账 {yuan(came[agreement, use])}，批准支出 {yuan(fen)}")

    def batches(self):
        sums, counts = Counter(), Counter()
        for row in self.rows("funds/payments"):
            sums[row["batch_id"]] += row["amount_fen"]
            counts[row["batch_id"]] += 1
        for row in self.rows("funds/batches"):
            where, step = f"批次 {row['number']}", {one["verb"].split(".")[1]: one for one in row["steps"]}
            due, found = (row["count"], row["total_fen"]), (counts[row["id"]], sums[row["id"]])
            if row["status"] != "dissolved" and due != found:
                self.wrong(where, f"写 {due[0]} 笔 {yuan(due[1])}，实有 {found[0]} 笔 {yuan(found[1])}")
            if row["status"] not in SENT:
                continue
            people = [step.get(verb, {}).get("account_id") for verb in ("prepared", "checked", "released")]
            if None in people:
                self.wrong(where, "已送银行，却查不到编制、复核、发放三步的经手人")
            elif len(set(people)) != 3:
                self.wrong(where, "编制、复核、发放不是三个人")
            if row["layout_since"] and not row["file_digest"]:
                self.wrong(where, "已送银行，没有银行文件的摘要")

    def payments(self):
        active, paid, decided = Counter(), 0, self.table("funds/reservations")
        batches, notices = self.table("funds/batches"), self.table("notices/notices")
        self.reference_of = {row["id"]: row for row in self.rows("funds/payments")}
        seen, self.live, self.split = set(), Counter(), set()
        for row in self.reference_of.values():
            if row["status"] in LIVE:
                self.live[stem(row["reference"])] += row["amount_fen"]
            if row["offset_for"]:
                self.split.add(stem(row["reference"]))
        for row in self.reference_of.values():
            where, first = f"付款 {row['reference']}", stem(row["reference"])
            if row["reference"] in seen:
                self.wrong(where, "流水号用了两次")
            seen.add(row["reference"])
            if row["amount_fen"] <= 0 or sum(row["shares"].values()) != row["amount_fen"]:
                self.wrong(where, f"各级分担之和不等于金额 {yuan(row['amount_fen'])}")
            entry = self.settled.get(row["reference"])
            back = row.get("came_back_at") if row["answered_at"] else None
            if row["status"] == "paid" or back:
                if entry is None and self.within(row["answered_at"]):
                    self.wrong(where, "已到账，专账里没有支付分录")
                paid += row["amount_fen"] if self.within(row["answered_at"]) else 0
                if self.within(back) != (row["reference"] in self.came_back):
                    self.wrong(where, "到账后退回的记录与专账不符")
            elif entry is not None:
                self.wrong(where, f"专账记为已付，付款状态却是 {row['status']}")
            told = entry["amounts"] if entry else row["shares"]
            if any(told.get(one, 0) != row["shares"].get(one, 0) for one in {**told, **row["shares"]}):
                self.wrong(where, f"金额 {yuan(row['amount_fen'])} 与专账支付分录不同")
            about = decided.get(row["reservation_id"], {}).get("reference")
            if row["status"] in LIVE:
                active[about] += row["amount_fen"]
            batch = batches.get(row["batch_id"])
            self.rests(row, where, about, first, batch, notices)
        for reference in self.settled.keys() - seen:
            self.wrong(f"专账支付 {reference}", "没有这笔付款")
        for about, fen in active.items():
            owner = self.claim_of.get(about) or self.instalment_of.get(about) or self.spending_of.get(about)
            if owner and fen > owner["amount_fen"]:
                self.wrong(f"申领 {about}", f"核定 {yuan(owner['amount_fen'])}，付出或待付 {yuan(fen)}，多付")
        told = sum(sum(entry["amounts"].values()) for entry in self.settled.values())
        if told != paid:
            self.wrong("资金合计", f"专账支付 {yuan(told)}，到账付款 {yuan(paid)}")

    def rests(self, row, where, about, first, batch, notices):
        """一笔付款凭什么付：核准的申领、当时的结论、已结束的公示。"""
        claim, instalment = self.claim_of.get(about), self.instalment_of.get(about)
        spending = self.spending_of.get(about)
        if row["status"] not in LIVE:
            return
        fen = self.live[first]
        if spending is not None:
            if spending["amount_fen"] != fen or spending["status"] != "approved":
                self.wrong(where, f"{yuan(fen)} 与赞助资金支出 {about} 的金额或状态不符")
            return
        if instalment is not None:
            is_due = instalment["status"] in ("queued", "paid")
            if not is_due or not self.fits(first, instalment["amount_fen"]):
                self.wrong(where, f"{yuan(fen)} 与奖补分期 {about} 的金额或状态不符")
            return
        if claim is None or claim["status"] not in APPROVED:
            self.wrong(where, f"所依据的申领 {about} 不在包里或没有核准")
            return
        parts = self.line_of.get(first, [])
        if not self.fits(first, sum(part for _, part in parts)):
            self.wrong(where, f"金额 {yuan(fen)} 不等于所付各人之和")
        for line, _ in parts:
            judged, queued = self.judged["line_id", line["id"]], at(row["queued_at"])
            told = [one for one in judged if at(one["decided_at"]) <= queued]
            if not told or told[-1]["verdict"] != "payable":
                self.wrong(where, f"付给 {line['reference']} 之前没有应予补贴的结论，或已被拒绝")
        notice = notices.get(claim["published_notice_id"])
        sent = batch["released_at"] if batch else None
        if sent and (notice is None or day_of(sent).isoformat() <= notice["closes_on"]):
            self.wrong(where, "公示没有结束就送了银行")

    def fits(self, first, due):
        """一笔应付的各次付款之和；抵扣过的可以少（另一部分可能在期外），不能多。"""
        return self.live[first] == due or (first in self.split and self.live[first] < due)

    def bank(self):
        paid, told, back = defaultdict(list), Counter(), set()
        for row in self.rows("funds/return_lines"):
            told[row["bank_return_id"], row["outcome"]] += 1
            if row["outcome"] == "returned":
                back.add(row["payment_id"])
            if row["outcome"] == "paid":
                paid[row["payment_id"]].append(row)
        for payment_id, lines in paid.items():
            payment = self.reference_of.get(payment_id)
            if len(lines) > 1:
                self.wrong(f"付款 {lines[0]['reference']}", f"银行 {len(lines)} 次回盘都记为付款，重复付款")
            if payment and lines[0]["amount_fen"] not in (None, payment["amount_fen"]):
                self.wrong(f"付款 {payment['reference']}", "银行付的金额与付款不同")
            if payment and payment["status"] != "paid" and not payment.get("came_back_at"):
                self.wrong(f"付款 {payment['reference']}", f"银行说已付，付款状态却是 {payment['status']}")
        receipts = {row["payment_id"]: row for row in self.rows("recoveries/recoupmentreceipt")}
        for row in [one for one in self.reference_of.values() if one["status"] == "paid"]:
            where, kind = f"付款 {row['reference']}", self.settled.get(row["reference"], {}).get("kind")
            if row["offset_for"]:
                if row["id"] in paid or row["batch_id"] or kind == "settle":
                    self.wrong(where, "写明抵扣，却经过银行")
                if receipts.get(row["id"], {}).get("amount_fen") != row["amount_fen"]:
                    self.wrong(where, f"写明抵扣追回 {row['offset_for']}，没有这一金额的抵扣收据")
            elif not row["batch_id"] or kind == "settle_by_offset":
                self.wrong(where, "记为已到账，没有批次，也不是抵扣")
            elif row["id"] not in paid:
                self.wrong(where, "记为已到账，银行回盘里没有这一笔")
        for row in self.reference_of.values():
            if row.get("came_back_at") and row["id"] not in back:
                self.wrong(f"付款 {row['reference']}", "记为银行退回，银行回盘里没有这一笔")
        for row in self.rows("funds/returns"):
            for outcome in ("paid", "failed", "returned"):
                if told[row["id"], outcome] > row.get(f"{outcome}_count", 0):
                    self.wrong(f"回盘 {row['filename']}", f"{outcome} 的行数多于读取时所记")

    def holds(self):
        lines, claims = self.table("claims/lines"), self.table("claims/claims")
        held, batches = defaultdict(list), self.table("funds/batches")
        for hold in self.rows("claims/holds"):
            column = "training_class_id" if hold["held"] == "class" else f"{hold['held']}_id"
            held[hold["held"], hold[column]].append(hold)
        for row in self.reference_of.values():
            sent = at(batches[row["batch_id"]]["released_at"]) if row["batch_id"] in batches else None
            if sent is None or row["status"] == "stopped" or not held:
                continue
            for line, _ in self.line_of.get(stem(row["reference"]), []):
                claim = claims[lines[line["id"]]["claim_id"]]
                keys = [("class", claim["training_class_id"]), ("institution", claim["institution_id"])]
                keys += [("line", line["id"]), ("person", line["person_id"])]
                for hold in (one for key in keys for one in held.get(key, ())):
                    lifted = at(hold["lifted_at"])
                    if at(hold["placed_at"]) < sent and (lifted is None or lifted > sent):
                        self.wrong(f"付款 {row['reference']}", f"暂缓支付期间（暂缓 {hold['id']}）送了银行")

    def once(self):
        """同一笔应付、同一人同一班期、同一证书，只能付一次。"""
        live = [r for r in self.reference_of.values() if r["status"] in LIVE and not r["offset_for"]]
        seen = Counter(stem(row["reference"]) for row in live)
        for row in self.rows("claims/lines"):
            if row["status"] in ("approved", "cleared", "paid"):
                which = row["enrolment_id"], row["month"], row["instalment"]
                seen[("人员", row["person_id"], "班期", *which)] += 1
                if row["certificate_id"]:
                    seen["证书", row["certificate_id"]] += 1
        for what, count in seen.items():
            if count > 1:
                name = " ".join(str(x) for x in what if x) if isinstance(what, tuple) else what
                self.wrong(name, f"付了或将付 {count} 次，重复付款")

    def trail_steps(self):
        steps = {step["entry_id"]: (row, step) for row in self.rows("funds/batches") for step in row["steps"]}
        for entry in self.rows("trail/entries"):
            if entry["id"] in steps and not entry.get("is_outside"):
                row, step = steps[entry["id"]]
                if (entry["verb"], entry["actor"][0]) != (step["verb"], step["account_id"]):
                    self.wrong(f"批次 {row['number']}", f"经手人与经办轨迹第 {entry['id']} 条不同")

    def told_then(self):
        """结论核准时、付款生成时轨迹记下的，与现在的记录相同。"""
        payments = {str(key): row for key, row in self.reference_of.items()}
        for entry in self.rows("trail/entries"):
            detail = entry.get("detail") or {}
            if entry.get("verb") == "payment.queued" and entry["subject"][1] in payments:
                row = payments[entry["subject"][1]]
                account = row["bank_account_masked"]
                then = (detail["amount_fen"], detail.get("account") or account)
                if (row["amount_fen"], account) != then:
                    self.wrong(f"付款 {row['reference']}", "金额或账号与生成时轨迹所记不同")
            elif "decision" in detail:
                self.decided_then(entry, detail["decision"])
            elif entry.get("verb") == "spending.approved":
                row = self.table("sponsors/spendings").get(int(entry["subject"][1]))
                use = self.table("sponsors/uses").get(row["use_id"], {}).get("name") if row else None
                payee = row and ["institution" if row["institution_id"] else "person",
                                 row["institution_id"] or row["person_id"]]  # fmt: skip
                said = [detail[name] for name in ("amount_fen", "use", "kind", "payee")]
                if row and [row["amount_fen"], use, row["kind"], payee] != said:
                    self.wrong(f"赞助资金支出 {row['reference']}", "与批准时轨迹所记不同")

    def decided_then(self, entry, digest):
        """轨迹记下的结论摘要，与包里那时的结论相同。"""
        kind, number = entry["subject"][0], int(entry["subject"][1])
        grants = self.table("grants/instalments") if kind == "instalment" else {}
        grant = grants.get(number, {}).get("grant_id") if kind == "instalment" else number
        key = ("line_id", number) if kind == "claim_line" else ("grant_id", grant)
        what = {"claim_line": "申领明细", "instalment": "奖补分期", "grant": "奖补"}.get(kind)
        rows = self.judged[key] if what else ()
        if rows and digest not in {sha256(canonical({k: row[k] for k in SAID if k in row})) for row in rows}:
            self.wrong(f"{what}编号 {number}", "核准时的结论与轨迹所记不符：结论或事实被改动")

    def doers(self, kind):
        """编号 -> {动词: 经手人}，期内的轨迹所记。"""
        found = defaultdict(dict)
        for entry in self.rows("trail/entries"):
            if entry.get("verb", "").startswith(f"{kind}."):
                found[entry["subject"][1]][entry["verb"].partition(".")[2]] = entry["actor"][0]
        return found

    def account_changes(self):
        """账户只能经另一人同意的变更改付；没有变更而换了账户的付款要说出来。"""
        doers, changed = self.doers("account_change"), set()
        for row in self.rows("claims/account_changes"):
            where, told = f"账户变更 {row['id']}", doers.get(str(row["id"]), {})
            kind = "person" if row["person_id"] else "institution"
            if row["status"] == "in_force":
                changed.add((kind, row[f"{kind}_id"], row["bank_account_masked"]))
            if row["status"] in ("cooling", "in_force") and self.within(row["decided_at"]):
                asked = {told[verb] for verb in ("asked", "asked_again") if verb in told}
                if "approved" not in told:
                    self.wrong(where, "已同意，轨迹里没有同意的决定")
                elif told["approved"] is not None and told["approved"] in asked:
                    self.wrong(where, "申请和同意是同一个人")
        corrected = {
            entry["detail"]["replacement"]: entry["detail"]["account"]
            for entry in self.rows("trail/entries")
            if entry.get("verb") == "payment.replaced" and "account" in (entry.get("detail") or {})
        }
        in_force = set(changed)  # 更正后又变更账户的，改付到生效的账户
        paid, named = {}, {row["reference"]: row for row in self.reference_of.values()}
        for row in (named[reference] for reference in corrected if reference in named):
            changed.add((row["payee_kind"], row["payee_id"], corrected[row["reference"]]))
        for row in sorted(self.reference_of.values(), key=lambda row: row["id"]):
            payee, account = (row["payee_kind"], row["payee_id"]), row["bank_account_masked"]
            where = f"付款 {row['reference']}"
            first = self.anew_of(row, named)
            if first is not None:  # 失败后更正账号再付，轨迹另记更正人；更正后又止付、拆分的接着用更正的账号
                told = corrected.get(first["reference"])
                if first is row and told is None and self.within(row["queued_at"]):
                    self.wrong(where, "失败后另行付款，轨迹里没有更正账号的记录")
                elif told not in (None, account) and (*payee, account) not in in_force:
                    self.wrong(where, f"收款账户是 {account}，轨迹所记更正的是 {told}")
                continue
            before = paid.get(payee)
            if before not in (None, account) and (*payee, account) not in changed:
                self.wrong(where, f"收款账户由 {before} 换成 {account}，没有经决定的账户变更")
            paid[payee] = account

    def anew_of(self, row, named):
        """这笔付款所接的、失败后更正账号另付的那一笔（可以是它自己）；不是接着更正账号付的为空。"""
        while row is not None:
            whole = named.get(row["reference"][:-2]) if row["reference"].endswith("-D") else None
            earlier = self.reference_of.get(row.get("replaces_id"), whole)
            if earlier is not None and earlier["status"] == "replaced" and not earlier["offset_for"]:
                return row
            row = earlier
        return None

    def appeals(self):
        """申诉由原决定人以外的人答复。"""
        doers = self.doers("claim_appeal")
        wanted = {row["decision_entry_id"] for row in self.rows("claims/appeals")}
        told = (row for row in self.rows("trail/entries") if row["id"] in wanted and "actor" in row)
        made = {row["id"]: row["actor"][0] for row in told}
        for row in self.rows("claims/appeals"):
            if row["status"] not in ("upheld", "dismissed"):
                continue
            where, told = f"申诉 {row['id']}", doers.get(str(row["id"]), {})
            if not row["answer"]:
                self.wrong(where, "已有结果，没有答复")
            if self.within(row["answered_at"]):
                if row["status"] not in told:
                    self.wrong(where, "已有结果，轨迹里没有这个决定")
                elif told[row["status"]] in {made.get(row["decision_entry_id"])} - {None}:
                    self.wrong(where, "由作出原决定的人自己答复")

    @staticmethod
    def told_in_full(row):
        return None if row.get("masked") else {k: v for k, v in row.items() if k not in ("digest", "masked")}

    def chains(self):
        for name in CHAINS:
            self.chain(name)

    def chain(self, name):
        """封存逐批相接；每批重算：上一批的摘要，加上各条记录的摘要。"""
        label, seals, running = CHAINS[name], list(self.rows(f"{name}/seals")), None
        previous, until, place, count, proved, hidden, loose = GENESIS, None, 0, 0, 0, 0, 0
        self.seals[name], self.known[name] = seals, {seal["digest"] for seal in seals}
        stamped, bare = self.manifest["stamped"], []
        made = at(stamped.get("database_at") or stamped["made_at"])
        for seal in seals:
            if seal["previous_digest"] != previous:
                self.wrong(f"{label}封存 {seal['id']}", "与上一封存不相连")
            if until is not None and seal["from_transaction"] != until:
                self.wrong(f"{label}封存 {seal['id']}", "封存区间不连续")
            previous, until = seal["digest"], seal["until_transaction"]

        def close(seal):
            due = seal["entry_count"]
            if running is not None and (count, running.hexdigest()) != (due, seal["digest"]):
                problem = f"应有 {due} 条，现为 {count} 条" if count != due else "内容被改动"
                self.wrong(f"{label}封存 {seal['id']}", f"记录与封存时不同：{problem}")

        for row in self.rows(f"{name}/entries"):
            while place < len(seals) and row["transaction_number"] >= seals[place]["until_transaction"]:
                close(seals[place])
                running, count = (hashlib.sha256(seals[place]["digest"].encode()) if running else None), 0
                place += 1
            told = self.recorded(row)
            if place < len(seals):
                if running is None:
                    running = hashlib.sha256(seals[place]["previous_digest"].encode())
                running.update(bytes.fromhex(row["digest"]))
                count += 1
            else:
                loose += 1
                bare += [told] if told and made - told > DAY else []
            self.seals_told(row)
            plain = None if row.get("is_outside") else self.told_in_full(row)
            if plain is None:
                hidden += 1
            elif sha256(canonical(plain)) != row["digest"]:
                self.wrong(f"{label}第 {row['id']} 条", "内容与其摘要不符，记录被改动")
            else:
                proved += 1
        if place < len(seals):
            if running is None and seals[-1]["entry_count"]:
                self.wrong(f"{label}封存 {seals[-1]['id']}", "其中的记录全部不见了")
            close(seals[place])
            for seal in seals[place + 1 :]:
                self.wrong(f"{label}封存 {seal['id']}", "其中的记录不见了")
        if bare:
            self.wrong(f"{label}未封存", f"{len(bare)} 条（{min(bare):%Y-%m-%d} 起）已过一天，{UNSEALED}")
        self.late(label, seals)
        numbers = f"封存 {len(seals)} 批；内容逐条证实 {proved} 条，只有摘要 {hidden} 条，尚未封存 {loose} 条"
        self.notes.append(f"{label}：{numbers}")

    def recorded(self, row):
        """一条记录最晚何时记下：补记的取记下时；分录写明，轨迹由共用的事务号推知（每小时留一个），期外的不知道。"""
        told, number = at(row.get("recorded_at")), row["transaction_number"]
        if told and (not self.clock or told - self.clock[-1][1] >= timedelta(hours=1)):
            self.clock.append((number, told))
        place = min(bisect_left(self.clock, (number,)), len(self.clock) - 1)
        told = told or (self.clock[place][1] if self.clock else None)
        return max(filter(None, (at(row["at"]), told))) if "at" in row else None

    def late(self, label, seals):
        """一批里陆续记了一天以上（停机的空档不算），就不是按时封存的。"""
        for seal in seals:
            ends = (seal["from_transaction"],), (seal["until_transaction"],)
            first, last = (bisect_left(self.clock, end) for end in ends)
            told = [when for _, when in self.clock[first:last]]
            if len(told) > 3 and told[-1] - told[0] > DAY:
                days = f"{told[0]:%Y-%m-%d} 至 {told[-1]:%Y-%m-%d}"
                self.wrong(f"{label}封存 {seal['id']}", f"{days} 记下的到最后才封存，{UNSEALED}")

    def seals_told(self, row):
        """每夜重加专账、每次制作审计包时，轨迹记下当时最后一批封存的摘要：应仍在链上。"""
        detail = row.get("detail") or {}
        for name, seals in self.seals.items():
            key = "digest" if (name, row.get("verb")) == ("ledger", "ledger.recounted") else f"{name}_seal"
            told, reach = detail.get(key), seals[-1]["until_transaction"] if seals else 0
            if told and row["transaction_number"] <= reach and told not in self.known[name]:
                self.gone(name, f"经办轨迹第 {row['id']} 条所记", told)

    def gone(self, name, told, digest):
        self.wrong(f"{CHAINS[name]}封存", f"{told}的封存 {digest[:12]} 不在链上，{REMADE}")

    def against(self, path):
        """留存的每日封存指纹（每行：日期 链 指纹）：包的封存链到过那一天，就应有那一批。"""
        for name, seals in self.seals.items():
            is_empty = next(self.rows(f"{name}/entries"), None) is None
            reach = day_of(seals[-1]["sealed_at"]) if seals else date.min if is_empty else date.max
            for words in map(str.split, path.read_text("utf-8-sig", "replace").splitlines()):
                is_due = len(words) == 3 and words[1] == name and words[0] < reach.isoformat()
                if is_due and words[2] not in self.known[name]:
                    self.gone(name, f"{words[0]} 公布", words[2])


def differences(old, new):
    """同一期间的两个包：逐个文件、逐条编号说明不同；data/made 里的本来就随制作时间而变，不比较。"""
    packs = [Verifier(path) for path in (old, new)]
    for pack in packs:
        with pack.open("manifest.json") as file:
            pack.manifest = json.load(file)
        pack.files = pack.manifest["files"]
    which = ("format", "region_code", "from_on", "to_on", "is_full")
    about = [{k: pack.manifest[k] for k in which} for pack in packs]
    if about[0] != about[1]:
        yield f"两个包不是同一期间、同一范围：{canonical(about[0])} 与 {canonical(about[1])}，只比较封存链"
        for name, label in CHAINS.items():  # 封存链都从第一批起：短的应是长的开头
            was, now = ([seal["digest"] for seal in pack.rows(f"{name}/seals")] for pack in packs)
            if was[: len(now)] != now[: len(was)]:
                yield f"{label}封存：两个包的链不同，{REMADE}"
        return
    names = [{name for name in pack.files if name.endswith(".jsonl")} for pack in packs]
    for name in sorted(name for name in names[0] | names[1] if not name.startswith("data/made/")):
        was, now = ({} if name not in pack.files else pack.table(name[5:-6]) for pack in packs)
        for key in sorted(was.keys() | now.keys()):
            if key not in now or key not in was:
                yield f"{name} 编号 {key}：只在{'旧' if key in was else '新'}包里"
            elif was[key] != now[key]:
                old_row, new_row = was[key], now[key]
                columns = sorted(c for c in {**old_row, **new_row} if old_row.get(c) != new_row.get(c))
                cells = [(c, canonical(old_row.get(c)), canonical(new_row.get(c))) for c in columns]
                told = "，".join(f"{c} {before} → {after}" for c, before, after in cells)
                yield f"{name} 编号 {key}：{told[:500]}"


def compared(paths):
    """比较两个包，说出不同；没有不同返回 0。"""
    count = 0
    for count, one in enumerate(differences(*paths), 1):
        print(f"≠ {one}") if count <= 1000 else None
    print(f"不同：{count} 处。" if count else "期内的记录完全相同。")
    return 1 if count else 0


def main(arguments):
    if len(arguments) > 2 or arguments[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 2
    paths = [Path(one) for one in arguments] or [Path(__file__).resolve().parent]
    kept = paths.pop() if len(paths) == 2 and paths[1].suffix == ".txt" and paths[1].is_file() else None
    for path in paths:
        if not path.exists() or (path.is_file() and not zipfile.is_zipfile(path)):
            print(f"{path} 不是审计包目录或ZIP文件")
            return 2
    if len(paths) == 2:
        return compared(paths)
    found = Verifier(paths[0])
    faults = found.run()
    if kept:
        found.against(kept)
    for fault in faults[:1000]:
        print(f"✗ {fault}")
    print(*found.notes, sep="\n")
    told = f"全部对上。内容指纹 {found.manifest.get('content_digest')}，请与另行告知的比对。"
    print(f"对不上：{len(faults)} 处。" if faults else told)
    return 1 if faults else 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")
    sys.exit(main(sys.argv[1:]))
