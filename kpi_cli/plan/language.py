"""The plan language, defined once: what may be written, what each key means, and (through the kinds) its JSON Schema."""

from __future__ import annotations

from typing import Any

import yaml

from kpi_cli.plan.kinds import (
    FLAG,
    FORMULA,
    IDENTIFIER,
    NUMBER,
    PLAIN,
    TEXT,
    UNIT,
    VERDICT,
    WHOLE,
    Key,
    Kind,
    choice,
    list_of,
    map_of,
    record,
)
from kpi_cli.plan.language_bounds import NUMBER_PAIR, TIER

INDICATOR_KINDS = (
    "level", "count", "share", "growth", "change", "coverage", "composition", "milestone", "range", "monotone",
    "comparison", "rank", "rule", "scoring", "note",
)
CHECK_FORMS = (
    "rule", "of_which", "sum", "reported", "unusual_change", "prior", "running_total", "subjects_sum", "empty_for", "whole",
)
MISSING_STRATEGIES = ("skip-any", "skip-all", "never-skip")
LEVELS = ("error", "warning")

# What people write for a key, where its spelling does not lead there.
_NAMES = {
    "名称": "name", "title": "name", "单位": "unit", "别名": "aliases", "alias": "aliases", "说明": "note", "备注": "note", "description": "note",
    "口径": "caliber", "definition": "caliber", "来源": "source", "数据来源": "source", "其中": "of_which", "part_of": "of_which",
    "components": "parts", "分项": "parts", "公式": "formula", "expression": "formula", "calc": "formula", "条款": "clause", "出处": "clause",
    "确保": "assured", "target": "assured", "目标": "assured", "goal": "assured", "minimum": "assured", "力争": "stretch", "挑战": "stretch", "strive": "stretch",
    "类型": "kind", "category": "kind", "group": "for", "对象": "for", "条件": "rows", "where": "rows", "filter": "rows", "same": "same_as",
    "duplicate_of": "same_as", "severity": "level", "级别": "level", "members_of": "members", "成员": "members", "预期": "expect", "expected": "expect",
    "inputs_given": "given", "填报项": "inputs", "指标": "indicators", "targets": "indicators", "审核": "checks", "units_own": "units", "考核对象": "subjects",
    "groups": "subjects", "名录": "registers", "计划": "plan", "算例": "examples", "tests": "examples", "version": "kpi", "年度": "year", "年份": "year",
    "each_row": "each", "per_row": "each",
}


INPUT = {
    "name": Key(TEXT, "表上的名称", "its name on forms", True),
    "unit": Key(UNIT, "单位：亿元、件、\"%\"、是/否、日期……；指数等无单位的写 \"\"", "its unit: 亿元, 件, \"%\", 是/否 (yes/no), 日期 (date) …; \"\" for plain numbers", True),
    "aliases": Key(list_of(TEXT), "其他叫法", "other names in use"),
    "source": Key(TEXT, "数据来源单位", "the office that supplies it"),
    "caliber": Key(TEXT, "统计口径", "what is counted, and how"),
    "note": Key(TEXT, "说明", "a remark"),
    "parts": Key(list_of(IDENTIFIER), "各分项；合计未报时用分项之和", "its parts; their sum stands in where the total was not submitted"),
    "parts_exhaust": Key(FLAG, "分项是否穷尽合计（缺省 true）", "whether the parts make up the whole total (default true)"),
    "of_which": Key(IDENTIFIER, "“其中”项所属的总项", "the total that this is a part of"),
    "proper": Key(FLAG, "总体的“其中”项与总项相等也算错（缺省 false）", "whether a part equal to its total is wrong too, for the whole (default false)"),
    "whole": Key(FLAG, "是否只能是整数（缺省按单位）", "whether only whole numbers are right (default: by unit)"),
    "negative": Key(FLAG, "是否可以为负（缺省按单位）", "whether it may be negative (default: by unit)"),
    "range": Key(NUMBER_PAIR, "合理范围 [低, 高]", "the range that is possible [low, high]"),
    "from": Key(FORMULA, "未报时由名录计算，如 count(firms, sales >= 10000 万元)", "computed from a register where not submitted"),
    "for": Key(IDENTIFIER, "由哪一组考核对象填报（缺省：全体）", "the group of subjects that submits it (default: all)"),
    "additive": Key(FLAG, "各镇可否相加（缺省：比重类不可，其余可）", "whether subjects add up (default: all but rates)"),
}

