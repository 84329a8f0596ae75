"""The functions of the formula language: how many arguments each takes, and what each means in one line."""

from __future__ import annotations

from typing import NamedTuple


class Function(NamedTuple):
    """``arguments``: least and most. ``use`` shows the call, ``meaning`` says what it gives, in Chinese and English."""

    arguments: tuple[int, int]
    use: str
    meaning: dict[str, str]


MANY = 60

FUNCTIONS: dict[str, Function] = {
    "prior": Function((1, 2), "prior(x) / prior(x, n)", {
        "zh": "上年同期的 x；n 年前的 x", "en": "x in the same period last year, or n years back"}),
    "growth": Function((1, 2), "growth(x) / growth(x, 2020)", {
        "zh": "x 比上年同期（或比 2020 年）增长的比例：x/基期−1",
        "en": "growth of x on the same period last year (or on 2020): x / base − 1"}),
    "change": Function((1, 2), "change(x) / change(x, 2020)", {
        "zh": "x 比上年同期（或比 2020 年）增加的量；x 是比重时为百分点",
        "en": "x minus x in the same period last year (or in 2020); percentage points where x is a share"}),
    "at": Function((2, 2), "at(x, 2020)", {"zh": "2020 年全年（年末）的 x", "en": "x in the whole (at the end) of 2020"}),
    "start": Function((1, 1), "start(x)", {"zh": "年初（上年末）的 x", "en": "x at the start of the year, which is last year's end"}),
    "multiple": Function((2, 2), "multiple(x, 2020)", {"zh": "x 是 2020 年的几倍", "en": "x as a multiple of x in 2020"}),
    "cagr": Function((2, 2), "cagr(x, 2020)", {
        "zh": "自 2020 年起的年均增长率：(x/基期)^(1/年数)−1",
        "en": "compound yearly growth since 2020: (x / base)^(1 / years) − 1"}),
    "fall": Function((1, 2), "fall(x) / fall(x, 2020)", {
        "zh": "x 比上年同期（或比 2020 年）下降的比例：1−x/基期，下降为正",
        "en": "fall of x on the same period last year (or on 2020): 1 − x / base, a fall being positive"}),
    "total": Function((2, 2), "total(x, 2021)", {
        "zh": "自 2021 年至今各年 x 之和（五年累计）", "en": "the sum of x over the years from 2021 to now"}),
    "lowest": Function((1, 1), "lowest(growth(x))", {
        "zh": "数据中各年的最小值（逐年都要达到时用）", "en": "the smallest over the years in the data (for what must hold every year)"}),
    "highest": Function((1, 1), "highest(x)", {"zh": "数据中各年的最大值", "en": "the largest over the years in the data"}),
    "sum": Function((1, MANY), "sum(a, b, …) / sum(register, column, condition)", {
        "zh": "各项之和；名录中符合条件各行某列之和",
        "en": "the sum of figures, or of a column over the rows of a register that fit a condition"}),
    "mean": Function((1, MANY), "mean(a, b, …)", {"zh": "各项的平均", "en": "the mean of figures"}),
    "min": Function((1, MANY), "min(a, b, …)", {"zh": "各项中最小的", "en": "the smallest of figures"}),
    "max": Function((1, MANY), "max(a, b, …)", {"zh": "各项中最大的", "en": "the largest of figures"}),
    "abs": Function((1, 1), "abs(x)", {"zh": "x 的绝对值", "en": "the absolute value of x"}),
    "if": Function((3, 3), "if(condition, a, b)", {"zh": "条件成立取 a，否则取 b", "en": "a where the condition holds, else b"}),
    "given": Function((2, MANY), "given(a, b, …)", {
        "zh": "报了 a 取 a，没报取 b", "en": "a where it was submitted, else b"}),
    "group_mean": Function((1, 1), "group_mean(x)", {
        "zh": "本组各考核对象的平均；x 是比重时为合计之比", "en": "the mean over the subject's group; of a share, the ratio of the sums"}),
    "group_sum": Function((1, 1), "group_sum(x)", {"zh": "本组各考核对象之和", "en": "the sum over the subject's group"}),
    "submitted_target": Function((1, 1), "submitted_target(x)", {
        "zh": "报送的目标分解表中 x 的目标", "en": "the target of x in the submitted allotment of targets"}),
    "count": Function((1, 2), "count(register, condition)", {
        "zh": "名录中符合条件的行数（同一主键计一次）", "en": "the rows of a register that fit a condition, each key once"}),
}
REGISTER_FUNCTIONS = frozenset({"count", "sum"})
YEAR_ARGUMENT = {"at": 1, "multiple": 1, "cagr": 1, "growth": 1, "change": 1, "fall": 1, "total": 1}
# What people call a function, where its spelling does not lead to it.
SPOKEN = {
    **dict.fromkeys(("增长率", "增幅", "增速", "同比", "yoy", "pct_change"), "growth"), **dict.fromkeys(("降幅", "下降率", "decrease"), "fall"),
    **dict.fromkeys(("上年", "去年", "上年同期", "last", "lastyear", "last_year", "lag"), "prior"),
    **dict.fromkeys(("年均增长", "年均增速", "年递增"), "cagr"), **dict.fromkeys(("变化", "提高", "增量", "diff", "delta"), "change"),
    **dict.fromkeys(("累计", "cumulative", "cumsum"), "total"), **dict.fromkeys(("合计", "求和"), "sum"),
    **dict.fromkeys(("平均", "均值", "avg", "average"), "mean"), "年初": "start", "倍数": "multiple", "计数": "count", "最大": "max", "最小": "min",
    "如果": "if", "iif": "if", "when": "if", "coalesce": "given",
}
