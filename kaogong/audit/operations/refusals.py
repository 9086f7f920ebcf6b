"""Why a pack or a sample is not made."""

from kaogong.kernel.errors import Refused


class DaysNotPossible(Refused):
    """起止日期不对：起 {from_on}，止 {to_on}。止日不能早于起日，也不能晚于今天。"""


class AuthorityMissing(Refused):
    """含完整个人信息的审计包须注明授权：文号和授权人。"""


class RegionOutOfReach(Refused):
    """只能制作本人管辖范围内的审计包。"""


class PackNotKept(Refused):
    """审计包{number}没有留存文件，不能下载。"""


class NothingPaid(Refused):
    """{from_on} 至 {to_on} 没有到账的付款，没有可抽的总体。"""


class SampleTooLarge(Refused):
    """只有{count}笔可抽，不能抽{size}笔。"""


class SeedMissing(Refused):
    """请填写种子和它的来源，例如某期彩票开奖号码或某日收盘指数：须在固定总体之后才公布。"""
