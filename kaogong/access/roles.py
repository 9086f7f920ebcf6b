"""Roles: classes in code, each a set of permissions and a front door."""

from dataclasses import dataclass

from .permissions import Permission as P


@dataclass(frozen=True, slots=True)
class Role:
    """One kind of post. ``front_door`` is where its day begins."""

    code: str
    label: str
    front_door: str  # bureau | provider | learner
    permissions: frozenset[P]


_LOOKING = {P.VIEW_BUREAU, P.VIEW_PEOPLE, P.VIEW_LEDGER, P.EXPORT_LIST}

ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role(
            "bureau_clerk",
            "经办",
            "bureau",
            frozenset(
                _LOOKING
                | {
                    P.REGISTER_INSTITUTION,
                    P.RECOGNISE_PROVIDER,
                    P.SUSPEND_PROVIDER,
                    P.APPROVE_CLASS,
                    P.RETURN_CLASS,
                    P.CANCEL_CLASS,
                    P.REVIEW_CLAIM,
                    P.RETURN_CLAIM,
                    P.SUPPLY_EVIDENCE,
                    P.SIMULATE_CHANGE,
                    P.FIND_ADJUSTMENTS,
                    P.FIND_ENTITLEMENTS,
                    P.TELL_PERSON,
                    P.PUBLISH_NOTICE,
                    P.ANSWER_OBJECTION,
                    P.CLOSE_NOTICE,
                    P.REGISTER_PERSON,
                    P.RECORD_GROUP,
                    P.UNMASK_PERSON,
                    P.REGISTER_CERTIFICATE,
                    P.HOLD_CERTIFICATE,
                    P.CORRECT_BANK_ACCOUNT,
                    P.ENLIST_INSPECTOR,
                    P.PREPARE_DRAW,
                    P.COMMIT_SEED,
                    P.COMMIT_DRAW,
                    P.REVEAL_SEED,
                    P.PUBLISH_DRAW,
                    P.VOID_DRAW,
                    P.RECORD_INSPECTION,
                    P.SETTLE_FINDING,
                    P.PUBLISH_INSPECTION,
                }
            ),
        ),
        Role(
            "reviewer",
            "复核",
            "bureau",
            frozenset(
                _LOOKING
                | {
                    P.APPROVE_CLASS,
                    P.RETURN_CLASS,
                    P.APPROVE_CLAIM,
                    P.RETURN_CLAIM,
                    P.WAIVE_RULE,
                    P.SIMULATE_CHANGE,
                    P.FIND_ADJUSTMENTS,
                    P.APPROVE_ADJUSTMENT,
                    P.DISMISS_ADJUSTMENT,
                    P.REVOKE_CERTIFICATE,
                    P.HOLD_CERTIFICATE,
                    P.WITHDRAW_NOTICE,
                    P.CLOSE_NOTICE,
                    P.CHECK_PAYMENT,
                    P.UNMASK_PERSON,
                    P.SET_BUDGET,
                    P.VIEW_TRAIL,
                    P.ANSWER_OBJECTION,
                    P.COMMIT_SEED,
                    P.REVEAL_SEED,
                    P.MAKE_DRAW,
                    P.PUBLISH_DRAW,
                    P.VOID_DRAW,
                    P.RECORD_INSPECTION,
                    P.SETTLE_FINDING,
                    P.PUBLISH_INSPECTION,
                }
            ),
        ),
        Role(
            "cashier",
            "出纳",
            "bureau",
            frozenset(
                _LOOKING | {P.PREPARE_PAYMENT, P.RELEASE_PAYMENT, P.READ_BANK_RETURN, P.CORRECT_BANK_ACCOUNT}
            ),
        ),
        Role(
            "auditor",
            "审计",
            "bureau",
            frozenset(_LOOKING | {P.VIEW_TRAIL, P.UNMASK_PERSON, P.COMMIT_SEED, P.REVEAL_SEED}),
        ),
        Role("inspector", "检查员", "bureau", frozenset({P.VIEW_BUREAU, P.RECORD_INSPECTION})),
        Role(
            "provider_clerk",
            "培训机构经办",
            "provider",
            frozenset(
                {
                    P.VIEW_OWN_INSTITUTION,
                    P.EDIT_OWN_INSTITUTION,
                    P.DRAFT_CLASS,
                    P.FILE_CLASS,
                    P.UPLOAD_ROSTER,
                    P.START_CLASS,
                    P.CANCEL_CLASS,
                    P.RECORD_ATTENDANCE,
                    P.RECORD_FEE,
                    P.FINISH_CLASS,
                    P.SUBMIT_CLAIM,
                    P.WITHDRAW_CLAIM,
                    P.SUPPLY_EVIDENCE,
                    P.EXPORT_LIST,
                    P.CORRECT_BANK_ACCOUNT,
                    P.ANSWER_FINDING,
                }
            ),
        ),
        Role(
            "assessor",
            "考评机构经办",
            "provider",
            frozenset(
                {
                    P.VIEW_OWN_INSTITUTION,
                    P.SCHEDULE_EXAM,
                    P.IMPORT_SCORES,
                    P.ISSUE_CERTIFICATES,
                    P.HOLD_CERTIFICATE,
                    P.EXPORT_LIST,
                }
            ),
        ),
        Role("learner", "学员", "learner", frozenset({P.VIEW_OWN_FILE, P.CORRECT_BANK_ACCOUNT})),
        Role(
            "administrator",
            "系统管理员",
            "bureau",
            frozenset({P.MANAGE_ACCOUNTS, P.VIEW_BUREAU, P.VIEW_TRAIL}),
        ),
    )
}
