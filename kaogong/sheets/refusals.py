"""Files that cannot be taken, by name; each sentence tells the person what to do next."""

from collections.abc import Iterator
from contextlib import contextmanager

from kaogong.kernel.errors import Refused


class SheetRefused(Refused):
    """这个文件不能导入。"""


class NotASpreadsheet(SheetRefused):
    """“{filename}”不是电子表格（{found}）。请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。"""


class DamagedFile(SheetRefused):
    """“{filename}”已损坏，无法打开。请用 Excel 或 WPS 打开检查，另存为新的 .xlsx 再上传。"""


class PasswordProtected(SheetRefused):
    """“{filename}”设了打开密码。请在 Excel 或 WPS 中取消密码（文件—信息—保护工作簿），保存后再上传。"""


class EmptySheet(SheetRefused):
    """“{filename}”里没有数据行。请在标题行下面填写内容，保存后再上传。"""


class TooLarge(SheetRefused):
    """“{filename}”太大或异常膨胀（{found}，上限 {limit}）。请删去多余的行列和图片，另存后再上传。"""


class UnsafeContent(SheetRefused):
    """“{filename}”含有不允许的内容（{found}）。请用 Excel 或 WPS 新建一个表，把数据粘贴为数值后再上传。"""


class HeadingsNotFound(SheetRefused):
    """“{filename}”前 {searched} 行没有标题行，应有：{wanted}。请补上，或下载空白表填写后上传。"""


class TooManyRows(SheetRefused):
    """“{filename}”有 {found} 行数据，一次最多 {limit} 行。请拆成几个文件分别上传。"""


@contextmanager
def damage_named(filename: str) -> Iterator[None]:
    """Give every failure of a parser on a broken file one name, a panic of a native parser included."""
    try:
        yield
    except SheetRefused:
        raise
    except Exception as damage:
        raise DamagedFile(filename=filename) from damage
    except BaseException as panic:
        # pyo3 raises its panics past Exception and exports no class to catch.
        if type(panic).__name__ != "PanicException":
            raise
        raise DamagedFile(filename=filename) from panic
