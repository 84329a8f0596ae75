"""The vocabulary, statuses, severities and kinds."""

from __future__ import annotations

TERMS: dict[str, tuple[str, str]] = {
    # vocabulary
    "plan": ("计划", "plan"),
    "input": ("填报项", "input"),
    "register": ("名录", "register"),
    "indicator": ("指标", "indicator"),
    "target": ("目标", "target"),
    "assured": ("确保", "assured"),
    "stretch": ("力争", "stretch"),
    "subject": ("考核对象", "subject"),
    "period": ("报告期", "period"),
    "finding": ("问题", "finding"),
    "scheme": ("计分办法", "scheme"),
    # statuses
    "status-stretch": ("达到力争", "stretch met"),
    "status-assured": ("达到确保", "assured met"),
    "status-missed": ("未达到", "missed"),
    "status-no_data": ("未报", "not submitted"),
    "status-not_computable": ("无法计算", "not computable"),
    "status-not_applicable": ("不适用", "not applicable"),
    "status-reported": ("仅列示", "no target"),
    "reason-target": ("目标值算不出来", "the target cannot be computed"),
    "reason-not-applicable": ("报的是“/”，本对象不考核此项", "submitted as “/”: not assigned"),
    "reason-no-data": ("没有报送", "not submitted"),
    "reason-unreadable": ("以下数据有误，未采用：{names}", "figures in error, not used: {names}"),
    "reason-missing": ("缺少：{names}", "missing: {names}"),
    "reason-undefined": ("分母为 0，或基数不为正", "a denominator of 0, or a base that is not positive"),
    # severities
    "error": ("错误", "error"),
    "warning": ("提醒", "warning"),
    # kinds of indicators
    "kind-level": ("总量", "level"),
    "kind-count": ("数量", "count"),
    "kind-share": ("比重", "share"),
    "kind-growth": ("增长率", "growth"),
    "kind-change": ("变动", "change"),
    "kind-coverage": ("覆盖率", "coverage"),
    "kind-composition": ("合计与分项", "composition"),
    "kind-milestone": ("节点", "milestone"),
    "kind-range": ("区间", "range"),
    "kind-monotone": ("逐年提高", "rise on last year"),
    "kind-comparison": ("增幅比较", "comparison of growths"),
    "kind-rank": ("位次", "rank"),
    "kind-rule": ("逐个适用", "rule for each"),
    "kind-scoring": ("计分规定", "scoring rule"),
    "kind-note": ("只作记录", "note"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
}
