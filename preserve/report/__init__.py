"""Turns findings into words, tables and JSON."""
