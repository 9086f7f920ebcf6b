"""Every address × every role × its own thing and another tenant's: open as the table says, else closed.

An address without a line in the table fails; so does a line whose address is gone.
"""

from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from kaogong.access.permissions import Permission as P
from kaogong.access.roles import ROLES
from tests.web.world import World, build

ANYONE = "portal"  # open to everybody, logged in or not
CLOSED = {403, 404}


@dataclass(frozen=True)
class Way:
    """Who may open an address: roles of the door with ``look`` by GET, with ``act`` by POST.

    ``about`` names the thing of the world it is about; without one the page is of whatever is in reach.
    ``post_only``: an act; GET is answered 405 to roles of the door. ``any_tenant``: the thing is not one
    tenant's own.
    """

    look: P | tuple[P, ...] | None = None
    about: str = ""
    act: P | None = None
    query: str = ""
    query_of: str = ""  # the thing whose number the address names after the question mark
    post_only: bool = False
    any_tenant: bool = False


def act(may: P | tuple[P, ...], about: str, **more) -> Way:
    return Way(may, about, post_only=True, **more)


BUREAU = {
    "statements:list": Way(P.ISSUE_PAPER),
    "statements:find": Way(P.ISSUE_PAPER),
    "statements:institution": Way(P.ISSUE_PAPER, "institution"),
    "statements:issue_to_institution": act(P.ISSUE_PAPER, "institution"),
    "statements:certify_institution": act(P.ISSUE_PAPER, "institution"),
    "statements:person": Way(P.ISSUE_PAPER, "person"),
    "statements:issue_to_person": act(P.ISSUE_PAPER, "person"),
    "statements:certify_person": act(P.ISSUE_PAPER, "person"),
    "statements:receipt": act(P.ISSUE_PAPER, "payment of the school"),
    "statements:detail": Way(P.ISSUE_PAPER, "paper of the school"),
    "statements:reissue": act(P.ISSUE_PAPER, "paper of the school"),
    "statements:revoke": act(P.REVOKE_PAPER, "paper of the school"),
    "statements:pdf": Way(P.ISSUE_PAPER, "paper of the school"),
    "recoveries:list": Way(P.VIEW_LEDGER),
    "recoveries:leads": Way(P.VIEW_LEDGER),
    "recoveries:lead": Way(P.VIEW_LEDGER, "recovery lead"),
    "recoveries:open": Way(P.OPEN_RECOUPMENT),
    "recoveries:detail": Way(P.VIEW_LEDGER, "recoupment of the school"),
    "recoveries:notice": Way(P.VIEW_LEDGER, "recoupment of the school"),
    "recoveries:approve": act(P.APPROVE_RECOUPMENT, "recoupment of the school"),
    "recoveries:notify": Way(P.SERVE_RECOUPMENT, "recoupment of the school"),
    "recoveries:agree": Way(P.PLAN_RECOUPMENT, "recoupment of the school"),
    "recoveries:receive": Way(P.NOTE_RECEIPT, "recoupment of the school"),
    "recoveries:set_off": Way(P.OFFSET_PAYMENT, "recoupment of the school"),
    "recoveries:give_up": Way(P.PROPOSE_WRITE_OFF, "recoupment of the school"),
    "recoveries:write_off": act(P.WRITE_OFF_RECOUPMENT, "recoupment of the school"),
    "recoveries:keep": act(P.WRITE_OFF_RECOUPMENT, "recoupment of the school"),
    "recoveries:drop": act(P.DROP_RECOUPMENT, "recoupment of the school"),
    "recoveries:receipt": Way(P.VIEW_LEDGER, "recovery receipt of the school"),
    "recovery_receipts:reverse": act(P.REVERSE_RECEIPT, "recovery receipt of the school"),
    "recovery_receipts:give_back": act(P.GIVE_BACK_RECEIPT, "recovery receipt of the school"),
    "recovery_objections:uphold": act(P.ANSWER_RECOUPMENT, "recovery objection of the school"),
    "recovery_objections:dismiss": act(P.ANSWER_RECOUPMENT, "recovery objection of the school"),
    "recovery_leads:dismiss": act(P.DISMISS_LEAD, "recovery lead"),
    "grants:list": Way(P.VIEW_PEOPLE),
    "grants:appeals": Way(P.VIEW_PEOPLE),
    "grants:answer": Way(P.VIEW_PEOPLE, "grant appeal", act=P.DECIDE_GRANT_APPEAL),
    "grants:publish_many": Way(P.PUBLISH_NOTICE),
    "grants:together": act(P.REVIEW_GRANT, ""),
    "grants:lists": Way(P.VIEW_PEOPLE),
    "grants:award_list": Way(P.VIEW_PEOPLE, "award list", act=P.DETERMINE_FACT),
    "grants:paper": Way(P.VIEW_PEOPLE, "grant paper"),
    "grants:detail": Way(P.VIEW_PEOPLE, "grant"),
    "grants:decision_pdf": Way(P.VIEW_PEOPLE, "grant"),
    "grants:determine": Way(P.DETERMINE_FACT, "grant", query="fact=approved"),
    "grants:rejudge": act((P.REVIEW_GRANT, P.APPROVE_GRANT), "grant"),
    "grants:review": act(P.REVIEW_GRANT, "grant"),
    "grants:return": act(P.RETURN_GRANT, "grant"),
    "grants:refuse": act(P.REFUSE_GRANT, "grant"),
    "grants:approve": act(P.APPROVE_GRANT, "grant"),
    "grants:publish_one": Way(P.PUBLISH_NOTICE, "grant"),
    "grants:end": act(P.END_GRANT, "grant"),
    "grants:queue": act(P.PREPARE_PAYMENT, "grant"),
    "projects:list": Way(P.VIEW_LEDGER),
    "projects:register": Way(P.KEEP_PROJECTS),
    "projects:paper": Way(P.VIEW_LEDGER, "project entry"),
    "projects:detail": Way(P.VIEW_LEDGER, "project"),
    "projects:record": Way(P.KEEP_PROJECTS, "project"),
    "performance:list": Way(P.VIEW_PEOPLE),
    "performance:score": Way(P.SCORE_PERFORMANCE),
    "performance:detail": Way(P.VIEW_PEOPLE, "performance"),
    "performance:confirm": act(P.CONFIRM_PERFORMANCE, "performance"),
    "performance:withdraw": act(P.CONFIRM_PERFORMANCE, "performance"),
    "surplus": Way(P.VIEW_PEOPLE),
    "home": Way(P.VIEW_BUREAU),
    "institutions:list": Way(P.VIEW_PEOPLE),
    "institutions:register": Way(P.REGISTER_INSTITUTION),
    "institutions:detail": Way(P.VIEW_PEOPLE, "institution"),
    "institutions:draft_contract": Way(P.RECOGNISE_PROVIDER, "institution"),
    "contracts:recognise": act(P.RECOGNISE_PROVIDER, "contract"),
    "contracts:suspend": act(P.SUSPEND_PROVIDER, "contract"),
    "contracts:resume": act(P.SUSPEND_PROVIDER, "contract"),
    "contracts:end_contract": Way(P.SUSPEND_PROVIDER, "contract"),
    "applications:list": Way(P.VIEW_PEOPLE),
    "applications:ending": Way(P.VIEW_PEOPLE),
    "applications:detail": Way(P.VIEW_PEOPLE, "application"),
    "applications:return": act(P.ACCEPT_APPLICATION, "application"),
    "applications:accept": act(P.ACCEPT_APPLICATION, "application"),
    "applications:record_visit": Way(P.RECORD_VISIT, "application"),
    "applications:decide": Way(P.DECIDE_APPLICATION, "application"),
    "applications:refuse": act(P.DECIDE_APPLICATION, "application"),
    "applications:make_contract": Way(P.RECOGNISE_PROVIDER, "application"),
    "applications:put_up": Way(P.PUBLISH_NOTICE, "application"),
    "applications:enforce": act(P.RECOGNISE_PROVIDER, "application"),
    "applications:reopen": act(P.DECIDE_APPLICATION, "application"),
    "applications:judge": Way(P.JUDGE_CONDITION, "condition"),
    "applications:paper": Way(P.VIEW_PEOPLE, "application paper"),
    "registers:kinds": Way(P.VIEW_PEOPLE),
    "registers:brands": Way(P.VIEW_PEOPLE),
    "registers:register_brand": Way(P.KEEP_REGISTERS),
    "registers:join_brand": Way(P.KEEP_REGISTERS, "brand"),
    "registers:leave_brand": act(P.KEEP_REGISTERS, "brand member"),
    "registers:tenders": Way(P.VIEW_PEOPLE),
    "registers:file_tender": Way(P.FILE_TENDER),
    "registers:grant_pilot": Way(P.KEEP_REGISTERS, "institution"),
    "registers:end_pilot": act(P.KEEP_REGISTERS, "pilot"),
    "registers:close_institution": act(P.KEEP_REGISTERS, "institution"),
    "evaluations:list": Way(P.VIEW_PEOPLE),
    "evaluations:open": Way(P.OPEN_EVALUATION),
    "evaluations:detail": Way(P.VIEW_PEOPLE, "evaluation round"),
    "evaluations:table": Way(P.VIEW_PEOPLE, "evaluation round"),
    "evaluations:measure": act(P.SCORE_PROVIDER, "evaluation round"),
    "evaluations:import": Way(P.SCORE_PROVIDER, "evaluation round"),
    "evaluations:form": Way(P.SCORE_PROVIDER, "evaluation round"),
    "evaluations:propose": act(P.SCORE_PROVIDER, "evaluation round"),
    "evaluations:rescore": act(P.SCORE_PROVIDER, "evaluation round"),
    "evaluations:put_up": Way(P.PUBLISH_GRADES, "evaluation round"),
    "evaluations:finalise": act(P.PUBLISH_GRADES, "evaluation round"),
    "evaluations:provider": Way(P.VIEW_PEOPLE, "evaluation"),
    "evaluations:score": Way(P.SCORE_PROVIDER, "evaluation"),
    "appeals:list": Way(P.VIEW_PEOPLE),
    "appeals:settle": Way(P.VIEW_PEOPLE, "appeal", act=P.SETTLE_APPEAL),
    "account_changes:list": Way(P.VIEW_PEOPLE),
    "account_changes:ask_person": Way(P.ASK_ACCOUNT_CHANGE, "person"),
    "account_changes:ask_institution": Way(P.ASK_ACCOUNT_CHANGE, "institution"),
    "account_changes:detail": Way(P.VIEW_PEOPLE, "account change of the learner"),
    "account_changes:reveal": act(P.UNMASK_PERSON, "account change of the learner"),
    "account_changes:approve": act(P.DECIDE_ACCOUNT_CHANGE, "account change of the learner"),
    "account_changes:return": act(P.DECIDE_ACCOUNT_CHANGE, "account change of the learner"),
    "account_changes:ask_again": Way(P.ASK_ACCOUNT_CHANGE, "account change of the learner"),
    "account_changes:withdraw": act(P.ASK_ACCOUNT_CHANGE, "account change of the learner"),
    "account_changes:paper": Way(P.VIEW_PEOPLE, "case paper"),
    "claim_appeals:list": Way(P.VIEW_PEOPLE),
    "claim_appeals:settle": Way(P.VIEW_PEOPLE, "claim appeal", act=P.SETTLE_CLAIM_APPEAL),
    "classes:list": Way(P.VIEW_PEOPLE),
    "classes:detail": Way(P.VIEW_PEOPLE, "class"),
    "classes:roster": Way(P.VIEW_PEOPLE, "finished class"),
    "classes:attendance": Way(P.VIEW_PEOPLE, "finished class"),
    "classes:results": Way(P.VIEW_PEOPLE, "finished class"),
    "classes:approve": act(P.APPROVE_CLASS, "class"),
    "classes:return": act(P.RETURN_CLASS, "class"),
    "classes:cancel": act(P.CANCEL_CLASS, "class"),
    "classes:filing": Way(P.VIEW_PEOPLE, "class"),
    "classes:passes": Way(P.VIEW_PEOPLE, "finished class"),
    "classes:changes": Way(P.VIEW_PEOPLE, "changed class"),
    "evidence:file": Way(P.VIEW_PEOPLE, "evidence document"),
    "class_changes:list": Way(P.VIEW_PEOPLE),
    "class_changes:approve": act(P.APPROVE_CHANGE, "class change"),
    "class_changes:refuse": act(P.APPROVE_CHANGE, "class change"),
    "veterans:list": Way(P.VIEW_PEOPLE),
    "people:list": Way(P.VIEW_PEOPLE),
    "people:find": Way(P.VIEW_PEOPLE, post_only=True),
    "people:detail": Way(P.VIEW_PEOPLE, "person"),
    "people:record_group": Way(P.RECORD_GROUP, "person"),
    "people:record_standing": Way(P.RECORD_GROUP, "person"),
    "people:register_subsidy": Way(P.REGISTER_CERTIFICATE, "person"),
    "certificates:list": Way(P.VIEW_PEOPLE),
    "certificates:detail": Way(P.VIEW_PEOPLE, "certificate"),
    "certificates:pdf": Way(P.VIEW_PEOPLE, "certificate"),
    "certificates:hold": act(P.HOLD_CERTIFICATE, "certificate"),
    "certificates:release": act(P.HOLD_CERTIFICATE, "certificate"),
    "certificates:revoke": act(P.REVOKE_CERTIFICATE, "certificate"),
    "certificates:register": Way(P.REGISTER_CERTIFICATE, "certificate to register"),
    "subsidised:list": Way(P.VIEW_BUREAU),
    "subsidised:add": Way(P.PUBLISH_NOTICE),
    "subsidised:end": Way(P.PUBLISH_NOTICE, "listing"),
    "trail:list": Way(P.VIEW_TRAIL),
    "trail:chain": Way(P.VIEW_TRAIL),
    "accounts:list": Way(P.MANAGE_ACCOUNTS),
    "accounts:open": Way(P.MANAGE_ACCOUNTS),
    "accounts:close": act(P.MANAGE_ACCOUNTS, "account"),
    "occupations": Way(P.VIEW_BUREAU),
    "occupation_scope": Way(P.VIEW_BUREAU, query="code=4-03-02-01"),
    "voucher_issues:list": Way(P.VIEW_PEOPLE),
    "voucher_issues:draft": Way(P.DRAFT_VOUCHERS),
    "voucher_issues:form": Way(P.DRAFT_VOUCHERS),
    "voucher_issues:detail": Way(P.VIEW_PEOPLE, "voucher issue"),
    "voucher_issues:issue": act(P.ISSUE_VOUCHERS, "voucher issue"),
    "voucher_issues:discard": act(P.DRAFT_VOUCHERS, "voucher issue"),
    "vouchers:list": Way(P.VIEW_PEOPLE),
    "vouchers:withdraw": Way(P.WITHDRAW_VOUCHER, "voucher"),
    "claim_papers:document": Way(P.VIEW_PEOPLE, "claim document"),
    "claim_papers:fee_document": Way(P.VIEW_PEOPLE, "fee document"),
    "claims:list": Way(P.VIEW_PEOPLE),
    "claims:detail": Way(P.VIEW_PEOPLE, "claim"),
    "claims:lines": Way(P.VIEW_PEOPLE, "claim"),
    "claims:review": act(P.REVIEW_CLAIM, "claim"),
    "claims:review_many": act(P.REVIEW_CLAIM, ""),
    "claims:second": act(P.SECOND_CLAIM, "claim"),
    "claims:approve": Way(P.APPROVE_CLAIM, "claim"),
    "claims:return": act(P.RETURN_CLAIM, "claim"),
    "claims:rejudge": act((P.REVIEW_CLAIM, P.APPROVE_CLAIM), "claim"),
    "claims:queue": act(P.PREPARE_PAYMENT, "claim"),
    "claims:evidence": Way(P.SUPPLY_EVIDENCE, "unknown line", query="fact=receives_pension"),
    "claims:waive": Way(P.WAIVE_RULE, "rule of a line"),
    "claims:release_line": act(P.HOLD_CERTIFICATE, "line"),
    "claims:line": Way(P.VIEW_PEOPLE, "line"),
    "claims:decision_pdf": Way(P.VIEW_PEOPLE, "line"),
    "conflicts:list": Way(P.VIEW_PEOPLE),
    "conflicts:detail": Way(P.VIEW_PEOPLE, "conflict", act=P.RETURN_CLAIM),
    "simulations:list": Way(P.VIEW_BUREAU),
    "simulations:simulate": Way(P.SIMULATE_CHANGE),
    "simulations:propose": Way(P.SIMULATE_CHANGE),
    "simulations:detail": Way(P.VIEW_BUREAU, "simulation"),
    "simulations:progress": Way(P.VIEW_BUREAU, "simulation"),
    "simulations:sheet": Way(P.EXPORT_LIST, "simulation"),
    "simulations:change": Way(P.VIEW_BUREAU, "simulation"),
    "adjustments:list": Way(P.VIEW_PEOPLE),
    "adjustments:find": Way(P.FIND_ADJUSTMENTS),
    "adjustments:detail": Way(P.VIEW_PEOPLE, "adjustment"),
    "adjustments:approve": act(P.APPROVE_ADJUSTMENT, "adjustment"),
    "adjustments:dismiss": act(P.DISMISS_ADJUSTMENT, "adjustment"),
    "entitlements:list": Way(P.VIEW_PEOPLE),
    "entitlements:find": act(P.FIND_ENTITLEMENTS, ""),
    "entitlements:tell": act(P.TELL_PERSON, ""),
    "notices:list": Way(P.VIEW_PEOPLE),
    "notices:preview": Way(P.PUBLISH_NOTICE),
    "notices:detail": Way(P.VIEW_PEOPLE, "notice"),
    "notices:pdf": Way(P.VIEW_PEOPLE, "notice"),
    "notices:close": Way(P.CLOSE_NOTICE, "notice"),
    "notices:withdraw": act(P.WITHDRAW_NOTICE, "notice"),
    "objections:detail": Way(P.VIEW_PEOPLE, "objection", act=P.ANSWER_OBJECTION),
    "objections:contact": act(P.ANSWER_OBJECTION, "objection"),
    "reconciling:list": Way(P.VIEW_LEDGER),
    "reconciling:follow": Way(P.RECONCILE_BANK),
    "reconciling:detail": Way(P.VIEW_LEDGER, "fund account"),
    "reconciling:read": Way(P.RECONCILE_BANK, "fund account"),
    "reconciling:accept": act(P.RECONCILE_BANK, "fund account"),
    "reconciling:match": act(P.RECONCILE_BANK, "fund account"),
    "reconciling:history": Way(P.VIEW_LEDGER, "fund account"),
    "reconciling:prepare": Way(P.RECONCILE_BANK, "fund account"),
    "reconciling:undo": act(P.RECONCILE_BANK, "bank match"),
    "reconciling:reopen": act(P.RECONCILE_BANK, "bank line"),
    "reconciling:sheet": Way(P.VIEW_LEDGER, "bank sheet"),
    "reconciling:close": act(P.CLOSE_RECONCILIATION, "bank sheet"),
    "reconciling:return": act(P.CLOSE_RECONCILIATION, "bank sheet"),
    "reconciling:file": Way(P.VIEW_LEDGER, "bank sheet file"),
    "batches:list": Way(P.VIEW_LEDGER),
    "batches:prepare": Way(P.PREPARE_PAYMENT),
    "batches:detail": Way(P.VIEW_LEDGER, "batch"),
    "batches:check": act(P.CHECK_PAYMENT, "batch"),
    "batches:release": act(P.RELEASE_PAYMENT, "batch"),
    "batches:stop": act(P.RELEASE_PAYMENT, "batch"),
    "batches:terms": Way(P.VIEW_LEDGER),
    "batches:set_terms": Way(P.SET_BUDGET, "fund"),
    "batches:dissolve": act(P.PREPARE_PAYMENT, "batch"),
    "batches:reject": act(P.CHECK_PAYMENT, "batch"),
    "batches:bank_file": act(P.RELEASE_PAYMENT, "batch"),
    "payments:list": Way(P.VIEW_LEDGER),
    "payments:queue": Way(P.VIEW_LEDGER),
    "payments:detail": Way(P.VIEW_LEDGER, "payment of the learner"),
    "payments:correct": Way(P.CORRECT_BANK_ACCOUNT, "payment of the learner"),
    "returns:list": Way(P.VIEW_LEDGER),
    "returns:read": Way(P.READ_BANK_RETURN),
    "returns:detail": Way(P.VIEW_LEDGER, "return"),
    "returns:work": Way(P.VIEW_LEDGER, "bank work"),
    "returns:work_progress": Way(P.VIEW_LEDGER, "bank work"),
    "payments:void": act(P.PREPARE_PAYMENT, "payment of the learner"),
    "funds:board": Way(P.VIEW_LEDGER),
    "funds:open": Way(P.SET_BUDGET),
    "funds:budget": Way(P.SET_BUDGET, "fund"),
    "funds:rows": Way(P.VIEW_LEDGER, query="of=paid"),
    "funds:coming": Way(P.VIEW_LEDGER),
    "funds:execution": Way(P.VIEW_LEDGER),
    "funds:versions": Way(P.VIEW_LEDGER),
    "funds:uses": Way(P.VIEW_LEDGER),
    "funds:transfers": Way(P.VIEW_LEDGER),
    "funds:record_transfer": Way(P.RECORD_TRANSFER, "fund"),
    "funds:correct_transfer": Way(P.RECORD_TRANSFER, "transfer"),
    "funds:freeze": Way(P.FREEZE_BUDGET, "fund"),
    "funds:unfreeze": Way(P.FREEZE_BUDGET, "fund"),
    "funds:carry_over": Way(P.CARRY_OVER_BUDGET, "fund"),
    "funds:surcharge": Way(P.VIEW_LEDGER),
    "funds:record_surcharge": Way(P.RECORD_SURCHARGE),
    "funds:correct_surcharge": Way(P.RECORD_SURCHARGE, "surcharge entry"),
    "waterfalls:list": Way(P.VIEW_LEDGER),
    "waterfalls:draft": Way(P.DRAFT_WATERFALL),
    "waterfalls:detail": Way(P.VIEW_LEDGER, "waterfall"),
    "waterfalls:edit": Way(P.DRAFT_WATERFALL, "waterfall"),
    "waterfalls:simulate": act(P.DRAFT_WATERFALL, "waterfall"),
    "waterfalls:approve": act(P.APPROVE_WATERFALL, "waterfall"),
    "waterfalls:return": act(P.APPROVE_WATERFALL, "waterfall"),
    "waterfalls:enforce": act(P.APPROVE_WATERFALL, "waterfall"),
    "waterfalls:discard": act(P.DRAFT_WATERFALL, "waterfall"),
    "ledger:list": Way(P.VIEW_LEDGER),
    "ledger:journal": Way(P.VIEW_LEDGER),
    "ledger:entry": Way(P.VIEW_LEDGER, "entry"),
    "ledger:explain": Way(P.VIEW_LEDGER),
    "ledger:recount": Way(P.VIEW_LEDGER),
    "ledger:checks": Way(P.VIEW_LEDGER),
    "ledger:periods": Way(P.VIEW_LEDGER),
    "ledger:close_period": Way(P.CLOSE_PERIOD),
    "ledger:reopen_period": Way(P.REOPEN_PERIOD, "closed period"),
    "ledger:accounts": Way(P.VIEW_LEDGER),
    "ledger:close_account": Way(P.CLOSE_LEDGER_ACCOUNT, "ledger account"),
    "ledger:reopen_account": Way(P.REOPEN_LEDGER_ACCOUNT, "closed ledger account"),
    "draws:list": Way(P.VIEW_PEOPLE),
    "draws:prepare": Way(P.PREPARE_DRAW),
    "draws:detail": Way(P.VIEW_PEOPLE, "draw"),
    "draws:roster": Way(P.VIEW_PEOPLE, "draw"),
    "draws:seed": act(P.COMMIT_SEED, "draw"),
    "draws:reveal": act(P.REVEAL_SEED, "draw"),
    "draws:commit": act(P.COMMIT_DRAW, "draw"),
    "draws:make": act(P.MAKE_DRAW, "draw"),
    "draws:publish": act(P.PUBLISH_DRAW, "draw"),
    "draws:void": act(P.VOID_DRAW, "draw"),
    "inspections:list": Way((P.VIEW_PEOPLE, P.RECORD_INSPECTION)),
    "inspections:detail": Way((P.VIEW_PEOPLE, P.RECORD_INSPECTION), "inspection"),
    "inspections:photo": Way((P.VIEW_PEOPLE, P.RECORD_INSPECTION), "photo"),
    "inspections:record": Way(P.RECORD_INSPECTION, "inspection"),
    "inspections:publish": act(P.PUBLISH_INSPECTION, "inspection"),
    "inspections:order": Way(P.ORDER_INSPECTION, query_of="institution"),
    "inspections:paper": Way((P.VIEW_PEOPLE, P.RECORD_INSPECTION), "recorded inspection"),
    "findings:settle": act(P.SETTLE_FINDING, "finding"),
    "findings:reject": Way(P.SETTLE_FINDING, "finding"),
    "findings:escalate": Way(P.ESCALATE_FINDING, "finding"),
    "inspectors:list": Way(P.VIEW_PEOPLE),
    "inspectors:enlist": Way(P.ENLIST_INSPECTOR),
    "inspectors:affiliation": Way(P.ENLIST_INSPECTOR),
    "inspectors:interest": Way(P.ENLIST_INSPECTOR, "inspector"),
    "inspectors:retire": act(P.ENLIST_INSPECTOR, "inspector"),
    "complaints:list": Way(P.VIEW_COMPLAINTS),
    "complaints:receive": Way(P.RECEIVE_COMPLAINT),
    "complaints:detail": Way(P.VIEW_COMPLAINTS, "complaint"),
    "complaints:accept": Way(P.ACCEPT_COMPLAINT, "complaint"),
    "complaints:forward": Way(P.ACCEPT_COMPLAINT, "complaint"),
    "complaints:investigate": act(P.ACCEPT_COMPLAINT, "complaint"),
    "complaints:ask": Way(P.ACCEPT_COMPLAINT, "complaint"),
    "complaints:answer": Way(P.ANSWER_COMPLAINT, "complaint"),
    "complaints:close": act(P.CLOSE_COMPLAINT, "complaint"),
    "complaints:reopen": act(P.CLOSE_COMPLAINT, "complaint"),
    "complaints:reveal": act(P.REVEAL_REPORTER, "complaint"),
    "complaints:photo": Way(P.VIEW_COMPLAINTS, "complaint photo"),
    "cases:list": Way(P.VIEW_COMPLAINTS),
    "cases:open": Way(P.OPEN_CASE),
    "cases:detail": Way(P.VIEW_COMPLAINTS, "case"),
    "cases:grade": Way(P.GRADE_CASE, "case"),
    "cases:return": act(P.CONFIRM_CASE, "case"),
    "cases:confirm": act(P.CONFIRM_CASE, "case"),
    "cases:dismiss": act(P.CONFIRM_CASE, "case"),
    "cases:close": act(P.CONFIRM_CASE, "case"),
    "cases:hand_over": Way(P.CONFIRM_CASE, "case"),
    "cases:demand": Way(P.DEMAND_RECOVERY, "case"),
    "case_recoveries:settle": Way(P.DEMAND_RECOVERY, "recovery"),
    "case_recoveries:waive": act(P.CONFIRM_CASE, "recovery"),
    "sanctions:list": Way(P.VIEW_PEOPLE),
    "sanctions:propose": Way(P.PROPOSE_SANCTION, query_of="institution"),
    "sanctions:detail": Way(P.VIEW_PEOPLE, "sanction"),
    "sanctions:withdraw": act(P.PROPOSE_SANCTION, "sanction"),
    "sanctions:confirm": Way(P.CONFIRM_SANCTION, "sanction"),
    "sanctions:tell": Way(P.TELL_SANCTION, "sanction"),
    "sanctions:start": act(P.TELL_SANCTION, "sanction"),
    "sanctions:end": act(P.LIFT_SANCTION, "sanction"),
    "sanctions:restore": act(P.LIFT_SANCTION, "sanction"),
    "sanctions:lift": act(P.LIFT_SANCTION, "sanction"),
    "duties:list": Way(P.VIEW_PEOPLE),
    "duties:name": Way(P.NAME_SUPERVISOR, "matter", any_tenant=True),
    "risk:list": Way(P.VIEW_PEOPLE),
    "risk:ask_many": act(P.ASK_PROVIDER, ""),
    "risk:detail": Way(P.VIEW_PEOPLE, "risk finding"),
    "risk:ask": Way(P.ASK_PROVIDER, "risk finding"),
    "risk:close": Way(P.CLOSE_RISK_FINDING, "risk finding"),
    "risk:escalate": Way(P.ESCALATE_RISK_FINDING, "risk finding"),
    "risk:reopen": act(P.REOPEN_RISK_FINDING, "risk finding"),
    "risk:document": Way(P.VIEW_PEOPLE, "risk question"),
    "risk_passes:list": Way(P.VIEW_PEOPLE),
    "risk_passes:run": act(P.RUN_RISK_CHECK, ""),
    "risk_passes:detail": Way(P.VIEW_PEOPLE, "risk pass"),
    "risk_passes:progress": Way(P.VIEW_PEOPLE, "risk pass"),
    "risk_passes:run_class": act(P.RUN_RISK_CHECK, "class"),
    "audit_packs:list": Way(P.MAKE_AUDIT_PACK),
    "audit_packs:ask": Way(P.MAKE_AUDIT_PACK),
    "audit_packs:detail": Way(P.MAKE_AUDIT_PACK, "audit pack"),
    "audit_packs:progress": Way(P.MAKE_AUDIT_PACK, "audit pack"),
    "audit_packs:take": Way(P.MAKE_AUDIT_PACK, "audit pack"),
    "audit_samples:list": Way(P.DRAW_AUDIT_SAMPLE),
    "audit_samples:prepare": Way(P.DRAW_AUDIT_SAMPLE),
    "audit_samples:detail": Way(P.DRAW_AUDIT_SAMPLE, "audit sample"),
    "audit_samples:draw": Way(P.DRAW_AUDIT_SAMPLE, "audit sample"),
    "audit_samples:paper": Way(P.DRAW_AUDIT_SAMPLE, "audit sample"),
    "audit_samples:package": Way(P.DRAW_AUDIT_SAMPLE, "audit sample"),
    "holds:list": Way(P.VIEW_PEOPLE),
    "holds:place": Way(P.PLACE_PAYMENT_HOLD, query_of="institution"),
    "holds:detail": Way(P.VIEW_PEOPLE, "hold"),
    "holds:lift": act(P.LIFT_PAYMENT_HOLD, "hold"),
    "rulebook:list": Way(P.VIEW_BUREAU),
    "rulebook:scheme": Way(P.VIEW_BUREAU, "scheme", query="region=370299&on=2026-11-02", any_tenant=True),
    "rulebook:topics": Way(P.VIEW_BUREAU),
    "rulebook:topic": Way(P.VIEW_BUREAU, "topic", query="region=370299", any_tenant=True),
    "rulebook:document": Way(P.VIEW_BUREAU, "document", any_tenant=True),
    "rulebook:clause": Way(P.VIEW_BUREAU, "clause", any_tenant=True),
    "rulebook:search": Way(P.VIEW_BUREAU, query="q=培训"),
    "rulebook:compare": Way(P.VIEW_BUREAU),
}
BUREAU |= {
    "live:board": Way(P.VIEW_PEOPLE),
    "live:session": Way(P.VIEW_PEOPLE, "check-in"),
    "live:call": act(P.CALL_RECALL, "check-in"),
    "live:weigh": act(P.WEIGH_SESSION, "check-in"),
    "disputes:list": Way(P.VIEW_PEOPLE),
    "disputes:detail": Way(P.VIEW_PEOPLE, "dispute"),
    "disputes:uphold": act(P.UPHOLD_DISPUTE, "dispute"),
    "disputes:dismiss": act(P.DISMISS_DISPUTE, "dispute"),
    "surveys:list": Way(P.VIEW_PEOPLE),
    "surveys:detail": Way(P.VIEW_PEOPLE, "survey"),
    "surveys:restore": act(P.RESTORE_ANSWER, "survey"),
    "survey_answers:restore": act(P.RESTORE_ANSWER, "survey answer"),
    "survey_answers:set_aside": act(P.SET_ASIDE_ANSWER, "survey answer"),
    "follow_ups:list": Way(P.VIEW_PEOPLE),
    "follow_ups:rates": Way(P.VIEW_PEOPLE),
    "follow_ups:detail": Way(P.VIEW_PEOPLE, "follow-up"),
    "follow_ups:document": Way(P.CONFIRM_EMPLOYMENT, "follow-up"),
    "follow_ups:confirm": act(P.CONFIRM_EMPLOYMENT, "follow-up"),
    "follow_ups:decline": act(P.DECLINE_EMPLOYMENT, "follow-up"),
}
PROVIDER = {
    "recoveries:list": Way(P.OBJECT_TO_RECOUPMENT),
    "recoveries:detail": Way(P.OBJECT_TO_RECOUPMENT, "recoupment of the school"),
    "recoveries:notice": Way(P.OBJECT_TO_RECOUPMENT, "recoupment of the school"),
    "recoveries:object": Way(P.OBJECT_TO_RECOUPMENT, "recoupment of the school"),
    "recoveries:receipt": Way(P.OBJECT_TO_RECOUPMENT, "recovery receipt of the school"),
    "grants:list": Way(P.SUBMIT_GRANT),
    "grants:begin": Way(P.SUBMIT_GRANT, "body scheme", any_tenant=True),
    "grants:detail": Way(P.SUBMIT_GRANT, "grant"),
    "grants:change": Way(P.SUBMIT_GRANT, "drafted grant"),
    "grants:add_paper": Way(P.SUBMIT_GRANT, "drafted grant"),
    "grants:submit": act(P.SUBMIT_GRANT, "drafted grant"),
    "grants:resubmit": act(P.SUBMIT_GRANT, "drafted grant"),
    "grants:withdraw": act(P.WITHDRAW_GRANT, "drafted grant"),
    "grants:appeal": Way(P.FILE_GRANT_APPEAL, "grant"),
    "grants:paper": Way(P.SUBMIT_GRANT, "grant paper"),
    "grants:award_form": Way(P.SUBMIT_GRANT),
    "grants:lists": Way(P.SUBMIT_GRANT),
    "grants:month_list": Way(P.SUBMIT_GRANT),
    "grants:allowance_form": Way(P.SUBMIT_GRANT),
    "grants:add_item": Way(P.SUBMIT_GRANT, "facility draft"),
    "grants:remove_item": act(P.SUBMIT_GRANT, "bought item"),
    "grants:inventory": Way(P.EDIT_OWN_INSTITUTION, "bought item"),
    "grants:award_list": Way(P.SUBMIT_GRANT, "award list"),
    "grants:import_list": Way(P.SUBMIT_GRANT, "list scheme", any_tenant=True),
    "grants:surplus": Way(P.FILE_SURPLUS),
    "sessions:list": Way(P.SHOW_CODE),
    "sessions:detail": Way(P.SHOW_CODE, "check-in"),
    "sessions:screen": Way(P.SHOW_CODE, "check-in"),
    "sessions:code": Way(P.SHOW_CODE, "check-in"),
    "sessions:assist": Way(P.ASSIST_CHECK_IN, "check-in"),
    "sessions:call": act(P.CALL_RECALL, "check-in"),
    "sessions:weigh": act(P.WEIGH_SESSION, "check-in"),
    "sessions:import": Way(P.IMPORT_CHECK_INS, "class of check-ins"),
    "sessions:release": act(P.RELEASE_DEVICE, "device"),
    "disputes:list": Way(P.UPHOLD_DISPUTE),
    "disputes:detail": Way(P.UPHOLD_DISPUTE, "dispute"),
    "disputes:uphold": act(P.UPHOLD_DISPUTE, "dispute"),
    "recognition:list": Way(P.VIEW_OWN_INSTITUTION),
    "recognition:apply": Way(P.SUBMIT_APPLICATION),
    "recognition:detail": Way(P.EDIT_OWN_INSTITUTION, "drafted application"),
    "recognition:change": Way(P.SUBMIT_APPLICATION, "drafted application"),
    "recognition:add_paper": Way(P.SUBMIT_APPLICATION, "drafted application"),
    "recognition:submit": act(P.SUBMIT_APPLICATION, "drafted application"),
    "recognition:withdraw": act(P.SUBMIT_APPLICATION, "drafted application"),
    "recognition:paper": Way(P.EDIT_OWN_INSTITUTION, "application paper"),
    "grades:list": Way(P.VIEW_OWN_INSTITUTION),
    "grades:detail": Way(P.EDIT_OWN_INSTITUTION, "evaluation"),
    "grades:appeal": Way(P.APPEAL_GRADE, "evaluation"),
    "institution:add_room": Way(P.EDIT_OWN_INSTITUTION),
    "institution:add_equipment": Way(P.EDIT_OWN_INSTITUTION),
    "institution:import_equipment": Way(P.EDIT_OWN_INSTITUTION),
    "institution:equipment_form": Way(P.EDIT_OWN_INSTITUTION),
    "institution:equipment_sheet": Way(P.EXPORT_LIST),
    "institution:remove_equipment": act(P.EDIT_OWN_INSTITUTION, "equipment"),
    "institution:import_trainers": Way(P.EDIT_OWN_INSTITUTION),
    "institution:trainer_form": Way(P.EDIT_OWN_INSTITUTION),
    "institution:trainer_sheet": Way(P.EXPORT_LIST),
    "institution:trainer": Way(P.EDIT_OWN_INSTITUTION, "trainer"),
    "institution:qualify_trainer": Way(P.EDIT_OWN_INSTITUTION, "trainer"),
    "institution:develop_trainer": Way(P.EDIT_OWN_INSTITUTION, "trainer"),
    "institution:remove_trainer": act(P.EDIT_OWN_INSTITUTION, "trainer"),
    "institution:teaching": Way(P.VIEW_OWN_INSTITUTION),
    "home": Way(P.VIEW_OWN_INSTITUTION),
    "classes:list": Way(P.DRAFT_CLASS),
    "classes:draft": Way(P.DRAFT_CLASS),
    "classes:detail": Way(P.DRAFT_CLASS, "class"),
    "classes:edit": Way(P.DRAFT_CLASS, "class"),
    "classes:copy": Way(P.DRAFT_CLASS, "class"),
    "classes:check": Way(P.FILE_CLASS, "class"),
    "classes:cancel": act(P.CANCEL_CLASS, "class"),
    "classes:start": act(P.START_CLASS, "class"),
    "classes:finish": act(P.FINISH_CLASS, "class"),
    "classes:timetable": Way(P.DRAFT_CLASS, "class"),
    "classes:filing": Way(P.DRAFT_CLASS, "class"),
    "classes:evidence": Way(P.ADD_EVIDENCE, "class"),
    "classes:mentors": Way(P.DRAFT_CLASS, "class"),
    "classes:passes": Way(P.DRAFT_CLASS, "finished class"),
    "classes:changes": Way(P.PROPOSE_CHANGE, "changed class"),
    "classes:propose": Way(P.PROPOSE_CHANGE, "changed class"),
    "classes:plan": Way(P.PROPOSE_CHANGE, "changed class"),
    "evidence:file": Way(P.ADD_EVIDENCE, "evidence document"),
    "class_changes:withdraw": act(P.PROPOSE_CHANGE, "class change"),
    "classes:fee": Way(P.RECORD_FEE, "class"),
    "rosters:list": Way(P.UPLOAD_ROSTER),
    "rosters:upload": Way(P.UPLOAD_ROSTER, "class"),
    "rosters:form": Way(P.UPLOAD_ROSTER, "class"),
    "rosters:detail": Way(P.UPLOAD_ROSTER, "roster"),
    "rosters:progress": Way(P.UPLOAD_ROSTER, "roster"),
    "rosters:columns": act(P.UPLOAD_ROSTER, "roster"),
    "rosters:take": act(P.UPLOAD_ROSTER, "roster"),
    "rosters:discard": act(P.UPLOAD_ROSTER, "roster"),
    "rosters:problems": Way(P.UPLOAD_ROSTER, "roster"),
    "learners:list": Way(P.UPLOAD_ROSTER, "finished class"),
    "learners:detail": Way(P.UPLOAD_ROSTER, "learner of a class"),
    "learners:fee": Way(P.RECORD_FEE, "learner of a class"),
    "learners:withdraw": act(P.UPLOAD_ROSTER, "enrolment"),
    "learners:readmit": act(P.UPLOAD_ROSTER, "enrolment"),
    "attendance:list": Way(P.RECORD_ATTENDANCE),
    "attendance:grid": Way(P.RECORD_ATTENDANCE, "running class"),
    "attendance:session": Way(P.RECORD_ATTENDANCE, "session"),
    "attendance:import": Way(P.RECORD_ATTENDANCE, "running class"),
    "attendance:form": Way(P.RECORD_ATTENDANCE, "running class"),
    "exams:list": Way(P.IMPORT_SCORES),
    # A finished class may be examined by any body of the district.
    "exams:classes": Way(P.SCHEDULE_EXAM, any_tenant=True),
    "exams:schedule": Way(P.SCHEDULE_EXAM, "class to assess", any_tenant=True),
    "exams:detail": Way(P.IMPORT_SCORES, "exam"),
    "exams:marks": act(P.IMPORT_SCORES, "exam"),
    "exams:import": Way(P.IMPORT_SCORES, "exam"),
    "exams:form": Way(P.IMPORT_SCORES, "exam"),
    "exams:certify": act(P.ISSUE_CERTIFICATES, "exam"),
    "certificates:list": Way(P.ISSUE_CERTIFICATES),
    "certificates:detail": Way(P.ISSUE_CERTIFICATES, "certificate of the body"),
    "certificates:hold": act(P.HOLD_CERTIFICATE, "certificate of the body"),
    "certificates:release": act(P.HOLD_CERTIFICATE, "certificate of the body"),
    "claims:list": Way(P.SUBMIT_CLAIM),
    "claims:claimable": Way(P.SUBMIT_CLAIM),
    "apprentices:list": Way(P.RECORD_ATTENDANCE, "class of apprentices"),
    "apprentices:check": Way(P.RECORD_ATTENDANCE, "apprentice"),
    "vouchers:list": Way(P.BIND_VOUCHER),
    "vouchers:bind": Way(P.BIND_VOUCHER, "class of vouchers"),
    "vouchers:unbind": Way(P.BIND_VOUCHER, "voucher"),
    "months:list": Way(P.SUBMIT_CLAIM),
    "months:submit": Way(P.SUBMIT_CLAIM),
    "months:form": Way(P.SUBMIT_CLAIM),
    "stages:list": Way(P.SUBMIT_CLAIM),
    "claim_papers:document": Way(P.SUBMIT_CLAIM, "claim document"),
    "fee_documents:list": Way(P.RECORD_FEE, "class of vouchers"),
    "fee_documents:add": Way(P.RECORD_FEE, "class of vouchers"),
    "fee_documents:document": Way(P.RECORD_FEE, "fee document"),
    "fee_documents:withdraw": Way(P.RECORD_FEE, "fee document"),
    "claims:submit": Way(P.SUBMIT_CLAIM, "finished class"),
    "claims:detail": Way(P.SUBMIT_CLAIM, "claim"),
    "claims:resubmit": act(P.SUBMIT_CLAIM, "claim"),
    "claims:withdraw": act(P.WITHDRAW_CLAIM, "claim"),
    "claims:evidence": Way(P.SUPPLY_EVIDENCE, "fact of a line"),
    "payments:list": Way(P.CORRECT_BANK_ACCOUNT),
    "payments:correct": Way(P.CORRECT_BANK_ACCOUNT, "payment of the school"),
    "account_changes:list": Way(P.ASK_ACCOUNT_CHANGE),
    "account_changes:ask": Way(P.ASK_ACCOUNT_CHANGE),
    "account_changes:detail": Way(P.ASK_ACCOUNT_CHANGE, "account change of the school"),
    "account_changes:ask_again": Way(P.ASK_ACCOUNT_CHANGE, "account change of the school"),
    "account_changes:withdraw": Way(P.ASK_ACCOUNT_CHANGE, "account change of the school"),
    "claim_appeals:list": Way(P.APPEAL_CLAIM),
    "claim_appeals:claim": Way(P.APPEAL_CLAIM, "claim"),
    "claim_appeals:line": Way(P.APPEAL_CLAIM, "line"),
    "claim_appeals:detail": Way(P.APPEAL_CLAIM, "claim appeal"),
    "claim_appeals:paper": Way(P.APPEAL_CLAIM, "case paper"),
    "statements:list": Way(P.ISSUE_PAPER),
    "statements:issue": act(P.ISSUE_PAPER, ""),
    "statements:certify": act(P.ISSUE_PAPER, ""),
    "statements:receipt": act(P.ISSUE_PAPER, "payment of the school"),
    "statements:reissue": act(P.ISSUE_PAPER, "paper of the school"),
    "statements:pdf": Way(P.ISSUE_PAPER, "paper of the school"),
    "inspections:list": Way(P.ANSWER_FINDING),
    "inspections:detail": Way(P.ANSWER_FINDING, "recorded inspection"),
    "findings:answer": Way(P.ANSWER_FINDING, "finding"),
    "risk:list": Way(P.ANSWER_RISK_FINDING),
    "risk:detail": Way(P.ANSWER_RISK_FINDING, "risk question"),
    "risk:answer": Way(P.ANSWER_RISK_FINDING, "risk question"),
    "risk:document": Way(P.ANSWER_RISK_FINDING, "risk question"),
    "inquiries:list": Way(P.ANSWER_INQUIRY),
    "inquiries:detail": Way(P.ANSWER_INQUIRY, "inquiry"),
    "sanctions:list": Way(P.PLEAD_SANCTION),
    "sanctions:detail": Way(P.PLEAD_SANCTION, "sanction"),
    "sanctions:plead": Way(P.PLEAD_SANCTION, "sanction"),
    "complaints:list": Way(P.FILE_COMPLAINT),
    "complaints:file": Way(P.FILE_COMPLAINT),
    "complaints:detail": Way(P.FILE_COMPLAINT, "own complaint"),
    "institution:detail": Way(P.VIEW_OWN_INSTITUTION),
    "institution:account": Way(P.EDIT_OWN_INSTITUTION),
    "institution:add_site": Way(P.EDIT_OWN_INSTITUTION),
    "institution:add_trainer": Way(P.EDIT_OWN_INSTITUTION),
    "outcomes:list": Way(P.DRAFT_CLASS),
    "outcomes:survey": Way(P.DRAFT_CLASS, "survey"),
}
LEARNER = {
    "recoveries:list": Way(P.OBJECT_TO_RECOUPMENT),
    "recoveries:detail": Way(P.OBJECT_TO_RECOUPMENT, "recoupment of the learner"),
    "recoveries:notice": Way(P.OBJECT_TO_RECOUPMENT, "recoupment of the learner"),
    "recoveries:object": Way(P.OBJECT_TO_RECOUPMENT, "recoupment of the learner"),
    "recoveries:receipt": Way(P.OBJECT_TO_RECOUPMENT, "recovery receipt of the learner"),
    "grants:list": Way(P.SUBMIT_GRANT),
    "grants:begin": Way(P.SUBMIT_GRANT, "own scheme", any_tenant=True),
    "grants:detail": Way(P.SUBMIT_GRANT, "own grant"),
    "grants:change": Way(P.SUBMIT_GRANT, "own draft"),
    "grants:add_paper": Way(P.SUBMIT_GRANT, "own draft"),
    "grants:submit": act(P.SUBMIT_GRANT, "own draft"),
    "grants:resubmit": act(P.SUBMIT_GRANT, "own draft"),
    "grants:withdraw": act(P.WITHDRAW_GRANT, "own draft"),
    "grants:appeal": Way(P.FILE_GRANT_APPEAL, "own refused"),
    "grants:paper": Way(P.SUBMIT_GRANT, "own grant paper"),
    "vouchers:list": Way(P.VIEW_OWN_FILE),
    "check_in:page": Way(P.CHECK_IN),
    "check_in:record": act(P.CHECK_IN, ""),
    "check_in:calls": Way(P.CHECK_IN),
    "check_in:kept": Way(P.CHECK_IN),
    "check_in:worker": Way(P.CHECK_IN),
    "check_in:photograph": Way(P.CHECK_IN, "check-in"),
    "disputes:dispute": Way(P.DISPUTE_MARK, "check-in"),
    "disputes:detail": Way(P.DISPUTE_MARK, "dispute"),
    "home": Way(P.VIEW_OWN_FILE),
    "more": Way(P.VIEW_OWN_FILE),
    "account": Way(P.VIEW_OWN_FILE),
    "hours:list": Way(P.VIEW_OWN_FILE),
    "hours:detail": Way(P.VIEW_OWN_FILE, "enrolment"),
    "payments:list": Way(P.VIEW_OWN_FILE),
    "payments:detail": Way(P.VIEW_OWN_FILE, "line"),
    "payments:correct": Way(P.CORRECT_BANK_ACCOUNT, "payment of the learner"),
    "account_changes:list": Way(P.ASK_ACCOUNT_CHANGE),
    "account_changes:ask": Way(P.ASK_ACCOUNT_CHANGE),
    "account_changes:detail": Way(P.ASK_ACCOUNT_CHANGE, "account change of the learner"),
    "account_changes:ask_again": Way(P.ASK_ACCOUNT_CHANGE, "account change of the learner"),
    "account_changes:withdraw": Way(P.ASK_ACCOUNT_CHANGE, "account change of the learner"),
    "claim_appeals:list": Way(P.APPEAL_CLAIM),
    "claim_appeals:line": Way(P.APPEAL_CLAIM, "line"),
    "claim_appeals:detail": Way(P.APPEAL_CLAIM, "claim appeal"),
    "claim_appeals:paper": Way(P.APPEAL_CLAIM, "case paper"),
    "statements:list": Way(P.ISSUE_PAPER),
    "statements:issue": act(P.ISSUE_PAPER, ""),
    "statements:certify": act(P.ISSUE_PAPER, ""),
    "statements:receipt": act(P.ISSUE_PAPER, "payment of the learner"),
    "statements:reissue": act(P.ISSUE_PAPER, "paper of the learner"),
    "statements:pdf": Way(P.ISSUE_PAPER, "paper of the learner"),
    "certificates:list": Way(P.VIEW_OWN_FILE),
    "certificates:detail": Way(P.VIEW_OWN_FILE, "certificate"),
    "certificates:pdf": Way(P.VIEW_OWN_FILE, "certificate"),
    "complaints:list": Way(P.FILE_COMPLAINT),
    "complaints:file": Way(P.FILE_COMPLAINT),
    "file:list": Way(P.VIEW_OWN_FILE),
    "file:pdf": Way(P.VIEW_OWN_FILE),
    "surveys:answer": Way(P.ANSWER_SURVEY, "survey"),
    "follow_ups:list": Way(P.VIEW_OWN_FILE),
    "follow_ups:declare": Way(P.DECLARE_EMPLOYMENT, "follow-up"),
    "follow_ups:document": Way(P.VIEW_OWN_FILE, "follow-up"),
}
PORTAL = {
    name: Way(about=about, any_tenant=True)
    for name, about in {
        "home": "", "seals": "", "seals_text": "", "verify_form": "", "verify": "code",
        "providers:list": "", "providers:detail": "institution",
        "classes": "", "notices:list": "", "notices:detail": "notice", "notices:pdf": "notice",
        "notices:object": "notice", "notices:receipt": "receipt", "policy:list": "", "policy:occupations": "",
        "policy:documents": "", "policy:scheme": "scheme", "entitled": "", "help": "", "accessibility": "",
        "inspections:list": "", "draws:detail": "draw", "draws:package": "draw",
        "complaints:complain": "", "complaints:follow": "", "sanctions": "", "papers:verify": "",
    }.items()
}  # fmt: skip
SHARED = {name: Way(any_tenant=True) for name in ("home", "login", "health")} | {
    name: Way(any_tenant=True, post_only=True) for name in ("logout", "language")
}
# A finished class waits for any body of the district, so its school is named.
SEES_OTHERS = {
    ("assessor", "provider:home"),
    ("learner", "learner:home"),  # classes nearby that anybody may join
    ("learner", "learner:more"),
}
# Neither door nor one permission: whoever may see the person and may unmask, and everybody themselves.
REVEAL = "reveal"
TABLE = {
    **{f"bureau:{name}": ("bureau", way) for name, way in BUREAU.items()},
    **{f"provider:{name}": ("provider", way) for name, way in PROVIDER.items()},
    **{f"learner:{name}": ("learner", way) for name, way in LEARNER.items()},
    **{f"portal:{name}": (ANYONE, way) for name, way in PORTAL.items()},
    **{name: (ANYONE, way) for name, way in SHARED.items()},
}


