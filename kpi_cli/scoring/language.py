"""The scheme language, defined once, with the same kinds as the plan language: what may be written, what each key means,
and its JSON Schema. The keys of an item are those that every item may have and those of its method."""

from __future__ import annotations

from typing import Any

import yaml

from kpi_cli.plan.kinds import (
    DATE,
    FLAG,
    FORMULA,
    IDENTIFIER,
    NUMBER,
    OPERAND,
    TEXT,
    WHOLE,
    Key,
    Kind,
    Path,
    choice,
    list_of,
    map_of,
    record,
    record_schema,
)
from kpi_cli.plan.yamltree import Source
from kpi_cli.scoring.amounts import AMOUNT, SHARE, by_shape, or_words

AGGREGATES = ("sum", "arithmetic", "geometric", "harmonic")
TIES = ("shared", "dense", "mean")
EFFECTS = ("total_zero", "grade", "grade_down", "not_eligible", "not_ranked", "items_zero")
MODES = ("half_up", "half_even", "down")

# What people write for a key, where its spelling does not lead there.
NAMES = {
    "名称": "name", "分值": "points", "基本分": "points", "weight": "points", "权重": "points", "score": "points", "指标": "indicator",
    "方法": "method", "目标": "target", "目标值": "target", "上限": "cap", "max": "cap", "maximum": "cap", "最高": "cap", "下限": "floor",
    "min": "floor", "minimum": "floor", "加分": "bonus", "扣分": "penalty", "deduction": "penalty", "一票否决": "veto", "组": "groups",
    "项目": "items", "等次": "grades", "奖项": "prizes", "rounding": "round", "digits": "round", "decimals": "round", "direction": "better",
    "方向": "better", "formula": "value", "when": "needs", "if": "needs", "members": "subjects", "说明": "note", "levels_table": "levels",
    "rank_drop": "drop", "min_value": "low", "max_value": "high", "condition": "and", "at_least": "from", "以上": "from", "less_than": "below",
    "order": "ties", "on": "by", "basis": "by", "tie_breakers": "tie_break", "conversion": "convert", "折算": "convert", "ranks_last_year": "last_ranks",
}

_BY_GROUP = map_of(NUMBER, TEXT)
POINTS = by_shape(NUMBER, _BY_GROUP)
_TARGET = by_shape(OPERAND, map_of(OPERAND, TEXT))
_THRESHOLD = AMOUNT
STEP = Kind(record({
    "each": Key(AMOUNT, "一档的大小：10 % of target（目标的 10 %）、5 pp of attainment（完成率 5 个百分点）、5 % of mean（组平均的 5 %）、1（本单位）、0.5 万平方米",
                "the size of a step: 10 % of target, 5 pp of attainment, 5 % of mean, 1 (own unit), 0.5 万平方米", True),
    "points": Key(SHARE, "一档的分数（或占分值的 %）", "points of a step (or a % of the item's)", True),
    "cap": Key(SHARE, "最多加（扣）多少分；不写即不限", "the most that is added (taken); without it, no limit"),
    "steps": Key(choice("whole", "linear"), "whole 不足一档不计，linear 按比例", "whole: part of a step counts nothing; linear: in proportion"),
}, NAMES).read, {"type": "object"})
TIER = record({
    "from": Key(AMOUNT, "不低于（含）", "at least (included)"),
    "above": Key(AMOUNT, "高于（不含）", "above (not included)"),
    "to": Key(AMOUNT, "不高于（含）", "at most (included)"),
    "below": Key(AMOUNT, "低于（不含）", "below (not included)"),
    "and": Key(FORMULA, "还须成立的条件", "a condition that must hold too"),
    "points": Key(SHARE, "得分（或占分值的 %）", "its points (or a % of the item's)", True),
}, NAMES)
_POLICY = or_words(record({
    "share": Key(SHARE, "得分值的多少", "what part of the points it gets", True),
    "each": Key(NUMBER, "虽无任务而完成的，每多少", "done without a task: for every so many"),
    "points": Key(NUMBER, "再加几分", "so many points more"),
}), "zero", "exempt", "exempt_reweight", "full", "share")
_MISSING_POLICY = or_words(record({"share": Key(SHARE, "得分值的多少", "what part of the points it gets", True)}), "zero", "exempt", "exempt_reweight", "withhold")
_MANUAL = map_of(record({
    "points": Key(NUMBER, "分数", "the points", True),
    "reason": Key(TEXT, "理由", "the reason", True),
}, NAMES), TEXT)
_LEVELS = map_of(SHARE, TEXT)
_EVENTS = {
    "register": Key(IDENTIFIER, "事项所在的名录", "the register with the events"),
    "rows": Key(FORMULA, "计入的行须满足的条件，如 category == \"科技奖励\"", "the rows that count, such as category == \"…\""),
    "level": Key(IDENTIFIER, "级别所在的栏（缺省 level）", "the column with the level (default: level)"),
    "levels": Key(_LEVELS, "级别 → 分数", "level → points"),
    "per": Key(list_of(IDENTIFIER), "哪些栏相同即为同一件事", "the columns that make two rows one matter"),
    "highest_only": Key(FLAG, "同一件事只计最高一级", "of one matter only the highest level counts"),
    "dated": Key(IDENTIFIER, "日期所在的栏", "the column with the day"),
    "since": Key(DATE, "只计这一天起的", "only what is dated on or after this day"),
    "until": Key(DATE, "只计这一天止的", "only what is dated on or before this day"),
}
_SIZES = {
    "up": Key(or_words(STEP, "none", "proportional"), "超过目标：{each, points, cap}、proportional 或 none", "above the target: {each, points, cap}, proportional or none"),
    "down": Key(or_words(STEP, "none", "proportional", "zero"), "未达目标：{each, points, cap}、proportional、zero 或 none", "below it: {each, points, cap}, proportional, zero or none"),
}
_BY = Key(choice("value", "attainment"), "按什么分档、排名：value 数值（缺省）或 attainment 完成率", "judged on the value (default) or the attainment")

