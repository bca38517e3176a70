"""Byte syntaxes: bytes to model and back, no I/O."""
