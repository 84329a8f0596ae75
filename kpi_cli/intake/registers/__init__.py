"""Registers: lists with a row per firm, town or event → columns of raw cells, each row traced to its file and number."""