METHOD_KEYS: dict[str, dict[str, Key]] = {
    "proportional": {"stairs": Key(AMOUNT, "完成率按整档计，如 10 %", "attainment in whole steps, such as 10 %")},
    "steps": {
        **_SIZES,
        "steps": Key(choice("whole", "linear"), "whole 不足一档不计，linear 按比例", "whole: part of a step counts nothing; linear: in proportion"),
        "base": Key(SHARE, "恰好完成目标的得分（缺省为分值）", "the score at the target (default: the points)"),
    },
    "tiers": {
        "by": _BY,
        "tiers": Key(list_of(TIER, 1), "各档，先满足的为准，都不满足为 0", "the tiers: the first that fits counts, none is 0", True),
        "up": _SIZES["up"],
    },
    "gate": {
        "strict": Key(FLAG, "须高于（而不是达到）目标", "the target must be passed, not only reached"),
        "when": Key(FORMULA, "得分条件（不按目标时）", "the condition (where it is not the target)"),
        "all_of": Key(list_of(IDENTIFIER), "这些项目的目标都达到才得分", "points only where the targets of these items are all met"),
        "otherwise": Key(SHARE, "不满足时的得分（缺省 0）", "the score where it does not hold (default 0)"),
        "up": _SIZES["up"],
    },
    "rank": {
        "by": _BY,
        "drop": Key(SHARE, "每后移一位少得的分（5 % 为分值的 5 %）", "what each place costs (5 %: of the points)"),
        "scores": Key(list_of(SHARE, 1), "或逐名写明得分：[20, 18, 16]", "or the score of each place: [20, 18, 16]"),
        "rest": Key(SHARE, "scores 之后各名的得分（缺省 0）", "the score of the places after scores (default 0)"),
        "ties": Key(choice(*TIES), "相等的名次：shared 并列并空出后位、dense 并列不空、mean 取平均", "equal ones: shared, dense or mean places"),
        "among": Key(choice("all", "met"), "met：达到目标的才参加排名，其余 0 分", "met: only those that met the target are ranked, the rest get 0"),
    },
    "efficacy": {
        "low": Key(or_words(OPERAND, "group_min", "group_max"), "不允许值：数、公式、group_min、group_max", "the value that is not allowed: a number, a formula, group_min, group_max", True),
        "high": Key(or_words(OPERAND, "group_min", "group_max"), "满意值", "the satisfying value", True),
        "base": Key(NUMBER, "不允许值的得分 %（缺省 60）", "per cent of the points at low (default 60)"),
        "span": Key(NUMBER, "满意值再加的 %（缺省 40）", "per cent more at high (default 40)"),
    },
    "benchmark": {"against": Key(or_words(OPERAND, "group_max", "group_min", "mean", "overall_mean"), "标杆：数、公式、group_max、group_min、mean、overall_mean",
                                 "the benchmark: a number, a formula, group_max, group_min, mean, overall_mean", True)},
    "per_item": {
        **_EVENTS,
        "each": Key(NUMBER, "每多少个（缺省 1）", "for every so many (default 1)"),
        "gain": Key(NUMBER, "得几分", "so many points"),
        "beyond": Key(NUMBER, "超过这么多才计", "counted beyond so many"),
        "steps": Key(choice("whole", "linear"), "whole（缺省）或 linear", "whole (default) or linear"),
    },
    "places": {"each": Key(NUMBER, "比上年名次每前进一位得几分", "points for each place gained on last year", True)},
    "manual": {"entries": Key(_MANUAL, "考核对象: {points: 分数, reason: 理由}；不写即以填报的数为分数", "subject: {points, reason}; without it the figure itself is the score")},
}


