"""What the head of a column says: whose figures and of which period stand below it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

SERIAL, NAME, UNIT, REMARK, VALUE, TARGET, PERIODIC, PERIOD, SKIP, TEMPLATE, UNKNOWN = (
    "serial", "name", "unit", "remark", "value", "target", "periodic", "period", "skip", "template", "unknown"
)
# What a cell begins with that says that ``kpi template`` made the form.
TEMPLATE_MARK = "kpi:template:1"


class Head(NamedTuple):
    """``back``: years before the sheet's own (1 for 上年同期); ``year``: a year that the head names itself; ``span``: a part
    of the year that it names (Q1..Q3), None where it names none. ``running``: it says 累计; ``same``: it says 同期."""

    role: str
    back: int = 0
    year: int | None = None
    span: str | None = None
    running: bool = False
    same: bool = False


class Period(NamedTuple):
    """A year and a part of it, each None where a text does not say."""

    year: int | None
    span: str | None


_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)\s*(?:年度?)?")
# A year that is said as one, which goes before four digits that may be anything: 示例2001镇2012年.
_SAID_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)\s*年")
_NUMBER_WORDS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_QUARTERS = re.compile(r"(?:(?:第?[1一])\s*(?:季度?)?\s*[-–—~至到]\s*第?([1-4一二三四])|[前头]([二三四2-4两])个?)\s*季度?")
_QUARTER = re.compile(r"第?([1-4一二三四])\s*季度?")
_RANGE = r"\s*[-–—~至到]\s*"
# 1-9月, 4-6月, 1月1日至11月30日.
_MONTHS = re.compile(rf"(?<!\d)(1[0-2]|0?[1-9])\s*月?(?:\d{{1,2}}日)?{_RANGE}(1[0-2]|0?[1-9])\s*月")
# 2012.1-11, 2012.01-2012.11, 201211.
_DOTTED = re.compile(
    rf"(?<!\d)((?:19|20)\d\d)\s*[./]\s*(0?[1-9]|1[0-2])月?{_RANGE}(?:(?:19|20)\d\d\s*[./]\s*)?(1[0-2]|0?[1-9])(?![\d日季.]|\s*月?\d)月?"
)
_JOINED = re.compile(r"(?<!\d)((?:19|20)\d\d)-?(0[1-9]|1[0-2])(?![\d年.-])")
# 前11个月, 前十一个月.
_FIRST_MONTHS = re.compile(r"前(1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])个月")
# 11月末累计, 12月（累计）, 11月30日止: from the year's beginning; 三季度末.
_RUNNING_MONTH = re.compile(
    r"(?<!\d)(1[0-2]|0?[1-9])\s*月(?:(?:份|\d{1,2}日)?\s*[(（]?(?:止|累计)|[末底]|(?:2[89]|3[01])日(?!填|报|印|制))"
)
_RUNNING_QUARTER = re.compile(r"第?([1-4一二三四])\s*季度?[末底止]")
_MONTH = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])\s*月(?:份)?")
_UNTIL = re.compile(r"截[至止][^\d]{0,6}(1[0-2]|0?[1-9])\s*(?:月|[-./]\d{1,2}(?!\d))")
# 一至九月, 元至九月: written in words.
_MONTHS_IN_WORDS = re.compile(r"[一元](?:月份?)?\s*[-–—~至到]\s*(十[一二]?|[二三四五六七八九])(?=月)")
_WORDS_OF_MONTHS = {name: number for number, name in enumerate("一 二 三 四 五 六 七 八 九 十 十一 十二".split(), 1)}  # noqa: SIM905
# Years that are not the sheet's: of a document's number, and of a span of years.
_OTHER_YEARS = re.compile(
    r"[〔\[【(（]\s*(?:19|20)\d\d\s*[〕\]】)）]\s*(?:第\s*)?\d+\s*号|(?<!\d)(?:19|20)\d\d\s*年?\s*[-–—~至到]\s*(?:19|20)\d\d\s*年?(?!\d)"
)
_CHINESE_MONTHS = {f"{name}月": f"{number}月" for number, name in enumerate("一 二 三 四 五 六 七 八 九 十 十一 十二".split(), 1)}  # noqa: SIM905
_CHINESE_MONTH = re.compile(r"(?<![一二三四五六七八九十])(?:十[一二]|[一二三四五六七八九十])月(?=份|$|完成|累计|数|实际|末|底|科技|指标|报)")
_FIRST_MONTH = re.compile(r"元(?:月份?)?(?=\s*[-–—~至到])|元(?=月)")
# 二〇一一年, 2 0 1 1 年.
_YEAR_IN_WORDS = re.compile(r"(?:二[〇○零O0]|一九)[〇○零O0一二三四五六七八九]{2}(?=年)")
_SPACED_YEAR = re.compile(r"(?<!\d)([12])\s+(\d)\s+(\d)\s+(\d)(?=\s*年)")
_ROMAN = re.compile(r"(?<![A-Za-z])(IV|I{1,3})(?=季)")
_ROMANS = {"I": "1", "II": "2", "III": "3", "IV": "4"}
_CLEAN = re.compile(r"[\s()（）\[\]【】〔〕:：,，、。;；“”\"*]+")
_STUB = re.compile(r"[甲乙丙丁戊]|[a-z]|\d{1,2}|[①-⑳]")
_HALF_BY_LETTER = re.compile(r"(?<![A-Za-z])[Hh]([12])(?![A-Za-z\d])")
_HALF = re.compile(r"(?<![上下每])半年")
_DIGITS = {name: str(number % 10) for number, name in enumerate("一 二 三 四 五 六 七 八 九".split(), 1)} | dict.fromkeys("〇○零O", "0")  # noqa: SIM905
_COLUMN_LETTERS = re.compile(r"[(（][A-Za-z0-9=/*×÷+-]{1,9}[)）]\s*$")
# A text with something after a colon is a line of its own (填报日期：…), not a head; 单位：万元 below a head is its unit.
_LINE = re.compile(r"[:：]\s*\S")
_LONGEST_HEAD = 48
_LAST_BRACKETS = re.compile(r"[(（\[][^()（）\[\]]*[)）\]]\s*$")

# Tried in this order: the first that fits decides.
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (SERIAL, re.compile(r"^(序号|编号|序|代码|代号|编码|行次|行号|指标代码|no\.?|id)$")),
    (PERIOD, re.compile(r"^(年份|年度|时间|期间|时期|报告期|所属期|统计期|数据期|季度|月份|日期|年月)$")),
    (UNIT, re.compile(r"^(计量单位|指标单位|数据单位|单位|计量|量纲|unit)$")),
    (REMARK, re.compile(r"备注|说明|原因|附注|措施|评分|计分|标准$|依据|^注$|remark|note")),
    (SKIP, re.compile(r"责任|牵头|来源|部门|科室|联系|签字|审核人|审核意见|得分|分值|权重|基本分|[^百千]分$|加分|扣分|名次|排名|位次|等次|类别|级别"
                      r"|属性|性质|类型|方向|频率|口径|^分工|协同|配合|时限|期限|预计|预测|拟完成|力争|奋斗|挑战|是否(完成|达标|达到)|^评价|自评|考评")),
    (SKIP, re.compile(r"(完成|实现|达标|执行|占|为).*(率|比例|进度|百分比|%)|进度|占(年度|全年)?(目标|任务|计划)|^%$|^比例$|^占比$|^比重$"
                      r"|^缺口|^差距|^差额|尚差|还差")),
    (SKIP, re.compile(r"增长|增幅|增速|增减|增量|增加(?!值)|同比|环比|相比|比较|[比较超](上年|去年|同期)|[/／](上年|去年)|±"
                      r"|年均|变化|变动|升降|指数|[=＝]100")),
    # Another figure than the one that was reached: what is left of it, what should have been, a mean, a base; and last year's beside
    # this year's as a share or a difference.
    (SKIP, re.compile(r"未(完成|实现|达)|[还尚][需应]|应(完成|报|达)|超额|剩余|缺额|[月日季人]均|平均|均值|基准|基数$|控制数|控制目标|规划"
                      r"|高于|低于|相当于|[多少]于|占比$|结转|对比|(上年|去年|同期).*(比|比例|%|占.*|差|结余|达标)$|(对|优于|扣除|相当|是)(上年|去年|同期)"
                      r"|^上(月|季|旬)|近[二两三四五\d]年")),
    # Of several years together.
    (SKIP, re.compile(r"十[一二三四五]五|历年|以来")),
    (TARGET, re.compile(r"^(?!.*(完成|实际|实绩|实现|累计)).*(目标|计划|任务|预期|指标值|预算|分解|下达|确保)|计划完成(数|值|量|额)?$|target|plan")),
    (NAME, re.compile(r"^(主要|考核|科技|填报|统计|工作|评价|具体|一级|二级|三级|科技创新)?(指标|项目|名称|内容|任务|事项|栏目|指标项目|项目指标)"
                      r"(名称|内容|指标)?$"
                      r"|^(主要经济|经济社会发展|经济|科技创新主要)指标$|^indicators?$|^name$|^item$")),
    (VALUE, re.compile(r"本年|今年|当年|上年|去年|同期|往年|前年|累计|完成|实绩|实际|实现|本期|上期|数量|数值|数据|数额|金额|填报|上报|实有"
                       r"|合计|总量|总数|情况|年末|期末|年初|^(统计|审核|核定|核准|核实|认定|审定|确认|快报|决算|年报|报表|报告|汇总|全年|全县|达到|现状|录入|[填自报实总现年月季度期末底初件户家人项个台套次])*[数值]$"
                       r"|^value$|^actual$|this\s*year|last\s*year")),
    (PERIODIC, re.compile(r"^(本季度?|当季|本月|当月|单季|单月|当期)$")),
)
_PRIOR = re.compile(r"上年|去年|上一年|前一年|往年|prior|last|(?<!本年)(?<!今年)(?<!当年)同期")
_BEFORE_LAST = re.compile(r"前年|上上年")
_CUMULATIVE = re.compile(r"累计|止|[-–—~至到]|前[二三四2-4两]|本年|今年|当年|全年|年度")
_SINGLE = re.compile(r"^(?!.*(累计|本年|今年|全年|上年|去年)).*(本季|当季|本月|当月|单季|单月|当期)")


@lru_cache(maxsize=4096)
def read_head(text: str) -> Head:
    """The meaning of a head, its levels already joined. UNKNOWN where no rule fits."""
    plain = _CLEAN.sub("", _COLUMN_LETTERS.sub("", unicodedata.normalize("NFKC", text))).casefold()
    if not plain:
        return Head(UNKNOWN)
    period = read_period(text)
    rest = _CLEAN.sub("", _YEAR.sub("", plain))
    role = next((role for role, pattern in _RULES if pattern.search(rest)), None)
    if role in (None, PERIOD) and period != Period(None, None) and plain != "年度" and re.fullmatch(r"年|年度|份|", _strip_span(rest)):
        role = VALUE
    if role is None:
        # 2012年（万元）: without the unit it says a period only.
        bare = _LAST_BRACKETS.sub("", text)
        return read_head(bare) if bare != text and bare.strip() else Head(UNKNOWN)
    if role == VALUE and (_SINGLE.search(rest) or (is_single(period.span) and not _CUMULATIVE.search(rest))):
        role = PERIODIC
    back = 0 if period.year is not None else 2 if _BEFORE_LAST.search(rest) else 1 if _PRIOR.search(rest) else 0
    return Head(role, back, period.year, period.span, "累计" in rest, "同期" in rest)


@lru_cache(maxsize=16384)
def cell_role(text: str) -> str:
    """The role of a cell's text, were it a head; UNKNOWN for lines with something after a colon and for long texts. TEMPLATE for
    the mark of a form that ``kpi template`` made."""
    if text.startswith(TEMPLATE_MARK):
        return TEMPLATE
    if len(text) > _LONGEST_HEAD or _LINE.search(text):
        return UNKNOWN
    return read_head(text).role


def _strip_span(text: str) -> str:
    for pattern in (_QUARTERS, _MONTHS, _QUARTER, _MONTH, _CHINESE_MONTH):
        text = pattern.sub("", text)
    return text.replace("上半年", "").replace("下半年", "").replace("全年", "")


def is_single(span: str | None) -> bool:
    """Whether a span is a quarter, a month or a half that does not begin the year."""
    return bool(span) and not str(span).startswith(("Q1", "01"))


def head_text(levels: Iterable[str]) -> str:
    """The levels of a head from top to bottom → one text; stubs such as 甲, 乙, 1 are left out."""
    return " ".join(level for level in dict.fromkeys(levels) if level and not is_stub(level))


@lru_cache(maxsize=4096)
def is_stub(text: str) -> bool:
    """Whether a text only numbers a column: 甲, 乙, 1, (2)."""
    return _STUB.fullmatch(_CLEAN.sub("", unicodedata.normalize("NFKC", text)).casefold()) is not None


@lru_cache(maxsize=4096)
def read_period(text: str) -> Period:
    """The year and span that a text names: 2012年1-3季度 → (2012, Q1..Q3), 2012年度 → (2012, None)."""
    plain = unicodedata.normalize("NFKC", text)
    if not plain.isascii():
        plain = _in_digits(plain)
    plain = _DOTTED.sub(r"\1年\2-\3月", plain)
    plain = _JOINED.sub(r"\1年\2月", _OTHER_YEARS.sub(" ", plain))
    plain = _MONTHS_IN_WORDS.sub(lambda match: f"1-{_WORDS_OF_MONTHS[match[1]]}", plain)
    plain = _CHINESE_MONTH.sub(lambda match: _CHINESE_MONTHS[match[0]], plain)
    year = _SAID_YEAR.search(plain) or _YEAR.search(plain)
    rest = _YEAR.sub("", plain)
    return Period(int(year[1]) if year else None, _span(rest))


def _in_digits(text: str) -> str:
    """Years and quarters that are written in another way, in digits."""
    text = _YEAR_IN_WORDS.sub(lambda match: "".join(_DIGITS.get(each, each) for each in match[0]), text)
    text = _SPACED_YEAR.sub(r"\1\2\3\4", text)
    text = _ROMAN.sub(lambda match: _ROMANS[match[1]], text)
    return _FIRST_MONTH.sub("1", text)


def _span(text: str) -> str | None:
    if match := _FIRST_MONTHS.search(text):
        return span_of_months(int(match[1]) if match[1].isdigit() else _WORDS_OF_MONTHS[match[1]])
    if match := _UNTIL.search(text):
        return span_of_months(int(match[1]))
    if match := _QUARTERS.search(text):
        last = match[1] or match[2].replace("两", "二")
        return span_of_quarters(_NUMBER_WORDS[last])
    if (match := _RUNNING_MONTH.search(text)) and not _MONTHS.search(text):
        return span_of_months(int(match[1]))
    if match := _RUNNING_QUARTER.search(text):
        return span_of_quarters(_NUMBER_WORDS[match[1]])
    if match := _HALF_BY_LETTER.search(text):
        return "Q1..Q2" if match[1] == "1" else "Q3..Q4"
    if "上半年" in text or _HALF.search(text):
        return "Q1..Q2"
    if "下半年" in text:
        return "Q3..Q4"
    if "全年" in text or "年度" in text:
        return ""
    if match := _MONTHS.search(text):
        return _of_months(int(match[1]), int(match[2]))
    if match := _QUARTER.search(text):
        return f"Q{_NUMBER_WORDS[match[1]]}"
    if match := _MONTH.search(text):
        return f"{int(match[1]):02d}"
    return None


def _of_months(first: int, last: int) -> str:
    """The span of some months; of those that make up no part of the year by themselves the last stands for them, since a single
    month is never taken for the year so far."""
    if first == 1:
        return span_of_months(last)
    if (first, last) == (7, 12):
        return "Q3..Q4"
    return f"Q{last // 3}" if last % 3 == 0 and first == last - 2 else f"{last:02d}"


def span_of_quarters(last: int) -> str:
    """The span from the first quarter to ``last``; the whole year is the empty span."""
    return {1: "Q1", 4: ""}.get(last, f"Q1..Q{last}")


def span_of_months(last: int) -> str:
    """The span from January to ``last``, said in quarters where it ends with one."""
    if last % 3 == 0:
        return span_of_quarters(last // 3)
    return "01" if last == 1 else f"01..{last:02d}"


def running_span(span: str) -> str:
    """The span from the year's beginning to the end of a single quarter or month: Q3 → Q1..Q3."""
    if not span or ".." in span:
        return span
    return span_of_quarters(int(span[1])) if span.startswith("Q") else span_of_months(int(span))


