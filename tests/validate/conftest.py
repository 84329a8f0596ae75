"""Tests of audits share what ``given`` makes."""

from __future__ import annotations

from given import plan_of

__all__ = ["plan_of"]
