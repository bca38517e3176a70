"""Draws records as tagged PDF/A-3a and PDF/UA-1 documents."""