def _item_keys(method: str) -> dict[str, Key]:
    if method in AGGREGATES:
        return {**_ITEM, "parts": Key(list_of(ITEM, 1), "各部分（与项目写法相同）", "the parts (written like items)", True)}
    return {**_ITEM, **METHOD_KEYS[method]}


def _item(node: yaml.Node, path: Path, source: Source) -> dict[str, Any] | None:
    """An item: its method says which keys it may have; a key of another method is an error that names the right ones."""
    written = node.value if isinstance(node, yaml.MappingNode) else []
    method = next((value.value for key, value in written if getattr(key, "value", None) == "method"), None)
    if isinstance(method, str) and method in METHODS:
        return record(_item_keys(method), NAMES).read(node, path, source)  # type: ignore[no-any-return]
    # The method itself is wrong: the keys of any are let pass, and none but those of every item is asked for.
    others = {key: each._replace(required=False) for keys in METHOD_KEYS.values() for key, each in keys.items()}
    parts = Key(list_of(ITEM), "各部分", "the parts")
    return record({**others, "parts": parts, **_ITEM}, NAMES).read(node, path, source)  # type: ignore[no-any-return]


METHODS = (*METHOD_KEYS, *AGGREGATES)
ITEM = Kind(_item, {"type": "object"})
_ITEM = {
    "id": Key(IDENTIFIER, "项目代码（缺省：indicator）", "the item's id (default: its indicator)"),
    "name": Key(TEXT, "项目名称（缺省：指标名称）", "its name (default: the indicator's)"),
    "indicator": Key(IDENTIFIER, "计划中的指标或填报项", "the plan's indicator or input"),
    "value": Key(FORMULA, "或用公式，如 growth(hitech_invest)", "or a formula, such as growth(hitech_invest)"),
    "unit": Key(TEXT, "公式的单位", "the formula's unit"),
    "points": Key(POINTS, "分值；各组不同的写 {组: 分值}，没有写到的组不考核", "the points; by group as {group: points}, groups that are not named are not assessed", True),
    "method": Key(choice(*METHODS), "计分方法", "the method", True),
    "for": Key(list_of(TEXT), "只考核这些组或考核对象", "only these groups or subjects"),
    "better": Key(choice("higher", "lower"), "higher 越高越好，lower 越低越好（缺省按计划的目标）", "higher or lower is better (default: as the plan's bound)"),
    "target": Key(_TARGET, "目标：数；assured 确保（缺省）、stretch 力争、submitted 目标分解表、prior 上年、mean 组平均、overall_mean 全体平均、group_max、group_min；公式；或 {对象或组: 数}",
                  "the 100 % mark: a number; assured (default), stretch, submitted (the allotment sheet), prior (last year), mean (of the group), overall_mean, group_max, group_min; a formula; or {subject or group: number}"),
    "path": Key(by_shape(choice("pro_rata"), map_of(AMOUNT, TEXT)), "进度目标：pro_rata 按时间进度，或 {2021: 20 %, 2022: 40 %}", "the part of the target that is due: pro_rata (by months), or {2021: 20 %, …}"),
    "cap": Key(or_words(SHARE, "none"), "最高得分：数，或 150 %（分值的），或 none（缺省为分值；steps 由各档上限定）", "the most it can score: points, 150 % of them, or none (default: its points; in steps, as the steps say)"),
    "bonus_cap": Key(NUMBER, "最多比分值高几分", "at most so many points above its points"),
    "floor": Key(or_words(NUMBER, "none"), "最低得分（缺省 0；可为负；none 不限）", "the least it can score (default 0; may be negative; none)"),
    "zero_below": Key(_THRESHOLD, "低于此为 0 分：80 % of target，或本单位的数", "0 points below this: 80 % of target, or an amount in its unit"),
    "zero_at": Key(_THRESHOLD, "等于或低于此为 0 分", "0 points at or below this"),
    "zero_from": Key(_THRESHOLD, "等于或高于此为 0 分（数值）", "0 points from this value on"),
    "needs": Key(FORMULA, "先决条件，不满足为 0 分", "a condition without which it scores 0"),
    "round": Key(WHOLE, "本项得分保留几位小数", "decimals of its score"),
    "no_target": Key(_POLICY, "未分配任务（“/”）时", "where no task is assigned (“/”)"),
    "missing": Key(_MISSING_POLICY, "未报时", "where the figure is missing"),
    "years_back": Key(WHOLE, "用几年前的数（如 1）", "figures of so many years before"),
    "period": Key(TEXT, "用哪一段的数，如 01..11（截至 11 月）", "figures of this part of the year, such as 01..11"),
    "average": Key(by_shape(choice("quarters", "months"), None, list_of(TEXT)), "各期得分的平均：quarters、months 或列出各期", "the mean of the scores of quarters, months or the periods listed"),
    "suspended": Key(FLAG, "年中停止考核（视同未分配任务）", "suspended within the year (treated as not assigned)"),
    "source": Key(TEXT, "数据来源单位", "the office that supplies the figure"),
    "caliber": Key(TEXT, "统计口径", "what is counted"),
    "note": Key(TEXT, "说明", "a remark"),
}


