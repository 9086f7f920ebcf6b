"""Rights that go together: what a post of one kind of work holds, taken over whole by the roles."""

from .permissions import Permission as P

LOOKING = {P.VIEW_BUREAU, P.VIEW_PEOPLE, P.VIEW_LEDGER, P.EXPORT_LIST}
# risk findings and payments held back
RISK = {
    P.RUN_RISK_CHECK,
    P.ASK_PROVIDER,
    P.CLOSE_RISK_FINDING,
    P.ESCALATE_RISK_FINDING,
    P.REOPEN_RISK_FINDING,
    P.PLACE_PAYMENT_HOLD,
    P.LIFT_PAYMENT_HOLD,
}
# grants: what an applicant does, what the clerk does, what another person decides
GRANT_APPLICANT = {P.SUBMIT_GRANT, P.WITHDRAW_GRANT, P.FILE_GRANT_APPEAL}
GRANT_CLERK = {
    P.REVIEW_GRANT,
    P.RETURN_GRANT,
    P.DETERMINE_FACT,
    P.KEEP_PROJECTS,
    P.KEEP_SPONSORSHIPS,
    P.SCORE_PERFORMANCE,
}
GRANT_DECIDER = {
    P.RETURN_GRANT,
    P.REFUSE_GRANT,
    P.APPROVE_GRANT,
    P.END_GRANT,
    P.DECIDE_GRANT_APPEAL,
    P.DECIDE_SPONSORSHIP,
    P.CONFIRM_PERFORMANCE,
}
# money asked back: the clerk opens, another decides, the cashier takes it in
RECOVERY_CLERK = {P.OPEN_RECOUPMENT, P.SERVE_RECOUPMENT, P.PLAN_RECOUPMENT, P.PROPOSE_WRITE_OFF}
RECOVERY_DECIDER = {
    P.APPROVE_RECOUPMENT,
    P.DROP_RECOUPMENT,
    P.WRITE_OFF_RECOUPMENT,
    P.REVERSE_RECEIPT,
    P.GIVE_BACK_RECEIPT,
    P.ANSWER_RECOUPMENT,
    P.DISMISS_LEAD,
}

# lists of other departments: a clerk takes them in, another person accepts; a department's clerk only sends
DEPARTMENTS_CLERK = {
    P.VIEW_DEPARTMENT_FILES,
    P.SEND_DEPARTMENT_FILE,
    P.ACCEPT_DEPARTMENT_FILE,
    P.DECIDE_DUPLICATE,
    P.PROPOSE_MERGE,
}
DEPARTMENTS_REVIEWER = {
    P.VIEW_DEPARTMENT_FILES,
    P.ACCEPT_DEPARTMENT_FILE,
    P.ISSUE_DEPARTMENT_TOKEN,
    P.DECIDE_DUPLICATE,
    P.DECIDE_MERGE,
}

# demand and supply: the clerk asks, counts and proposes, another person publishes
DEMAND_CLERK = {
    P.OPEN_DEMAND_ROUND,
    P.CLOSE_DEMAND_ROUND,
    P.IMPORT_VACANCIES,
    P.IMPORT_WISHES,
    P.COMPUTE_SHORTAGE,
    P.PROPOSE_SHORTAGE_LIST,
    P.KEEP_MAJORS,
    P.PROPOSE_WAGE_GUIDE,
    P.PROPOSE_MARKET_BULLETIN,
    P.KEEP_INTRODUCED_TALENT,
    P.CONFIRM_INTRODUCED_TALENT,
}
DEMAND_DECIDER = {P.PUBLISH_SHORTAGE_LIST, P.PUBLISH_WAGE_GUIDE, P.PUBLISH_MARKET_BULLETIN}
# targets, plans and duties: the clerk drafts and works, another sets, publishes and judges
PLANNING_CLERK = {
    P.DRAFT_TARGET,
    P.ISSUE_SUPERVISION,
    P.REPLY_SUPERVISION,
    P.OPEN_PLAN,
    P.SUBMIT_PLAN_LINES,
    P.MERGE_PLAN,
    P.ASSIGN_DUTY,
    P.REPORT_DUTY,
    P.CALL_MEETING,
    P.DECIDE_ITEM,
    P.OPEN_ASSESSMENT,
    P.SCORE_UNIT,
    P.OBJECT_TO_SCORE,
}
# what a unit does itself, a department or another: it asks, reports, replies, says what it holds against its points
PLANNING_UNIT = {
    P.SUBMIT_PLAN_LINES,
    P.REPORT_DUTY,
    P.REPORT_ITEM,
    P.REPLY_SUPERVISION,
    P.OBJECT_TO_SCORE,
}
PLANNING_DECIDER = {
    P.SET_TARGET,
    P.ISSUE_SUPERVISION,
    P.ACCEPT_SUPERVISION,
    P.PUBLISH_PLAN,
    P.FOLLOW_UP_DUTY,
    P.DECIDE_ITEM,
    P.CONFIRM_ASSESSMENT,
}
# returns and answers: the clerk draws up and signs first, another countersigns
RETURN_CLERK = {
    P.KEEP_RETURN_TEMPLATES,
    P.DRAFT_RETURN,
    P.SIGN_RETURN,
    P.REGISTER_PROPOSAL,
    P.DRAFT_ANSWER,
}
RETURN_DECIDER = {P.FREEZE_RETURN, P.ISSUE_ANSWER}
# online enquiries: the clerk gives out and answers, another checks; a department's clerk drafts what was forwarded
ENQUIRY_DRAFTER = {P.VIEW_ENQUIRIES, P.DRAFT_REPLY}
ENQUIRY_CLERK = ENQUIRY_DRAFTER | {
    P.ASSIGN_ENQUIRY,
    P.ANSWER_ENQUIRY,
    P.REVEAL_ASKER,
    P.PUBLISH_COMMON_QUESTION,
}
ENQUIRY_DECIDER = ENQUIRY_CLERK | {P.ISSUE_REPLY}
