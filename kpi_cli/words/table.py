"""The table of words, key → (Chinese, English), put together from its parts. No key stands in two of them."""

from __future__ import annotations

from kpi_cli.words.auditing import AUDITING
from kpi_cli.words.batch import BATCH_WORDS
from kpi_cli.words.commands import COMMANDS
from kpi_cli.words.explaining import EXPLAINING
from kpi_cli.words.plans import PLANS
from kpi_cli.words.reading import READING
from kpi_cli.words.registers import REGISTER_WORDS
from kpi_cli.words.scoring import SCORING
from kpi_cli.words.tables import TABLES
from kpi_cli.words.terms import TERMS

PARTS = (TERMS, PLANS, READING, TABLES, EXPLAINING, COMMANDS, AUDITING, REGISTER_WORDS, SCORING, BATCH_WORDS)
WORDS: dict[str, tuple[str, str]] = {key: words for part in PARTS for key, words in part.items()}
