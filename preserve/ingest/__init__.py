"""Reads a school's export files into frozen facts and assembles records from them."""