def last_part(span: str) -> str:
    """The last quarter or month of a running span: Q1..Q3 → Q3. Of a whole year it is not known which is meant: ""."""
    return span.rsplit("..", 1)[-1]


_PERIOD_PREFIX = re.compile(
    r"^(?:((?:19|20)\d\d)\s*年度?|(本年度?|今年|当年|本期)|(上年度?|去年|上一年)(?:同期)?)(?:全年|全县|累计|度)?[:：]?\s*(\S.*)$", re.DOTALL
)
_PERIOD_SUFFIX = re.compile(
    r"^(.*\S)\s*[(（\[]\s*(?:((?:19|20)\d\d)\s*年度?|(本年度?|今年|当年)数?|(上年度?|去年)(?:同期)?数?)\s*[)）\]]$", re.DOTALL
)


def part_period(text: str) -> tuple[str, Period, int] | None:
    """(name, the year that it says, years back) for a name with a year before it or in brackets after it: 2011年专利申请量,
    专利申请量（上年）."""
    if match := _PERIOD_PREFIX.match(text):
        year, _, last, name = match.groups()
    elif match := _PERIOD_SUFFIX.match(text):
        name, year, _, last = match.groups()
    else:
        return None
    return name, Period(int(year) if year else None, None), 1 if last else 0


_PERIOD_OPTION = re.compile(r"(\d{4})(?:-(H[12]|Q3\.\.Q4|Q[1-4]|Q1\.\.Q[2-4]|0[1-9]|1[0-2]|01\.\.(?:0[2-9]|1[0-2])))?")


def parse_period(text: str) -> Period | None:
    """A period as the command line and the reports write it: 2012, 2012-Q3, 2012-Q1..Q3, 2012-06, 2012-01..05."""
    match = _PERIOD_OPTION.fullmatch(text.strip())
    if not match:
        return None
    span = {None: "", "Q1..Q4": "", "01..12": "", "H1": "Q1..Q2", "H2": "Q3..Q4"}.get(match[2], match[2])
    return Period(int(match[1]), span)


def last_month(span: str) -> int:
    """The month in which a part of the year ends: Q1..Q3 → 9, 06 → 6, the whole year → 12."""
    end = span.rsplit("..", 1)[-1]
    return int(end[1:]) * 3 if end.startswith("Q") else int(end or 12)
