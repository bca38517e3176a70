"""Decides every path inside a bundle and builds it."""
