"""How a reader says no: raised inside the readers, turned into a finding by ``open_book``."""

from __future__ import annotations

from typing import Any

from kpi_cli.rules import Word


class Refused(Exception):  # noqa: N818 - a refusal is an outcome, not an error of the program
    """A file that is not read, and the rule and facts that say why."""

    def __init__(self, rule: str, **facts: Any) -> None:
        super().__init__(rule, facts)
        self.rule = rule
        self.facts = facts


def unreadable(reason: str) -> Refused:
    """``unreadable-file`` for a reason that is a key of the words."""
    return Refused("unreadable-file", reason=Word(reason))


def too_large(what: str, found: object, limit: object) -> Refused:
    """``too-large``: ``what`` is a key of the words."""
    return Refused("too-large", what=Word(what), found=found, limit=limit)


def unsupported(kind: str) -> Refused:
    """``unsupported-format`` for a kind that is a key of the words."""
    return Refused("unsupported-format", kind=Word(kind))
