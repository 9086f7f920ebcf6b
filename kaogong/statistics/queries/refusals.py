"""What looking at figures refuses, by name."""

from kaogong.kernel.errors import Refused


class SnapshotGone(Refused):
    """第{number}号统计数据没有冻结，已经清理。请用最新的数据。"""


class SnapshotDamaged(Refused):
    """第{number}号统计数据的文件{files}与保存时的摘要不符，不能使用。
    请从备份恢复该文件；未冻结的数据可以重新取数（kaogong statistics refresh --full）。"""
