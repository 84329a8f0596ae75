"""Rules about single cells (K3xx)."""

from __future__ import annotations

from kpi_cli.rules import Rule

RULES = (
    Rule(
        "K301", "not-a-number", "error",
        {"zh": "“{raw}”不是确切的数", "en": "“{raw}” is not an exact number"},
        {"zh": "请填确切的数字；“约、近、余、多”不作数", "en": "write an exact number; 约, 近, 余, 多 make none"},
        {"zh": "约600、两千多、三百余", "en": "约600 (about 600), 两千多 (over 2,000)"},
        asks={"zh": "填确切的数，不写“约”“余”", "en": "an exact number, without 约 or 余"},
    ),
    Rule(
        "K302", "error-cell", "error",
        {"zh": "单元格是公式错误 {raw}", "en": "the cell holds the formula error {raw}"},
        {"zh": "修复公式，或直接填数", "en": "repair the formula, or write the number"},
        {"zh": "#REF!、#DIV/0!", "en": "#REF!, #DIV/0!"},
    ),
    Rule(
        "K303", "not-a-date", "error",
        {"zh": "“{raw}”不是日期", "en": "“{raw}” is not a date"},
        {"zh": "请填年月日，如 2012-11-20", "en": "write a date such as 2012-11-20"},
        {"zh": "2012年13月5日", "en": "2012年13月5日 (there is no 13th month)"},
        asks={"zh": "填年月日，如 2012-11-20", "en": "a date such as 2012-11-20"},
    ),
    Rule(
        "K304", "not-a-flag", "error",
        {"zh": "“{raw}”既不是“是”也不是“否”", "en": "“{raw}” is neither 是 (yes) nor 否 (no)"},
        {"zh": "请填“是”或“否”", "en": "write 是 or 否"},
        {"zh": "基本完成", "en": "基本完成 (nearly done)"},
        asks={"zh": "填“是”或“否”", "en": "是 (yes) or 否 (no)"},
    ),
    Rule(
        "K305", "uncached-formula", "error",
        {"zh": "公式 {raw} 没有存下结果", "en": "the formula {raw} has no stored result"},
        {"zh": "用 Excel 或 WPS 打开、重算、保存后再报，或直接填数", "en": "open it in Excel or WPS, recalculate, save and submit again, or write the number"},
        {"zh": "程序生成而未经重算的工作簿", "en": "a workbook made by a program and never recalculated"},
    ),
    Rule(
        "K306", "ambiguous-percent", "error",
        {"zh": "“{raw}”在百分比行中有两种读法：{first} % 或 {second} %", "en": "“{raw}” in a per cent row may mean {first} % or {second} %"},
        {"zh": "请写上 %，如 {second}%", "en": "write the % sign, as in {second}%"},
        {"zh": "百分比行里的 0.392", "en": "0.392 in a row of per cents"},
        asks={"zh": "写上 %，如 38.5%", "en": "with the % sign, as in 38.5%"},
    ),
    Rule(
        "K307", "negative", "error",
        {"zh": "{raw} 是负数，{name} 不可能为负", "en": "{raw} is negative, which {name} cannot be"},
        {"zh": "请核实后填报", "en": "check and submit again"},
        {"zh": "人才数 -3", "en": "-3 persons"},
        asks={"zh": "不得为负", "en": "not negative"},
    ),
    Rule(
        "K308", "not-whole", "error",
        {"zh": "{raw} 不是整数，{name} 按{unit}计数", "en": "{raw} is not a whole number, but {name} counts {unit}"},
        {"zh": "请填整数", "en": "write a whole number"},
        {"zh": "25.5 项", "en": "25.5 项"},
        asks={"zh": "填整数（{unit}）", "en": "a whole number ({unit})"},
    ),
    Rule(
        "K309", "out-of-range", "error",
        {"zh": "{raw} 超出合理范围 {low} 至 {high}", "en": "{raw} is outside the possible range {low} to {high}"},
        {"zh": "请核实数值和单位", "en": "check the figure and its unit"},
        {"zh": "比重 385 %", "en": "a share of 385 %"},
        asks={"zh": "在 {low} 至 {high} 之间", "en": "between {low} and {high}"},
    ),
    Rule(
        "K310", "zero-denominator", "warning",
        {"zh": "{name} 为 0，比率无法计算", "en": "{name} is 0, so the rate cannot be computed"},
        {"zh": "请核实；确为 0 的，该项列为无法计算", "en": "check it; if it is truly 0 the rate stays uncomputed"},
        {"zh": "销售收入 0", "en": "sales of 0"},
    ),
    Rule(
        "K311", "unknown-choice", "error",
        {"zh": "“{raw}”不是{name}可填的内容", "en": "“{raw}” is none of the values of {name}"},
        {"zh": "可填：{values}；几类用“、”分开", "en": "write one of {values}; part several with 、"},
        {"zh": "类别写成“重点企业”", "en": "a class that the plan does not have"},
    ),
)
