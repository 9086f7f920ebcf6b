"""One stored decision on a grant as a paper: the same decision gives the same bytes."""

from django.utils.translation import gettext

from kaogong.kernel.money import yuan
from kaogong.papers import DecisionPaper
from kaogong.rules import Decision as Judged

from .judged import VERDICT_MARKS, VERDICT_WORDS, amounts, clause_cards, is_english


def grant_paper(grant, decision, *, issuer: str) -> DecisionPaper:
    """The paper of one decision on a grant."""
    judged = Judged.from_dict(decision.decision)
    person = f"{grant.person.name} {grant.person.id_number_masked}" if grant.person_id else "—"
    return DecisionPaper(
        title=gettext("奖补测算结论"),
        reference=f"{grant.number} · {gettext('第 {n} 次').format(n=decision.version)}",
        issuer=issuer,
        decided_on=decision.on,
        verdict=VERDICT_MARKS[decision.verdict],
        verdict_words=gettext(VERDICT_WORDS[decision.verdict]),
        facts=[
            (gettext("申请单位（人）"), grant.applicant),
            (gettext("人员"), person),
            (gettext("项目"), judged.scheme_label_en if is_english() else judged.scheme_label),
            (gettext("认定日期"), decision.on.isoformat()),
        ],
        findings=clause_cards(judged),
        working=[(text, yuan(fen)) for part in amounts(judged) for text, fen in part["working"]],
        amount_fen=decision.amount_fen if decision.verdict == "payable" else None,
        decided_by=gettext("系统按政策规则库测算"),
        rulebook_digest=decision.rulebook_digest,
        illustrative=judged.illustrative,
        synthetic=grant.synthetic,
    )
