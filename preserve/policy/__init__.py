"""Turns policy files into types; every rule of law is data with citation, dates and status."""
