"""Files that cannot be taken, by name; each sentence tells the person what to do next."""

from kaogong.kernel.errors import Refused


class SheetRefused(Refused):
    """这个文件不能导入。"""


class NotASpreadsheet(SheetRefused):
    """“{filename}”不是电子表格（{found}）。请用 Excel 或 WPS 打开后另存为 .xlsx 再上传，也可以上传 .xls、.xlsb、.ods、.csv。"""


class DamagedFile(SheetRefused):
    """“{filename}”已损坏，无法打开。请用 Excel 或 WPS 打开检查，另存为新的 .xlsx 再上传。"""


class PasswordProtected(SheetRefused):
    """“{filename}”设了打开密码。请在 Excel 或 WPS 中取消密码（文件—信息—保护工作簿），保存后再上传。"""


class EmptySheet(SheetRefused):
    """“{filename}”里没有数据行。请在标题行下面填写内容，保存后再上传。"""


class TooLarge(SheetRefused):
    """“{filename}”太大或展开后异常膨胀（{found}，上限 {limit}）。请只保留要导入的工作表，删去多余的行列和图片，另存后再上传。"""


class UnsafeContent(SheetRefused):
    """“{filename}”含有不允许的内容（{found}）。请用 Excel 或 WPS 新建一个表，把数据粘贴为数值后再上传。"""


class HeadingsNotFound(SheetRefused):
    """在“{filename}”的前 {searched} 行没有找到标题行。应有这些标题：{wanted}。请补上标题行，或下载空白表填写后再上传。"""


class TooManyRows(SheetRefused):
    """“{filename}”有 {found} 行数据，一次最多 {limit} 行。请拆成几个文件分别上传。"""
