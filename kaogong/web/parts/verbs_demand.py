"""Each trail verb of demand and supply; verbs.py holds them all."""


def _(sentence: str) -> str:
    """Marks a sentence for the catalogue."""
    return sentence


VERBS_OF_DEMAND: dict[str, str] = {
    "demand_round.drafted": _("拟定企业调查"),
    "demand_round.invited": _("加入 {enterprises} 家企业"),
    "demand_round.opened": _("开始调查，{enterprises} 家企业"),
    "demand_round.reminded": _("提醒 {enterprises} 家没有填报的企业"),
    "demand_round.closed": _("截止调查，{answered} 家已填报"),
    "demand_reply.invited": _("加入调查名单"),
    "demand_reply.imported": _("从表格导入 {kept} 行，{refused} 行有问题"),
    "demand_reply.submitted": _("提交填报，{lines} 行"),
    "demand_reply.resubmitted": _("重新提交填报，{lines} 行"),
    "vacancy_list.taken": _("导入招聘清单：计入 {kept} 行，重复 {repeated} 行，{refused} 行有问题"),
    "vacancy_list.discarded": _("作废招聘清单"),
    "wish.stated": _("填写培训意愿"),
    "wish.imported": _("导入劳动力登记：{kept} 人，{refused} 行有问题"),
    "shortage.computed": _("计算紧缺指数，截至 {as_of}，{rows} 行"),
    "shortage.listed": _("紧缺目录写入 {listed} 个职业，原有 {ended} 个到期"),
    "shortage_list.drafted": _("拟定紧缺目录，{entries} 条"),
    "shortage_list.entry_added": _("目录加入 {entry}"),
    "shortage_list.entry_dropped": _("目录移出 {entry}"),
    "shortage_list.proposed": _("提请复核紧缺目录，{entries} 条"),
    "shortage_list.returned": _("退回紧缺目录"),
    "shortage_list.published": _("发布紧缺目录，{entries} 条"),
    "shortage_list.withdrawn": _("撤回紧缺目录"),
    "major.imported": _("导入院校专业：{kept} 个，{refused} 行有问题"),
    "major.tagged": _("标注专业的产业链：{chain}"),
    "major.ended": _("停办专业，自 {ends_on} 起"),
    "introduced_talent.told": _("登记引进技能人才"),
    "introduced_talent.imported": _("导入引进技能人才：{kept} 人，{refused} 行有问题"),
    "introduced_talent.confirmed": _("确认引进技能人才"),
    "introduced_talent.refused": _("不予确认引进技能人才"),
    "introduced_talent.affirmed": _("单位确认 {year} 年在岗"),
    "introduced_talent.left": _("登记离开，自 {left_on}"),
    "market_bulletin.drafted": _("起草市场供需信息"),
    "market_bulletin.seekers_imported": _("导入求职人数：{kept} 行，{refused} 行有问题"),
    "market_bulletin.proposed": _("提请复核供需信息：招聘 {wanted} 人，求职 {seeking} 人"),
    "market_bulletin.returned": _("退回供需信息"),
    "market_bulletin.published": _("发布供需信息"),
    "market_bulletin.withdrawn": _("撤回供需信息"),
    "wage_guide.drafted": _("汇总工资价位"),
    "wage_guide.proposed": _("提请复核工资价位：公布 {shown} 个，不公布 {hidden} 个"),
    "wage_guide.published": _("发布工资价位"),
    "wage_guide.withdrawn": _("撤回工资价位"),
}
