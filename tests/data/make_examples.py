"""Makes the example submissions in ``data/``. Every figure of the county is invented, and each sheet says so; the national
figures are those that the bulletins on R&D of 2022 and 2023 publish.

    python tests/data/make_examples.py
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

DATA = Path(__file__).resolve().parents[2] / "data"
INVENTED = "示例数据：县名、单位和数字均为虚构 / example: county, offices and figures are invented"

# section, or (name, unit, 2012, 2011)
COUNTY: list[Any] = [
    "一、产业",
    ("高新技术产业投资", "亿元", 93.6, 74.2), ("全部工业投入", "亿元", 343.0, 296.8),
    ("高新技术产业投资占全部工业投入比重", "%", 27.29, 25.0),
    ("高新技术产业产值", "亿元", 478.8, 372.0), ("规模以上工业总产值", "亿元", 1236.5, 1001.0),
    ("高新技术产业产值同比增长", "%", 28.71, None), ("高新技术产业产值占规模以上工业总产值比重", "%", 38.72, 37.16),
    "二、企业",
    ("申报科技创新型企业、高新技术企业", "家", 17, 12), ("申报高新技术产品、重点新产品", "个", 44, 37),
    ("新增省级民营科技企业", "家", 41, 32), ("创新型领军企业", "家", 2, 1), ("进入上市轨道科技型企业", "家", 2, 1),
    ("培育进入高新技术领域企业", "家", 26, 22), ("高新技术企业认定数", "家", 9, 7),
    "三、知识产权",
    ("专利申请量", "件", 3618, 3275), ("其中：发明专利申请量", "件", 1142, 978), ("专利授权量", "件", 2074, 1766),
    ("专利培训", "人次", 655, 540),
    "四、产学研",
    ("产学研合作活动", "次", 9, 7), ("其中：请进来活动", "次", 2, 2), ("走出去活动", "次", 4, 3), ("县级产学研合作活动", "次", 3, 2),
    ("引进实施产学研合作项目", "项", 42, 36), ("征集技术难题", "个", 45, 38), ("国家和省国际科技合作项目", "项", 2, 2),
    "五、项目、经费和奖励",
    ("申报国家级科技计划项目", "项", 14, 11), ("申报省级科技计划项目", "项", 61, 54), ("申报市级科技计划项目", "项", 117, 108),
    ("获准立项科技计划项目", "项", 94, 85), ("争取上级科技拨款", "万元", 1846.5, 1702), ("申报省、市级科技进步奖", "项", 23, 20),
    ("评定县级科技进步奖", "项", 26, 24),
    "六、平台和载体",
    ("市以上研发平台", "家", 10, 8), ("其中：省级企业工程技术研究中心", "家", 2, 2), ("省级院士工作站", "家", 1, 0),
    ("市级企业工程技术研究中心", "家", 7, 6), ("市以上农业科技型企业和专业合作社", "家", 2, 2), ("新增科技孵化器", "家", 2, 1),
    ("孵化器新增面积", "万平方米", 10.8, 5.2), ("孵化器新增入驻企业", "家", 38, 30), ("建成省级孵化器", "家", 1, 0),
    ("省级孵化器面积", "万平方米", 10.2, 0), ("科技城建成", "是/否", "是", None), ("科技城建成日期", "日期", datetime.date(2012, 12, 10), None),
    ("软件园建成", "是/否", "否", None), ("建成三新科技社区", "个", 1, 0),
    "七、人才",
    ("来县创新创业博士", "人", 52, 47), ("引进领军型人才", "个", 1, 0), ("引进创新型人才", "个", 3, 2), ("引进创业型人才", "个", 2, 2),
    "八、投入",
    ("全社会研发经费", "亿元", 5.76, 4.86), ("地区生产总值", "亿元", 300, 264.5), ("财政科技投入", "万元", 14060, 11850),
    ("财政经常性收入", "万元", 301200, 259400), ("县本级财政科技支出", "万元", 5824, 4961), ("县本级财政一般预算支出", "万元", 286400, 247300),
    ("科技创新创业政策修订出台", "是/否", "是", None), ("科技创新创业政策出台日期", "日期", datetime.date(2012, 9, 18), None),
    ("科技工作季度例会", "次", 4, 4),
]

NATIONAL = [
    ("研究与试验发展（R&D）经费", 33357.1, 30782.9), ("其中：基础研究", 2259.1, 2023.5), ("应用研究", 3661.5, 3482.5),
    ("试验发展", 27436.5, 25276.9), ("其中：企业", 25922.2, 23878.6), ("政府属研究机构", 3856.3, 3814.4), ("高等学校", 2753.3, 2412.4),
    ("其他主体", 825.3, 677.5), ("国内生产总值", 1260582, 1204724),
]


def county(year: int) -> None:
    """A list form of one year, with the office's remark column."""
    book, sheet = _begin(f"{year}年度科技创新目标完成情况表", f"{year}年")
    sheet.append([f"填报单位：示例县科学技术局    报告期：{year}年1-12月"])
    sheet.append(["序号", "指标名称", "计量单位", f"{year}年完成", "备注"])
    number = 0
    for row in COUNTY:
        if isinstance(row, str):
            sheet.append([row])
            sheet.merge_cells(start_row=sheet.max_row, start_column=1, end_row=sheet.max_row, end_column=5)
            continue
        name, unit, now, then = row
        value = now if year == 2012 else then
        if value is None:
            continue
        number += 1
        sheet.append([number, name, unit, value])
        if isinstance(value, datetime.date):
            sheet.cell(sheet.max_row, 4).number_format = "yyyy-mm-dd"
    sheet.append(["填报人：某甲", None, "审核人：某乙", None, f"填报日期：{year + 1}年1月18日"])
    _finish(book, sheet, f"county_{year}.xlsx", (6, 46, 12, 14, 24))


def national() -> None:
    """The published national figures, in the order of the bulletins."""
    book, sheet = _begin("2023年全国研发经费主要数据", "2023年")
    sheet["A2"] = "资料来源：2022年、2023年全国科技经费投入统计公报，国内生产总值取各年最新核算数"
    sheet.append(["指标", "单位", "2023年", "2022年"])
    for name, now, then in NATIONAL:
        sheet.append([name, "亿元", now, then])
    sheet.append(["R&D经费投入强度", "%", 2.65, 2.56])
    sheet.append(["R&D经费增长", "%", 8.4])
    _finish(book, sheet, "national_rd_2023.xlsx", (30, 8, 14, 14))


def _begin(title: str, name: str) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    sheet.title = name
    sheet.append([title])
    sheet["A1"].font = Font(size=14, bold=True)
    sheet.append([INVENTED])
    return book, sheet


def _finish(book: Workbook, sheet: Worksheet, name: str, widths: tuple[int, ...]) -> None:
    for column, width in zip("ABCDE", widths, strict=False):
        sheet.column_dimensions[column].width = width
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(widths))
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=len(widths))
    sheet["A1"].alignment = Alignment(horizontal="center")
    # A fixed time, so that making the files again changes nothing.
    book.properties.created = book.properties.modified = datetime.datetime(2026, 1, 1)
    book.save(DATA / name)


if __name__ == "__main__":
    county(2012)
    county(2011)
    national()
