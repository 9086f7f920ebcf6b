"""The rail of the provider front door."""

from kaogong.access.permissions import Permission as P
from kaogong.assessment import queries as assessment
from kaogong.claims import queries as claims
from kaogong.demand import queries as demand
from kaogong.funds import queries as funds
from kaogong.grants import queries as grants
from kaogong.institutions import queries as institutions
from kaogong.presence import queries as presence
from kaogong.risk import queries as risk
from kaogong.supervision import queries as supervision
from kaogong.training.queries import waiting
from kaogong.web.parts.navigation import Link, shown


def navigation(request) -> list:
    """Groups of links with what waits behind each."""
    by, today = request.actor, request.today
    groups = [
        ("", [Link("今日待办", "provider:home", P.VIEW_OWN_INSTITUTION)]),
        (
            "培训",
            [
                Link("培训班次", "provider:classes:list", P.DRAFT_CLASS),
                Link(
                    "花名册",
                    "provider:rosters:list",
                    P.UPLOAD_ROSTER,
                    lambda: waiting.rosters_waiting(by),
                ),
                Link("签到", "provider:sessions:list", P.SHOW_CODE),
                Link(
                    "考勤异议",
                    "provider:disputes:list",
                    P.UPHOLD_DISPUTE,
                    lambda: presence.disputes(by, "received"),
                ),
                Link(
                    "考勤",
                    "provider:attendance:list",
                    P.RECORD_ATTENDANCE,
                    lambda: waiting.classes_unrecorded(by, today),
                ),
            ],
        ),
        (
            "考核",
            [
                Link(
                    "待安排考核",
                    "provider:exams:classes",
                    P.SCHEDULE_EXAM,
                    lambda: assessment.classes_to_assess(by),
                ),
                Link(
                    "考核场次",
                    "provider:exams:list",
                    P.IMPORT_SCORES,
                    lambda: assessment.exams(by).exclude(status="certified"),
                ),
                Link("已发证书", "provider:certificates:list", P.ISSUE_CERTIFICATES),
            ],
        ),
        (
            "补贴",
            [
                Link(
                    "可申领班次",
                    "provider:claims:claimable",
                    P.SUBMIT_CLAIM,
                    lambda: claims.claimable_classes(by),
                ),
                Link("分阶段申领", "provider:stages:list", P.SUBMIT_CLAIM),
                Link("以工代训", "provider:months:list", P.SUBMIT_CLAIM),
                Link("培训券", "provider:vouchers:list", P.BIND_VOUCHER),
                Link(
                    "补贴申领",
                    "provider:claims:list",
                    P.SUBMIT_CLAIM,
                    lambda: claims.claims(by, status="returned"),
                ),
                Link(
                    "奖补申请",
                    "provider:grants:list",
                    P.SUBMIT_GRANT,
                    lambda: grants.grants(by, status="returned"),
                ),
                Link(
                    "补贴款",
                    "provider:payments:list",
                    P.CORRECT_BANK_ACCOUNT,
                    lambda: funds.payments(by, status="unpaid"),
                ),
                Link(
                    "收款账户",
                    "provider:account_changes:list",
                    P.ASK_ACCOUNT_CHANGE,
                    lambda: claims.account_changes(by, status="returned"),
                ),
                Link("申领申诉", "provider:claim_appeals:list", P.APPEAL_CLAIM),
                Link("应退补贴", "provider:recoveries:list", P.OBJECT_TO_RECOUPMENT),
                Link("对账单与收据", "provider:statements:list", P.ISSUE_PAPER),
            ],
        ),
        (
            "本机构",
            [
                Link(
                    "监督检查",
                    "provider:inspections:list",
                    P.ANSWER_FINDING,
                    lambda: supervision.findings_open(by),
                ),
                Link(
                    "情况函询",
                    "provider:inquiries:list",
                    P.ANSWER_INQUIRY,
                    lambda: supervision.inquiries_open(by),
                ),
                Link(
                    "处理决定",
                    "provider:sanctions:list",
                    P.PLEAD_SANCTION,
                    lambda: supervision.sanctions_to_plead(by, today),
                ),
                Link("投诉举报", "provider:complaints:list", P.FILE_COMPLAINT),
                Link("网上咨询", "provider:enquiries:list", P.ASK_ENQUIRY),
                Link("培训成效", "provider:outcomes:list", P.DRAFT_CLASS),
                Link(
                    "企业调查",
                    "provider:demand:list",
                    P.SUBMIT_DEMAND_REPLY,
                    lambda: demand.replies_to_write(by),
                ),
                Link(
                    "引进人才",
                    "provider:talents:list",
                    P.TELL_INTRODUCED_TALENT,
                    lambda: demand.talents_to_affirm(by, today),
                ),
                Link(
                    "风险核实",
                    "provider:risk:list",
                    P.ANSWER_RISK_FINDING,
                    lambda: risk.risk_questions(by, answered=False),
                ),
                Link("机构资料", "provider:institution:detail", P.VIEW_OWN_INSTITUTION),
                Link(
                    "认定申请",
                    "provider:recognition:list",
                    P.SUBMIT_APPLICATION,
                    lambda: institutions.applications(by).filter(status="returned"),
                ),
                Link("评估等级", "provider:grades:list", P.APPEAL_GRADE),
                Link("教师课时", "provider:institution:teaching", P.EDIT_OWN_INSTITUTION),
            ],
        ),
    ]
    return shown(groups, request)
