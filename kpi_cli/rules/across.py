"""Rules across cells, periods and files (K4xx)."""

from __future__ import annotations

from kpi_cli.rules import Rule

RULES = (
    Rule(
        "K401", "missing", "error",
        {"zh": "{name} 没有填报（{period}）", "en": "{name} was not submitted ({period})"},
        {"zh": "请补报；确无此项的填“/”，为零的填 0", "en": "submit it; write / where it does not apply and 0 where it is nought"},
        {"zh": "空格，或“—”“未统计”", "en": "a blank, or a dash"},
        asks={"zh": "必填，无此任务填“/”，为零填 0", "en": "required; / where nothing is assigned, 0 for nought"},
    ),
    Rule(
        "K402", "part-exceeds-whole", "error",
        {"zh": "{part} {part_value} 不小于其总项 {whole} {whole_value}", "en": "{part} ({part_value}) is not below the whole, {whole} ({whole_value})"},
        {"zh": "核实两个数：“其中”项不能大于总项；相等的，核实是否把总项抄进了这一行",
         "en": "check both: a part cannot exceed its whole; if they are equal, check that the total was not copied into this row"},
        {"zh": "发明专利申请 3600，专利申请 3500", "en": "3,600 inventions of 3,500 applications"},
        asks={"zh": "不大于{whole}", "en": "not above {whole}"},
    ),
    Rule(
        "K403", "parts-do-not-sum", "error",
        {"zh": "{total} 为 {value}，各分项之和为 {sum}", "en": "{total} is {value}, but its parts add up to {sum}"},
        {"zh": "核实合计和各分项（{parts}）", "en": "check the total and its parts ({parts})"},
        {"zh": "合计 11，分项 2+1+7", "en": "a total of 11 with parts 2 + 1 + 7"},
        asks={"zh": "等于各分项之和（{parts}）", "en": "the sum of its parts ({parts})"},
    ),
    Rule(
        "K404", "disagrees-with-recomputation", "error",
        {"zh": "{name} 报 {raw}，按填报数重算为 {value} {unit}", "en": "{name} is reported as {raw}, but recomputes to {value} {unit}"},
        {"zh": "核实分子、分母和报送的比率；评判以重算值为准", "en": "check numerator, denominator and the reported rate; verdicts use the recomputed value"},
        {"zh": "95/350 报成 28.5 %", "en": "95/350 reported as 28.5 %"},
    ),
    Rule(
        "K405", "unusual-change", "warning",
        {"zh": "{name} 本期 {value}，上年同期 {prior}，变动 {change} %，超过 ±{limit} %",
         "en": "{name} is {value} against {prior} last year: a change of {change} %, beyond ±{limit} %"},
        {"zh": "请核实；属实的在备注栏说明原因", "en": "check it; if true, explain in the remark column"},
        {"zh": "一年增长两倍", "en": "a figure that trebles in a year"},
        asks={"zh": "与上年相比变动超过 ±{limit} % 的，在备注栏说明", "en": "explain a change beyond ±{limit} % in the remark column"},
    ),
    Rule(
        "K406", "prior-disagrees", "warning",
        {"zh": "{name} 本表填上年 {value}，上年报表为 {prior}（{place}）", "en": "{name}: last year's figure is {value} here, but {prior} in last year's file ({place})"},
        {"zh": "核实；上年数有修订的请说明", "en": "check it; explain if last year's figure was revised"},
        {"zh": "本年表的“上年同期”与上年表不同", "en": "last year's column differs from last year's form"},
    ),
    Rule(
        "K407", "check-failed", "error",
        {"zh": "审核关系不成立：{rule}（{values}）", "en": "a check does not hold: {rule} ({values})"},
        {"zh": "{note}", "en": "{note}"},
        {"zh": "产学研活动 5 次，而请进来 2 + 走出去 4", "en": "5 events with 2 + 4 of its kinds"},
        asks={"zh": "须满足：{rule}", "en": "must hold: {rule}"},
    ),
    Rule(
        "K408", "total-disagrees", "error",
        {"zh": "{name} 合计 {value}，各对象之和 {sum}", "en": "{name}: the total row says {value}, the subjects add up to {sum}"},
        {"zh": "核实合计行和各行", "en": "check the total row and the rows"},
        {"zh": "合计 3612，各镇相加 3621", "en": "a total of 3,612 over rows that add up to 3,621"},
    ),
    Rule(
        "K412", "rows-undecided", "warning",
        {"zh": "{name}：名录中有 {count} 行因缺数或有误判断不了，没有计入，实际可能更多",
         "en": "{name}: {count} rows of the register could not be decided for lack of a sound figure; they are not counted, and the true figure may be higher"},
        {"zh": "改正这些行后重算（见各行的问题）", "en": "correct these rows (each has its finding) and run again"},
        {"zh": "销售收入写作“约1.5亿”的企业", "en": "a firm whose sales say “about 150 million”"},
    ),
    Rule(
        "K411", "missing-subject", "warning",
        {"zh": "{count} 个对象没有报送任何数据：{names}", "en": "{count} subjects submitted nothing: {names}"},
        {"zh": "请催报；没有报齐之前，各对象之和不作为{whole}的数", "en": "ask them for it; until all have reported, no sum stands in for {whole}"},
        {"zh": "十二个镇只报来十一个", "en": "eleven of twelve towns"},
    ),
    Rule(
        "K410", "added-up", "warning",
        {"zh": "没有{whole}的合计，{count} 项数据由 {members} 个对象相加得出：{names}",
         "en": "there is no total for {whole}; {count} figures were added up from {members} subjects: {names}"},
        {"zh": "如有合计表，请一并报送核对", "en": "submit the total too, if there is one, so that it can be checked"},
        {"zh": "十二个镇各报一张表，没有全县合计", "en": "a form from each of twelve towns and none for the county"},
    ),
    Rule(
        "K409", "bounds-disagree", "warning",
        {"zh": "{name} 的几个目标结论不一：{bounds}", "en": "{name}: its targets give different verdicts: {bounds}"},
        {"zh": "全部达到才算达到；以最紧的一个为准", "en": "all must hold; the tightest one decides"},
        {"zh": "总量达到了，增幅没有达到", "en": "the level is met, the growth is not"},
    ),
)
