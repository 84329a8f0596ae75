"""``kpi lint``: everything wrong with a plan, each mistake at its line."""

from __future__ import annotations

import click

from kpi_cli.cli.language import language_here, word
from kpi_cli.cli.main import USAGE_ERROR, Command
from kpi_cli.cli.options import File, format_option, lang_option, output_option, together
from kpi_cli.cli.output import refuse_overwriting, write
from kpi_cli.cli.plans import load
from kpi_cli.plan.lint import lint
from kpi_cli.report.lint import render_lint
from kpi_cli.rules import ERROR, worst

FAIL_ON = ("error", "warning", "never")


@click.command(cls=Command, help=word("help-lint"))
@click.argument("plan_file", required=False, type=File(), metavar="PLAN")
@click.option("--schema", is_flag=True, help=word("option-schema"))
@together(
    format_option(("table", "json")), output_option,
    click.option("--fail-on", type=click.Choice(FAIL_ON), default="error", metavar="WHEN", help=word("option-fail-on")),
    lang_option,
)
def command(plan_file: str | None, schema: bool, format_: str, output: str | None, fail_on: str) -> int:
    language = language_here()
    refuse_overwriting(output, [plan_file] if plan_file else [])
    if schema:
        import json

        if plan_file is not None and _is_scheme(plan_file):
            from kpi_cli.scoring.language import schema as of_the_language
        else:
            from kpi_cli.plan.language import schema as of_the_language
        write(json.dumps(of_the_language(), ensure_ascii=False, indent=1), output)
        return 0
    if plan_file is not None and _is_scheme(plan_file):
        return _lint_scheme(plan_file, format_, output, fail_on)
    loaded = load(plan_file)
    findings = lint(loaded)
    if format_ == "json":
        from kpi_cli.report.json_lint import render_lint as render_json

        write(render_json(loaded, findings), output)
    else:
        write(render_lint(loaded.source.file, loaded.plan, findings, language), output)
    if worst(findings) == ERROR:
        return USAGE_ERROR
    return 1 if findings and fail_on == "warning" else 0


def _is_scheme(file: str) -> bool:
    """Whether a file is a scheme, told by its top-level key before anything heavy is imported."""
    try:
        with open(file, "rb") as stream:
            return any(line.startswith(b"scheme:") for line in stream)
    except OSError:
        return False  # the loader says what is wrong with it


def _lint_scheme(file: str, format_: str, output: str | None, fail_on: str) -> int:
    from kpi_cli.cli.plans import plan_path
    from kpi_cli.report.lint_scheme import render_lint_scheme, render_lint_scheme_json
    from kpi_cli.scoring.lint import lint_scheme
    from kpi_cli.scoring.load import load_scheme

    loaded = load_scheme(file, file, None, plan_path(None)[0])
    findings = lint_scheme(loaded)
    if loaded.scheme is None and loaded.plan_loaded is not None:
        findings = [*findings, *loaded.plan_loaded.findings]
    if format_ == "json":
        write(render_lint_scheme_json(loaded, findings), output)
    else:
        write(render_lint_scheme(loaded, findings, language_here()), output)
    if worst(findings) == ERROR:
        return USAGE_ERROR
    return 1 if findings and fail_on == "warning" else 0
