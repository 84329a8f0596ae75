"""kpi: an indicator calculator for government target plans."""

__version__ = "0.1.0"
