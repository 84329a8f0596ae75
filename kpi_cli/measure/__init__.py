"""Observations → results: values, targets, gaps, and checks across figures. Arrays run over subjects."""
