"""Judging a class of fifty: facts gathered, rules asked, decisions kept, beside the pure engine alone."""

import argparse
from datetime import date, timedelta

from bench import rig
from bench.rig import AT, processor_seconds

BEFORE = AT.replace(month=4, day=10)  # when the class was filed


def judged(size: int, times: int) -> None:
    """A finished, certified class is claimed, then judged again and again; the middle and the worst."""
    rig.setup()
    from time import perf_counter

    from bench.pages import percentile
    from kaogong.claims import queries
    from kaogong.claims.operations import judging, submit_claim
    from kaogong.rules import decide

    clerk, claim = a_claim(size, submit_claim)
    lines = list(queries.lines(claim.pk))
    whole, cpu, engine = [], [], []
    for turn in range(times):
        began, worked = perf_counter(), processor_seconds()
        judging.rejudge_claim(claim.pk, by=clerk, at=AT + timedelta(minutes=turn))
        whole.append((perf_counter() - began) * 1000)
        cpu.append((processor_seconds() - worked) * 1000)
    facts = queries.facts_of(claim, lines)
    book = queries.rulebook()
    for _ in range(times):
        began = perf_counter()
        decisions = [
            decide(
                book.at(claim.region_code[:6], line.event_on).scheme(claim.scheme_code),
                facts[line.pk], line.event_on, frozenset(),
            )
            for line in lines
        ]  # fmt: skip
        engine.append((perf_counter() - began) * 1000)
    rig.answer(
        lines=len(lines), whole=percentile(whole, 0.5), whole_p95=percentile(whole), cpu=percentile(cpu, 0.5),
        cpu_p95=percentile(cpu), engine=percentile(engine, 0.5),
        verdicts=sorted({str(decision.verdict) for decision in decisions}),
        against=sorted({f.rule_id for d in decisions for f in d.findings_that("failed")}),
    )  # fmt: skip


def a_claim(size: int, submit_claim):
    """A provider's claim for a class of that many, taken there through the operations."""
    from bench.stage import COOK, REGION, a_class, a_provider, an_account
    from kaogong.certificates.operations import NewCertificate, issue_certificates
    from kaogong.demo.citizens import people_frame
    from kaogong.institutions import operations as institutions
    from kaogong.kernel.actor import system_actor
    from kaogong.kernel.credit_code import make_credit_code
    from kaogong.people.operations import NewGroup, record_groups, record_standing
    from kaogong.training import operations as training
    from kaogong.training import queries

    provider = a_provider(places=500)
    clerk, begins = provider[0], date(2026, 5, 4)
    class_id = a_class(provider, size, starts_on=begins, at=BEFORE)
    people = people_frame(1, size, date(2026, 11, 1))
    sheet = people.select(姓名="name", 身份证号码="id_number", 银行账号="bank_card").write_csv().encode()
    upload = training.upload_roster(class_id, sheet, "花名册.csv", by=clerk, at=BEFORE)
    training.take_roster(upload.pk, by=clerk, at=BEFORE)
    learners = list(queries.enrolments(class_id))
    record_groups(
        [
            NewGroup(learner.person_id, "rural_transferred_worker", date(2026, 1, 1), source="示例")
            for learner in learners
        ],
        by=system_actor(),
        at=BEFORE,
    )
    for learner in learners:
        for kind, holds in (("pension", False), ("insured", False), ("at_school", False)):
            record_standing(
                learner.person_id, kind=kind, holds=holds, start_on=date(2020, 1, 1), source="示例",
                by=system_actor(), at=BEFORE,
            )  # fmt: skip
    training.file_class(class_id, by=clerk, at=BEFORE)
    training.approve_class(class_id, by=an_account("reviewer", region_code=REGION), at=BEFORE)
    training.start_class(class_id, by=clerk, at=BEFORE + timedelta(days=24))
    training.record_fee(
        class_id,
        paid_by="provider",
        amount_fen=120_000,
        paid_on=begins,
        receipt_number="PJ-1",
        by=clerk,
        at=AT,
    )
    for session in queries.sessions(class_id):
        marks = {learner.pk: "P" for learner in learners}
        training.record_attendance(session.pk, marks, by=clerk, at=BEFORE + timedelta(days=40))
    training.finish_class(class_id, by=clerk, at=BEFORE + timedelta(days=60))
    by = system_actor()
    body = institutions.register_institution(
        credit_code=make_credit_code("52", REGION, 2).value, name="示例区技能评价中心", kind="social_body",
        region_code=REGION, is_provider=False, is_assessor=True, certificate_body_code="S000037000001", by=by, at=AT,
    )  # fmt: skip
    issue_certificates(
        [
            NewCertificate(
                kind="skill_level", person_id=learner.person_id, occupation_code=COOK[0], level_code=COOK[1],
                issued_on=begins + timedelta(days=40), institution_id=body.pk, reference=f"bench/{learner.pk}",
                region_code=REGION,
            )
            for learner in learners
        ],
        by=by, at=AT - timedelta(days=60),
    )  # fmt: skip
    return clerk, submit_claim(class_id, by=clerk, at=AT)


def measure(*, size: int, times: int) -> dict:
    """In a process and a database of its own."""
    with rig.rig() as here:
        here.fresh("bench_decide")
        return here.child("bench.decide", size, "--times", times, database="bench_decide")


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("size", type=int)
    words.add_argument("--times", type=int, default=20)
    chosen = words.parse_args()
    judged(chosen.size, chosen.times)


if __name__ == "__main__":
    main()