INDICATOR = {
    "name": Key(TEXT, "指标名称", "its name", True),
    "clause": Key(list_of(TEXT), "文件条款，如 二.10", "the clause of the document"),
    "unit": Key(UNIT, "指标单位", "its unit"),
    "kind": Key(choice(*INDICATOR_KINDS), "指标类型", "what kind of indicator it is"),
    "formula": Key(FORMULA, "计算公式；不写即同名填报项", "how it is computed; without it, the input of the same id"),
    "aliases": Key(list_of(TEXT), "表上报送的同一比率的名称（只核对，不采用）", "names under which forms report it (checked, never used)"),
    "for": Key(IDENTIFIER, "适用的考核对象组（每个对象一个结果）", "the group of subjects that it holds for, a result each"),
    "register": Key(IDENTIFIER, "逐行适用的名录", "the register whose rows it holds for"),
    "class": Key(TEXT, "适用的类别（多类从严）", "the class of rows that it holds for (the strictest class of a row counts)"),
    "rows": Key(FORMULA, "适用各行的条件", "the condition of the rows that it holds for"),
    "each": Key(FORMULA, "每行的计算公式", "the formula of each row"),
    "assured": Key(TIER, "确保目标", "the assured target"),
    "stretch": Key(TIER, "力争目标", "the stretch target"),
    "same_as": Key(IDENTIFIER, "与哪个指标是同一目标", "the indicator that this row repeats"),
    "scored": Key(FLAG, "是否评判（缺省 true；false 只列示）", "whether it is judged (default true; false: shown only)"),
    "source": Key(TEXT, "数据来源单位", "the office that supplies it"),
    "caliber": Key(TEXT, "统计口径", "what is counted, and how"),
    "note": Key(TEXT, "说明：怎样理解条款", "a remark: how the clause is read"),
}

COLUMN = {
    "name": Key(TEXT, "栏目名称", "the column's name", True),
    "aliases": Key(list_of(TEXT), "其他叫法", "other names in use"),
    "type": Key(choice("text", "number", "flag", "choice", "choices"), "内容类型", "what it holds"),
    "unit": Key(UNIT, "单位（number 用）", "its unit (for numbers)"),
    "values": Key(Kind(lambda node, path, source: (map_of(list_of(TEXT), TEXT) if isinstance(node, yaml.MappingNode) else list_of(TEXT)).read(node, path, source),
                       {"anyOf": [{"type": "object"}, {"type": "array"}]}),
                  "允许的取值，从严到宽；可带别名", "allowed values, the strictest first; with aliases as a mapping"),
    "required": Key(FLAG, "是否必有（缺省 true）", "whether it must be there (default true)"),
    "negative": Key(FLAG, "是否可以为负", "whether it may be negative"),
}

REGISTER = {
    "name": Key(TEXT, "名录名称", "its name", True),
    "aliases": Key(list_of(TEXT), "其他叫法", "other names in use"),
    "key": Key(IDENTIFIER, "主键栏：同一主键是同一对象；不写则每行各算一件（如加分事项）", "the key column: rows of one key are one thing; without it each row is a thing of its own (a list of events)"),
    "label": Key(IDENTIFIER, "显示用的名称栏", "the column shown as a row's name"),
    "subject": Key(IDENTIFIER, "所属考核对象的栏", "the column that names a row's subject"),
    "columns": Key(map_of(record(COLUMN, _NAMES)), "各栏", "its columns", True),
}

CHECK = {
    "id": Key(TEXT, "编号", "its id"),
    "name": Key(TEXT, "名称", "its name"),
    "rule": Key(FORMULA, "必须成立的关系，如 a <= b", "a relation that must hold, such as a <= b"),
    "when": Key(FORMULA, "前提：只在此条件成立时检查", "checked only where this holds"),
    "of_which": Key(list_of(IDENTIFIER), "[其中项, 总项]：其中项不得大于总项", "[part, whole]: the part may not exceed the whole"),
    "sum": Key(list_of(IDENTIFIER), "[合计, 分项, 分项, …]：分项之和等于合计", "[total, part, part, …]: the parts add up to the total"),
    "reported": Key(list_of(IDENTIFIER), "报送的比率与重算值一致的指标；all 为全部", "indicators whose reported figure must agree with the recomputed; all"),
    "unusual_change": Key(list_of(IDENTIFIER), "与上年相比变动异常的填报项；all 为全部", "inputs whose change on last year is unusual; all"),
    "prior": Key(list_of(IDENTIFIER), "本表“上年”数须与上年报表一致的填报项；all 为全部", "inputs whose last-year figure must agree with last year's file; all"),
    "running_total": Key(list_of(IDENTIFIER), "累计数不得小于上期累计的填报项；all 为全部", "inputs whose running total may not fall below the previous period's; all"),
    "subjects_sum": Key(list_of(IDENTIFIER), "各对象之和等于全县的填报项；all 为全部", "inputs whose subjects add up to the whole; all"),
    "empty_for": Key(list_of(IDENTIFIER), "[组, 填报项, …]：该组对象不应填报", "[group, input, …]: subjects of the group leave these empty"),
    "whole": Key(list_of(IDENTIFIER), "只能是非负整数的填报项；all 为全部计数项", "inputs that must be whole and not negative; all"),
    "tolerance": Key(NUMBER, "容差：unusual_change 为 %，其余按单位", "tolerance: per cent for unusual_change, else in the unit"),
    "level": Key(choice(*LEVELS), "error 必要审核，warning 提示审核", "error must be repaired, warning may stay with an explanation", True),
    "missing": Key(choice(*MISSING_STRATEGIES), "缺数时：任一缺即跳过、全缺才跳过、不跳过", "where figures are missing: skip if any, skip if all, never skip"),
    "note": Key(TEXT, "说明", "a remark"),
}