def every_address(resolver=None, space: str = "") -> list[str]:
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inside = f"{space}{pattern.namespace}:" if pattern.namespace else space
            found += every_address(pattern, inside)
        else:
            found.append(f"{space}{pattern.name}")
    return found


def test_every_address_stands_in_the_table_and_no_other():
    addresses = every_address()
    assert sorted(addresses) == sorted({*TABLE, REVEAL})


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Built once; whatever the tests do to it is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def asked(browser: Client, method: str, path: str):
    """One request whose effects are undone."""
    with transaction.atomic():
        response = getattr(browser, method)(path)
        if hasattr(response, "streaming_content"):
            list(response.streaming_content)
        transaction.set_rollback(True)
    return response


def wanted(role: str, door: str, way: Way, method: str) -> bool:
    if door == ANYONE:
        return True
    may = way.act if method == "post" and way.act else way.look
    rights = ROLES[role].permissions.intersection(may if isinstance(may, tuple) else (may,))
    return ROLES[role].front_door == door and bool(rights)


def fault(role, stranger, name, door, way, method, response, world: World) -> str:
    """What is wrong with this answer, or nothing."""
    code = response.status_code
    if code >= 500:
        return f"{code}"
    if door == ANYONE:
        return f"{code} but it is open to all" if code in CLOSED else ""
    if role == "public":
        to_login = code == 302 and response["Location"].startswith("/login/")
        return "" if to_login else f"{code} without logging in"
    if code == 405:  # the door stands, but nothing is done or shown this way
        right_method = "post" if way.post_only else "get"
        return f"405 by {right_method}" if method == right_method and not stranger else ""
    if way.post_only and method == "get":
        return "" if code in CLOSED else f"{code} by GET"
    if not wanted(role, door, way, method):
        return "" if code in CLOSED else f"{code} but the role may not"
    if not stranger or way.any_tenant:
        return f"{code} but the role may" if code in CLOSED else ""
    if way.about or way.query_of:
        return "" if code in CLOSED else f"{code} for another tenant's thing"
    if code in CLOSED:
        return f"{code} but the role may see its own"
    text = response.content.decode("utf-8", "replace") if not response.streaming else ""
    shown = [mark for mark in world.marks if mark in text and (role, name) not in SEES_OTHERS]
    return f"shows another tenant's {shown}" if shown else ""


