"""Every right there is, in one list. One verb names the operation, the permission and the move."""

from enum import StrEnum


class Permission(StrEnum):
    # accounts
    MANAGE_ACCOUNTS = "manage_accounts"
    # institutions
    REGISTER_INSTITUTION = "register_institution"
    RECOGNISE_PROVIDER = "recognise_provider"
    SUSPEND_PROVIDER = "suspend_provider"
    EDIT_OWN_INSTITUTION = "edit_own_institution"
    # training
    DRAFT_CLASS = "draft_class"
    FILE_CLASS = "file_class"
    UPLOAD_ROSTER = "upload_roster"
    APPROVE_CLASS = "approve_class"
    RETURN_CLASS = "return_class"
    CANCEL_CLASS = "cancel_class"
    START_CLASS = "start_class"
    RECORD_FEE = "record_fee"
    RECORD_ATTENDANCE = "record_attendance"
    FINISH_CLASS = "finish_class"
    # assessment and certificates
    SCHEDULE_EXAM = "schedule_exam"
    IMPORT_SCORES = "import_scores"
    ISSUE_CERTIFICATES = "issue_certificates"
    HOLD_CERTIFICATE = "hold_certificate"
    REVOKE_CERTIFICATE = "revoke_certificate"
    REGISTER_CERTIFICATE = "register_certificate"
    # claims
    SUBMIT_CLAIM = "submit_claim"
    WITHDRAW_CLAIM = "withdraw_claim"
    REVIEW_CLAIM = "review_claim"
    APPROVE_CLAIM = "approve_claim"
    RETURN_CLAIM = "return_claim"
    WAIVE_RULE = "waive_rule"
    SUPPLY_EVIDENCE = "supply_evidence"
    FIND_ADJUSTMENTS = "find_adjustments"
    APPROVE_ADJUSTMENT = "approve_adjustment"
    DISMISS_ADJUSTMENT = "dismiss_adjustment"
    FIND_ENTITLEMENTS = "find_entitlements"
    TELL_PERSON = "tell_person"
    # policy
    SIMULATE_CHANGE = "simulate_change"
    # notices
    PUBLISH_NOTICE = "publish_notice"
    ANSWER_OBJECTION = "answer_objection"
    CLOSE_NOTICE = "close_notice"
    WITHDRAW_NOTICE = "withdraw_notice"
    # funds
    SET_BUDGET = "set_budget"
    PREPARE_PAYMENT = "prepare_payment"
    CHECK_PAYMENT = "check_payment"
    RELEASE_PAYMENT = "release_payment"
    READ_BANK_RETURN = "read_bank_return"
    CORRECT_BANK_ACCOUNT = "correct_bank_account"
    VIEW_LEDGER = "view_ledger"
    # people
    REGISTER_PERSON = "register_person"
    RECORD_GROUP = "record_group"
    VIEW_PEOPLE = "view_people"
    UNMASK_PERSON = "unmask_person"
    # supervision
    ENLIST_INSPECTOR = "enlist_inspector"
    PREPARE_DRAW = "prepare_draw"
    COMMIT_SEED = "commit_seed"
    COMMIT_DRAW = "commit_draw"
    REVEAL_SEED = "reveal_seed"
    MAKE_DRAW = "make_draw"
    PUBLISH_DRAW = "publish_draw"
    VOID_DRAW = "void_draw"
    RECORD_INSPECTION = "record_inspection"
    SETTLE_FINDING = "settle_finding"
    PUBLISH_INSPECTION = "publish_inspection"
    ANSWER_FINDING = "answer_finding"
    # looking
    VIEW_BUREAU = "view_bureau"
    VIEW_TRAIL = "view_trail"
    VIEW_OWN_INSTITUTION = "view_own_institution"
    VIEW_OWN_FILE = "view_own_file"
    EXPORT_LIST = "export_list"