def _extra(node: yaml.Node, path: Path, source: Source) -> dict[str, Any] | None:
    return record(EXTRA_KEYS, NAMES).read(node, path, source)  # type: ignore[no-any-return]


EXTRA = Kind(_extra, {"type": "object"})
EXTRA_KEYS = {
    "name": Key(TEXT, "名称", "its name", True),
    **_EVENTS,
    "points": Key(SHARE, "每件（每次）几分；或占总分的 %", "points for each; or a % of the scheme's points"),
    "value": Key(FORMULA, "按一个数计（而不是按名录的行）", "by a figure instead of rows of a register"),
    "unit": Key(TEXT, "value 的单位", "the unit of value"),
    "each": Key(NUMBER, "value 每多少计一次（缺省 1）", "counted for every so many of value (default 1)"),
    "beyond": Key(NUMBER, "value 超过这么多才计", "counted beyond so many"),
    "steps": Key(choice("whole", "linear"), "whole（缺省）或 linear", "whole (default) or linear"),
    "tiers": Key(list_of(TIER, 1), "按 value 分档", "tiers on value"),
    "places": Key(NUMBER, "总名次比上年每前进一位几分（last_ranks）", "points for each place gained in the whole on last year (last_ranks)"),
    "entries": Key(_MANUAL, "酌情：考核对象: {points: 分数, reason: 理由}", "by hand: subject: {points, reason}"),
    "when": Key(FORMULA, "对象须满足的条件", "the condition that the subject must fulfil"),
    "for": Key(list_of(TEXT), "只用于这些组或考核对象", "only these groups or subjects"),
    "cap": Key(NUMBER, "本类最多几分", "the most of this entry"),
    "of": Key(list_of(EXTRA), "所含各类（合计受本类 cap 限制）", "the entries that it holds (their sum is capped by its cap)"),
    "note": Key(TEXT, "说明", "a remark"),
}
_EXTRAS_RECORD = record({
    "cap": Key(NUMBER, "合计最多几分", "the most of all together"),
    "when": Key(FORMULA, "满足此条件才计", "counted only where this holds"),
    "entries": Key(list_of(EXTRA), "各类", "the entries", True),
}, NAMES)
_EXTRAS = Kind(
    lambda node, path, source: _extras(node, path, source),
    {"anyOf": [list_of(EXTRA).schema, _EXTRAS_RECORD.schema]},
)


def _extras(node: yaml.Node, path: Path, source: Source) -> dict[str, Any] | None:
    if isinstance(node, yaml.MappingNode):
        return _EXTRAS_RECORD.read(node, path, source)  # type: ignore[no-any-return]
    return {"entries": list_of(EXTRA).read(node, path, source) or [], "listed": True}


