"""Rules about schemes and scores (K6xx)."""

from __future__ import annotations

from kpi_cli.rules import Rule

RULES = (
    Rule(
        "K601", "points-do-not-add-up", "error",
        {"zh": "“{group}”组各项分值之和为 {found}，应为 {expected}", "en": "the points of group “{group}” add up to {found}, not {expected}"},
        {"zh": "核对各项 points，或改 scheme 的 points", "en": "check the items' points, or the scheme's points"},
        {"zh": "八项相加只有 98 分", "en": "eight items that add up to 98"},
    ),
    Rule(
        "K602", "indicator-not-scored", "warning",
        {"zh": "计划中有目标而没有计分的指标：{names}（共 {count} 个）", "en": "indicators with a target that nobody is scored on: {names} ({count} in all)"},
        {"zh": "如属遗漏请列入 items；本办法不考核的可不管", "en": "add them to items if they were forgotten"},
        {"zh": "计划定了目标，办法里没有这一项", "en": "a target in the plan without an item"},
    ),
    Rule(
        "K603", "method-cannot-apply", "error",
        {"zh": "{item} 是{kind}，不能用 {method} 计分", "en": "{item} is {kind}; the method {method} cannot score it"},
        {"zh": "改用 gate（完成得分），或改用数值指标", "en": "use gate (all or nothing), or a figure that is a number"},
        {"zh": "对“是否建成”按比例计分", "en": "a yes/no item scored in proportion"},
    ),
    Rule(
        "K604", "key-not-heaviest", "warning",
        {"zh": "重点项目 {item}（{points} 分）不比 {other}（{other_points} 分）分值大", "en": "key item {item} ({points}) weighs no more than {other} ({other_points})"},
        {"zh": "调整分值，或改 scheme 的 key", "en": "change the points, or the scheme's key"},
        {"zh": "文件列为重点的指标只有 5 分", "en": "a key indicator with 5 points only"},
    ),
    Rule(
        "K605", "subject-twice", "error",
        {"zh": "{subject} 在同一组中写了两次", "en": "{subject} is written twice in one group"},
        {"zh": "删去一个", "en": "remove one of them"},
        {"zh": "同一个镇列了两遍", "en": "a town listed twice"},
    ),
    Rule(
        "K606", "group-of-one", "warning",
        {"zh": "“{group}”组只有 {count} 个考核对象，组内排名和比较没有意义", "en": "group “{group}” has {count} subject: ranks and comparisons within it mean nothing"},
        {"zh": "并入其他组，或不用排名、组平均计分", "en": "join it to another group, or do without rank and group mean"},
        {"zh": "一个镇单独一组", "en": "a town in a group of its own"},
    ),
    Rule(
        "K607", "item-without-target", "error",
        {"zh": "{item} 需要目标（{target}），计划和本项都没有给出", "en": "{item} needs a target ({target}), and neither the plan nor the item gives one"},
        {"zh": "在计划中写 assured，或在本项写 target：数、submitted、mean、prior……",
         "en": "write assured in the plan, or target in the item: a number, submitted, mean, prior …"},
        {"zh": "method: proportional，却没有目标", "en": "method: proportional without a target"},
    ),
    Rule(
        "K608", "direction-unknown", "error",
        {"zh": "{item} 没有写越高越好还是越低越好", "en": "{item} does not say whether higher or lower is better"},
        {"zh": "写 better: higher 或 better: lower；或在 scheme 里统一写 better", "en": "write better: higher or better: lower, or better once for the whole scheme"},
        {"zh": "能耗项目没有方向", "en": "an energy item without a direction"},
    ),
    Rule(
        "K609", "tier-out-of-reach", "error",
        {"zh": "{item} 的第 {number} 档永远轮不到：前面的档已包括它", "en": "tier {number} of {item} is never reached: a tier before it takes all of it"},
        {"zh": "按从好到差排列各档，检查界限", "en": "order the tiers from best to worst and check their ends"},
        {"zh": "先写 90 % 以上，再写 95 % 以上", "en": "90 % and above before 95 % and above"},
    ),
    Rule(
        "K610", "grades-out-of-order", "error",
        {"zh": "等次“{grade}”（{value} 分）排在“{before}”（{above} 分）之后，却更高", "en": "grade “{grade}” ({value}) stands after “{before}” ({above}) but asks for more"},
        {"zh": "从高到低排列等次", "en": "order the grades from the best down"},
        {"zh": "先写良好 80 分，再写优秀 90 分", "en": "80 before 90"},
    ),
    Rule(
        "K611", "amount-unclear", "error",
        {"zh": "“{found}”不清楚是什么的百分之几", "en": "“{found}”: it is not clear of what"},
        {"zh": "写明：10 % of target（目标的）、10 pp of attainment（完成率）、5 % of mean（组平均的）、10 % of prior（上年的），或本单位的数；按完成率分档的加 by: attainment，写 95 %",
         "en": "say of what: 10 % of target, 10 pp of attainment, 5 % of mean, 10 % of prior, or an amount in the indicator's unit; tiers on attainment need by: attainment and read 95 %"},
        {"zh": "each: 10 %（指标单位是亿元）", "en": "each: 10 % of an indicator in 亿元"},
    ),
    Rule(
        "K612", "item-twice", "error",
        {"zh": "项目 {item} 对同一考核对象写了两次", "en": "item {item} is written twice for the same subjects"},
        {"zh": "给其中一个另取 id，或用 for 分开适用的组", "en": "give one another id, or part their subjects with for"},
        {"zh": "同一指标计了两次分", "en": "an indicator scored twice"},
    ),
    Rule(
        "K613", "plan-differs", "error",
        {"zh": "本办法用的计划是“{expected}”，给出的是“{found}”", "en": "this scheme is for the plan “{expected}”, not “{found}”"},
        {"zh": "用 --plan 指定正确的计划，或改 scheme 的 plan", "en": "name the right plan with --plan, or correct the scheme's plan"},
        {"zh": "拿去年的计划给今年计分", "en": "last year's plan for this year's scores"},
    ),
    Rule(
        "K614", "scheme-plan-broken", "error",
        {"zh": "所用计划 {plan} 有错（{count} 处），不能计分", "en": "its plan {plan} has mistakes ({count}), nothing can be scored"},
        {"zh": "先用 kpi lint 检查并改正该计划", "en": "check that plan with kpi lint and correct it first"},
        {"zh": "计划文件找不到", "en": "the plan's file is missing"},
    ),
    Rule(
        "K615", "subject-not-in-plan", "warning",
        {"zh": "考核对象 {subject} 不在计划中", "en": "subject {subject} is not in the plan"},
        {"zh": "相近的名称：{near}；如属笔误请改正", "en": "near it: {near}; correct it if it is a slip"},
        {"zh": "甲山真（应为甲山镇）", "en": "a town's name with a slip"},
    ),
    Rule(
        "K616", "better-contradicts-plan", "warning",
        {"zh": "{item} 写的方向与计划中的目标相反", "en": "{item}: the direction is the opposite of the plan's bound"},
        {"zh": "核对 better 和计划中的 at_least、at_most", "en": "check better against at_least or at_most in the plan"},
        {"zh": "计划是“不超过”，计分却是越高越好", "en": "at_most in the plan, higher is better in the scheme"},
    ),
    Rule(
        "K621", "subject-without-figures", "warning",
        {"zh": "{subject} 没有任何可用的数，各项均按未报处理", "en": "{subject} has no usable figure at all; every item counts as missing"},
        {"zh": "核实是否漏交，或报表中的单位名称写法不同", "en": "check whether its form is missing, or names it otherwise"},
        {"zh": "一个镇没有报表", "en": "a town without a form"},
    ),
    Rule(
        "K622", "rank-withheld", "warning",
        {"zh": "{subject} 可评比例 {coverage} %，低于 {limit} %，不排名", "en": "{subject}: {coverage} % could be judged, below {limit} %; it gets no rank"},
        {"zh": "请补报所缺的数", "en": "submit what is missing"},
        {"zh": "八项只报了三项", "en": "three of eight items submitted"},
    ),
    Rule(
        "K623", "veto-unknown", "warning",
        {"zh": "没有报“{veto}”的情况，按未发生处理：{subjects}", "en": "nothing was reported on “{veto}”, which is taken not to have happened: {subjects}"},
        {"zh": "请核实", "en": "check it"},
        {"zh": "是否发生事故一栏空着", "en": "the accident column left blank"},
    ),
    Rule(
        "K624", "no-difference", "warning",
        {"zh": "“{group}”组 {count} 个考核对象得分全部相同，名次没有意义", "en": "all {count} subjects of group “{group}” have the same score: the ranks mean nothing"},
        {"zh": "核对填报数和计分办法", "en": "check the figures and the scheme"},
        {"zh": "人人满分", "en": "full points for everybody"},
    ),
    Rule(
        "K625", "nothing-judged", "error",
        {"zh": "“{group}”组没有一项可评，不排名", "en": "nothing could be judged in group “{group}”; it is not ranked"},
        {"zh": "核对报表的栏目名称与计划是否一致", "en": "check that the forms' heads are names of the plan"},
        {"zh": "全部未报", "en": "all figures missing"},
    ),
    Rule(
        "K626", "target-not-submitted", "error",
        {"zh": "{subject} 的 {item} 没有目标，本项按未报处理", "en": "{subject} has no target for {item}; the item counts as missing"},
        {"zh": "在目标分解表中补上；没有任务的填“/”", "en": "add it to the allotment of targets; write / where no task is assigned"},
        {"zh": "目标分解表漏了一个镇", "en": "an allotment sheet that leaves out a town"},
    ),
    Rule(
        "K627", "file-of-no-subject", "warning",
        {"zh": "文件里没有任何考核对象的数：{reason}", "en": "the file holds no figure of any subject: {reason}"},
        {"zh": "核对填报单位的名称；或在 groups 中增加", "en": "check the name of the submitting unit, or add it to groups"},
        {"zh": "不在考核名单里的镇交来的表", "en": "a form from a town that is not assessed"},
    ),
    Rule(
        "K628", "event-not-counted", "error",
        {"zh": "“{name}”第 {row} 行没有计入：{what}“{found}”", "en": "row {row} of “{name}” was not counted: {what} “{found}”"},
        {"zh": "核对该行：级别须在 levels 中，单位须是考核对象，日期和 per 所指的栏不能空",
         "en": "check the row: its level must be in levels, its subject assessed, its date and the column of per filled in"},
        {"zh": "级别写“部级”，办法里没有", "en": "a level that the scheme does not know"},
    ),
    Rule(
        "K629", "score-unbounded", "error",
        {"zh": "{subject} 的 {item} 完成率没有上限（数为 {value}），得分无法计算", "en": "{subject}: the attainment of {item} has no limit (figure {value}); it cannot be scored"},
        {"zh": "给本项写 cap 或 bonus_cap", "en": "give the item a cap or a bonus_cap"},
        {"zh": "越低越好的项目报 0，又没有封顶", "en": "nought in an item where less is better and no cap"},
    ),
    Rule(
        "K630", "events-missing", "warning",
        {"zh": "没有找到名录“{register}”，“{name}”按没有计", "en": "the register “{register}” was not found; “{name}” counts as none"},
        {"zh": "没有此类事项的可不管；有的请补交该表", "en": "submit the sheet if there is anything to count"},
        {"zh": "工作簿里没有“加分事项”表", "en": "a workbook without the sheet of bonuses"},
    ),
    Rule(
        "K631", "manual-not-given", "warning",
        {"zh": "{subject} 的 {item} 没有评分，按未报处理", "en": "{subject} was given no points for {item}; it counts as missing"},
        {"zh": "在 entries 中补上分数和理由", "en": "add the points and the reason to entries"},
        {"zh": "民主测评漏了一个部门", "en": "a department left out of the vote"},
    ),
)
