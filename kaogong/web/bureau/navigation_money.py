"""The rail's part about money: claims, notices, payments, the ledger and the rulebook."""

from kaogong.access.permissions import Permission as P
from kaogong.claims import queries as claims
from kaogong.funds import queries as funds
from kaogong.grants import queries as grants
from kaogong.notices import queries as notices
from kaogong.recoveries import queries as recoveries
from kaogong.vouchers import queries as vouchers
from kaogong.web.parts.navigation import Link


def groups(request) -> list[tuple[str, list[Link]]]:
    """Groups of links between training and oversight."""
    by = request.actor
    return [
        (
            "补贴",
            [
                Link("补贴申领", "bureau:claims:list", P.VIEW_PEOPLE, _claims_waiting(by)),
                Link("奖补申请", "bureau:grants:list", P.VIEW_PEOPLE, _grants_waiting(by)),
                Link(
                    "公示",
                    "bureau:notices:list",
                    P.VIEW_PEOPLE,
                    (lambda: notices.objections(by, unanswered=True)) if by.may(P.ANSWER_OBJECTION) else None,
                ),
                Link("申领申诉", "bureau:claim_appeals:list", P.VIEW_PEOPLE, _appeals_waiting(by)),
                Link("补差追回", "bureau:adjustments:list", P.VIEW_PEOPLE, _adjustments_waiting(by)),
                Link(
                    "培训券",
                    "bureau:voucher_issues:list",
                    P.VIEW_PEOPLE,
                    _vouchers_waiting(by),
                    also=("bureau:vouchers:list",),
                ),
                Link("应享未享", "bureau:entitlements:list", P.VIEW_PEOPLE),
            ],
        ),
        (
            "资金与专账",
            [
                Link("资金看板", "bureau:funds:board", P.VIEW_LEDGER),
                Link("拨付批次", "bureau:batches:list", P.VIEW_LEDGER, _batches_waiting(by)),
                Link("收款账户变更", "bureau:account_changes:list", P.VIEW_PEOPLE, _changes_waiting(by)),
                Link("银行对账", "bureau:reconciling:list", P.VIEW_LEDGER),
                Link("资金追回", "bureau:recoveries:list", P.VIEW_LEDGER, _recoveries_waiting(by)),
                Link("赞助资金", "bureau:sponsorships:list", P.VIEW_LEDGER, _sponsored_waiting(by)),
                Link("对账单与收据", "bureau:statements:list", P.VIEW_LEDGER),
                Link("专账", "bureau:ledger:list", P.VIEW_LEDGER),
            ],
        ),
        (
            "政策",
            [
                Link("政策规则库", "bureau:rulebook:list", P.VIEW_BUREAU),
                Link("政策试算", "bureau:simulations:list", P.VIEW_BUREAU),
                Link("补贴职业目录", "bureau:subsidised:list", P.VIEW_BUREAU),
            ],
        ),
    ]


def _appeals_waiting(by):
    return (lambda: claims.claim_appeals(by, status="filed")) if by.may(P.SETTLE_CLAIM_APPEAL) else None


def _changes_waiting(by):
    return (lambda: claims.account_changes(by, status="asked")) if by.may(P.DECIDE_ACCOUNT_CHANGE) else None


def _vouchers_waiting(by):
    """Lists somebody else drafted, to be issued."""
    return (lambda: vouchers.issues_drafted(by)) if by.may(P.ISSUE_VOUCHERS) else None


def _claims_waiting(by):
    """Claims at this actor's own step."""
    if by.may(P.REVIEW_CLAIM):
        return lambda: claims.claims(by, status="submitted")
    if by.may(P.APPROVE_CLAIM):
        return lambda: claims.claims(by, status="reviewed")
    return None


def _grants_waiting(by):
    """Grants at this actor's own step."""
    if by.may(P.REVIEW_GRANT):
        return lambda: grants.grants(by, status="submitted")
    if by.may(P.APPROVE_GRANT):
        return lambda: grants.grants(by, status="reviewed")
    return None


def _adjustments_waiting(by):
    """Differences this actor may decide."""
    if by.may(P.APPROVE_ADJUSTMENT):
        return lambda: claims.adjustments(by).filter(status="found")
    return None


def _sponsored_waiting(by):
    """Agreements to confirm and sums to approve."""
    if by.may(P.DECIDE_SPONSORSHIP):
        return lambda: (grants.sponsorships(by, status="registered"), grants.spendings(by, status="asked"))
    return None


def _recoveries_waiting(by):
    """Recoupments to approve or write off, leads to open."""
    if by.may(P.APPROVE_RECOUPMENT):
        return lambda: recoveries.recoupments(by).filter(status__in=("opened", "proposed"))
    return (lambda: recoveries.leads(by)) if by.may(P.OPEN_RECOUPMENT) else None


def _batches_waiting(by):
    if by.may(P.CHECK_PAYMENT):
        return lambda: funds.batches(by, status="prepared")
    if by.may(P.PREPARE_PAYMENT):
        return lambda: (
            funds.payments(by, status="queued"),
            funds.batches(by, status="checked"),
        )
    return None
