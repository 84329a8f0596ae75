"""The `kpi` command: a group whose commands are imported only when called, so that --help stays fast."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import Any

import click

from kpi_cli import __version__
from kpi_cli.cli.language import word

USAGE_ERROR = 2

# Every command is the object ``command`` of a module of its own.
COMMANDS = ("check", "validate", "score", "read", "lint", "explain", "template", "diff")


class Command(click.Command):
    """A command that speaks the user's language in its help."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=word("usage"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [record for parameter in self.get_params(ctx) if (record := parameter.get_help_record(ctx)) is not None]
        with formatter.section(word("options")):
            formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = word("help-option")
        return option


class Commands(Command, click.Group):
    """The commands by name, each imported when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = import_module(f"kpi_cli.cli.{cmd_name}").command
        return found

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(word("no-such-command", name=args[0], near=near(args[0], COMMANDS)), ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        Command.format_options(self, ctx, formatter)
        with formatter.section(word("commands")):
            formatter.write_dl([(name, word(f"help-{name}")) for name in COMMANDS])


def near(found: str, known: Any) -> str:
    """The near names of a misspelt one, as the end of a message; "" where there is none."""
    import difflib

    like = difflib.get_close_matches(found, list(known), n=3, cutoff=0.5)
    return word("near-option", near=word("separator").join(like)) if like else ""


@click.group(cls=Commands, name="kpi", help=word("help-main"), context_settings={"max_content_width": 110})
@click.version_option(__version__, prog_name="kpi", help=word("option-version"), message="%(prog)s %(version)s")
def group() -> None:
    pass


def main() -> None:
    """Run a command. A mistake of usage or an internal error is one line on standard error, never a traceback."""
    # Until the plan is loaded (plans.py) everything made is kept: there is no garbage to look for.
    gc.disable()
    # numpy's linear algebra, which is not used here, would start a thread a processor: 100 ms of work for nothing.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(_run())


def _run() -> int:
    try:
        outcome = group.main(prog_name="kpi", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(word("interrupted"), err=True)
        return 130
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else word("help-main"), err=True)
        return USAGE_ERROR
    except click.ClickException as error:
        return _told(error)
    except BrokenPipeError:
        # The reader of our output went away (``| head``): that is its right.
        sys.stderr.close()
        return 0
    except Exception as error:  # noqa: BLE001 - the last boundary: a defect of ours is told in one line
        click.echo(word("internal-error", error=f"{type(error).__name__}: {error}"), err=True)
        return 70
    return outcome if isinstance(outcome, int) else 0


def _told(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    click.echo(word("usage-error", problem=_problem(error)), err=True)
    if context is not None:
        click.echo(word("try-help", command=context.command_path), err=True)
    return USAGE_ERROR


def _problem(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        return word("no-such-option", name=error.option_name, near=_near_options(error.possibilities))
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return word("missing-argument", name=error.param.opts[-1] if error.param.param_type_name == "option" else error.param.human_readable_name)
    if isinstance(error, click.BadParameter) and error.param is not None:
        name = error.param.opts[-1] if error.param.param_type_name == "option" else error.param.human_readable_name
        kind = error.param.type
        problem = word("bad-choice", choices=word("separator").join(map(str, kind.choices))) if isinstance(kind, click.Choice) else error.message
        return word("bad-value", name=name, problem=problem)
    return error.format_message()


def _near_options(possibilities: Any) -> str:
    return word("near-option", near=word("separator").join(sorted(possibilities))) if possibilities else ""
