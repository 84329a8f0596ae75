"""Registers: packed columns → cleaned rows, each key once, judged row by row and counted."""
