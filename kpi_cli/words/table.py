"""The table of words: key → (Chinese, English)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
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
    # what a plan's values must be
    "type-text": ("文字", "text"),
    "type-number": ("数字（十进制，无前导零和逗号，不加引号）", "a number (decimal, no leading zeros or commas, no quotes)"),
    "type-whole": ("整数", "a whole number"),
    "type-flag": ("true 或 false", "true or false"),
    "type-date": ("日期，如 2012-12-31 或 2012-12（月末）", "a date such as 2012-12-31, or 2012-12 for the end of the month"),
    "type-identifier": ("标识（字母或汉字开头，只含字母、数字、汉字、下划线）", "an identifier (starts with a letter; letters, digits, underscores)"),
    "type-operand": ("数字或公式", "a number or a formula"),
    "type-mapping": ("键和值（缩进的“键: 值”）", "keys and values (“key: value”, indented)"),
    "type-key": ("文字的键", "a key that is text"),
    "type-list": ("列表", "a list"),
    "type-pair": ("两个数 [低, 高]，低不大于高", "two numbers [low, high], low not above high"),
    "type-own-unit": ("new，或“50 千克”这样的换算", "new, or a conversion such as 50 千克"),
    "type-one-bound": (
        "恰好一个界限（at_least、above、at_most、below、between、about、equals、done_by）",
        "exactly one bound (at_least, above, at_most, below, between, about, equals, done_by)",
    ),
    "type-one-check": (
        "恰好一种审核（rule、of_which、sum、reported、unusual_change、prior、running_total、subjects_sum、empty_for、whole）",
        "exactly one form of check (rule, of_which, sum, reported, unusual_change, prior, running_total, subjects_sum, "
        "empty_for, whole)",
    ),
    "yaml-mapping": ("键和值", "keys and values"),
    "yaml-sequence": ("列表", "a list"),
    "yaml-scalar": ("单个值", "a single value"),
    "yaml-nothing": ("空", "nothing"),
    "formula-token": ("可用的符号", "a sign that formulas know"),
    "formula-closing": ("右括号或逗号", "a closing bracket or a comma"),
    "formula-value": ("数、名称或括号", "a number, a name or a bracket"),
    "formula-operator": ("运算符", "an operator"),
    "formula-shorter": ("更短的公式", "a shorter formula"),
    "formula-shallower": ("层次更少的公式", "a formula with fewer levels"),
    "unit": ("单位", "unit"),
    "unit-none": ("无单位", "no unit"),
    "name": ("填报项、指标或函数", "input, indicator or function"),
    "column": ("栏目", "column"),
    "group": ("组", "group"),
    "class": ("类别", "class"),
}