MEMBERS = Kind(
    lambda node, path, source: (map_of(list_of(TEXT), TEXT) if isinstance(node, yaml.MappingNode) else list_of(TEXT)).read(node, path, source),
    {"anyOf": [{"type": "object"}, {"type": "array", "items": {"type": "string"}}]},
)
GROUP = {
    "name": Key(TEXT, "组名", "its name", True),
    "members": Key(MEMBERS, "成员：名称列表，或 名称: [别名]", "members: a list of names, or name: [other names]", True),
}

EXAMPLE = {
    "name": Key(TEXT, "例子名称", "its name", True),
    "year": Key(WHOLE, "年份", "the year"),
    "subject": Key(TEXT, "考核对象", "the subject"),
    "period": Key(TEXT, "报告期，如 2012-Q2（缺省：全年）", "the period, such as 2012-Q2 (default: the year)"),
    "given": Key(map_of(PLAIN, TEXT), "给定的填报值：x 或 prior(x)、at(x, 2020)", "the figures: x, prior(x) or at(x, 2020)"),
    "rows": Key(map_of(list_of(map_of(PLAIN))), "名录的行：名录: [{栏: 值}, …]", "rows of registers: register: [{column: value}, …]"),
    "expect": Key(map_of(record({
        "value": Key(VERDICT, "指标值", "the value"),
        "digits": Key(WHOLE, "指标值四舍五入到几位小数（缺省：不舍入）", "decimals to which the value agrees, rounded half up (default: exactly)"),
        "status": Key(TEXT, "状态", "the status"),
        "assured": Key(FLAG, "确保是否达到", "whether the assured target is met"),
        "stretch": Key(FLAG, "力争是否达到", "whether the stretch target is met"),
        "gap": Key(NUMBER, "与确保（无则力争）的缺口", "the gap to the assured (else the stretch) target"),
        "comply": Key(WHOLE, "名录中达到的行数", "how many rows of the register comply"),
        "computable": Key(WHOLE, "名录中可计算的行数", "how many rows of the register can be computed"),
    })), "应得的结果", "the results they must give", True),
}

NOTE = {
    "clause": Key(TEXT, "条款", "the clause", True),
    "text": Key(TEXT, "内容（自己的话）", "what it says, in own words", True),
}

PLAN = {
    "kpi": Key(choice("1"), "计划语言的版本", "version of this language", True),
    "plan": Key(record({
        "id": Key(TEXT, "编号", "its id", True),
        "name": Key(TEXT, "名称", "its name", True),
        "year": Key(WHOLE, "年度", "the year", True),
        "document": Key(TEXT, "依据文件", "the document it encodes"),
        "subject": Key(TEXT, "总体对象名称（缺省 全县）", "the name of the whole (default 全县)"),
        "aliases": Key(list_of(TEXT), "总体对象的其他叫法", "other names of the whole"),
        "note": Key(TEXT, "说明", "a remark"),
    }), "计划本身", "the plan itself", True),
    "parts": Key(map_of(TEXT, TEXT), "条款前缀 → 部分名称（结果按此分组）", "clause prefix → name of the part (results are grouped by it)"),
    "units": Key(map_of(TEXT, TEXT), "本计划的单位：new 或“50 千克”", "units of this plan: new, or such as 50 千克"),
    "subjects": Key(map_of(record(GROUP, _NAMES)), "考核对象，按组", "subjects, by group"),
    "inputs": Key(map_of(record(INPUT, _NAMES)), "填报项", "what must be submitted"),
    "registers": Key(map_of(record(REGISTER, _NAMES)), "名录", "lists with a row per firm or town"),
    "indicators": Key(map_of(record(INDICATOR, _NAMES)), "指标", "what targets are set on", True),
    "checks": Key(list_of(record(CHECK, _NAMES)), "审核关系", "checks across figures"),
    "notes": Key(list_of(record(NOTE, _NAMES)), "不设指标的要求", "wishes without a number"),
    "examples": Key(list_of(record(EXAMPLE, _NAMES)), "算例（kpi lint 会核对）", "worked examples (kpi lint runs them)"),
}
DOCUMENT = record(PLAN, _NAMES)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a plan, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "kpi plan", **DOCUMENT.schema}
