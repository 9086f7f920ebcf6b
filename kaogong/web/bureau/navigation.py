"""The bureau's rail."""

from kaogong.access.permissions import Permission as P
from kaogong.presence import queries as presence
from kaogong.supervision import queries as supervision
from kaogong.training import queries as training
from kaogong.web.parts.navigation import Link, ShownLink, shown

from . import (
    navigation_enquiries,
    navigation_figures,
    navigation_money,
    navigation_outcomes,
    navigation_oversight,
    navigation_providers,
    navigation_risk,
)


def navigation(request) -> list[tuple[str, list[ShownLink]]]:
    """The groups this actor may see, with what waits in each."""
    by = request.actor
    return shown(
        [
            (
                "",
                [Link("今日待办", "bureau:home", P.VIEW_BUREAU if by.may(P.VIEW_BUREAU) else P.REPORT_DUTY)],
            ),
            (
                "培训",
                [
                    Link(
                        "开班备案",
                        "bureau:classes:list",
                        P.VIEW_PEOPLE,
                        (lambda: training.classes_awaiting_approval(by)) if by.may(P.APPROVE_CLASS) else None,
                    ),
                    Link(
                        "开班变更",
                        "bureau:class_changes:list",
                        P.VIEW_PEOPLE,
                        (lambda: training.changes_awaiting_approval(by))
                        if by.may(P.APPROVE_CHANGE)
                        else None,
                    ),
                    Link("退役军人覆盖", "bureau:veterans:list", P.VIEW_PEOPLE),
                    Link("人员名册", "bureau:people:list", P.VIEW_PEOPLE),
                    Link("证书", "bureau:certificates:list", P.VIEW_PEOPLE),
                ],
            ),
            ("机构管理", navigation_providers.links(request)),
            *navigation_money.groups(request),
            navigation_outcomes.group(request),
            *navigation_figures.groups(request),
            (
                "监管",
                [
                    Link("上课现场", "bureau:live:board", P.VIEW_PEOPLE),
                    Link(
                        "考勤异议",
                        "bureau:disputes:list",
                        P.VIEW_PEOPLE,
                        (lambda: presence.disputes(by, "received")) if by.may(P.UPHOLD_DISPUTE) else None,
                    ),
                    Link("随机抽查", "bureau:draws:list", P.VIEW_PEOPLE),
                    Link(
                        "检查",
                        "bureau:inspections:list",
                        P.VIEW_PEOPLE if by.may(P.VIEW_PEOPLE) else P.RECORD_INSPECTION,
                        (lambda: supervision.inspections_waiting(by))
                        if by.may(P.RECORD_INSPECTION)
                        else None,
                    ),
                    Link("检查员", "bureau:inspectors:list", P.VIEW_PEOPLE),
                    *navigation_risk.links(request),
                    *navigation_oversight.links(request),
                ],
            ),
            navigation_enquiries.group(request),
            (
                "审计与系统",
                [
                    Link("经办轨迹", "bureau:trail:list", P.VIEW_TRAIL),
                    Link("审计包", "bureau:audit_packs:list", P.MAKE_AUDIT_PACK),
                    Link("审计抽样", "bureau:audit_samples:list", P.DRAW_AUDIT_SAMPLE),
                    Link("账号", "bureau:accounts:list", P.MANAGE_ACCOUNTS),
                ],
            ),
        ],
        request,
    )
