"""Online enquiries at every stage, all of nobody: asked, forwarded, answered with figures, asked again, published."""

from datetime import date, datetime, timedelta

from kaogong.access.queries import account_named, actor_of
from kaogong.demo.cast import REGION, Cast, at_hour
from kaogong.enquiries import operations
from kaogong.enquiries.models import Enquiry
from kaogong.kernel.actor import Actor
from kaogong.kernel.working_days import add_working_days

# stage, category, title, text, working days ago
ASKED = (
    (
        "received",
        "enrolment",
        "农闲时有没有短期班",
        "我住在乡下，腊月里有空，想学电工，有没有一个月以内的班？",
        1,
    ),
    ("received", "certificate", "证书上的名字写错一个字", "名字里的“钰”写成了“玉”，到哪里改？", 8),
    ("assigned", "subsidy", "生活费补贴怎么没到账", "培训结束两个月了，同班有人收到了，我还没有。", 4),
    ("forwarded", "enrolment", "高素质农民培育怎么报名", "村里说有农民培训，报名要什么条件？", 3),
    ("drafted", "provider", "机构收了资料费合不合规", "报名时另收了两百元资料费，政策允许吗？", 5),
    (
        "checking",
        "policy",
        "失业保险满几年能领技能提升补贴",
        "我交了三年失业保险，刚考出四级证书，能不能领？",
        4,
    ),
    ("answered", "policy", "今年区里培训了多少人", "想了解今年以来职业技能培训的规模和补贴发放情况。", 4),
    ("closed", "subsidy", "补贴公示在哪里看", "听说发钱前要公示，在哪里能看到名单？", 25),
    (
        "closed",
        "certificate",
        "外省考的证书能不能领补贴",
        "去年在外省考的电工四级，户口在本区，能申领吗？",
        30,
    ),
    ("reopened", "subsidy", "先垫的学费什么时候退", "学费是自己先垫的，证书拿到后多久退？", 12),
    ("dismissed", "other", "代办各类证书", "本公司代办各类证书，有意请联系。", 15),
    ("merged", "subsidy", "公示名单在哪里查", "补贴的公示名单在哪里查？", 24),
)
ANSWERS = {
    "drafted": "培训机构按备案的收费标准收费。备案之外另收资料费的，请保留收据，可以在本系统投诉举报。",
    "checking": "技能提升补贴的条件在门户“政策”页逐条列出，也可以在“我能享受什么”里按自己的情况核对。",
    "answered": "感谢您关心我区职业技能培训工作，有关情况如下：",
    "closed": "补贴发放前在本系统门户“公示”页面公开名单，公示期内任何人可以提出异议。",
    "reopened": "取得证书、补贴审核通过并公示期满后拨付到您登记的银行账户。",
}
AGAIN = "公示已经满了，还要等几天？"


def show_enquiries(cast: Cast) -> None:
    """Take each as far as its stage; two of the closed ones said whether it helped, one was published."""
    closed: list[operations.Receipt] = []
    for place, (stage, category, subject, content, days) in enumerate(ASKED):
        day = add_working_days(cast.on, -days)
        who = {"name": "孔令仪", "contact": "0532-80000000"} if place % 3 == 0 else {}
        receipt = operations.ask_enquiry(
            channel="portal", category=category, subject=subject, content=content, region_code=REGION,
            at=at_hour(day, 10, place), **who,
        )  # fmt: skip
        if stage == "closed":
            closed.append(receipt)
        _take(cast, receipt, stage, at_hour(add_working_days(day, 1), 9, place), closed)
    _publish(cast, closed)
    _of_their_own(cast)


def _take(cast: Cast, receipt: operations.Receipt, stage: str, at: datetime, closed: list) -> None:
    pk, clerk = receipt.enquiry.pk, cast["clerk"]
    if stage == "forwarded":
        operations.forward_enquiry(pk, department="agriculture", by=clerk, at=at, reason="农业部门组织的培训")
    elif stage == "dismissed":
        operations.dismiss_enquiry(pk, by=clerk, at=at, reason="广告信息，没有要咨询的事项")
    elif stage == "merged":
        operations.merge_enquiry(pk, into=closed[0].enquiry.number, by=clerk, at=at)
    elif stage != "received":
        operations.assign_enquiry(pk, to=clerk.account_id, by=clerk, at=at)
        if stage in ANSWERS:
            _answer(cast, receipt, stage, at + timedelta(hours=2))


def _answer(cast: Cast, receipt: operations.Receipt, stage: str, at: datetime) -> None:
    """Draft, hand on, send; what follows where the asker came back."""
    pk, clerk, reviewer = receipt.enquiry.pk, cast["clerk"], cast["reviewer"]
    figures = {}
    if stage == "answered":  # today, for its figures are counted today
        at = at_hour(cast.on, 9, 51)
        figures = {
            "codes": ["training.person_times", "training.certified", "money.paid"],
            "starts_on": date(cast.on.year, 1, 1), "ends_on": cast.on - timedelta(days=1),
        }  # fmt: skip
    operations.draft_reply(pk, text=ANSWERS[stage], by=clerk, at=at, **figures)
    if stage == "drafted":
        return
    operations.submit_reply(pk, by=clerk, at=at + timedelta(minutes=2))
    if stage == "checking":
        return
    late = stage == "closed" and receipt.enquiry.category == "certificate"
    sent = at_hour(add_working_days(at.date(), 7), 10) if late else at + timedelta(minutes=6)
    operations.issue_reply(pk, by=reviewer, at=sent)
    told = (receipt.enquiry.number, receipt.secret)
    if stage == "reopened":
        operations.add_to_enquiry(*told, content=AGAIN, at=at_hour(add_working_days(sent.date(), 2), 15))
    elif stage == "closed":
        operations.judge_reply(*told, is_helped=not late, at=sent + timedelta(hours=3))
        operations.close_enquiry(pk, by=clerk, at=sent + timedelta(hours=4))


def _publish(cast: Cast, closed: list[operations.Receipt]) -> None:
    """One on the portal now, one taken off again."""
    clerk, at = cast["clerk"], at_hour(add_working_days(cast.on, -10), 11)
    words = {"is_anonymous": True, "holds_from": at.date(), "by": clerk, "at": at}
    operations.publish_common_question(
        closed[0].enquiry.pk, question="发补贴之前的公示名单在哪里看？", answer=ANSWERS["closed"], **words
    )
    old = operations.publish_common_question(
        closed[1].enquiry.pk,
        question="在外省考的证书能申领补贴吗？",
        answer="请先到证书查验页查验证书。",
        **words,
    )
    operations.withdraw_common_question(
        old.pk, by=clerk, at=at_hour(add_working_days(cast.on, -2), 11), reason="答复不完整，待重写"
    )


def _learner() -> Actor | None:
    """Who logs in as a learner; nobody in a city too small for one."""
    account = account_named("learner")
    return actor_of(account) if account is not None else None


def _of_their_own(cast: Cast) -> None:
    """One of the learner who logs in, one of a school."""
    asked = Enquiry.objects.count()
    for channel, who, subject, content in (
        ("learner", _learner(), "还能不能再学一门", "今年已经学过一门，还能报别的班吗？"),
        (
            "provider",
            cast.schools[0].clerk,
            "备案后能不能换教室",
            "班已经备案，原教室要维修，换教室怎么办手续？",
        ),
    ):
        if who is not None and who.may("ask_enquiry"):
            operations.ask_enquiry(
                channel=channel, category="policy", subject=subject, content=content, region_code=REGION,
                at=at_hour(add_working_days(cast.on, -2), 16, asked % 50), by=who,
            )  # fmt: skip
