"""Rules about sheets: what was found in them and what was not (K2xx)."""

from __future__ import annotations

from kpi_cli.rules import Rule

RULES = (
    Rule(
        "K201", "no-table-found", "warning",
        {"zh": "没有找到可读的表：{reason}", "en": "no table was found: {reason}"},
        {"zh": "表中应有指标名称，以及“本年”“上年同期”等数值栏；可用 kpi template 生成样表",
         "en": "a form has the indicators' names and value columns such as 本年 and 上年同期; kpi template makes one"},
        {"zh": "只有说明文字的工作表", "en": "a sheet that holds only remarks"},
    ),
    Rule(
        "K202", "unknown-row", "warning",
        {"zh": "不认识的指标行“{name}”，该行没有采用", "en": "unknown row “{name}”; it was not used"},
        {"zh": "相近的名称：{near}；请改用计划中的名称", "en": "near it: {near}; write the plan's name"},
        {"zh": "科技工作季度列会（例 → 列）", "en": "a misspelt row name"},
    ),
    Rule(
        "K203", "unknown-column", "warning",
        {"zh": "不认识的栏目“{name}”，该栏没有采用", "en": "unknown column “{name}”; it was not used"},
        {"zh": "相近的名称：{near}；请改用计划中的名称", "en": "near it: {near}; write the plan's name"},
        {"zh": "没有“本年”字样的数值栏", "en": "a value column without a known head"},
    ),
    Rule(
        "K204", "hidden-data", "warning",
        {"zh": "隐藏的{what}中有填报内容，{treatment}", "en": "hidden {what} hold figures; {treatment}"},
        {"zh": "请取消隐藏并核对，或删去", "en": "unhide and check them, or remove them"},
        {"zh": "隐藏行里的旧数", "en": "an old figure in a hidden row"},
    ),
    Rule(
        "K205", "unit-missing", "warning",
        {"zh": "没有写计量单位，按计划的单位 {unit} 读作 {value}", "en": "no unit is given; read in the plan's unit {unit} as {value}"},
        {"zh": "请在单位栏或名称后的括号中写明单位", "en": "write the unit in the unit column or in brackets after the name"},
        {"zh": "金额后没有“亿元”或“万元”", "en": "an amount without 亿元 or 万元"},
    ),
    Rule(
        "K206", "unit-mismatch", "error",
        {"zh": "单位“{found}”与应填的 {expected} 不是一类，该数没有采用", "en": "unit “{found}” is not of the kind of {expected}; the figure was not used"},
        {"zh": "请按 {expected} 填报，或改正单位", "en": "submit it in {expected}, or correct the unit"},
        {"zh": "面积一行的单位写成“家”", "en": "an area whose unit says 家"},
        asks={"zh": "按{expected}填报", "en": "in {expected}"},
    ),
    Rule(
        "K207", "duplicate", "warning",
        {"zh": "“{name}”重复填报，数值相同，只计一次（首次在 {first}）", "en": "“{name}” is given twice with the same figure and counted once (first at {first})"},
        {"zh": "删去重复的一行", "en": "remove the repeated row"},
        {"zh": "同一企业列了两次", "en": "a firm listed twice"},
    ),
    Rule(
        "K208", "conflicting-duplicate", "error",
        {"zh": "“{name}”填报了两次且不一致：{first} 为 {first_value}，此处为 {value}，两数都没有采用",
         "en": "“{name}” is given twice and differs: {first_value} at {first}, {value} here; neither was used"},
        {"zh": "核实后只保留一个", "en": "find out which is right and keep only that one"},
        {"zh": "同一指标两行分别为 38 和 42", "en": "one indicator in two rows, 38 and 42"},
    ),
    Rule(
        "K209", "unknown-subject", "warning",
        {"zh": "不认识的考核对象“{name}”，没有采用", "en": "unknown subject “{name}”; it was not used"},
        {"zh": "相近的名称：{near}；请按计划中的名称填写，或在计划 subjects 中增加", "en": "near it: {near}; write the plan's name, or add it to subjects in the plan"},
        {"zh": "甲山街道（计划中是甲山镇）", "en": "a town under a name that the plan does not have"},
    ),
    Rule(
        "K216", "conflicting-subject", "error",
        {"zh": "表上写了两个考核对象：一处为“{other}”，此处为“{name}”，整表没有采用",
         "en": "two subjects are named: “{other}” in one place, “{name}” here; the table was not used"},
        {"zh": "核实是谁的数，把填报单位、标题和工作表名称改成一致", "en": "find out whose figures they are; make the filler, the title and the sheet's name agree"},
        {"zh": "标题为甲山镇，工作表名称为乙河镇", "en": "a title of one town on a sheet named after another"},
    ),
    Rule(
        "K210", "uncertain-layout", "warning",
        {"zh": "版式把握不大：{reason}，没有采用", "en": "the layout is uncertain: {reason}; it was not used"},
        {"zh": "请标明“本年”“上年同期”等栏目，或用 kpi template 的样表", "en": "label the columns 本年, 上年同期 and so on, or use the form of kpi template"},
        {"zh": "几个数值栏都没有栏目名称", "en": "several value columns without heads"},
    ),
    Rule(
        "K211", "unit-conflict-in-form", "error",
        {"zh": "两处单位不一致：{first_place}写“{first}”，{second_place}写“{second}”，该数没有采用",
         "en": "two units disagree: {first_place} says “{first}”, {second_place} says “{second}”; the figure was not used"},
        {"zh": "核实后统一单位", "en": "find out which is right and make them agree"},
        {"zh": "名称后写（万元），单位栏写亿元", "en": "万元 after the name, 亿元 in the unit column"},
    ),
    Rule(
        "K215", "shown-otherwise", "error",
        {"zh": "单元格存的是 {raw}，格式“{format}”显示成另一个数，不知道以哪个为准，该数没有采用",
         "en": "the cell holds {raw}, and its format “{format}” shows another number; which is meant cannot be told, and it was not used"},
        {"zh": "请把格式改成“常规”或“数值”，填上要报的数", "en": "set the format to General or Number and enter the figure that is meant"},
        {"zh": "存 923400，格式 0!.0000 显示成 92.3400", "en": "923400 stored, shown as 92.3400 by the format 0!.0000"},
    ),
    Rule(
        "K212", "wrong-period", "warning",
        {"zh": "这张表报的是 {found}，要核的是 {expected}，没有采用", "en": "this sheet is for {found}, not for {expected}; it was not used"},
        {"zh": "请换用 {expected} 的表，或用 --year、--period 指定", "en": "submit the form for {expected}, or say --year and --period"},
        {"zh": "拿 2011 年的表来核 2012 年", "en": "the form of 2011 checked against 2012"},
    ),
    Rule(
        "K213", "missing-column", "error",
        {"zh": "名录“{register}”缺少“{name}”一栏：{effect}", "en": "the register {register} has no column {name}: {effect}"},
        {"zh": "补上这一栏；表头写成“{name}”或：{aliases}", "en": "add the column; head it {name}, or one of: {aliases}"},
        {"zh": "企业名录没有“销售收入”一栏", "en": "a list of firms without a column for sales"},
    ),
    Rule(
        "K214", "single-period", "error",
        {"zh": "表中只有单期数（{found}），没有本年累计，不能与年度目标比较，没有采用",
         "en": "the form has figures of single periods only ({found}) and no running total; they cannot be held against the year's target and were not used"},
        {"zh": "请填“本年累计”一栏；确要按某一期判断的，用 --period 指定，如 --period 2012-Q3",
         "en": "fill in the running total of the year; to judge one period all the same, name it, as in --period 2012-Q3"},
        {"zh": "只有一季度、二季度、三季度、四季度四栏", "en": "four columns, one a quarter, and no total"},
    ),
)
