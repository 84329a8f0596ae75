"""Rules about plans and schemes (K5xx)."""

from __future__ import annotations

from kpi_cli.rules import Rule

RULES = (
    Rule(
        "K501", "plan-syntax", "error",
        {"zh": "不是合法的 YAML：{problem}（见“{found}”）", "en": "not valid YAML: {problem} (at “{found}”)"},
        {"zh": "检查该行的缩进、冒号后的空格、引号和括号是否成对；文件须为 UTF-8 文本",
         "en": "check that line's indentation, the space after each colon, and that quotes and brackets close; the file must be UTF-8 text"},
        {"zh": "unit:亿元（冒号后少空格）", "en": "unit:亿元 (no space after the colon)"},
    ),
    Rule(
        "K502", "unknown-key", "error",
        {"zh": "不认识的键 {key}", "en": "unknown key {key}"},
        {"zh": "相近的键：{near}；可用的键见 kpi lint --schema", "en": "near it: {near}; the keys are listed by kpi lint --schema"},
        {"zh": "asured: {at_least: 3}", "en": "asured: {at_least: 3}"},
    ),
    Rule(
        "K503", "duplicate-key", "error",
        {"zh": "键 {key} 重复，第 {first} 行已有", "en": "key {key} is repeated; line {first} has it already"},
        {"zh": "删去一个，或改成不同的名称", "en": "remove one of them, or give it another name"},
        {"zh": "同一指标写了两次", "en": "an indicator written twice"},
    ),
    Rule(
        "K504", "wrong-type", "error",
        {"zh": "{key} 的值“{found}”不对，应为{expected}", "en": "{key} has “{found}” where {expected} is expected"},
        {"zh": "改为{expected}", "en": "write {expected}"},
        {"zh": "at_least: 010（前导零）、year: 二〇一二", "en": "at_least: 010 (a leading zero), year: twelve"},
    ),
    Rule(
        "K505", "unknown-name", "error",
        {"zh": "没有叫“{found}”的{what}", "en": "there is no {what} called “{found}”"},
        {"zh": "相近的名称：{near}；请改正，或先定义它", "en": "near it: {near}; correct it, or define it first"},
        {"zh": "formula: rd_expenditur / gdp", "en": "formula: rd_expenditur / gdp"},
    ),
    Rule(
        "K506", "unit-conflict", "error",
        {"zh": "单位不合：{left} {operator} {right}", "en": "units do not go together: {left} {operator} {right}"},
        {"zh": "检查公式和单位；裸数须写明单位，如 38 %、2 百分点、500 万元",
         "en": "check the formula and the units; a bare number needs its unit, as in 38 %, 2 百分点, 500 万元"},
        {"zh": "单位为 % 的指标，公式却是两个金额之差", "en": "an indicator in % whose formula is a difference of amounts"},
    ),
    Rule(
        "K507", "stretch-below-assured", "error",
        {"zh": "{indicator} 的力争目标 {stretch} 比确保目标 {assured} 还松", "en": "{indicator}: the stretch target {stretch} is weaker than the assured {assured}"},
        {"zh": "核对两档目标，是否写反", "en": "check both tiers; they may have been swapped"},
        {"zh": "确保 2.0，力争 1.9", "en": "assured 2.0, stretch 1.9"},
    ),
    Rule(
        "K508", "parts-exceed-target", "warning",
        {"zh": "{whole} 的目标 {target} 小于各分项目标之和 {sum}（{parts}）", "en": "the target {target} of {whole} is below the sum {sum} of its parts' targets ({parts})"},
        {"zh": "核对总目标和分项目标", "en": "check the total's target and those of its parts"},
        {"zh": "总数 8，分项 5 和 4", "en": "a total of 8 with parts of 5 and 4"},
    ),
    Rule(
        "K509", "circular-formula", "error",
        {"zh": "公式循环引用：{chain}", "en": "formulas go in a circle: {chain}"},
        {"zh": "改写其中一个公式，使它只用填报项", "en": "rewrite one of them over inputs only"},
        {"zh": "a 的公式用 b，b 的公式用 a", "en": "a's formula uses b, and b's uses a"},
    ),
    Rule(
        "K510", "unused-input", "warning",
        {"zh": "填报项 {input} 没有任何指标或审核用到", "en": "input {input} is used by no indicator and no check"},
        {"zh": "删去它，或写明哪个指标用它", "en": "remove it, or say which indicator uses it"},
        {"zh": "要求填报却从不使用的数", "en": "a figure asked for and never used"},
    ),
    Rule(
        "K511", "plan-unreadable", "error",
        {"zh": "计划文件打不开：{reason}", "en": "the plan cannot be opened: {reason}"},
        {"zh": "检查 --plan 的路径和权限", "en": "check the path given to --plan and its permissions"},
        {"zh": "--plan 写错了文件名", "en": "a misspelt file name for --plan"},
    ),
    Rule(
        "K512", "missing-key", "error",
        {"zh": "{owner} 缺少键 {key}", "en": "{owner} lacks the key {key}"},
        {"zh": "补上 {key}", "en": "add {key}"},
        {"zh": "指标没有 name", "en": "an indicator without a name"},
    ),
    Rule(
        "K513", "formula-syntax", "error",
        {"zh": "公式“{formula}”在“{found}”处读不通，应为{expected}", "en": "formula “{formula}” cannot be read at “{found}”: {expected} expected"},
        {"zh": "只用 + - * / ^、比较、and or not、括号和 kpi explain formulas 列出的函数",
         "en": "use + - * / ^, comparisons, and or not, brackets, and the functions that kpi explain formulas lists"},
        {"zh": "formula: rd / (gdp", "en": "formula: rd / (gdp"},
    ),
    Rule(
        "K514", "wrong-arguments", "error",
        {"zh": "函数 {function} 的参数不对（{found}），用法：{use}", "en": "function {function} has wrong arguments ({found}); use: {use}"},
        {"zh": "按用法改写", "en": "write it as shown"},
        {"zh": "growth()", "en": "growth()"},
    ),
    Rule(
        "K515", "subject-in-two-groups", "error",
        {"zh": "{subject} 同时在 {first} 和 {second} 两组", "en": "{subject} is in two groups, {first} and {second}"},
        {"zh": "一个考核对象只能属于一组", "en": "a subject belongs to one group"},
        {"zh": "开发区又列入镇组", "en": "a zone listed among the towns too"},
    ),
    Rule(
        "K516", "example-fails", "error",
        {"zh": "算例“{example}”不符：{indicator} 的 {key} 应为 {expected}，算得 {found}",
         "en": "example “{example}” fails: {key} of {indicator} should be {expected}, but is {found}"},
        {"zh": "改正指标的定义，或改正算例", "en": "correct the indicator, or the example"},
        {"zh": "算例给出 5.7/300 却写应为 2.0", "en": "an example of 5.7/300 that expects 2.0"},
    ),
    Rule(
        "K517", "ambiguous-name", "error",
        {"zh": "名称“{name}”同时指 {first} 和 {second}", "en": "the name “{name}” stands for both {first} and {second}"},
        {"zh": "从其中一个的 name 或 aliases 中去掉它", "en": "take it out of the name or aliases of one of them"},
        {"zh": "两个填报项都有别名“产值”", "en": "two inputs that share an alias"},
    ),
    Rule(
        "K518", "targets-disagree", "warning",
        {"zh": "{indicator} 的两个目标相互矛盾：{first} 相当于 {first_means}，{second} 相当于 {second_means}",
         "en": "{indicator}: two targets do not agree: {first} means {first_means}, {second} means {second_means}"},
        {"zh": "核对文件，改正其一或在 note 中说明", "en": "check the document, correct one, or explain in a note"},
        {"zh": "五年翻一番，却又写年均增长 11 %（只有 1.69 倍）", "en": "to double in five years, beside a yearly 11 % (which is 1.69 times)"},
    ),
    Rule(
        "K519", "double-conversion", "error",
        {"zh": "公式里的 {factor} 是多余的换算：结果会自动换成 {unit}", "en": "{factor} in the formula is a conversion too many: the result is said in {unit} by itself"},
        {"zh": "去掉它；各数按填报项的单位自动换算。确是系数的，写明单位，如 100 件", "en": "drop it; figures are converted by their units. Where it is a real factor, give it its unit, as in 100 件"},
        {"zh": "单位为 % 的指标写成 a / b * 100（会大 100 倍）", "en": "an indicator in % written as a / b * 100 (a hundred times too much)"},
    ),
)
