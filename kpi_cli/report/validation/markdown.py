"""The audit as markdown, for the summary of a pipeline or a comment on a merge request."""

from __future__ import annotations

from kpi_cli.report.markdown import escaped, findings_table, table_line
from kpi_cli.report.validation import accepted_lines, summary
from kpi_cli.validation import Validation
from kpi_cli.words import Language, say

# A pipeline's summary may not exceed a mebibyte.
MOST_FINDINGS = 1000


def render(validation: Validation, language: Language, colour: bool = False) -> str:
    lines = [f"# {escaped(say('title-validation', language, plan=validation.plan.name, period=validation.when.text))}", ""]
    lines += [escaped(summary(validation, language)), ""]
    heads = [say(f"head-{head}", language) for head in ("file", "figures", "checks-run", "checks-skipped", "errors", "warnings")]
    lines += [table_line(heads), "|---|--:|--:|--:|--:|--:|"]
    for suite in validation.suites:
        ran = sum(1 for each in suite.checks if each.ran)
        errors = sum(1 for each in suite.findings if each.severity == "error")
        name = suite.file.file if suite.file is not None else say("all-files", language)
        lines.append(table_line([name, *map(str, (suite.figures, ran, len(suite.checks) - ran, errors, len(suite.findings) - errors))]))
    lines += findings_table(validation.findings[:MOST_FINDINGS], language)
    if len(validation.findings) > MOST_FINDINGS:
        lines.append(say("and-more", language, count=len(validation.findings) - MOST_FINDINGS))
    for title, told in (
        ("title-accepted", accepted_lines(validation, language)),
        ("title-left-out", [say("left-out-line", language, file=path, why=say(why, language)) for path, why in validation.left_out]),
    ):
        if told:
            lines += ["", f"## {say(title, language)}", "", *(f"- {escaped(line)}" for line in told)]
    return "\n".join(lines)
