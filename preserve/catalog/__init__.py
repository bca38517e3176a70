"""Answers "where is it?" from a cache that can be rebuilt; nothing needs it yet."""
