"""What this app refuses, by name."""

from kaogong.kernel.errors import Refused


class NothingTaken(Refused):
    """还没有统计数据。请先运行一次取数（kaogong statistics refresh）。"""


class SnapshotFrozen(Refused):
    """第{number}号统计数据已由{name}于{at}冻结（{reason}），可以直接使用，不必再冻结。"""


class PeriodUnfit(Refused):
    """起止日期不对：{start_on}至{end_on}。止日须晚于起日。"""


class StatedAlready(Refused):
    """{region}该期间的这项数据已由{name}填报（{document}）。如需修改，请用“更正”，写明原因。"""


class StatedCorrected(Refused):
    """这项数据已由{name}更正，请在更正后的数据上操作。"""


class SourceMissing(Refused):
    """请填写来源文件：这项数据不由本系统计算，必须写明出处。"""


class NotInReach(Refused):
    """{region}不在您的管辖范围内。"""


class StatedPaperUnreadable(Refused):
    """文件“{filename}”不是PDF、JPEG或PNG，或是空的，或超过{limit}MB。请转换或压缩后再上传。"""

    form_field = "paper"