VETO = record({
    "name": Key(TEXT, "名称", "its name", True),
    "when": Key(FORMULA, "条件：是/否填报项，或公式", "the condition: a yes/no input or a formula", True),
    "effect": Key(list_of(choice(*EFFECTS), 1), "后果：total_zero 总分记 0、grade 定等次、grade_down 降一等、not_eligible 不得评奖、not_ranked 不排名、items_zero 有关项目记 0",
                  "its effect: total_zero, grade, grade_down (one grade lower), not_eligible, not_ranked, items_zero", True),
    "grade": Key(TEXT, "定为哪个等次（grade 用）", "the grade (for grade)"),
    "items": Key(list_of(IDENTIFIER), "哪些项目（items_zero 用）", "the items (for items_zero)"),
    "for": Key(list_of(TEXT), "只用于这些组或考核对象", "only these groups or subjects"),
    "note": Key(TEXT, "说明", "a remark"),
}, NAMES)
_PLACES = by_shape(or_words(SHARE), map_of(SHARE, TEXT))
GRADE = record({
    "name": Key(TEXT, "等次名称", "the grade's name", True),
    "from": Key(NUMBER, "总分不低于（含）", "a total of at least (included)"),
    "above": Key(NUMBER, "总分高于（不含）", "a total above (not included)"),
    "places": Key(_PLACES, "名次在前几名（并列的都算）；各组不同的写 {组: 名次}；30 % 为本组的 30 %", "and a place among the first so many; by group as {group: places}; 30 % of the group"),
    "needs": Key(FORMULA, "还须满足的条件", "a condition that must hold too"),
    "for": Key(list_of(TEXT), "只用于这些组", "only these groups"),
}, NAMES)
PRIZE = record({
    "name": Key(TEXT, "奖项名称", "the prize's name", True),
    "places": Key(_PLACES, "名额，按名次依次授予", "how many, given in the order of the ranks", True),
    "from": Key(NUMBER, "总分不低于（含）", "a total of at least (included)"),
    "grade": Key(list_of(TEXT), "须为这些等次", "only these grades"),
    "for": Key(list_of(TEXT), "只用于这些组", "only these groups"),
}, NAMES)
GROUP = record({
    "name": Key(TEXT, "组名", "its name", True),
    "subjects": Key(by_shape(TEXT, map_of(list_of(TEXT), TEXT), list_of(TEXT)), "考核对象：名称列表、名称: [别名]，或计划中组的代码", "its subjects: a list of names, name: [other names], or a group of the plan", True),
    "without": Key(list_of(IDENTIFIER), "本组不考核的项目", "items that this group is not assessed on"),
    "points": Key(NUMBER, "本组的满分（缺省同 scheme）", "the points of this group (default: the scheme's)"),
    "unranked": Key(by_shape(FLAG, None, list_of(TEXT)), "只计分不排名的对象（true 为全组）", "subjects that are scored and not ranked (true: all of the group)"),
    "takes_when": Key(FORMULA, "满足此条件的他组对象归入本组", "subjects of other groups that fulfil this are moved here"),
}, NAMES)
ROUND = record({
    "attainment": Key(WHOLE, "完成率（%）保留几位小数", "decimals of the attainment in per cent"),
    "value": Key(WHOLE, "指标值保留几位小数", "decimals of the value"),
    "item": Key(WHOLE, "每项得分保留几位小数", "decimals of each item's score"),
    "bonus": Key(WHOLE, "加分、扣分保留几位小数", "decimals of bonus and penalty"),
    "total": Key(WHOLE, "总分保留几位小数", "decimals of the total"),
    "converted": Key(WHOLE, "折算后保留几位小数", "decimals of the converted score"),
    "mode": Key(choice(*MODES), "half_up 四舍五入（缺省）、half_even 四舍六入五成双、down 舍去", "half_up (default), half_even, down"),
})
SCHEME = {
    "kpi": Key(choice("1"), "计分办法语言的版本", "version of this language", True),
    "scheme": Key(record({
        "id": Key(TEXT, "编号", "its id", True),
        "name": Key(TEXT, "名称", "its name", True),
        "plan": Key(TEXT, "所用计划：文件（相对本文件）或计划编号", "its plan: a file (relative to this one) or the plan's id", True),
        "year": Key(WHOLE, "考核年度（缺省：计划的年度）", "the year (default: the plan's)"),
        "document": Key(TEXT, "依据文件", "the document it encodes"),
        "example": Key(FLAG, "true：示例，分值为虚构", "true: an example with invented points"),
        "points": Key(NUMBER, "满分：各组项目分值之和须等于它", "full points: the items of each group must add up to it"),
        "better": Key(choice("higher", "lower"), "没有写方向的项目：higher 越高越好", "items that do not say: higher or lower is better"),
        "round": Key(by_shape(WHOLE, ROUND), "舍入：总分保留几位小数，或分步写 {item: 2, total: 2}", "rounding: decimals of the total, or by stage {item: 2, total: 2}"),
        "ties": Key(choice(*TIES), "同分：shared 并列并空出后位（缺省）、dense、mean", "equal scores: shared (default), dense, mean"),
        "tie_break": Key(list_of(IDENTIFIER), "同分时依次比较的项目（得分）或指标（数值）", "what decides between equal scores: items (their score) or indicators (their value), in turn"),
        "aggregate": Key(choice(*AGGREGATES), "总分由各项：sum 相加（缺省）、arithmetic、geometric、harmonic 加权平均", "items to total: sum (default), or a weighted mean"),
        "average": Key(by_shape(choice("quarters", "months"), None, list_of(TEXT)), "各期得分的平均", "the mean of the scores of several periods"),
        "cap": Key(NUMBER, "总分最高几分", "the most that the total can be"),
        "floor": Key(NUMBER, "总分最低几分", "the least that the total can be"),
        "convert": Key(NUMBER, "折算成几分", "the score is converted to so many points"),
        "no_target": Key(_POLICY, "未分配任务（“/”）时：exempt 不计也不折算（缺省）、exempt_reweight 按其余项折算、full、share、zero", "no task assigned (“/”): exempt (default; nothing is rescaled), exempt_reweight, full, share, zero"),
        "key": Key(list_of(IDENTIFIER), "分值应最大的重点项目", "key items, which should weigh most"),
        "note": Key(TEXT, "说明", "a remark"),
    }, NAMES), "计分办法本身", "the scheme itself", True),
    "groups": Key(map_of(GROUP), "考核对象的分组", "the groups of subjects", True),
    "items": Key(list_of(ITEM, 1), "考核项目", "the items", True),
    "bonus": Key(_EXTRAS, "加分", "bonus"),
    "penalty": Key(_EXTRAS, "扣分", "penalty"),
    "veto": Key(list_of(VETO), "一票否决", "vetoes"),
    "missing": Key(record({
        "policy": Key(_MISSING_POLICY, "未报：zero 得 0 分（缺省）、exempt 不计、exempt_reweight 按其余项折算、withhold 不出总分", "a missing figure: zero (default), exempt, exempt_reweight, withhold"),
        "rank_withheld_below": Key(SHARE, "可评比例低于此不排名", "no rank where the coverage is below this"),
        "score_withheld_below": Key(SHARE, "可评比例低于此不出总分（也不排名）", "no score (and no rank) where the coverage is below this"),
    }, NAMES), "缺数的处理", "what is done about missing figures"),
    "grades": Key(list_of(GRADE), "等次，从高到低", "the grades, the best first"),
    "prizes": Key(list_of(PRIZE), "奖项，从高到低", "the prizes, the best first"),
    "flags": Key(record({
        "first": Key(WHOLE, "前几名（红旗）", "the first so many"),
        "last": Key(WHOLE, "后几名（黄旗）", "the last so many"),
        "improved": Key(WHOLE, "进步最大的几名", "the so many most improved"),
    }), "流动红旗、黄牌", "flags"),
    "last_ranks": Key(map_of(WHOLE, TEXT), "上年名次：考核对象 → 名次", "last year's ranks: subject → rank"),
}
DOCUMENT = record(SCHEME, NAMES)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a scheme, for editors. Items are described by method."""
    items = {method: record_schema(_item_keys(method)) for method in METHODS if method in METHOD_KEYS}
    top = {**DOCUMENT.schema, "properties": {**DOCUMENT.schema["properties"], "items": {"type": "array", "items": {"anyOf": [
        *({**each, "properties": {**each["properties"], "method": {"const": method}}} for method, each in items.items()),
        {"type": "object", "properties": {"method": {"enum": list(AGGREGATES)}}, "required": ["method", "parts"]},
    ]}}}}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "kpi scheme", **top}
