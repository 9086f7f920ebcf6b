"""The rail's lines about planning."""

from kaogong.access.permissions import Permission as P
from kaogong.planning import queries
from kaogong.web.parts.navigation import Link


def links(request) -> list[Link]:
    """What waits in each, for those who can do something about it."""
    by = request.actor
    return [
        Link("目标", "bureau:targets:list", _look(by, P.REPORT_DUTY)),
        Link(
            "督办",
            "bureau:supervision_notices:list",
            _look(by, P.REPLY_SUPERVISION),
            _supervisions(by),
        ),
        Link(
            "年度计划",
            "bureau:plans:list",
            _look(by, P.SUBMIT_PLAN_LINES),
            (lambda: queries.plans_to_decide(by)) if by.may(P.PUBLISH_PLAN) else None,
        ),
        Link(
            "责任事项",
            "bureau:duty_items:list",
            _look(by, P.REPORT_DUTY),
            _duties(by),
        ),
        Link(
            "联席会议",
            "bureau:meetings:list",
            _look(by, P.REPORT_DUTY),
            (lambda: queries.decisions_open(by)) if by.may(P.DECIDE_ITEM) or by.own_unit else None,
            also=("bureau:meetings:decisions",),
        ),
        Link(
            "单位考核",
            "bureau:unit_assessments:list",
            _look(by, P.OBJECT_TO_SCORE),
            _assessments(by, request.today),
        ),
    ]


def _look(by, own: P) -> P:
    """By what the actor sees a page: as one who looks at the bureau's, or as a unit that does its part."""
    return P.VIEW_BUREAU if by.may(P.VIEW_BUREAU) else own


def _supervisions(by):
    """Notices at this actor's own step."""
    if by.may(P.ACCEPT_SUPERVISION):
        return lambda: queries.supervisions(by).filter(status="replied")
    if by.may(P.REPLY_SUPERVISION):
        return lambda: queries.supervisions(by).filter(status="issued")
    return None


def _duties(by):
    """What a unit is to report of, or what a decider is to look at."""
    if by.may(P.FOLLOW_UP_DUTY):
        return lambda: queries.duties_reported(by)
    if by.own_unit and by.may(P.REPORT_DUTY):
        return lambda: queries.duties_to_report(by)
    return None


def _assessments(by, today):
    """Objections to answer, or points of one's own unit to look at."""
    if by.may(P.CONFIRM_ASSESSMENT):
        return lambda: queries.objections_waiting(by)
    if by.may(P.OBJECT_TO_SCORE):
        return lambda: queries.told_units(by, today)
    return None
