"""Roles: classes in code, each a set of permissions and a front door."""

from dataclasses import dataclass

from . import rights
from .permissions import Permission as P


@dataclass(frozen=True, slots=True)
class Role:
    """One kind of post. ``front_door`` is where its day begins."""

    code: str
    label: str
    front_door: str  # bureau | provider | learner
    permissions: frozenset[P]
    home: str = ""  # the page its day begins on, where it is not the door's own


ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role(
            "bureau_clerk",
            "经办",
            "bureau",
            frozenset(
                rights.LOOKING
                | rights.RETURN_CLERK
                | rights.RISK
                | rights.GRANT_CLERK
                | rights.RECOVERY_CLERK
                | rights.PLANNING_CLERK
                | rights.DEMAND_CLERK
                | rights.DEPARTMENTS_CLERK
                | rights.ENQUIRY_CLERK
                | {
                    P.REGISTER_INSTITUTION,
                    P.CALL_RECALL,
                    P.WEIGH_SESSION,
                    P.RELEASE_DEVICE,
                    P.UPHOLD_DISPUTE,
                    P.DISMISS_DISPUTE,
                    P.ORDER_INSPECTION,
                    P.VIEW_COMPLAINTS,
                    P.RECEIVE_COMPLAINT,
                    P.ACCEPT_COMPLAINT,
                    P.ANSWER_COMPLAINT,
                    P.CLOSE_COMPLAINT,
                    P.REVEAL_REPORTER,
                    P.OPEN_CASE,
                    P.GRADE_CASE,
                    P.ESCALATE_FINDING,
                    P.PROPOSE_SANCTION,
                    P.TELL_SANCTION,
                    P.RECOGNISE_PROVIDER,
                    P.SUSPEND_PROVIDER,
                    P.ACCEPT_APPLICATION,
                    P.JUDGE_CONDITION,
                    P.RECORD_VISIT,
                    P.FILE_TENDER,
                    P.KEEP_REGISTERS,
                    P.OPEN_EVALUATION,
                    P.SCORE_PROVIDER,
                    P.APPROVE_CLASS,
                    P.RETURN_CLASS,
                    P.STATE_FIGURE,
                    P.FREEZE_SNAPSHOT,
                    P.CANCEL_CLASS,
                    P.APPROVE_CHANGE,
                    P.REVIEW_CLAIM,
                    P.SECOND_CLAIM,
                    P.RETURN_CLAIM,
                    P.SUPPLY_EVIDENCE,
                    P.ISSUE_PAPER,
                    P.DRAFT_VOUCHERS,
                    P.WITHDRAW_VOUCHER,
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
                    P.ASK_ACCOUNT_CHANGE,
                    P.DECIDE_ACCOUNT_CHANGE,
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
                    P.ASK_REGISTERS,
                    P.RESTORE_ANSWER,
                    P.SET_ASIDE_ANSWER,
                    P.CONFIRM_EMPLOYMENT,
                    P.DECLINE_EMPLOYMENT,
                }
            ),
        ),
        Role(
            "reviewer",
            "复核",
            "bureau",
            frozenset(
                rights.LOOKING
                | rights.RETURN_DECIDER
                | rights.RISK
                | rights.GRANT_DECIDER
                | rights.RECOVERY_DECIDER
                | rights.PLANNING_DECIDER
                | rights.DEMAND_DECIDER
                | rights.DEPARTMENTS_REVIEWER
                | rights.ENQUIRY_DECIDER
                | {
                    P.DECIDE_APPLICATION,
                    P.FREEZE_SNAPSHOT,
                    P.JUDGE_CONDITION,
                    P.PUBLISH_GRADES,
                    P.SETTLE_APPEAL,
                    P.SETTLE_CLAIM_APPEAL,
                    P.DECIDE_ACCOUNT_CHANGE,
                    P.APPROVE_CLASS,
                    P.ORDER_INSPECTION,
                    P.VIEW_COMPLAINTS,
                    P.ANSWER_COMPLAINT,
                    P.CLOSE_COMPLAINT,
                    P.REVEAL_REPORTER,
                    P.OPEN_CASE,
                    P.GRADE_CASE,
                    P.CONFIRM_CASE,
                    P.ESCALATE_FINDING,
                    P.DEMAND_RECOVERY,
                    P.CONFIRM_SANCTION,
                    P.LIFT_SANCTION,
                    P.NAME_SUPERVISOR,
                    P.RETURN_CLASS,
                    P.APPROVE_CHANGE,
                    P.APPROVE_CLAIM,
                    P.SECOND_CLAIM,
                    P.UPHOLD_DISPUTE,
                    P.DISMISS_DISPUTE,
                    P.RETURN_CLAIM,
                    P.WAIVE_RULE,
                    P.ISSUE_VOUCHERS,
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
                    # closing and opening again is for two persons
                    P.CLOSE_PERIOD,
                    P.REOPEN_PERIOD,
                    P.CLOSE_LEDGER_ACCOUNT,
                    P.REOPEN_LEDGER_ACCOUNT,
                    P.RECONCILE_BANK,
                    P.CLOSE_RECONCILIATION,
                    P.ISSUE_PAPER,
                    P.REVOKE_PAPER,
                    P.DRAFT_WATERFALL,
                    P.APPROVE_WATERFALL,
                    P.RECORD_TRANSFER,
                    P.FREEZE_BUDGET,
                    P.CARRY_OVER_BUDGET,
                    P.RECORD_SURCHARGE,
                    P.VIEW_TRAIL,
                    P.ANSWER_OBJECTION,
                    P.COMMIT_SEED,
                    P.REVEAL_SEED,
                    P.MAKE_DRAW,
                    P.PUBLISH_DRAW,
                    P.VOID_DRAW,
                    P.RECORD_INSPECTION,
                    P.SETTLE_FINDING,
                    P.ASK_REGISTERS,
                    P.RESTORE_ANSWER,
                    P.SET_ASIDE_ANSWER,
                    P.PUBLISH_INSPECTION,
                }
            ),
        ),
        Role(
            "cashier",
            "出纳",
            "bureau",
            frozenset(
                rights.LOOKING
                | {
                    P.PREPARE_PAYMENT,
                    P.NOTE_RECEIPT,
                    P.OFFSET_PAYMENT,
                    P.RELEASE_PAYMENT,
                    P.READ_BANK_RETURN,
                    P.CORRECT_BANK_ACCOUNT,
                    P.ASK_ACCOUNT_CHANGE,
                    P.RECONCILE_BANK,
                    P.ISSUE_PAPER,
                    P.DRAFT_WATERFALL,
                    P.RECORD_TRANSFER,
                    P.RECORD_SURCHARGE,
                    P.CLOSE_PERIOD,
                    P.CLOSE_LEDGER_ACCOUNT,
                }
            ),
        ),
        Role(
            "auditor",
            "审计",
            "bureau",
            frozenset(
                rights.LOOKING
                | {P.VIEW_TRAIL, P.UNMASK_PERSON, P.COMMIT_SEED, P.REVEAL_SEED, P.VIEW_COMPLAINTS}
                | {P.MAKE_AUDIT_PACK, P.DRAW_AUDIT_SAMPLE, P.VIEW_DEPARTMENT_FILES, P.VIEW_ENQUIRIES}
            ),
        ),
        # sees where targets, money and risks stand, and opens any figure to its rows; decides nothing in it
        Role(
            "leader",
            "分管领导",
            "bureau",
            frozenset(rights.LOOKING | {P.VIEW_DEPARTMENT_FILES, P.VIEW_ENQUIRIES}),
        ),
        Role("inspector", "检查员", "bureau", frozenset({P.VIEW_BUREAU, P.RECORD_INSPECTION, P.CALL_RECALL})),
        Role(
            "department_clerk",
            "部门经办",
            "bureau",
            frozenset(
                rights.PLANNING_UNIT
                | rights.ENQUIRY_DRAFTER
                | {P.VIEW_DEPARTMENT_FILES, P.SEND_DEPARTMENT_FILE}
            ),
            home="bureau:department_files:list",
        ),
        # speaks for a unit that is no department: a section, a centre, a member of the joint meeting
        Role("unit_clerk", "单位经办", "bureau", frozenset(rights.PLANNING_UNIT)),
        Role(
            "provider_clerk",
            "培训机构经办",
            "provider",
            frozenset(
                rights.GRANT_APPLICANT
                | {P.FILE_SURPLUS, P.OBJECT_TO_RECOUPMENT}
                | {
                    P.VIEW_OWN_INSTITUTION,
                    P.EDIT_OWN_INSTITUTION,
                    P.SUBMIT_DEMAND_REPLY,
                    P.TELL_INTRODUCED_TALENT,
                    P.SUBMIT_APPLICATION,
                    P.APPEAL_GRADE,
                    P.FILE_COMPLAINT,
                    P.ASK_ENQUIRY,
                    P.ANSWER_INQUIRY,
                    P.PLEAD_SANCTION,
                    P.DRAFT_CLASS,
                    P.FILE_CLASS,
                    P.UPLOAD_ROSTER,
                    P.START_CLASS,
                    P.CANCEL_CLASS,
                    P.RECORD_ATTENDANCE,
                    P.SHOW_CODE,
                    P.CALL_RECALL,
                    P.ASSIST_CHECK_IN,
                    P.IMPORT_CHECK_INS,
                    P.WEIGH_SESSION,
                    P.RELEASE_DEVICE,
                    P.UPHOLD_DISPUTE,
                    P.RECORD_FEE,
                    P.FINISH_CLASS,
                    P.ADD_EVIDENCE,
                    P.PROPOSE_CHANGE,
                    P.SUBMIT_CLAIM,
                    P.WITHDRAW_CLAIM,
                    P.BIND_VOUCHER,
                    P.ISSUE_PAPER,
                    P.SUPPLY_EVIDENCE,
                    P.EXPORT_LIST,
                    P.CORRECT_BANK_ACCOUNT,
                    P.ASK_ACCOUNT_CHANGE,
                    P.APPEAL_CLAIM,
                    P.ASK_REGISTERS,
                    P.ANSWER_FINDING,
                    P.ANSWER_RISK_FINDING,
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
        Role(
            "learner",
            "学员",
            "learner",
            frozenset(
                rights.GRANT_APPLICANT
                | {
                    P.VIEW_OWN_FILE,
                    P.ISSUE_PAPER,
                    P.STATE_WISH,
                    P.ANSWER_SURVEY,
                    P.DECLARE_EMPLOYMENT,
                    P.CORRECT_BANK_ACCOUNT,
                    P.ASK_ACCOUNT_CHANGE,
                    P.APPEAL_CLAIM,
                    P.FILE_COMPLAINT,
                    P.ASK_ENQUIRY,
                    P.CHECK_IN,
                    P.BIND_DEVICE,
                    P.DISPUTE_MARK,
                    P.OBJECT_TO_RECOUPMENT,
                }
            ),
        ),
        Role(
            "administrator",
            "系统管理员",
            "bureau",
            frozenset({P.MANAGE_ACCOUNTS, P.ISSUE_DEPARTMENT_TOKEN, P.VIEW_BUREAU, P.VIEW_TRAIL}),
        ),
    )
}
