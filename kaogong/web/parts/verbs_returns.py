"""Each trail verb of returns and of answers to proposals; verbs.py holds them all."""


def _(sentence: str) -> str:
    """Marks a sentence for the catalogue."""
    return sentence


VERBS_OF_RETURNS: dict[str, str] = {
    "return_template.uploaded": _("上传模板第 {number} 版，{starts_on} 启用"),
    "period_return.drafted": _("起草，取自统计数据第 {snapshot} 号"),
    "period_return.refreshed": _("重新取数，取自统计数据第 {snapshot} 号"),
    "period_return.worded": _("修改文字说明，手工填写的数字 {by_hand} 个"),
    "period_return.explained": _("写明原因"),
    "period_return.signed": _("签字报复核，内容摘要 {digest}"),
    "period_return.sent_back": _("退回修改"),
    "period_return.frozen": _("复核签字并冻结，内容摘要 {digest}"),
    "period_return.discarded": _("作废草稿"),
    "proposal.registered": _("登记，{due_on} 前答复"),
    "proposal.drafted": _("起草答复，取自统计数据第 {snapshot} 号"),
    "proposal.counted": _("重新取数，取自统计数据第 {snapshot} 号"),
    "proposal.worded": _("修改答复，手工填写的数字 {by_hand} 个"),
    "proposal.signed": _("核稿签字，内容摘要 {digest}"),
    "proposal.sent_back": _("退回修改"),
    "proposal.issued": _("签发答复，内容摘要 {digest}"),
}