WHO = [("public", False), *((role, stranger) for role in ROLES for stranger in (False, True))]


@pytest.mark.parametrize(("role", "stranger"), WHO, ids=[f"{r}-{'stranger' if s else 'own'}" for r, s in WHO])
def test_address_opens_as_the_table_says_and_not_otherwise(db, world, role, stranger):
    browser = world.browser(role, stranger=stranger)
    faults = []
    for name, (door, way) in TABLE.items():
        path = reverse(name, kwargs=world.things[way.about] if way.about else {})
        path += f"?{way.query}" if way.query else ""
        path += f"?{way.query_of}={world.things[way.query_of]['pk']}" if way.query_of else ""
        for method in ("get", "post"):
            if name == "logout" and method == "post":
                continue  # it would end the walk
            said = fault(role, stranger, name, door, way, method, asked(browser, method, path), world)
            if said:
                faults.append(f"{method.upper()} {name}: {said}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(("role", "stranger"), WHO, ids=[f"{r}-{'stranger' if s else 'own'}" for r, s in WHO])
def test_reveal_shows_a_number_to_who_may_see_it_and_records_the_look(db, world, role, stranger):
    from kaogong.trail.models import Entry

    person_id = world.things["person"]["pk"]
    browser = world.browser(role, stranger=stranger)
    for field in ("id_number", "phone", "bank_account"):
        path = reverse("reveal", kwargs={"person_id": person_id, "field": field})
        assert browser.get(path).status_code == 405
        looks = Entry.objects.filter(verb="person.looked", subject_id=str(person_id)).count()
        response = browser.post(path)
        may = (role != "public" and P.UNMASK_PERSON in ROLES[role].permissions) or role == "learner"
        if may and not stranger:
            assert response.status_code == 200
            assert (
                response.content.decode()
                == world.secrets[{"id_number": "number", "phone": "phone", "bank_account": "account"}[field]]
            )
            entry = Entry.objects.filter(verb="person.looked", subject_id=str(person_id)).latest("id")
            assert entry.actor_account_id == world.actors[role, False].account_id
            assert entry.detail["field"] == field
            looks += 1
        else:
            assert response.status_code in CLOSED
        assert Entry.objects.filter(verb="person.looked", subject_id=str(person_id)).count() == looks
